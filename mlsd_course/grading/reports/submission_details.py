"""What each learner wrote and which messages they read: from the records of `mlsd grade`, else from the notebooks."""

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
class SubmissionDetails:
    """One learner's submission in detail, by notebook and grade id.

    `outcomes`: kind of failure and message of each test, both empty where it passed. `test_s`: seconds that each test ran.
    `blank`: solution cells left as they were handed out. `answers`: the text of each solution cell. `run_s`: seconds that
    all notebooks ran; None where no record says so. `refused`: why a notebook could not be run.
    """

    outcomes: Mapping[Key, tuple[str, str]] = field(default_factory=dict)
    test_s: Mapping[Key, float] = field(default_factory=dict)
    blank: frozenset[Key] = frozenset()
    answers: Mapping[Key, str] = field(default_factory=dict)
    run_s: float | None = None
    refused: str = ""


@dataclass(frozen=True)
class ClassDetails:
    """All submissions of an assignment; `without_record` and `without_notebook` hold the learners without a readable one."""

    by_learner: Mapping[str, SubmissionDetails]
    without_record: tuple[str, ...] = ()
    without_notebook: tuple[str, ...] = ()

    def failure(self, learner: str, key: Key) -> Failure:
        """Return why this test failed."""
        kind, message = self.by_learner[learner].outcomes.get(key, ("", ""))
        return Failure(learner, kind or "unknown", message or "No message was kept.")


def read_details(root: Path, book: Classbook) -> ClassDetails:
    """Return the details of the submissions of `book`. One that cannot be read raises nothing: it is named instead."""
    journal, by_learner = Journal(root), dict[str, SubmissionDetails]()
    without_record, without_notebook = list[str](), list[str]()
    for handed in book.handed:
        name = handed.learner.id
        cells = _graded_cells(root / "autograded" / name / book.assignment)
        if not cells:
            without_notebook.append(name)
        record = journal.read(book.assignment, name)
        details = _from_record(record, cells, book) if record else None
        if details is None:
            without_record.append(name)
        by_learner[name] = details or _from_notebooks(cells, book)
    return ClassDetails(by_learner, tuple(without_record), tuple(without_notebook))


def _from_record(
    record: SubmissionRecord, cells: Mapping[Key, dict[str, Any]], book: Classbook
) -> SubmissionDetails | None:
    """Return what a record says; None for one that does not hold what it should."""
    try:
        marks = {
            (notebook, name): mark
            for notebook, each in record.notebooks.items()
            for name, mark in each["marks"].items()
        }
        return SubmissionDetails(
            {key: (str(mark["cause"]), str(mark["message"])) for key, mark in marks.items()},
            {key: float(mark["seconds"]) for key, mark in marks.items()},
            frozenset(
                (notebook, name) for notebook, each in record.notebooks.items() for name in each.get("blank", [])
            ),
            _answers(cells, book),
            float(record.seconds),
            " ".join(f"{notebook or 'all'}: {reason}." for notebook, reason in record.refused.items()),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _from_notebooks(cells: Mapping[Key, dict[str, Any]], book: Classbook) -> SubmissionDetails:
    answers = _answers(cells, book)
    return SubmissionDetails(
        {exercise.key: _outcome(cells[exercise.key]) for exercise in book.exercises if exercise.key in cells},
        {},
        frozenset(
            key for key, stub in book.stubs.items() if key not in answers or answers[key].strip() == stub.strip()
        ),
        answers,
    )


def _answers(cells: Mapping[Key, dict[str, Any]], book: Classbook) -> dict[Key, str]:
    return {key: _text(cells[key].get("source", "")) for key in book.stubs if key in cells}


def _graded_cells(folder: Path) -> dict[Key, dict[str, Any]]:
    """Return the cells with a grade id of the notebooks in an autograded folder; those that cannot be read have none."""
    cells_by_key: dict[Key, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.ipynb")):
        try:
            if path.stat().st_size > _SIZE_LIMIT:
                continue
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            cells_by_key |= {
                (path.stem, str(cell["metadata"]["nbgrader"]["grade_id"])): cell
                for cell in cells
                if "nbgrader" in cell.get("metadata", {})
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
    return cells_by_key


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
