"""Killed at any moment, the same command goes on: no grade lost, none doubled, what people entered stays."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from itertools import count as counter
from pathlib import Path

import pytest

from mlsd_course.grading import autograde
from mlsd_course.grading.autograde import autograded, feedback, gradebook, journal, run
from tests.support.grades import SLUG, Class, book_of, grades, open_class
from tests.support.learners import fill_in, learners

pytestmark = pytest.mark.slow
# Between any two of these steps the power may fail; each is a place where what was written before is all there is.
STEPS = (
    (autograded, "write"),
    (journal.Journal, "write"),
    (gradebook.GradebookWriter, "apply"),
    (feedback, "write"),
    (run._Run, "_record"),  # noqa: SLF001 a crash is put before each of its steps
    (run._Run, "_summarise"),  # noqa: SLF001 a crash is put before each of its steps
)
CLASS = 4


class Killed(BaseException):
    """The power fails."""


@pytest.fixture
def a_class(tmp_path: Path) -> Class:
    """Four learners; one of them was marked by hand before."""
    made = open_class(tmp_path, [])
    crowd = learners(made.source)
    for number in range(CLASS):
        fill_in(made.submit(f"l{number}"), crowd[number])
    made.grade(only=["l0"])
    with book_of(made.root) as book:
        grade = book.find_grade("ch90_fixture_e3", "exercises", SLUG, "l0")
        grade.manual_score, grade.needs_manual_grade = 4.5, False
        book.db.commit()
    return made


def whole(made: Class) -> dict[str, object]:
    """Return all that a run leaves behind."""
    with book_of(made.root) as book:
        rows = book.find_assignment(SLUG).submissions
        manual = book.find_grade("ch90_fixture_e3", "exercises", SLUG, "l0")
        counted = sorted(row.student.id for row in rows)
        kept = (manual.manual_score, manual.needs_manual_grade, manual.score)
    pages = sorted(path.relative_to(made.root).as_posix() for path in (made.root / "feedback").rglob("*.html"))
    notebooks = sorted(path.relative_to(made.root).as_posix() for path in (made.root / "autograded").rglob("*.ipynb"))
    return {"grades": grades(made.root), "rows": counted, "manual": kept, "pages": pages, "notebooks": notebooks}


def test_killed_between_any_two_steps_it_resumes(a_class: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    """At every step of every submission, before and after: one more run leaves what a run without a crash leaves."""
    outcomes = []
    points = [
        (batch, owner, name, count, after)
        for batch, count in ((1, 3), (run.BATCH, 1))
        for owner, name in STEPS
        for after in (False, True)
    ]
    for batch, owner, name, count, after in points:
        monkeypatch.setattr(run, "BATCH", batch)
        _forget(a_class, "l1", "l2", "l3")
        real, calls = getattr(owner, name), counter(1)

        def dying(*given: object, **named: object) -> object:
            call = next(calls)  # noqa: B023 - called within this turn of the loop
            if call == count and not after:  # noqa: B023
                raise Killed
            result = real(*given, **named)  # noqa: B023
            if call == count and after:  # noqa: B023
                raise Killed
            return result

        monkeypatch.setattr(owner, name, dying)
        with pytest.raises(Killed):
            a_class.grade(cell_s=0.5)
        monkeypatch.setattr(owner, name, real)
        a_class.grade(cell_s=0.5)
        outcomes.append(whole(a_class))
        again = a_class.grade(cell_s=0.5)
        assert (again.graded, again.finished, again.current) == ([], 0, CLASS), (batch, owner, name, count, after)
    assert all(each == outcomes[0] for each in outcomes)
    assert outcomes[0]["manual"] == (4.5, False, 4.5)
    assert outcomes[0]["rows"] == [f"l{number}" for number in range(CLASS)]


def test_kill_minus_nine_at_any_time_and_the_same_command_resumes(a_class: Class) -> None:
    """A real process is killed at random times until one gets through; nothing of it runs on."""
    chance = random.Random(7)
    command = [
        sys.executable,
        "-m",
        "mlsd_course.cli",
        "grade",
        SLUG,
        "--course",
        str(a_class.root),
        "--cell-seconds",
        "1",
    ]
    for _ in range(3):
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(chance.uniform(1.5, 5.0))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert not _processes_of(process.pid)
    subprocess.run(command, check=True, capture_output=True)
    found = whole(a_class)
    assert found["manual"] == (4.5, False, 4.5)
    assert found["rows"] == [f"l{number}" for number in range(CLASS)]
    assert sum(points for points, _ in grades(a_class.root)["l0"].values()) == 8
    records = autograde.Journal(a_class.root).records(SLUG)
    assert all(record.recorded and record.feedback_written for record in records)
    for record in records:
        with book_of(a_class.root) as book:
            assert book.find_submission(SLUG, record.student).score >= record.score


def test_a_damaged_record_costs_a_run_and_no_grade(a_class: Class) -> None:
    """What cannot be read is made anew."""
    a_class.grade()
    before = whole(a_class)
    path = next((a_class.root / ".mlsd" / "grading" / SLUG).glob("l2.json"))
    path.write_text(json.dumps({"half": "a rec"})[:9])
    assert a_class.grade().graded == [(SLUG, "l2")]
    assert whole(a_class) == before


def _forget(made: Class, *names: str) -> None:
    """Hand in anew: the same answers, and a file that makes another submission of them."""
    for name in names:
        path = made.root / "submitted" / name / SLUG / "attempt.txt"
        path.write_text(str(random.random()))


def _processes_of(pid: int) -> list[Path]:
    """Return what a killed run has left behind, after a moment to die."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        left = [path for path in Path("/proc").glob("[0-9]*/stat") if _session(path) == pid]
        if not left:
            return []
        time.sleep(0.1)
    return left


def _session(path: Path) -> int:
    try:
        return int(path.read_text().rpartition(")")[2].split()[3])
    except (OSError, ValueError, IndexError):
        return 0
