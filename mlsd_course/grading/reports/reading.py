"""From a course root to a report: the gradebook is read once, then the records and the notebooks."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from mlsd_course.errors import GradingError
from mlsd_course.grading.reports import lms
from mlsd_course.grading.reports.classbook import Classbook, graded_names, open_gradebook, read_classbook
from mlsd_course.grading.reports.overview import Overview, overview
from mlsd_course.grading.reports.similarity import alike
from mlsd_course.grading.reports.submission_details import ClassDetails, read_details

_NAMED = 5


def graded(root: Path) -> list[str]:
    """Return the assignments with submissions in the gradebook of the course root."""
    with open_gradebook(root) as book:
        return graded_names(book)


def overviews(root: Path, assignments: Sequence[str] = (), similarity: bool = True) -> list[Overview]:
    """Return the overview of each assignment (none named: of all that are graded); GradingError where there is nothing."""
    results = []
    for book in _books(root, assignments):
        details = read_details(root, book)
        pairs = (
            alike(_written(book, details), _handed_out(root, book), {name for _, name in book.prose})
            if similarity
            else ()
        )
        results.append(overview(book, details, pairs, _notes(book, details)))
    return results


def export(
    root: Path,
    assignments: Sequence[str],
    form: str,
    *,
    headings: Mapping[str, str] | None = None,
    roster: lms.Roster | None = None,
    zero: bool = False,
) -> lms.Export:
    """Return the grades as `form`: csv, canvas or moodle."""
    books = _books(root, assignments)
    if roster and form == "moodle" and len(books) != 1:
        raise GradingError("A grading worksheet belongs to one assignment", remedy="Name it: mlsd report ASSIGNMENT")
    if form == "csv":
        return lms.grades_csv(books)
    if form == "canvas":
        return lms.canvas(books, headings or {}, roster, zero)
    feedback = {book.assignment: _feedback(book, read_details(root, book)) for book in books}
    return lms.moodle(books, headings or {}, feedback, roster, zero)


def _books(root: Path, assignments: Sequence[str]) -> list[Classbook]:
    with open_gradebook(root) as book:
        names = list(assignments) or graded_names(book)
        if not names:
            raise GradingError("Nothing is graded in this gradebook", remedy="Grade first: mlsd grade")
        return [read_classbook(book, name) for name in names]


def _written(book: Classbook, details: ClassDetails) -> dict[str, dict[str, str]]:
    """Return what was written, by learner and cell, without what was left blank."""
    return {
        name: {key[1]: text for key, text in each.answers.items() if key not in each.blank}
        for name, each in details.by_learner.items()
    }


def _handed_out(root: Path, book: Classbook) -> list[str]:
    """Return every text that learners were handed: of the gradebook's cells, and of the released notebooks."""
    texts = list(book.handed_out)
    for path in sorted((root / "release" / book.assignment).glob("*.ipynb")):
        try:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            texts += ["".join(cell["source"]) for cell in cells]
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return texts


def _feedback(book: Classbook, details: ClassDetails) -> dict[str, str]:
    """Return a line for each learner: where points are missing, and the message that they have read."""
    results = {}
    for handed in book.handed:
        name = handed.learner.id
        lines = [f"{handed.penalty:g} points off for being late"] if handed.penalty else []
        for exercise in book.exercises:
            cell = handed.cells.get(exercise.key)
            if cell is not None and cell.score < exercise.points:
                said = "" if exercise.written or cell.waits else details.failure(name, exercise.key).message
                note = (
                    "is still to be marked" if cell.waits else f"{cell.score:g} of {exercise.points:g}. {said}".strip()
                )
                lines.append(f"{exercise.name}: {note}")
        results[name] = lms.comment(lines)
    return results


def _notes(book: Classbook, details: ClassDetails) -> tuple[str, ...]:
    notes = []
    if details.without_record and len(details.without_record) < len(book.handed):
        notes.append(
            f"No readable record of {_some_of(details.without_record)}: their causes come from the autograded notebooks. "
            f"Write it anew: mlsd grade {book.assignment} --force --student {details.without_record[0]}."
        )
    elif details.without_record:
        notes.append(
            "There are no records of `mlsd grade`: causes come from the autograded notebooks, run times are not known."
        )
    if details.without_notebook:
        notes.append(
            f"No autograded notebook of {_some_of(details.without_notebook)} can be read: run mlsd grade {book.assignment} again."
        )
    if refused := [name for name, each in details.by_learner.items() if each.refused]:
        notes.append(f"Could not be run: {_some_of(refused)}.")
    if book.due is None:
        notes.append("There is no due date, so nobody is late.")
    return tuple(notes)


def _some_of(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
