"""`grade`: what is to be done, who does it, and one writer of what came of it."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlsd_course.errors import GradingError
from mlsd_course.grading.autograde import autograded
from mlsd_course.grading.autograde.assignment import assignment, assignments
from mlsd_course.grading.autograde.gradebook import GradebookWriter
from mlsd_course.grading.autograde.journal import Journal, SubmissionRecord
from mlsd_course.grading.autograde.pool import Pool, cores
from mlsd_course.grading.autograde.scoring import CellMark, findings_of, score_notebook
from mlsd_course.grading.autograde.submission import Submission, key_of, read, students
from mlsd_course.grading.course import Course
from mlsd_course.grading.sandbox.job import Job, JobResult, SubmissionFinding
from mlsd_course.grading.sandbox.limits import Limits

if TYPE_CHECKING:
    from nbformat import NotebookNode

BATCH = 8  # submissions in one transaction of the gradebook
DISK_WRITERS = (
    8  # submissions whose files are on their way to the disk at a time: it takes as long for several as for one
)
Progress = Callable[[str, str, int], None]  # assignment, student ("" at the start), how many there are


@dataclass
class Summary:
    """What a run did. `refused` and `findings` hold sentences by student, `changed` the tests that are new."""

    graded: list[tuple[str, str]] = field(default_factory=list)
    current: int = 0
    finished: int = 0  # run before, written now
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

    What is current is left alone unless `force`; what a broken-off run left undone is finished. `only` names students.
    Raises GradingError where nothing can be graded at all; a submission that cannot is reported, and given no points.
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
    summary, journal = Summary(), Journal(course.root)
    try:
        with journal.lock(), GradebookWriter(course) as writer:
            for name in names or there:
                _Run(course, name, writer, journal, limits, summary, force, feedback).go(pool, only, progress)
    finally:
        pool.close()
    return summary


class _Run:
    """One assignment of a run."""

    def __init__(
        self,
        course: Course,
        name: str,
        writer: GradebookWriter,
        journal: Journal,
        limits: Limits,
        summary: Summary,
        force: bool,
        feedback: bool,
    ) -> None:
        self.course, self.writer, self.journal, self.limits, self.summary = course, writer, journal, limits, summary
        self.force, self.feedback = force, feedback
        self.asked, changed = assignment(course, name, writer.gradebook)
        summary.changed += changed
        self.open: dict[str, tuple[Submission, SubmissionRecord | None]] = {}
        self.run: list[
            tuple[SubmissionRecord, Future[None]]
        ] = []  # and not yet in the gradebook, on their way to the disk
        self.unfed: list[SubmissionRecord] = []  # in the gradebook, without pages

    def go(self, pool: Pool, only: list[str] | None, progress: Progress) -> None:
        """Grade the submissions of the assignment."""
        found = [name for name in students(self.course, self.asked.name) if only is None or name in only]
        progress(self.asked.name, "", len(found))
        self._tell = lambda student: progress(self.asked.name, student, len(found))
        with ThreadPoolExecutor(DISK_WRITERS) as self.disk_writers:
            for result in pool.results(self._jobs(found)):
                given, before = self.open.pop(result.student)
                self._take(given, before, result)
            while self.run:
                self._settle_written(1)
        self._feed(progress)
        for given, _ in self.open.values():
            raise GradingError(f"Nothing came of the submission of {given.student}", remedy="Run the command again")

    def _jobs(self, found: list[str]) -> Iterator[Job]:
        """Yield what is to be run; settle on the way what is not."""
        for student in found:
            before = self.journal.read(self.asked.name, student)
            if before is not None and not self.force and self._current(before):
                self._finish(before)
                continue
            given = read(self.course, self.asked, student)
            job = given.job(self.asked, self.limits)
            if not _readable(student):
                self.summary.refused[repr(student)] = ["Its folder's name is no text, and no gradebook can hold it."]
                self._tell(student)
            elif not job.notebooks:
                self._take(given, before, JobResult(self.asked.name, student))
            else:
                self.open[student] = (given, before)
                yield job

    def _current(self, record: SubmissionRecord) -> bool:
        folder = self.course.submitted / record.student / record.assignment
        linked = folder.is_symlink() or folder.parent.is_symlink()
        if record.key != ("" if linked else key_of(folder)):
            return False
        return record.tests == {
            name: self.asked.notebooks[name].hashes for name in record.notebooks if name in self.asked.notebooks
        }

    def _finish(self, record: SubmissionRecord) -> None:
        """Do what a run before has left undone."""
        folder = self.course.autograded / record.student / record.assignment
        if not all((folder / f"{name}.ipynb").exists() for name in record.notebooks):
            record.recorded = record.feedback_written = False
            notebooks = self._again(record)
            if notebooks is None:
                return
        undone = not record.recorded or (self.feedback and not record.feedback_written) or not self.writer.holds(record)
        if undone:
            self._settle([record])
            self.summary.finished += 1
        else:
            self.summary.current += 1
        self._note(record)
        self._tell(record.student)

    def _again(self, record: SubmissionRecord) -> bool | None:
        """Write autograded notebooks that somebody has removed, without their outputs."""
        given = read(self.course, self.asked, record.student)
        notebooks = {
            **given.notebooks,
            **{
                name: autograded.stand_in(self.asked.notebooks[name], why)
                for name, why in given.refused.items()
                if name
            },
        }
        autograded.write(self.course, self.asked, given, notebooks)
        return True

    def _take(self, given: Submission, before: SubmissionRecord | None, result: JobResult) -> None:
        """Write what came of a submission: notebooks, record, gradebook, feedback, in this order."""
        notebook_results = {notebook_result.notebook: notebook_result for notebook_result in result.notebooks}
        record = SubmissionRecord(
            given.assignment, given.student, given.key, missing=given.missing, refused=given.refused
        )
        record.timestamp = given.timestamp.isoformat(sep=" ") if given.timestamp else ""
        record.graded_at = datetime.now(UTC).isoformat(timespec="seconds")
        record.seconds = sum(notebook_result.seconds for notebook_result in result.notebooks)
        findings, notebooks = list(given.findings), dict(given.notebooks)
        for name, asked in self.asked.notebooks.items():
            if name in given.missing:
                continue
            reason = given.refused.get(name) or given.refused.get("")
            notebook_result = notebook_results.get(name)
            if reason:
                notebooks[name] = autograded.stand_in(asked, reason)
                marks = {
                    cell.name: CellMark(0.0, cell.points, True, f"{reason}.", "unreadable")
                    for cell in asked.cells.values()
                    if cell.grade or cell.task
                }
            else:
                marks = score_notebook(notebooks[name], asked, notebook_result)
                notebooks[name] = autograded.shortened(notebooks[name])
            if notebook_result:
                findings += findings_of(notebook_result)
                if notebook_result.ended:
                    findings.append(SubmissionFinding("ended", notebook_result.ended))
            record.notebooks[name] = {
                "ended": notebook_result.ended if notebook_result else "",
                "seconds": notebook_result.seconds if notebook_result else 0.0,
                "cpu_s": notebook_result.cpu_s if notebook_result else 0.0,
                "peak_mb": notebook_result.peak_mb if notebook_result else 0.0,
                "marks": {cell: asdict(mark) for cell, mark in marks.items()},
                "hashes": asked.hashes,
                "blank": [] if reason else _blank(notebooks[name]),
            }
        if before is not None and before.key == record.key and not self.force:
            _keep(before, record)
        record.findings = [asdict(finding) for finding in findings]
        self.run.append((record, self.disk_writers.submit(self._write, given, notebooks, record)))
        self._settle_written(BATCH)
        self.summary.graded.append((record.assignment, record.student))
        self._note(record)
        self._tell(record.student)

    def _write(self, given: Submission, notebooks: dict[str, "NotebookNode"], record: SubmissionRecord) -> None:
        """Put on the disk what came of a submission, the record last. Runs beside others."""
        autograded.write(self.course, self.asked, given, notebooks)
        self.journal.write(record)

    def _settle_written(self, least: int) -> None:
        """Do what follows for what is on the disk, where it is `least` submissions or more; wait where many are not."""
        if least == 1 or len(self.run) >= 8 * BATCH:
            self.run[0][1].result()
        done = sum(1 for _ in takewhile(lambda each: each[1].done(), self.run))
        if done < least:
            return
        ready, self.run = self.run[:done], self.run[done:]
        for _, written in ready:
            written.result()
        self._settle([record for record, _ in ready])

    def _settle(self, records: list[SubmissionRecord]) -> None:
        """Put `records` into the gradebook, as a whole; the pages come last."""
        open_ = [record for record in records if not record.recorded or not self.writer.holds(record)]
        self.writer.apply(open_, self.asked)
        for record in open_:
            record.recorded = True
            self.journal.write(record, lasting=False)
        self.unfed += [record for record in records if self.feedback and not record.feedback_written]

    def _feed(self, progress: Progress) -> None:
        """Write the pages of what the gradebook holds."""
        if not self.unfed:
            return
        from mlsd_course.grading.autograde import feedback

        label = f"{self.asked.name}: pages"
        progress(label, "", len(self.unfed))
        pages = [(record.assignment, record.student, list(record.notebooks)) for record in self.unfed]
        for number in feedback.write_all(self.course, pages, cores()):
            record = self.unfed[number]
            record.feedback_written = True
            self.journal.write(record, lasting=False)
            progress(label, record.student, len(self.unfed))
        self.unfed.clear()

    def _note(self, record: SubmissionRecord) -> None:
        name = record.student
        if record.refused:
            self.summary.refused[name] = [f"{place or 'all'}: {why}." for place, why in record.refused.items()]
        if record.findings:
            self.summary.findings[name] = [
                f"{each['kind']}{' at ' + each['cell'] if each['cell'] else ''}: {each['text']}."
                for each in record.findings
            ]


def _keep(before: SubmissionRecord, record: SubmissionRecord) -> None:
    """Keep the marks whose test is the same: a repaired test touches its own points only."""
    for name, now in record.notebooks.items():
        then: dict[str, Any] = before.notebooks.get(name, {})
        for cell, mark in now["marks"].items():
            old = then.get("marks", {}).get(cell)
            if old and then["hashes"].get(cell) == now["hashes"].get(cell) and old["points"] == mark["points"]:
                now["marks"][cell] = old


def _blank(notebook: "NotebookNode") -> list[str]:
    """Return the solutions that were not touched."""
    from nbgrader.utils import compute_checksum, is_solution

    return [
        cell.metadata["nbgrader"]["grade_id"]
        for cell in notebook.cells
        if is_solution(cell) and cell.metadata["nbgrader"].get("checksum") == compute_checksum(cell)
    ]


def _readable(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
