"""The record and the marked notebooks of one submission, made from the results of its cells. Writes nothing."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mlsd_course.grading.autograde import autograded
from mlsd_course.grading.autograde.assignment import Assignment, Notebook
from mlsd_course.grading.autograde.journal import SubmissionRecord
from mlsd_course.grading.autograde.scoring import CellMark, findings_of, score_notebook
from mlsd_course.grading.autograde.submission import Submission
from mlsd_course.grading.sandbox.job import JobResult, NotebookResult, SubmissionFinding

if TYPE_CHECKING:
    from nbformat import NotebookNode


def grade_submission(
    assignment: Assignment, submission: Submission, result: JobResult
) -> tuple[SubmissionRecord, dict[str, "NotebookNode"]]:
    """Return the record of `submission`, and its notebooks with their outputs, by name."""
    results = {notebook_result.notebook: notebook_result for notebook_result in result.notebooks}
    record, findings, notebooks = _new_record(submission, result), list(submission.findings), dict(submission.notebooks)
    for name, expected in assignment.notebooks.items():
        if name in submission.missing:
            continue
        notebook_result = results.get(name)
        if reason := submission.refused.get(name) or submission.refused.get(""):
            notebooks[name] = autograded.stand_in(expected, reason)
            marks, blank = _unreadable(expected, reason), []
        else:
            marks = score_notebook(notebooks[name], expected, notebook_result)
            notebooks[name] = autograded.shortened(notebooks[name])
            blank = _untouched_solutions(notebooks[name])
        record.notebooks[name] = _notebook_record(expected, notebook_result, marks, blank)
        if notebook_result:
            findings += findings_of(notebook_result)
            if notebook_result.ended:
                findings.append(SubmissionFinding("ended", notebook_result.ended))
    record.findings = [asdict(finding) for finding in findings]
    return record, notebooks


def ungraded_notebooks(assignment: Assignment, submission: Submission) -> dict[str, "NotebookNode"]:
    """Return the notebooks of `submission` without outputs, by name; a stand-in for each that was refused."""
    stand_ins = {
        name: autograded.stand_in(assignment.notebooks[name], reason)
        for name, reason in submission.refused.items()
        if name
    }
    return {**submission.notebooks, **stand_ins}


def keep_unchanged_marks(before: SubmissionRecord, record: SubmissionRecord) -> None:
    """Copy into `record` the marks of `before` whose test is the same, so that a repaired test changes its own points only."""
    for name, notebook in record.notebooks.items():
        old: dict[str, Any] = before.notebooks.get(name, {})
        for cell, mark in notebook["marks"].items():
            old_mark = old.get("marks", {}).get(cell)
            if (
                old_mark
                and old["hashes"].get(cell) == notebook["hashes"].get(cell)
                and old_mark["points"] == mark["points"]
            ):
                notebook["marks"][cell] = old_mark


def _new_record(submission: Submission, result: JobResult) -> SubmissionRecord:
    return SubmissionRecord(
        submission.assignment,
        submission.student,
        submission.key,
        timestamp=submission.timestamp.isoformat(sep=" ") if submission.timestamp else "",
        missing=submission.missing,
        refused=submission.refused,
        graded_at=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=sum(notebook_result.seconds for notebook_result in result.notebooks),
    )


def _unreadable(notebook: Notebook, reason: str) -> dict[str, CellMark]:
    """Return no points for each graded cell, to be looked at by a person."""
    return {
        cell.name: CellMark(0.0, cell.points, True, f"{reason}.", "unreadable")
        for cell in notebook.cells.values()
        if cell.grade or cell.task
    }


def _notebook_record(
    notebook: Notebook, result: NotebookResult | None, marks: dict[str, CellMark], blank: list[str]
) -> dict[str, Any]:
    """Return the entry of one notebook in `SubmissionRecord.notebooks`."""
    return {
        "ended": result.ended if result else "",
        "seconds": result.seconds if result else 0.0,
        "cpu_s": result.cpu_s if result else 0.0,
        "peak_mb": result.peak_mb if result else 0.0,
        "marks": {cell: asdict(mark) for cell, mark in marks.items()},
        "hashes": notebook.hashes,
        "blank": blank,
    }


def _untouched_solutions(notebook: "NotebookNode") -> list[str]:
    """Return the grade ids of the solution cells that the learner left as they were released."""
    from nbgrader.utils import compute_checksum, is_solution

    return [
        cell.metadata["nbgrader"]["grade_id"]
        for cell in notebook.cells
        if is_solution(cell) and cell.metadata["nbgrader"].get("checksum") == compute_checksum(cell)
    ]
