"""`check`: grades a learner's own notebooks on their own machine, by the same tests. It needs no sandbox: it is their code."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from mlsd_course.errors import GradingError
from mlsd_course.grading.autograde.assignment import Assignment, from_source
from mlsd_course.grading.autograde.scoring import CellMark, findings_of, score_notebook
from mlsd_course.grading.autograde.submission import Submission, fill
from mlsd_course.grading.course import Course
from mlsd_course.grading.sandbox.bubblewrap import Sandbox
from mlsd_course.grading.sandbox.limits import Limits
from mlsd_course.grading.sandbox.worker import Worker

_LIMITS = Limits()


@dataclass(frozen=True)
class Checked:
    """The result of one chapter: marks by grade id in the notebook's order, and remarks for the learner."""

    chapter: str
    marks: dict[str, CellMark]
    remarks: tuple[str, ...] = ()

    @property
    def score(self) -> float:
        """The points that need no person."""
        return sum(mark.score or 0.0 for mark in self.marks.values())

    @property
    def best(self) -> float:
        """The points that can be had without a person."""
        return sum(mark.points for mark in self.marks.values() if not waits(mark))


def waits(mark: CellMark) -> bool:
    """Tell whether only a person can give points."""
    return mark.score is None or mark.cause == "no response"


def check(chapter: str, workspace: Path, root: Path, limits: Limits = _LIMITS, worker: Worker | None = None) -> Checked:
    """Judge the graded notebooks of `chapter` in the learner's `workspace` by the tests under the course root `root`.

    Nothing is written. GradingError where there are none, or where one cannot be read.
    """
    asked, folder = from_source(Course(root), chapter), workspace / chapter
    graded = [name for name, notebook in asked.notebooks.items() if notebook.graded]
    if not graded:
        raise GradingError(f"{chapter} has no graded tasks", remedy="Name another chapter; see `mlsd status`")
    there = [name for name in graded if (folder / f"{name}.ipynb").is_file()]
    if not there:
        raise GradingError(
            f"There is no {folder / graded[0]}.ipynb", remedy="Start with `mlsd lab`, which puts your notebooks there"
        )
    submission = Submission("you", chapter, "")
    fill(submission, folder, asked)
    if submission.refused:
        raise GradingError("\n".join(f"{folder / name}.ipynb: {why}" for name, why in submission.refused.items()))
    if not sys.platform.startswith("linux") or not hasattr(os, "fork"):
        return _judged(submission, asked, there, root)
    own = worker or Worker(Sandbox(closed=False))
    try:
        result = own.run(submission.job(asked, limits))
    finally:
        if worker is None:
            own.close()
    marks: dict[str, CellMark] = {}
    remarks = [f"{finding.cell or chapter}: {finding.text}" for finding in submission.findings]
    for notebook_result in result.notebooks:
        marks |= score_notebook(
            submission.notebooks[notebook_result.notebook], asked.notebooks[notebook_result.notebook], notebook_result
        )
        remarks += [finding.text for finding in findings_of(notebook_result)] + (
            [notebook_result.ended] if notebook_result.ended else []
        )
    return Checked(chapter, marks, tuple(remarks))


def _judged(submission: Submission, asked: Assignment, there: list[str], root: Path) -> Checked:
    """Judge the answers alone, in this process: for systems where processes cannot be forked."""
    from mlsd_course.grading.answers.judge import judge
    from mlsd_course.grading.authoring.source import sources

    marks = {}
    for source in sources(root, [asked.name]):
        if source.path.stem not in there:
            continue
        cells = submission.notebooks[source.path.stem].cells
        names = {cell.metadata.get("nbgrader", {}).get("grade_id", ""): cell.source for cell in cells}
        solutions = {name for name, cell in asked.notebooks[source.path.stem].cells.items() if cell.solution}
        verdict = judge(source.notebook(), {name: names[name] for name in solutions & names.keys()})
        for name, score in verdict.scores.items():
            message = verdict.messages.get(name, "")
            marks[name] = CellMark(score, verdict.points[name], score is None, message, "failed" if message else "")
    return Checked(asked.name, marks)
