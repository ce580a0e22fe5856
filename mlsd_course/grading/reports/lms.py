"""Grades in the columns that learning management systems import.

Canvas, gradebook CSV: `Student, ID, SIS User ID, SIS Login ID, Section`, then a column an assignment, headed `Name (id)`;
the second row is `Points Possible`. A row is found by ID, else by SIS User ID, else by SIS Login ID, else by name; a
heading without an id by the assignment's name. Source: `lib/gradebook_importer.rb` of instructure/canvas-lms, and the
guide "How do I import grades in the Gradebook?".

Moodle, grade import: free columns that are mapped on upload, one of which (`Email address`, `ID number`, `Username`) says
who it is; a learner who is not found ends the import, and a row whose identifying cell is empty is given to the learner
before it. So a column that is not complete is left out. Feedback is imported together with its grade, never alone.
Source: docs.moodle.org, "Grade import", and `grade/import/csv/classes/load_data.php` of moodle/moodle.

Moodle, offline grading worksheet: `Identifier` ("Participant 123"), `Grade`, `Last modified (grade)` and `Feedback
comments` are read, the others shown. Identifiers are known to Moodle alone: so the downloaded worksheet is filled in.
Source: `mod/assign/feedback/offline/importgradeslib.php`.

A learner who handed in nothing has no row, and nothing changes for them, unless asked otherwise.
"""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from mlsd_course.errors import GradingError
from mlsd_course.grading.reports.classbook import Classbook, GradedSubmission, Learner
from mlsd_course.grading.reports.sheet import csv_text, rounded_points

CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
CANVAS_POINTS = "    Points Possible"
GRADE, MAXIMUM, COMMENTS = "Grade", "maximum grade", "Feedback comments"
NBGRADER = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)  # fmt: skip - the columns of `nbgrader export`


@dataclass(frozen=True)
class Roster:
    """A file that the system itself exported: its columns and rows, so that its own ids are used."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]

    def row_of(self, learner: Learner) -> Mapping[str, str] | None:
        """Return the row of a learner: by id number, then login or e-mail, then name; None where there is none."""
        ids = {each.lower() for each in (learner.id, learner.lms_id, learner.email) if each}
        names = {learner.sorted_name.lower(), f"{learner.first_name} {learner.last_name}".strip().lower()} - {""}
        for columns, wanted in (
            (("ID",), {learner.lms_id} - {""}),
            (("SIS Login ID", "SIS User ID", "Username", "ID number", "Email address"), ids),
            (("Student", "Full name"), names),
        ):
            hits = [row for row in self.rows if any(row.get(name, "").strip().lower() in wanted for name in columns)]
            if len(hits) == 1:
                return hits[0]
        return None

    def rows_of(self, learners: Sequence[Learner]) -> dict[str, Mapping[str, str]]:
        """Return the rows by learner's id; a row that fits two learners is given to neither."""
        rows = {learner.id: row for learner in learners if (row := self.row_of(learner)) is not None}
        claims = Counter(map(id, rows.values()))
        return {name: row for name, row in rows.items() if claims[id(row)] == 1}


def roster(path: Path) -> Roster:
    """Read a file that Canvas or Moodle exported; GradingError where it is none."""
    remedy = "Export the gradebook from Canvas, or download the grading worksheet of the assignment from Moodle"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns = tuple(reader.fieldnames or ())
            rows = tuple({key: value or "" for key, value in row.items() if key} for row in reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise GradingError(f"The roster {path} cannot be read ({reason})", remedy=remedy) from error
    if not set(columns) & {"Student", "Identifier"}:
        raise GradingError(f"The roster {path} has no column Student or Identifier", remedy=remedy)
    return Roster(columns, rows)


@dataclass(frozen=True)
class Export:
    """A file for a learning management system, and what its reader should know before it is imported."""

    text: str
    notes: tuple[str, ...] = ()


def canvas(
    books: Sequence[Classbook], headings: Mapping[str, str], roster: Roster | None = None, zero: bool = False
) -> Export:
    """Return Canvas's columns for some assignments. `headings`: by assignment, such as `Online serving (4711)`."""
    rows: list[list[object]] = [
        [*CANVAS, *(headings.get(book.assignment, book.assignment) for book in books)],
        [CANVAS_POINTS, "", "", "", "", *(rounded_points(book.maximum) for book in books)],
    ]
    without_row = []
    graded = _grades(books, zero)
    rows_of = roster.rows_of([learner for learner, _ in graded]) if roster else {}
    for learner, grades in graded:
        own = rows_of.get(learner.id)
        if roster and own is None:
            without_row.append(learner.id)
        identity = (
            [own.get(name, "") for name in CANVAS] if own else [learner.sorted_name, learner.lms_id, "", learner.id, ""]
        )
        rows.append([*identity, *(rounded_points(grade) for grade in grades)])
    notes = _notes(books, without_row)
    if unnumbered := [
        each for each in (headings.get(b.assignment, b.assignment) for b in books) if not each.endswith(")")
    ]:
        notes += (
            f"Canvas finds {', '.join(unnumbered)} by name, or makes it: --heading '{unnumbered[0]} (id)' names it for certain.",
        )
    return Export(csv_text(rows), notes)


def moodle(
    books: Sequence[Classbook],
    headings: Mapping[str, str],
    feedback: Mapping[str, Mapping[str, str]],
    roster: Roster | None = None,
    zero: bool = False,
) -> Export:
    """Return Moodle's columns for some assignments, or its own worksheet filled in. `feedback`: by assignment and learner."""
    if roster:
        return _worksheet(books[0], feedback.get(books[0].assignment, {}), roster, zero)
    graded = list(_grades(books, zero))
    identities = {
        "Username": [learner.id for learner, _ in graded],
        "ID number": [learner.lms_id for learner, _ in graded],
        "Email address": [learner.email for learner, _ in graded],
    }
    complete = {name: values for name, values in identities.items() if all(values)}
    titles = [headings.get(book.assignment, book.assignment) for book in books]
    header: list[object] = ["Full name", *complete]
    for title in titles:
        header += [title, f"{title} (Feedback)"]
    rows = [header]
    for number, (learner, grades) in enumerate(graded):
        row: list[object] = [f"{learner.first_name} {learner.last_name}".strip() or learner.id]
        row += [values[number] for values in complete.values()]
        for book, grade in zip(books, grades, strict=True):
            row += [rounded_points(grade), feedback.get(book.assignment, {}).get(learner.id, "")]
        rows.append(row)
    best = list(complete)[-1] if complete else "Full name"
    most = ", ".join(f"{title}: {book.maximum:g}" for title, book in zip(titles, books, strict=True))
    advice = (
        f"On upload map {best!r} to the learner, each grade to its item, each feedback to the same item. "
        f"Maximum there as here ({most})."
    )
    return Export(csv_text(rows), (*_notes(books, []), advice))


def grades_csv(books: Sequence[Classbook]) -> Export:
    """Return the columns of `nbgrader export`, then hours late and whether a mark is still to come, a row a learner."""
    rows: list[list[object]] = [[*NBGRADER, "hours_late", "needs_manual_grade"]]
    for book in books:
        by_learner = {each.learner.id: each for each in book.handed}
        for learner in book.learners:
            rows.append(_csv_row(book, learner, by_learner.get(learner.id)))
    return Export(csv_text(rows), _notes(books, []))


def _csv_row(book: Classbook, learner: Learner, handed: GradedSubmission | None) -> list[object]:
    who: list[object] = [learner.id, learner.last_name, learner.first_name, learner.email]
    due = str(handed.due if handed else book.due or "") if (handed and handed.due) or book.due else ""
    if handed is None:
        return [book.assignment, due, "", *who, 0.0, 0.0, 0.0, book.maximum, "", ""]
    when = str(handed.timestamp) if handed.timestamp else ""
    scores: list[object] = [handed.raw, handed.penalty, handed.score, book.maximum]
    return [book.assignment, due, when, *who, *scores, round(handed.late_s / 3600, 2), int(handed.waits)]


def _worksheet(book: Classbook, feedback: Mapping[str, str], roster: Roster, zero: bool) -> Export:
    """Return Moodle's worksheet with grades and comments; rows of others stay as they were."""
    if not {"Identifier", GRADE} <= set(roster.columns):
        raise GradingError(
            "The roster is no grading worksheet of Moodle",
            given=", ".join(roster.columns[:8]),
            allowed="the columns Identifier and Grade",
            remedy="Download the grading worksheet of the assignment from Moodle",
        )
    columns = roster.columns if COMMENTS in roster.columns else (*roster.columns, COMMENTS)
    filled = {id(row): dict(row) for row in roster.rows}
    without_row = []
    graded = _grades([book], zero)
    rows_of = roster.rows_of([learner for learner, _ in graded])
    for learner, (grade,) in graded:
        row = rows_of.get(learner.id)
        if row is None:
            without_row.append(learner.id)
        else:
            filled[id(row)] |= {GRADE: str(rounded_points(grade)), COMMENTS: feedback.get(learner.id, "")}
    rows: list[list[object]] = [list(columns)]
    rows += [[row.get(name, "") for name in columns] for row in filled.values()]
    return Export(csv_text(rows), (*_notes([book], without_row), *_other_maximum(roster, book)))


def _other_maximum(roster: Roster, book: Classbook) -> list[str]:
    """Return what to say where Moodle counts to another number of points."""
    columns = [name for name in roster.columns if name.lower() == MAXIMUM]
    there = {row[name].strip() for name in columns for row in roster.rows} - {
        "",
        f"{book.maximum:.2f}",
        f"{book.maximum:g}",
    }
    return (
        [f"Moodle's maximum is {', '.join(sorted(there))}: set it to {book.maximum:g}, or grades mean something else."]
        if there
        else []
    )


def _grades(books: Sequence[Classbook], zero: bool) -> list[tuple[Learner, list[float | None]]]:
    """Return who has a grade in any of the assignments, and the grades; with `zero`, 0 for what was not handed in."""
    learners = {learner.id: learner for book in books for learner in book.learners}
    scores = [{each.learner.id: each.score for each in book.handed} for book in books]
    default = 0.0 if zero else None
    rows = [(learner, [each.get(name, default) for each in scores]) for name, learner in sorted(learners.items())]
    return [(learner, grades) for learner, grades in rows if any(grade is not None for grade in grades)]


def _notes(books: Sequence[Classbook], without_row: Sequence[str]) -> tuple[str, ...]:
    notes = []
    for book in books:
        if waiting := sum(each.waits for each in book.handed):
            notes.append(
                f"{book.assignment}: {waiting} submissions wait for marking by hand; their grade is not final."
            )
    if without_row:
        notes.append(
            f"No row of their own in the roster, so left out of it or without its ids: {', '.join(without_row[:10])}."
        )
    return tuple(notes)


def comment(lines: Sequence[str]) -> str:
    """Return feedback for a cell: Moodle shows it as HTML, so what learners' code put into a message is escaped."""
    return escape("; ".join(lines), quote=False)
