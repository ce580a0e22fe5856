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
from mlsd_course.grading.authoring.source import nbgrader_metadata

CellSpec = dict[str, Any]  # kind, source, name (grade id), points, grade, solution, may_fail
Report = dict[str, Any]  # cell (number), error (a message, or nothing), value (what the test ended in, or None)
_NOT_REACHED: Report = {"error": "It did not finish in time.", "value": None}
_PROSE: Report = {"error": "", "value": None}


@dataclass(frozen=True)
class NotebookScore:
    """Points and messages of one notebook by grade id; a score of None waits for a person.

    `errors`: cells without grade id that failed. `finished`: whether every code cell ran in time.
    """

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


def judge(
    notebook: NotebookNode, replacements: Mapping[str, str] | None = None, timeout_s: float = 60
) -> NotebookScore:
    """Return the score of `notebook` with the text of some solution cells (by grade id) replaced."""
    return judge_all(notebook, [replacements or {}], timeout_s)[0]


def judge_all(
    notebook: NotebookNode, submissions: Sequence[Mapping[str, str]], timeout_s: float = 60
) -> list[NotebookScore]:
    """Return a score for each of `submissions`; after `timeout_s` seconds one is stopped and keeps what it has earned.

    Raises GradingError where a submission names a cell that is no solution.
    """
    cells, stubs = [_cell(node) for node in notebook.cells], blank(notebook)
    for submission in submissions:
        if unknown := sorted(set(submission) - set(stubs)):
            raise GradingError("These are no solution cells", given=unknown, allowed=", ".join(stubs) or "none")
    job = {"cells": cells, "submissions": [dict(submission) for submission in submissions], "timeout_s": timeout_s}
    return [
        _notebook_score(cells, reports, stubs, submission)
        for reports, submission in zip(_run(job), submissions, strict=True)
    ]


def blank(notebook: NotebookNode) -> dict[str, str]:
    """Return what a learner finds in each solution cell, by grade id: nbgrader's stubs."""
    from nbgrader.preprocessors import ClearSolutions

    solutions = [node for node in notebook.cells if nbgrader_metadata(node).get("solution")]
    cleared = [ClearSolutions().preprocess_cell(NotebookNode(node), {"language": "python"}, 0)[0] for node in solutions]
    return {node.metadata["nbgrader"]["grade_id"]: node.source for node in cleared}


def _cell(node: NotebookNode) -> CellSpec:
    metadata = nbgrader_metadata(node)
    return {
        "kind": node.cell_type,
        "source": node.source,
        "name": metadata.get("grade_id", ""),
        "points": float(metadata.get("points", 0)),
        "grade": bool(metadata.get("grade")),
        "solution": bool(metadata.get("solution")),
        "may_fail": "raises-exception" in node.metadata.get("tags", []),
    }


def _run(job: dict[str, Any]) -> list[list[Report]]:
    """Hand the job to a process of its own; return the reports on the cells of each submission."""
    with tempfile.TemporaryDirectory(prefix="mlsd-judge-", ignore_cleanup_errors=True) as folder:
        job_path, reports_path = Path(folder, "job.json"), Path(folder, "reports.json")
        job_path.write_text(json.dumps(job), encoding="utf-8")
        command = [sys.executable, "-m", "mlsd_course.grading.answers.judge_worker", str(job_path), str(reports_path)]
        limit_s = 120 + job["timeout_s"] * len(job["submissions"])
        try:
            process = subprocess.run(
                command, env=environment(Path(folder)), capture_output=True, text=True, timeout=limit_s, check=False
            )
        except subprocess.TimeoutExpired:
            raise GradingError(
                f"The judging process did not end within {limit_s:g} s",
                remedy="A submission has left a process behind; judge them one by one to find it",
            ) from None
        if process.returncode:
            raise GradingError(f"The judging process failed: {process.stderr.strip()[-800:]}")
        reports: list[list[Report]] = json.loads(reports_path.read_text(encoding="utf-8"))
    return reports


def _notebook_score(
    cells: list[CellSpec], reports: list[Report], stubs: Mapping[str, str], replacements: Mapping[str, str]
) -> NotebookScore:
    """Return the points of one submission from the reports on its cells; a code cell without one was not reached."""
    by_cell = {report["cell"]: report for report in reports}
    reached = [number in by_cell for number, cell in enumerate(cells) if cell["kind"] == "code"]
    scores: dict[str, float | None] = {}
    messages: dict[str, str] = {}
    errors: list[str] = []
    for number, cell in enumerate(cells):
        report = by_cell.get(number, _NOT_REACHED if cell["kind"] == "code" else _PROSE)
        if report["error"] and cell["name"]:
            messages[cell["name"]] = report["error"]
        elif report["error"] and not cell["may_fail"]:
            errors.append(f"cell {number + 1}: {report['error']}")
        if cell["grade"] and cell["solution"]:
            scores[cell["name"]] = _by_hand(cell, stubs, replacements)
        elif cell["grade"]:
            scores[cell["name"]] = _by_test(cell["points"], report)
    points = {cell["name"]: cell["points"] for cell in cells if cell["grade"]}
    return NotebookScore(scores, points, messages, errors, all(reached))


def _by_hand(cell: CellSpec, stubs: Mapping[str, str], replacements: Mapping[str, str]) -> float | None:
    """A written answer waits for a person; one that was not touched is worth nothing."""
    return 0.0 if replacements.get(cell["name"], cell["source"]) == stubs[cell["name"]] else None


def _by_test(points: float, report: Report) -> float:
    """All points, none after an error, or the number that the test ends in."""
    if report["error"]:
        return 0.0
    return points if report["value"] is None else min(points, max(0.0, report["value"]))
