"""The jobs on a Dask cluster: a worker that dies in mid-run costs no submission and doubles none."""

import os
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from mlsd_course.errors import GradingError
from mlsd_course.grading import autograde
from mlsd_course.grading.autograde.pools import dask_pool
from mlsd_course.grading.autograde.pools.dask_pool import DaskPool
from mlsd_course.grading.sandbox.job import Job, JobResult
from tests.support.grades import SLUG, grades, open_class
from tests.support.learners import fill_in, learners

pytestmark = pytest.mark.slow
CLASS = 12


class Killing(DaskPool):
    """Kills one of its two workers after the second result."""

    asked: list[str] = []  # noqa: RUF012
    killed = 0

    def results(self, jobs: Iterable[Job]) -> Iterator[JobResult]:
        for number, result in enumerate(super().results(jobs)):
            if number == 1:
                self.killed = self.workers[0].pid
                os.kill(self.killed, signal.SIGKILL)
            yield result


def test_a_worker_is_killed_and_every_submission_is_graded_once(tmp_path: Path) -> None:
    """The grades are those of a run on this machine's cores."""
    made = open_class(tmp_path, ["reference"])
    crowd = learners(made.source)[:4]
    for number in range(CLASS):
        fill_in(made.submit(f"l{number}"), crowd[number % 4])
    pool = Killing(worker_count=2)
    seen: list[str] = []
    summary = made.grade(pool=pool, feedback=False, progress=lambda _, student, total: seen.append(student))
    assert pool.killed
    assert sorted(name for _, name in summary.graded) == sorted(
        [*(f"l{number}" for number in range(CLASS)), "reference"]
    )
    assert len(seen) == len(set(seen)) == CLASS + 2, "each once, and the start"
    found = grades(made.root)
    made.grade(force=True, feedback=False)
    assert grades(made.root) == found
    assert {SLUG: len(found)} == {SLUG: CLASS + 1}


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says how to start one."""
    monkeypatch.setattr(dask_pool, "ANSWER_S", 1)
    pool = autograde.pool_for(scheduler="tcp://127.0.0.1:9")
    with pytest.raises(GradingError, match="dask scheduler"):
        list(pool.results([]))
