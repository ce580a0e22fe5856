"""The gradebook writer: many submissions enter the gradebook together, or none does."""

from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from mlsd_course.grading.autograde.assignment import from_source
from mlsd_course.grading.autograde.gradebook import GradebookWriter
from mlsd_course.grading.autograde.journal import Journal
from mlsd_course.grading.course import Course
from tests.support.grades import SLUG, Class, book_of, grades, open_class


@pytest.fixture
def graded(tmp_path: Path) -> Class:
    """Two learners, graded, and gone from the gradebook again."""
    made = open_class(tmp_path, ["reference", "wrong"])
    made.grade(feedback=False)
    with book_of(made.root) as gradebook:
        for name in ("reference", "wrong"):
            gradebook.remove_submission(SLUG, name)
            gradebook.remove_student(name)
    return made


def test_a_failure_at_the_second_submission_enters_neither_and_the_writer_still_works(
    graded: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    """nbgrader commits after every student and submission. Red: SQLAlchemy lets these commits out of our transaction."""
    asked, records = from_source(Course(graded.root), SLUG), Journal(graded.root).records(SLUG)
    assert len(records) == 2
    create = Gradebook.update_or_create_submission

    def failing(self: Gradebook, assignment: str, student: str, **values: object) -> object:
        submission = create(self, assignment, student, **values)
        if student == "wrong":
            raise OSError("the disk is full")
        return submission

    with GradebookWriter(Course(graded.root)) as writer:
        monkeypatch.setattr(Gradebook, "update_or_create_submission", failing)
        with pytest.raises(OSError, match="the disk is full"):
            writer.apply(records, asked)
        monkeypatch.undo()
        assert grades(graded.root) == {}
        with book_of(graded.root) as gradebook:
            assert gradebook.students == []
        writer.apply(records, asked)
        assert all(writer.holds(record) for record in records)
    assert {name: sum(points for points, _ in each.values()) for name, each in grades(graded.root).items()} == {
        "reference": 8,
        "wrong": 0,
    }


def test_nothing_is_visible_to_others_before_the_last_submission_is_entered(
    graded: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who reads the gradebook meanwhile sees it as it was."""
    asked, records = from_source(Course(graded.root), SLUG), Journal(graded.root).records(SLUG)
    create, seen = Gradebook.update_or_create_submission, []

    def watched(self: Gradebook, assignment: str, student: str, **values: object) -> object:
        submission = create(self, assignment, student, **values)
        monkeypatch.undo()
        seen.append(grades(graded.root))
        monkeypatch.setattr(Gradebook, "update_or_create_submission", watched)
        return submission

    with GradebookWriter(Course(graded.root)) as writer:
        monkeypatch.setattr(Gradebook, "update_or_create_submission", watched)
        writer.apply(records, asked)
    assert seen == [{}, {}]
    assert len(grades(graded.root)) == 2
