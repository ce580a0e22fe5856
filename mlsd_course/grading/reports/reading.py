"""From a course root to a report: the gradebook is read once, then the records and the notebooks."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from mlsd_course.errors import GradingError
from mlsd_course.grading.reports import attempts, classbook, lms
from mlsd_course.grading.reports.attempts import Attempts
from mlsd_course.grading.reports.classbook import Classbook
from mlsd_course.grading.reports.overview import Overview, overview
from mlsd_course.grading.reports.similarity import alike

_NAMED = 5


def graded(root: Path) -> list[str]:
    """Return the assignments with submissions in the gradebook of the course root."""
    with classbook.opened(root) as book:
        return classbook.names(book)


def overviews(root: Path, assignments: Sequence[str] = (), similarity: bool = True) -> list[Overview]:
    """Return the overview of each assignment (none named: of all that are graded); GradingError where there is nothing."""
    found = []
    for book in _books(root, assignments):
        tried = attempts.read(root, book)
        pairs = alike(_written(book, tried), _given(root, book), {name for _, name in book.prose}) if similarity else ()
        found.append(overview(book, tried, pairs, _notes(book, tried)))
    return found


def export(
    root: Path,
    assignments: Sequence[str],
    form: str,
    *,
    headings: Mapping[str, str] | None = None,
    known: lms.Roster | None = None,
    zero: bool = False,
) -> lms.Export:
    """Return the grades as `form`: csv, canvas or moodle."""
    books = _books(root, assignments)
    if known and form == "moodle" and len(books) != 1:
        raise GradingError("A grading worksheet belongs to one assignment", remedy="Name it: mlsd report ASSIGNMENT")
    if form == "csv":
        return lms.grades_csv(books)
    if form == "canvas":
        return lms.canvas(books, headings or {}, known, zero)
    feedback = {book.assignment: _feedback(book, attempts.read(root, book)) for book in books}
    return lms.moodle(books, headings or {}, feedback, known, zero)


def _books(root: Path, assignments: Sequence[str]) -> list[Classbook]:
    with classbook.opened(root) as book:
        names = list(assignments) or classbook.names(book)
        if not names:
            raise GradingError("Nothing is graded in this gradebook", remedy="Grade first: mlsd grade")
        return [classbook.read(book, name) for name in names]


def _written(book: Classbook, tried: Attempts) -> dict[str, dict[str, str]]:
    """Return what was written, by learner and cell, without what was left blank."""
    return {
        name: {key[1]: text for key, text in attempt.wrote.items() if key not in attempt.blank}
        for name, attempt in tried.by_learner.items()
    }


def _given(root: Path, book: Classbook) -> list[str]:
    """Return every text that learners were handed: of the gradebook's cells, and of the released notebooks."""
    texts = list(book.given)
    for path in sorted((root / "release" / book.assignment).glob("*.ipynb")):
        try:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            texts += ["".join(cell["source"]) for cell in cells]
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return texts


def _feedback(book: Classbook, tried: Attempts) -> dict[str, str]:
    """Return a line for each learner: where points are missing, and the message that they have read."""
    found = {}
    for handed in book.handed:
        name = handed.learner.id
        lines = [f"{handed.penalty:g} points off for being late"] if handed.penalty else []
        for exercise in book.exercises:
            cell = handed.cells.get(exercise.key)
            if cell is not None and cell.score < exercise.points:
                said = "" if exercise.written or cell.waits else tried.failure(name, exercise.key).message
                note = (
                    "is still to be marked" if cell.waits else f"{cell.score:g} of {exercise.points:g}. {said}".strip()
                )
                lines.append(f"{exercise.name}: {note}")
        found[name] = lms.comment(lines)
    return found


def _notes(book: Classbook, tried: Attempts) -> tuple[str, ...]:
    notes = []
    if tried.unread and len(tried.unread) < len(book.handed):
        notes.append(
            f"No readable record of {_some(tried.unread)}: their causes come from the autograded notebooks. "
            f"Write it anew: mlsd grade {book.assignment} --force --student {tried.unread[0]}."
        )
    elif tried.unread:
        notes.append(
            "There are no records of `mlsd grade`: causes come from the autograded notebooks, run times are not known."
        )
    if tried.gone:
        notes.append(
            f"No autograded notebook of {_some(tried.gone)} can be read: run mlsd grade {book.assignment} again."
        )
    if refused := [name for name, attempt in tried.by_learner.items() if attempt.refused]:
        notes.append(f"Could not be run: {_some(refused)}.")
    if book.due is None:
        notes.append("There is no due date, so nobody is late.")
    return tuple(notes)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
