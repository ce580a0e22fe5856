"""Scoring answers to a notebook in seconds: the cells run in a plain process that has done the imports before.

For authors and tests. It scores as `nbgrader autograde` does, and isolates nothing: never run strangers' code with it.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from mlsd_course.errors import GradingError
from mlsd_course.grading.authoring.execute import environment


@dataclass(frozen=True)
class Verdict:
    """Points and messages by grade id; a score of None waits for a person. `errors`: cells without grade id that failed."""

    scores: Mapping[str, float | None]
    points: Mapping[str, float]
    messages: Mapping[str, str]
    errors: Sequence[str]
    finished: bool

    @property
    def total(self) -> float:
        """The points that need no person."""
        return sum(score for score in self.scores.values() if score is not None)

    @property
    def best(self) -> float:
        """The points that can be had without a person."""
        return sum(points for name, points in self.points.items() if self.scores[name] is not None)


def judge(notebook: NotebookNode, replacements: Mapping[str, str] | None = None, timeout_s: float = 60) -> Verdict:
    """Return the verdict on `notebook` with the text of some solution cells (by grade id) replaced."""
    return judge_all(notebook, [replacements or {}], timeout_s)[0]


def judge_all(notebook: NotebookNode, submissions: Sequence[Mapping[str, str]], timeout_s: float = 60) -> list[Verdict]:
    """Return a verdict for each of `submissions`; after `timeout_s` seconds one is stopped and keeps what it has earned.

    Raises GradingError where a submission names a cell that is no solution.
    """
    cells, stubs = [_cell(node) for node in notebook.cells], blank(notebook)
    for submission in submissions:
        if strange := sorted(set(submission) - set(stubs)):
            raise GradingError("These are no solution cells", given=strange, allowed=", ".join(stubs) or "none")
    job = {"cells": cells, "submissions": [dict(submission) for submission in submissions], "timeout_s": timeout_s}
    return [_verdict(cells, reports, stubs, dict(given)) for reports, given in zip(_run(job), submissions, strict=True)]


def blank(notebook: NotebookNode) -> dict[str, str]:
    """Return what a learner finds in each solution cell, by grade id: nbgrader's stubs."""
    from nbgrader.preprocessors import ClearSolutions

    found = [node for node in notebook.cells if node.metadata.get("nbgrader", {}).get("solution")]
    cleared = [ClearSolutions().preprocess_cell(NotebookNode(node), {"language": "python"}, 0)[0] for node in found]
    return {node.metadata["nbgrader"]["grade_id"]: node.source for node in cleared}


def _cell(node: NotebookNode) -> dict[str, Any]:
    marks = node.metadata.get("nbgrader", {})
    return {
        "kind": node.cell_type,
        "source": node.source,
        "name": marks.get("grade_id", ""),
        "points": float(marks.get("points", 0)),
        "grade": bool(marks.get("grade")),
        "solution": bool(marks.get("solution")),
        "may_fail": "raises-exception" in node.metadata.get("tags", []),
    }


def _run(job: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Hand the job to a process of its own; return the reports on the cells of each submission."""
    with tempfile.TemporaryDirectory(prefix="mlsd-judge-", ignore_cleanup_errors=True) as folder:
        given, made = Path(folder, "job.json"), Path(folder, "reports.json")
        given.write_text(json.dumps(job), encoding="utf-8")
        command = [sys.executable, "-m", "mlsd_course.grading.answers.judge_worker", str(given), str(made)]
        limit_s = 120 + job["timeout_s"] * len(job["submissions"])
        try:
            done = subprocess.run(
                command, env=environment(Path(folder)), capture_output=True, text=True, timeout=limit_s, check=False
            )
        except subprocess.TimeoutExpired:
            raise GradingError(
                f"The judging process did not end within {limit_s:g} s",
                remedy="A submission has left a process behind; judge them one by one to find it",
            ) from None
        if done.returncode:
            raise GradingError(f"The judging process failed: {done.stderr.strip()[-800:]}")
        reports: list[list[dict[str, Any]]] = json.loads(made.read_text(encoding="utf-8"))
    return reports


def _verdict(
    cells: list[dict[str, Any]], reports: list[dict[str, Any]], stubs: dict[str, str], given: dict[str, str]
) -> Verdict:
    by_cell = {report["cell"]: report for report in reports}
    scores: dict[str, float | None] = {}
    messages: dict[str, str] = {}
    errors: list[str] = []
    late = {"error": "It did not finish in time.", "value": None}
    for number, cell in enumerate(cells):
        report = by_cell.get(number, late if cell["kind"] == "code" else {"error": "", "value": None})
        if report["error"] and cell["name"]:
            messages[cell["name"]] = report["error"]
        elif report["error"] and not cell["may_fail"]:
            errors.append(f"cell {number + 1}: {report['error']}")
        if cell["grade"]:
            scores[cell["name"]] = _by_hand(cell, stubs, given) if cell["solution"] else _score(cell["points"], report)
    graded = {cell["name"]: cell["points"] for cell in cells if cell["grade"]}
    finished = all(number in by_cell for number, cell in enumerate(cells) if cell["kind"] == "code")
    return Verdict(scores, graded, messages, errors, finished)


def _by_hand(cell: dict[str, Any], stubs: dict[str, str], given: dict[str, str]) -> float | None:
    """A written answer waits for a person; one that was not touched is worth nothing."""
    return 0.0 if given.get(cell["name"], cell["source"]) == stubs[cell["name"]] else None


def _score(points: float, report: dict[str, Any]) -> float:
    """All points, none after an error, or the number that the test ends in."""
    if report["error"]:
        return 0.0
    return points if report["value"] is None else min(points, max(0.0, report["value"]))
