"""A job and what comes of it: plain data that can be sent to another process or another machine."""

from dataclasses import dataclass, field
from typing import Any

from mlsd_course.grading.sandbox.limits import Limits


@dataclass(frozen=True)
class CellJob:
    """One code cell to be run. A `trusted` one is the instructor's text; a `test` is graded and shown to nobody before."""

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
    """What came of one cell: outputs as nbformat has them, and seconds.

    A test before which something looked wrong (`doubts`) was run a second time with that put back: `second`, or None
    where that run said nothing.
    """

    outputs: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    doubts: list[str] = field(default_factory=list)
    second: list[dict[str, Any]] | None = None
    compiles: bool = False  # it says that it has loaded numba


@dataclass
class SubmissionFinding:
    """Something that the instructor should know; `cell` is a grade id or a number, `voids` takes later points away."""

    kind: str
    text: str
    cell: str = ""
    voids: bool = False


@dataclass
class NotebookResult:
    """What came of one notebook. `ended` says why it did not reach its end; "" where it did."""

    notebook: str
    cells: dict[int, CellResult] = field(default_factory=dict)
    findings: list[SubmissionFinding] = field(default_factory=list)
    ended: str = ""
    seconds: float = 0.0
    cpu_s: float = 0.0
    peak_mb: float = 0.0


@dataclass
class JobResult:
    """What came of one job."""

    assignment: str
    student: str
    notebooks: list[NotebookResult] = field(default_factory=list)
