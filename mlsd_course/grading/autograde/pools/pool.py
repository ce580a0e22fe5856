"""The pool of workers that runs jobs on this machine. `dask_pool` has the one for a cluster, of the same protocol."""

import os
import queue
import threading
from collections.abc import Iterable, Iterator
from typing import Protocol

from mlsd_course.errors import CourseError, GradingError
from mlsd_course.grading.sandbox.bubblewrap import Sandbox
from mlsd_course.grading.sandbox.fork_server_client import ForkServer
from mlsd_course.grading.sandbox.job import Job, JobResult
from mlsd_course.grading.sandbox.worker import Worker

AHEAD = 5  # jobs for each core that are read, running, or run and not yet written: the gradebook takes its time


class Pool(Protocol):
    """Runs each job once, and yields results as they come."""

    def results(self, jobs: Iterable[Job]) -> Iterator[JobResult]:
        """Yield what came of each job, in any order."""
        ...

    def expect(self, imports: Iterable[str]) -> None:
        """Prepare for a job with these import statements. A wrong guess costs time only."""
        ...

    def close(self) -> None:
        """End what was started."""
        ...


class LocalPool:
    """Runs up to `worker_count` notebooks at a time (0: one for each core), in threads that talk to sandboxed processes.

    Only a few jobs are taken from the iterator ahead of time, so that not all submissions are in memory. One thread more than
    `worker_count` starts a notebook while another one waits for its processes to end.
    """

    def __init__(self, sandbox: Sandbox, worker_count: int = 0) -> None:
        self.worker_count = worker_count or cores()
        self._sandbox = sandbox
        self._fork_server: ForkServer | None = None
        self._used = False

    def expect(self, imports: Iterable[str]) -> None:
        """Start the fork server, which runs these imports in its own process."""
        self._fork_server = self._fork_server or ForkServer(self._sandbox, imports)

    def close(self) -> None:
        """End all processes."""
        if self._fork_server is not None:
            self._fork_server.close()
        self._fork_server = None

    def results(self, jobs: Iterable[Job]) -> Iterator[JobResult]:
        """Yield results; the first error of a sandbox ends all, after what is running."""
        if self._used or self._fork_server is None:  # started here: what a worker's thread starts dies with that thread
            self.close()
            self._fork_server = ForkServer(self._sandbox)
        self._used = True
        waiting: queue.Queue[Job | None] = queue.Queue()
        done: queue.Queue[JobResult | CourseError | None] = queue.Queue()
        turns = threading.BoundedSemaphore(self.worker_count)
        threads = [
            threading.Thread(target=self._work, args=(number, turns, waiting, done), daemon=True)
            for number in range(self.worker_count + 1)
        ]
        for thread in threads:
            thread.start()
        open_jobs, source, left = 0, iter(jobs), len(threads)
        more = True
        while left:
            while more and open_jobs < AHEAD * self.worker_count:
                job = next(source, None)
                if job is None:
                    more = False
                    for _ in threads:
                        waiting.put(None)
                else:
                    waiting.put(job)
                    open_jobs += 1
                if not done.empty():
                    break
            outcome = done.get()
            if outcome is None:
                left -= 1
            elif isinstance(outcome, CourseError):
                raise outcome
            else:
                open_jobs -= 1
                yield outcome

    def _work(
        self,
        number: int,
        turns: threading.BoundedSemaphore,
        waiting: "queue.Queue[Job | None]",
        done: "queue.Queue[JobResult | CourseError | None]",
    ) -> None:
        worker = Worker(self._sandbox, number, self._fork_server, turns)
        try:
            while (job := waiting.get()) is not None:
                done.put(worker.run(job))
            done.put(None)
        except CourseError as error:
            done.put(error)
        except BaseException as error:  # must not leave the writer waiting
            done.put(GradingError(f"A worker failed ({type(error).__name__}: {error})"))
        finally:
            worker.close()


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
