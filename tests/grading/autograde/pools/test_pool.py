"""Workers on this machine's cores: what one worker does ends nothing of another's."""

import sys

import pytest

from mlsd_course.grading.autograde.pools.pool import LocalPool
from mlsd_course.grading.sandbox.bubblewrap import Sandbox
from mlsd_course.grading.sandbox.job import CellJob, Job, NotebookJob
from mlsd_course.grading.sandbox.limits import Limits


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only on Linux, where there are sandboxes")
def test_a_slot_that_has_no_more_to_do_ends_nothing_of_another() -> None:
    """Two assignments with other imports; in each one submission goes on when the other worker has ended."""
    pool = LocalPool(Sandbox(), worker_count=2)
    try:
        for statement in ("import math", "import json"):
            jobs = [
                _job(name, statement, code)
                for name, code in (("quick", "1"), ("slow", "__import__('time').sleep(1.5)"))
            ]
            results = {result.student: result for result in pool.results(jobs)}
            assert set(results) == {"quick", "slow"}
            assert all(not result.notebooks[0].ended for result in results.values())
    finally:
        pool.close()


def _job(student: str, statement: str, code: str) -> Job:
    notebook_job = NotebookJob("exercises", (CellJob(0, "", f"{statement}\n{code}"),))
    return Job("a", student, (notebook_job,), {}, (statement,), (), Limits())
