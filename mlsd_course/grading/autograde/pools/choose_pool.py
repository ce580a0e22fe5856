"""Chooses the pool and the sandbox that run submissions. Imports only what loads fast."""

import contextlib
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from mlsd_course.errors import GradingError
from mlsd_course.grading.autograde.pools.dask_pool import DaskPool
from mlsd_course.grading.autograde.pools.pool import LocalPool, Pool
from mlsd_course.grading.autograde.start_up import prepare_to_grade
from mlsd_course.grading.sandbox.bubblewrap import Sandbox, obstacle, require
from mlsd_course.grading.sandbox.limits import Limits

__all__ = ["Limits", "Sandbox", "pool_for", "sandbox_for"]


def pool_for(
    *,
    worker_count: int = 0,
    cluster: str = "",
    scheduler: str = "",
    trusting: bool = False,
    expected: Iterable[str] = (),
) -> Pool:
    """Return the pool that runs the jobs; GradingError where there is no sandbox and `trusting` is False.

    expected: import statements that the first job is likely to need. With them, the fork server imports at once, while this
    process imports its own modules and checks that a sandbox can be made.
    """
    if cluster or scheduler:
        return DaskPool(scheduler, worker_count, trusting)
    if not expected:
        return LocalPool(sandbox_for(trusting), worker_count)
    pool = LocalPool(Sandbox(closed=not trusting), worker_count)
    try:
        with contextlib.suppress(OSError):  # the check of the sandbox reports the reason
            pool.expect(expected)
        with ThreadPoolExecutor(1) as beside:
            beside.submit(obstacle)
            prepare_to_grade()
        sandbox_for(trusting)
    except BaseException:
        pool.close()
        raise
    return pool


def sandbox_for(trusting: bool) -> Sandbox:
    """Return a closed sandbox, or an open one where the instructor trusts every submission."""
    if trusting:
        if not hasattr(os, "fork"):
            raise GradingError(
                "Submissions are run in forked processes, which this system does not have",
                remedy="Grade on Linux or macOS; on Windows, in the Linux subsystem (WSL 2)",
            )
        return Sandbox(closed=False)
    return require()
