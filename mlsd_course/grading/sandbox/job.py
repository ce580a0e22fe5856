"""Jobs and their results: plain data that can be sent to another process or another machine."""

from dataclasses import dataclass, field
from typing import Any

from mlsd_course.grading.sandbox.limits import Limits


@dataclass(frozen=True)
class CellJob:
    """One code cell to be run. `trusted`: the instructor wrote it. `test`: it gives points."""

    number: int  # its place in the notebook, from 0
    name: str  # its grade id, or nothing
    source: str
    trusted: bool = False
    test: bool = False


@dataclass(frozen=True)
class NotebookJob:
    """One notebook of a submission."""

    notebook: str
    cells: tuple[CellJob, ...]


@dataclass(frozen=True)
class Job:
    """All that is needed to run one learner's submission, here or elsewhere."""

    assignment: str
    student: str
    notebooks: tuple[NotebookJob, ...]
    files: dict[str, bytes]  # what the notebooks may open, by relative path
    imports: tuple[str, ...]  # statements, done once for all
    given: tuple[str, ...]  # names that the instructor's own imports bind
    limits: Limits


@dataclass
class CellResult:
    """The result of one cell: its outputs as nbformat has them, and seconds.

    `doubts` says what the learner's code had changed before a test. Such a test is run a second time with the changes undone.
    `second` holds the outputs of that run; None where it gave none.
    """

    outputs: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    doubts: list[str] = field(default_factory=list)
    second: list[dict[str, Any]] | None = None
    compiles: bool = False  # its process reports that it has imported numba


@dataclass
class SubmissionFinding:
    """Something that the instructor should know. `cell` is a grade id or a number; `voids`: later tests give no points."""

    kind: str
    text: str
    cell: str = ""
    voids: bool = False


@dataclass
class NotebookResult:
    """The result of one notebook. `ended` says why its run stopped early; "" where it did not."""

    notebook: str
    cells: dict[int, CellResult] = field(default_factory=dict)
    findings: list[SubmissionFinding] = field(default_factory=list)
    ended: str = ""
    seconds: float = 0.0
    cpu_s: float = 0.0
    peak_mb: float = 0.0


@dataclass
class JobResult:
    """The result of one job."""

    assignment: str
    student: str
    notebooks: list[NotebookResult] = field(default_factory=list)
