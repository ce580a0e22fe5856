"""`grade`: runs the submissions of a class, and writes notebooks, records, points and feedback pages. It alone writes."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from mlsd_course.errors import GradingError
from mlsd_course.grading.autograde import autograded
from mlsd_course.grading.autograde.assignment import assignment, assignments
from mlsd_course.grading.autograde.grade_submission import grade_submission, keep_unchanged_marks, ungraded_notebooks
from mlsd_course.grading.autograde.gradebook import GradebookWriter
from mlsd_course.grading.autograde.journal import Journal, SubmissionRecord
from mlsd_course.grading.autograde.pools.pool import Pool, cores
from mlsd_course.grading.autograde.submission import Submission, key_of, read, students
from mlsd_course.grading.course import Course
from mlsd_course.grading.sandbox.job import Job, JobResult
from mlsd_course.grading.sandbox.limits import Limits

if TYPE_CHECKING:
    from nbformat import NotebookNode

BATCH = 8  # submissions in one transaction of the gradebook
BACKLOG_BATCHES = 8  # batches that may wait for the disk before the run waits for it, too
DISK_WRITERS = 8  # threads: writing the files of several submissions at once takes as long as those of one
Progress = Callable[[str, str, int], None]  # assignment, student ("" at the start), how many there are


@dataclass
class Summary:
    """What a run did. `refused` and `findings` hold sentences by student, `changed` names the cells that changed."""

    graded: list[tuple[str, str]] = field(default_factory=list)
    current: int = 0
    finished: int = 0  # submissions that an earlier run graded, and that this one has written
    changed: list[str] = field(default_factory=list)
    refused: dict[str, list[str]] = field(default_factory=dict)
    findings: dict[str, list[str]] = field(default_factory=dict)


def grade(
    root: Path,
    names: list[str] | None,
    pool: Pool,
    *,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    only: list[str] | None = None,
    force: bool = False,
    feedback: bool = True,
    progress: Progress = lambda assignment, student, total: None,
) -> Summary:
    """Grade what was handed in for the assignments `names` (None: all) under the course root `root`.

    A submission whose grade is current is skipped unless `force`. What an interrupted run left undone is finished.
    `only` names the students to grade (None: all). A submission that cannot be run gets no points, and is reported.
    Raises GradingError where nothing can be graded at all.
    """
    course = Course(Path(root).resolve())
    there = assignments(course)
    for name in names or []:
        if name not in there:
            raise GradingError(
                f"Nobody has handed in {name!r}: there is no submitted/<student>/{name} in {course.root}",
                allowed=", ".join(there) or "none",
                remedy="Collect it with `nbgrader collect`, or copy the folders there",
            )
    journal = Journal(course.root)
    command = _Command(course, journal, Summary(), limits, only, force, feedback, progress)
    try:
        with journal.lock(), GradebookWriter(course) as writer:
            for name in names or there:
                _Run(command, writer, name).grade_all(pool)
    finally:
        pool.close()
    return command.summary


@dataclass(frozen=True)
class _Command:
    """One call of `grade`: what all of its assignments have in common."""

    course: Course
    journal: Journal
    summary: Summary
    limits: Limits
    only: list[str] | None
    force: bool
    feedback: bool
    progress: Progress


class _Run:
    """The grading of one assignment.

    A submission passes through three collections, in this order: `running` (its job is in the pool), `being_written` (its
    files are on their way to the disk), and `without_feedback` (its points are in the gradebook).
    """

    def __init__(self, command: _Command, writer: GradebookWriter, name: str) -> None:
        self.command, self.writer, self.course, self.journal = command, writer, command.course, command.journal
        self.assignment, changed = assignment(self.course, name, writer.gradebook)
        command.summary.changed += changed
        self.students = [
            student for student in students(self.course, name) if command.only is None or student in command.only
        ]
        self.running: dict[str, tuple[Submission, SubmissionRecord | None]] = {}  # with the record of an earlier run
        self.being_written: list[tuple[SubmissionRecord, Future[None]]] = []
        self.without_feedback: list[SubmissionRecord] = []

    def grade_all(self, pool: Pool) -> None:
        """Grade the submissions of the assignment."""
        self._show_progress("")
        with ThreadPoolExecutor(DISK_WRITERS) as self.disk_writers:
            for result in pool.results(self._jobs()):
                submission, before = self.running.pop(result.student)
                self._grade(submission, before, result)
            while self.being_written:
                self._record_written(1)
        self._write_feedback()
        for submission, _ in self.running.values():
            raise GradingError(
                f"Nothing came of the submission of {submission.student}", remedy="Run the command again"
            )

    def _jobs(self) -> Iterator[Job]:
        """Yield the jobs to run. Deal, on the way, with each submission that needs no run."""
        for student in self.students:
            before = self.journal.read(self.assignment.name, student)
            if before is not None and not self.command.force and self._is_current(before):
                self._finish(before)
                continue
            submission = read(self.course, self.assignment, student)
            job = submission.job(self.assignment, self.command.limits)
            if not _is_text(student):
                reason = "Its folder's name is no text, and no gradebook can hold it."
                self.command.summary.refused[repr(student)] = [reason]
                self._show_progress(student)
            elif not job.notebooks:
                self._grade(submission, before, JobResult(self.assignment.name, student))
            else:
                self.running[student] = (submission, before)
                yield job

    def _is_current(self, record: SubmissionRecord) -> bool:
        """Tell whether neither the submission nor a test has changed since `record` was made."""
        folder = self.course.submitted / record.student / record.assignment
        is_link = folder.is_symlink() or folder.parent.is_symlink()
        if record.key != ("" if is_link else key_of(folder)):
            return False
        notebooks = self.assignment.notebooks
        return record.tests == {name: notebooks[name].hashes for name in record.notebooks if name in notebooks}

    def _finish(self, record: SubmissionRecord) -> None:
        """Do for a current submission what an earlier run left undone."""
        folder = self.course.autograded / record.student / record.assignment
        if not all((folder / f"{name}.ipynb").exists() for name in record.notebooks):
            record.recorded = record.feedback_written = False
            self._restore_notebooks(record.student)
        if self._needs_feedback(record) or not self._is_recorded(record):
            self._record([record])
            self.command.summary.finished += 1
        else:
            self.command.summary.current += 1
        self._summarise(record)
        self._show_progress(record.student)

    def _restore_notebooks(self, student: str) -> None:
        """Write autograded notebooks that somebody has removed, without their outputs."""
        submission = read(self.course, self.assignment, student)
        notebooks = ungraded_notebooks(self.assignment, submission)
        autograded.write(self.course, self.assignment, submission, notebooks)

    def _grade(self, submission: Submission, before: SubmissionRecord | None, result: JobResult) -> None:
        """Turn the result of a run into points, and have it written: notebooks, record, gradebook, feedback, in this order."""
        record, notebooks = grade_submission(self.assignment, submission, result)
        if before is not None and before.key == record.key and not self.command.force:
            keep_unchanged_marks(before, record)
        written = self.disk_writers.submit(self._write_files, submission, notebooks, record)
        self.being_written.append((record, written))
        self._record_written(BATCH)
        self.command.summary.graded.append((record.assignment, record.student))
        self._summarise(record)
        self._show_progress(record.student)

    def _write_files(
        self, submission: Submission, notebooks: dict[str, "NotebookNode"], record: SubmissionRecord
    ) -> None:
        """Write the files of a submission, its record last. Several threads do this at once."""
        autograded.write(self.course, self.assignment, submission, notebooks)
        self.journal.write(record)

    def _record_written(self, least: int) -> None:
        """Record the submissions whose files are written, if these are `least` or more. Wait where too many are not."""
        if least == 1 or len(self.being_written) >= BACKLOG_BATCHES * BATCH:
            self.being_written[0][1].result()
        count = sum(1 for _ in takewhile(lambda entry: entry[1].done(), self.being_written))
        if count < least:
            return
        ready, self.being_written = self.being_written[:count], self.being_written[count:]
        for _, written in ready:
            written.result()  # raises what failed
        self._record([record for record, _ in ready])

    def _record(self, records: list[SubmissionRecord]) -> None:
        """Enter the points of `records` in the gradebook, all or none. Feedback pages are written at the end."""
        unrecorded = [record for record in records if not self._is_recorded(record)]
        self.writer.apply(unrecorded, self.assignment)
        for record in unrecorded:
            record.recorded = True
            self.journal.write(record, lasting=False)
        self.without_feedback += [record for record in records if self._needs_feedback(record)]

    def _is_recorded(self, record: SubmissionRecord) -> bool:
        return record.recorded and self.writer.holds(record)

    def _needs_feedback(self, record: SubmissionRecord) -> bool:
        return self.command.feedback and not record.feedback_written

    def _write_feedback(self) -> None:
        """Write the feedback pages of all submissions that have none."""
        if not self.without_feedback:
            return
        from mlsd_course.grading.autograde import feedback

        label, count = f"{self.assignment.name}: pages", len(self.without_feedback)
        self.command.progress(label, "", count)
        pages = [(record.assignment, record.student, list(record.notebooks)) for record in self.without_feedback]
        for number in feedback.write_all(self.course, pages, cores()):
            record = self.without_feedback[number]
            record.feedback_written = True
            self.journal.write(record, lasting=False)
            self.command.progress(label, record.student, count)
        self.without_feedback.clear()

    def _summarise(self, record: SubmissionRecord) -> None:
        """Add the findings of a submission, and why it was refused, to the summary."""
        summary, student = self.command.summary, record.student
        if record.refused:
            summary.refused[student] = [f"{notebook or 'all'}: {why}." for notebook, why in record.refused.items()]
        if record.findings:
            summary.findings[student] = [
                f"{finding['kind']}{' at ' + finding['cell'] if finding['cell'] else ''}: {finding['text']}."
                for finding in record.findings
            ]

    def _show_progress(self, student: str) -> None:
        self.command.progress(self.assignment.name, student, len(self.students))


def _is_text(name: str) -> bool:
    """Tell whether a folder's name can be written as UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
