"""What each learner wrote and which messages they read: from the engine's records, else from the autograded notebooks."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mlsd_course.grading.autograde.journal import Journal, SubmissionRecord
from mlsd_course.grading.reports.causes import Failure
from mlsd_course.grading.reports.classbook import Classbook, Key

_SIZE_LIMIT = 50_000_000  # bytes of a notebook


@dataclass(frozen=True)
class Attempt:
    """One learner's submission from the inside. `said`: kind of failure and message by test; `seconds` by test, as run.

    `ran_s` is None where no record says how long the notebooks ran.
    """

    said: Mapping[Key, tuple[str, str]] = field(default_factory=dict)
    seconds: Mapping[Key, float] = field(default_factory=dict)
    blank: frozenset[Key] = frozenset()
    wrote: Mapping[Key, str] = field(default_factory=dict)
    ran_s: float | None = None
    refused: str = ""


@dataclass(frozen=True)
class Attempts:
    """All submissions of an assignment. `unread`: learners without a readable record, `gone`: without a notebook."""

    by_learner: Mapping[str, Attempt]
    unread: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    def failure(self, learner: str, key: Key) -> Failure:
        """Return why this test failed."""
        kind, message = self.by_learner[learner].said.get(key, ("", ""))
        return Failure(learner, kind or "unknown", message or "No message was kept.")


def read(root: Path, book: Classbook) -> Attempts:
    """Return what is known of the submissions of `book`. Nothing here fails for one of them: it is named instead."""
    journal, found, unread, gone = Journal(root), dict[str, Attempt](), list[str](), list[str]()
    for handed in book.handed:
        name = handed.learner.id
        cells = _cells(root / "autograded" / name / book.assignment)
        if not cells:
            gone.append(name)
        record = journal.read(book.assignment, name)
        attempt = _recorded(record, cells, book) if record else None
        if attempt is None:
            unread.append(name)
        found[name] = attempt or _seen(cells, book)
    return Attempts(found, tuple(unread), tuple(gone))


def _recorded(record: SubmissionRecord, cells: Mapping[Key, dict[str, Any]], book: Classbook) -> Attempt | None:
    """Return what a record says; None for one that does not hold what it should."""
    try:
        marks = {
            (notebook, name): mark
            for notebook, each in record.notebooks.items()
            for name, mark in each["marks"].items()
        }
        return Attempt(
            {key: (str(mark["cause"]), str(mark["message"])) for key, mark in marks.items()},
            {key: float(mark["seconds"]) for key, mark in marks.items()},
            frozenset(
                (notebook, name) for notebook, each in record.notebooks.items() for name in each.get("blank", [])
            ),
            _wrote(cells, book),
            float(record.seconds),
            " ".join(f"{place or 'all'}: {why}." for place, why in record.refused.items()),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _seen(cells: Mapping[Key, dict[str, Any]], book: Classbook) -> Attempt:
    wrote = _wrote(cells, book)
    return Attempt(
        {exercise.key: _outcome(cells[exercise.key]) for exercise in book.exercises if exercise.key in cells},
        {},
        frozenset(key for key, stub in book.stubs.items() if key not in wrote or wrote[key].strip() == stub.strip()),
        wrote,
    )


def _wrote(cells: Mapping[Key, dict[str, Any]], book: Classbook) -> dict[Key, str]:
    return {key: _text(cells[key].get("source", "")) for key in book.stubs if key in cells}


def _cells(folder: Path) -> dict[Key, dict[str, Any]]:
    """Return the cells with a grade id of the notebooks in an autograded folder; those that cannot be read have none."""
    found: dict[Key, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.ipynb")):
        try:
            if path.stat().st_size > _SIZE_LIMIT:
                continue
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            found |= {
                (path.stem, str(cell["metadata"]["nbgrader"]["grade_id"])): cell
                for cell in cells
                if "nbgrader" in cell.get("metadata", {})
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
    return found


def _outcome(cell: dict[str, Any]) -> tuple[str, str]:
    outputs = cell.get("outputs", [])
    for output in (each for each in outputs if isinstance(each, dict)) if isinstance(outputs, list) else ():
        if output.get("output_type") == "error":
            kind = str(output.get("ename", ""))
            return kind, str(output.get("evalue", "")).strip() or f"{kind}."
        if output.get("output_type") == "stream" and output.get("name") == "stderr":
            return "stderr", _text(output.get("text", "")).strip()
    return "", ""


def _text(value: Any) -> str:
    return "".join(str(line) for line in value) if isinstance(value, list) else str(value)
