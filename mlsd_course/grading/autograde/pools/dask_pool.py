"""The same jobs on a Dask cluster (extra `scale`): one on this machine, or the one at a scheduler's address.

Each process of the cluster holds one `Worker` and keeps it from job to job. When a process dies, Dask gives its job to
another one. Each result comes back once, and only the process that sent the jobs writes.
"""

import atexit
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from mlsd_course.errors import GradingError, MissingExtra
from mlsd_course.grading.autograde.pools.pool import cores
from mlsd_course.grading.sandbox.bubblewrap import Sandbox, require
from mlsd_course.grading.sandbox.job import Job, JobResult
from mlsd_course.grading.sandbox.worker import Worker

ANSWER_S = 20  # how long a scheduler may take to answer
_workers: dict[bool, Worker] = {}  # of this process, by whether it trusts


class DaskPool:
    """Workers of the cluster at `address`; without one, `worker_count` workers (0: one a core) that are started here."""

    def __init__(self, address: str = "", worker_count: int = 0, trusting: bool = False) -> None:
        try:
            import distributed  # noqa: F401
        except ImportError:
            raise MissingExtra("Dask distributed", "scale") from None
        self.address, self.worker_count, self.trusting = address, worker_count, trusting
        self.workers: list[Any] = []  # of a cluster that was started here

    def expect(self, imports: Iterable[str]) -> None:
        """Do nothing: workers import when they get a job."""

    def close(self) -> None:
        """Do nothing: `results` closes the cluster."""

    def results(self, jobs: Iterable[Job]) -> Iterator[JobResult]:
        """Yield results as they come; jobs are sent ahead, two for each worker."""
        from distributed import Client, LocalCluster, as_completed

        options = {"threads_per_worker": 1, "processes": True, "dashboard_address": None}
        cluster = None if self.address else LocalCluster(n_workers=self.worker_count or cores(), **options)
        try:
            with _client(Client, self.address or cluster) as client:
                self.workers = list(cluster.workers.values()) if cluster else []
                waiting = iter(jobs)
                ahead = 2 * max(1, len(client.scheduler_info()["workers"]))
                running = as_completed([_submit(client, job, self.trusting) for job in islice(waiting, ahead)])
                for future in running:
                    result: JobResult = future.result()
                    if (job := next(waiting, None)) is not None:
                        running.add(_submit(client, job, self.trusting))
                    yield result
        finally:
            if cluster is not None:
                cluster.close()


def run_job(job: Job, trusting: bool) -> JobResult:
    """Run one job in the `Worker` of this process."""
    if trusting not in _workers:
        worker = _workers[trusting] = Worker(Sandbox(closed=False) if trusting else require(), _number())
        atexit.register(worker.close)
    return _workers[trusting].run(job)


def _submit(client: Any, job: Job, trusting: bool) -> Any:
    # `pure=False`: each submission is a task of its own, even where two are the same.
    return client.submit(run_job, job, trusting, pure=False, retries=2)


def _client(make: Any, where: Any) -> Any:
    try:
        return make(where, timeout=ANSWER_S)
    except OSError as error:
        raise GradingError(
            f"No Dask scheduler answers at {where} ({error})",
            remedy="Start one with `dask scheduler` and workers with `dask worker ADDRESS --nthreads 1`, or say --cluster local",
        ) from error


def _number() -> int:
    """Return a number that no other worker on this machine is likely to have: its user in the sandbox."""
    import os

    return os.getpid() % 300
