"""One assignment as nbgrader's gradebook has it, as plain data: who handed in when, and the points of every cell."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from mlsd_course.errors import GradingError
from mlsd_course.grading.course import DATABASE, Course
from mlsd_course.grading.reports.late import late_seconds

Key = tuple[str, str]  # notebook, grade id


@dataclass(frozen=True)
class Learner:
    """A learner as the gradebook knows them; `lms_id` is the number in the learning management system."""

    id: str
    last_name: str = ""
    first_name: str = ""
    email: str = ""
    lms_id: str = ""

    @property
    def sorted_name(self) -> str:
        """The name as lists sort it: `Lovelace, Ada`; the id where there is none."""
        return ", ".join(part for part in (self.last_name, self.first_name) if part) or self.id


@dataclass(frozen=True)
class Points:
    """Points of one graded cell; `waits` for a person."""

    score: float
    waits: bool = False


@dataclass(frozen=True)
class Handed:
    """One submission: points before and what was taken for being late; `due` holds the learner's extension."""

    learner: Learner
    timestamp: datetime | None
    due: datetime | None
    raw: float
    penalty: float
    cells: Mapping[Key, Points] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """The points that count, as `nbgrader export` has them."""
        return max(0.0, self.raw - self.penalty)

    @property
    def waits(self) -> bool:
        """Whether something is still to be marked by a person."""
        return any(cell.waits for cell in self.cells.values())

    @property
    def late_s(self) -> float:
        """Seconds after the due date."""
        return late_seconds(self.timestamp, self.due)


@dataclass(frozen=True)
class Exercise:
    """One graded cell: its points, and the solution cells whose answers it judges."""

    key: Key
    points: float
    written: bool
    answers: tuple[Key, ...]

    @property
    def name(self) -> str:
        """The grade id."""
        return self.key[1]


@dataclass(frozen=True)
class Classbook:
    """An assignment and all who take the course. `stubs`: what stood in each solution cell when it was handed out."""

    assignment: str
    due: datetime | None
    learners: tuple[Learner, ...]
    handed: tuple[Handed, ...]
    exercises: tuple[Exercise, ...]
    stubs: Mapping[Key, str] = field(default_factory=dict)
    given: tuple[str, ...] = ()  # text of every cell that nbgrader knows, without hidden tests
    prose: frozenset[Key] = frozenset()

    @property
    def maximum(self) -> float:
        """All points that can be had."""
        return sum(exercise.points for exercise in self.exercises)


@contextmanager
def opened(root: Path) -> Iterator[Any]:
    """Open the gradebook of the course root; GradingError where there is none that can be read."""
    from nbgrader.api import Gradebook
    from sqlalchemy.exc import DatabaseError

    course, path = Course(root), root / DATABASE
    if not path.is_file() and not course.has_own_db_url:
        raise GradingError(
            f"There is no gradebook {path}", remedy="Grade first: mlsd grade; or name the course: --course"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SQLAlchemy about nbgrader's own code
            with Gradebook(course.db_url, course.id) as book:
                yield book
    except DatabaseError as error:
        if "locked" in str(error.orig):
            raise GradingError(
                f"Another program writes to {path}", remedy="Wait for its end, then try again"
            ) from error
        raise GradingError(
            f"The gradebook {path} cannot be read ({error.orig})",
            remedy="Put back a copy that works; or move it away and run mlsd grade, which makes the automatic points anew",
        ) from error


def names(book: Any) -> list[str]:
    """Return the assignments for which there are submissions."""
    return sorted(found.name for found in book.assignments if found.submissions)


def found(book: Any, assignment: str) -> Any:
    """Return nbgrader's assignment of that name with its submissions; GradingError where there is none."""
    from nbgrader.api import MissingEntry

    try:
        entry = book.find_assignment(assignment)
    except MissingEntry:
        entry = None
    if entry is None or not entry.submissions:
        raise GradingError(
            "Nothing is graded under this name",
            given=assignment,
            allowed=", ".join(names(book)) or "none yet",
            remedy="Grade it first: mlsd grade",
        )
    return entry


def read(book: Any, assignment: str) -> Classbook:
    """Return what the gradebook holds of an assignment."""
    entry = found(book, assignment)
    learners = {row.id: _learner(row) for row in book.students}
    cells, totals = _points(book, entry)
    handed = tuple(
        Handed(
            learners[row.student_id],
            row.timestamp,
            entry.duedate + row.extension if entry.duedate and row.extension else entry.duedate,
            *totals.get(row.id, (0.0, 0.0)),
            cells.get(row.id, {}),
        )
        for row in sorted(entry.submissions, key=lambda row: str(row.student_id))
    )
    exercises, stubs, given, prose = _asked(book, entry)
    return Classbook(
        assignment,
        entry.duedate,
        tuple(sorted(learners.values(), key=lambda each: (each.sorted_name.lower(), each.id))),
        handed,
        exercises,
        stubs,
        given,
        prose,
    )


def _learner(row: Any) -> Learner:
    return Learner(row.id, row.last_name or "", row.first_name or "", row.email or "", row.lms_user_id or "")


def _points(book: Any, entry: Any) -> tuple[dict[str, dict[Key, Points]], dict[str, tuple[float, float]]]:
    """Return by submission the points of its cells, and their sum with the penalty."""
    from nbgrader.api import BaseCell, Grade, Notebook, SubmittedAssignment, SubmittedNotebook

    cells: dict[str, dict[Key, Points]] = {}
    columns = (SubmittedAssignment.id, Notebook.name, BaseCell.name, Grade.score, Grade.needs_manual_grade)
    query = (
        book.db.query(*columns)
        .select_from(Grade)
        .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
        .join(BaseCell, Grade.cell_id == BaseCell.id)
        .filter(SubmittedAssignment.assignment_id == entry.id)
    )
    for submission, notebook, name, score, waits in query:
        cells.setdefault(submission, {})[notebook, name] = Points(score or 0.0, bool(waits))
    lost = (
        book.db.query(SubmittedAssignment.id, SubmittedNotebook.late_submission_penalty)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .filter(SubmittedAssignment.assignment_id == entry.id)
    )
    penalties: dict[str, float] = {}
    for submission, penalty in lost:
        penalties[submission] = penalties.get(submission, 0.0) + (penalty or 0.0)
    totals = {
        submission: (sum(cell.score for cell in cells.get(submission, {}).values()), penalty)
        for submission, penalty in penalties.items()
    }
    return cells, totals


def _asked(book: Any, entry: Any) -> tuple[tuple[Exercise, ...], dict[Key, str], tuple[str, ...], frozenset[Key]]:
    """Return the exercises in the order of the notebook, and what learners were given."""
    from mlsd_course.grading.autograde.assignment import source_rows, without_hidden

    exercises, stubs, given, prose = list[Exercise](), dict[Key, str](), list[str](), set[Key]()
    for notebook in sorted(entry.notebooks, key=lambda row: str(row.name)):
        points = {cell.name: float(cell.max_score) for cell in [*notebook.grade_cells, *notebook.task_cells]}
        solutions = {cell.name for cell in notebook.solution_cells}
        open_answers: list[Key] = []
        for row in source_rows(book, notebook.id):
            key = (notebook.name, row.name)
            given.append(without_hidden(row.source or ""))
            if row.name in solutions:
                open_answers.append(key)
                stubs[key] = row.source or ""
                prose |= {key} if row.cell_type == "markdown" else set()
            if row.name in points:
                exercises.append(Exercise(key, points[row.name], row.cell_type == "markdown", tuple(open_answers)))
                open_answers = []
    return tuple(exercises), stubs, tuple(given), frozenset(prose)
