"""Writes points into nbgrader's gradebook, many submissions in one transaction. Nothing else in grading writes points."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mlsd_course.grading.autograde.assignment import Assignment
from mlsd_course.grading.autograde.journal import SubmissionRecord
from mlsd_course.grading.course import Course


class GradebookWriter:
    """Writes to the gradebook of a course, which is open within `with`."""

    def __init__(self, course: Course) -> None:
        from nbgrader.api import Gradebook
        from nbgrader.preprocessors import AssignLatePenalties

        config = course.config  # read first: it puts nbgrader's helper programs on PATH
        self.gradebook = Gradebook(course.db_url, course.id)
        self._late = AssignLatePenalties(config=config)
        self._late.init_plugin()
        self._late.log.setLevel(logging.ERROR)
        self._late.plugin_inst.log.setLevel(logging.ERROR)

    def __enter__(self) -> "GradebookWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self.gradebook.close()

    def holds(self, record: SubmissionRecord) -> bool:
        """Tell whether the gradebook has a submission for `record`."""
        from nbgrader.api import MissingEntry

        try:
            self.gradebook.find_submission(record.assignment, record.student)
        except MissingEntry:
            return False
        return True

    def apply(self, records: list[SubmissionRecord], asked: Assignment) -> None:
        """Enter the automatic points of `records`, all or none.

        Points that a person has entered stay. A second call with the same records changes nothing.
        """
        if not records:
            return
        with self._one_transaction():
            for record in records:
                self._apply(record, asked)

    @contextmanager
    def _one_transaction(self) -> Iterator[None]:
        """Let nbgrader's own commits wait for the end: its session joins a transaction that it may not commit."""
        session, engine = self.gradebook.db, self.gradebook.engine
        with engine.begin() as connection:
            session.remove()
            session.configure(bind=connection, join_transaction_mode="rollback_only", expire_on_commit=False)
            try:
                yield
                session.commit()  # sends what is still in memory; the transaction is committed by `engine.begin`
            finally:
                session.remove()
                session.configure(bind=engine, join_transaction_mode="conditional_savepoint", expire_on_commit=True)

    def _apply(self, record: SubmissionRecord, asked: Assignment) -> None:
        from nbgrader.utils import parse_utc

        gradebook = self.gradebook
        when = {"timestamp": parse_utc(record.timestamp)} if record.timestamp else {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SQLAlchemy about nbgrader's own code
            gradebook.update_or_create_student(record.student)
            submission = gradebook.update_or_create_submission(record.assignment, record.student, **when)
        for notebook in submission.notebooks:
            if notebook.name not in asked.notebooks:
                continue
            marks = record.notebooks.get(notebook.name, {}).get("marks", {})
            for grade in notebook.grades:
                _enter(grade, marks.get(grade.name), notebook.name in record.missing)
            for comment in notebook.comments:
                mark = marks.get(comment.name)
                comment_text = "No response." if mark and mark["cause"] == "no response" else None
                comment.auto_comment = comment_text or _unanswered(record, notebook.name, comment.name)
        gradebook.db.flush()
        for notebook in submission.notebooks:
            gradebook.db.refresh(notebook)
            notebook.late_submission_penalty = self._penalty(record.student, submission, notebook)

    def _penalty(self, student: str, submission: Any, notebook: Any) -> float | None:
        late_s = submission.total_seconds_late
        if late_s <= 0:
            return None
        penalty = self._late.plugin_inst.late_submission_penalty(student, notebook.score, late_s)
        return None if penalty is None else float(self._late._check_late_penalty(notebook, penalty))  # noqa: SLF001 nbgrader's own check of a penalty


def _enter(grade: Any, mark: dict[str, Any] | None, missing: bool) -> None:
    """Write one grade. A grade that stays the same keeps what a person has decided about it."""
    if mark is None:
        if missing:  # as nbgrader does
            grade.auto_score, grade.needs_manual_grade = 0.0, False
        return
    if grade.auto_score == mark["score"] and (
        grade.manual_score is not None or grade.needs_manual_grade == mark["manual"]
    ):
        return
    grade.auto_score = mark["score"]
    grade.needs_manual_grade = bool(mark["manual"] or mark["score"] is None or grade.manual_score is not None)


def _unanswered(record: SubmissionRecord, notebook: str, name: str) -> str | None:
    return "No response." if name in record.notebooks.get(notebook, {}).get("blank", []) else None
