"""A gradebook of one assignment, written by hand, and what the engine would have left beside it; made in a moment."""

import json
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from nbgrader.api import Gradebook

from mlsd_course.grading.autograde import Journal, SubmissionRecord
from mlsd_course.grading.course import Course
from tests.support.course import NOTEBOOKS

NAME, NOTEBOOK = "ch90_fixture", "exercises"
DUE = datetime(2026, 3, 1, 18, 0)
STUB = "def total(values):\n    # YOUR CODE HERE\n    raise NotImplementedError()"


@dataclass
class Work:
    """What one learner handed in: answers to e1 and e2, points for both tests, and by how much it was late."""

    student: str
    e1: str = STUB
    e2: str = STUB
    points: tuple[float, float] = (0.0, 0.0)
    said: tuple[tuple[str, str], tuple[str, str]] = (("", ""), ("", ""))
    late: timedelta | None = timedelta(hours=-2)
    record: bool = True
    manual: float | None = None


def small_class(root: Path, works: list[Work], due: datetime | None = DUE) -> Path:
    """Write the course `root`: two exercises of 4 and 6 points, each a solution and a test."""
    root.mkdir(parents=True, exist_ok=True)
    shutil.copy(NOTEBOOKS / "nbgrader_config.py", root)
    _ = Course(root).config  # its file puts nbgrader's helper programs on PATH
    (root / "gradebook.db").write_bytes(_empty())
    with book_of(root) as book:
        book.add_assignment(NAME, **({"duedate": due} if due else {}))
        book.add_notebook(NOTEBOOK, NAME)
        for name, points in (("e1", 4), ("e2", 6)):
            book.add_solution_cell(name, NOTEBOOK, NAME)
            book.add_source_cell(name, NOTEBOOK, NAME, cell_type="code", source=STUB)
            book.add_grade_cell(f"{name}_test", NOTEBOOK, NAME, max_score=points, cell_type="code")
            book.add_source_cell(f"{name}_test", NOTEBOOK, NAME, cell_type="code", source="assert True", locked=True)
        for work in works:
            book.add_student(work.student)
            _hand_in(book, root, work, due or DUE)
    return root


@cache
def _empty() -> bytes:
    """Return a gradebook without anything in it; nbgrader takes seconds to make one."""
    with tempfile.TemporaryDirectory() as folder:
        book_of(Path(folder)).close()
        return Path(folder, "gradebook.db").read_bytes()


def book_of(root: Path) -> Gradebook:
    """Open the gradebook."""
    return Gradebook(f"sqlite:///{root / 'gradebook.db'}", "mlsd")


def _hand_in(book: Gradebook, root: Path, work: Work, due: datetime) -> None:
    when = {} if work.late is None else {"timestamp": due + work.late}
    submission = book.add_submission(NAME, work.student, **when)
    scores = dict(zip(("e1_test", "e2_test"), work.points, strict=True))
    for grade in submission.notebooks[0].grades:
        grade.auto_score, grade.needs_manual_grade = scores[grade.name], False
        if work.manual is not None and grade.name == "e1_test":
            grade.manual_score = work.manual
    book.db.commit()
    marks = {
        name: {
            "score": scores[name],
            "points": points,
            "manual": False,
            "cause": said[0],
            "message": said[1],
            "seconds": 0.25,
        }
        for name, points, said in zip(scores, (4.0, 6.0), work.said, strict=True)
    }
    blank = [name for name, text in (("e1", work.e1), ("e2", work.e2)) if text == STUB]
    if work.record:
        kept = {NOTEBOOK: {"ended": "", "seconds": 1.5, "marks": marks, "hashes": {}, "blank": blank}}
        Journal(root).write(SubmissionRecord(NAME, work.student, "key", notebooks=kept, seconds=1.5, recorded=True))
    _write_autograded(root, work)


def _write_autograded(root: Path, work: Work) -> None:
    folder = root / "autograded" / work.student / NAME
    folder.mkdir(parents=True)
    cells = []
    for name, text, said in (("e1", work.e1, work.said[0]), ("e2", work.e2, work.said[1])):
        error = {"output_type": "error", "ename": said[0], "evalue": said[1], "traceback": []}
        cells.append({"cell_type": "code", "metadata": {"nbgrader": {"grade_id": name}}, "source": text, "outputs": []})
        outputs = [error] if said[0] else []
        marks = {"nbgrader": {"grade_id": f"{name}_test"}}
        cells.append({"cell_type": "code", "metadata": marks, "source": "assert True", "outputs": outputs})
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    (folder / f"{NOTEBOOK}.ipynb").write_text(text, encoding="utf-8")
