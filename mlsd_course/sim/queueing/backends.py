"""Which backend runs the kernels: CPython on lists, or the same functions compiled by numba (extra `fast`).

Compiling takes seconds, once per machine; `warm_up()` does it ahead of time, and the grader calls it once for all jobs.
"auto" loads the compiled kernels in the background and uses CPython until they are there. Both give the same numbers to the
last bit, so that the change of backend cannot be seen in a result.
"""

import importlib.util
import logging
import threading
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from mlsd_course.errors import MissingExtra, ParameterError
from mlsd_course.sim.queueing import kernels

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
_log = logging.getLogger(__name__)


class Backend(Protocol):
    """The kernels behind NumPy arrays."""

    def fcfs(self, times_ms: Array, services_ms: Array, servers: int) -> Array:
        """For each request, when a server became free for it, in ms."""
        ...

    def fcfs_bounded(self, times_ms: Array, services_ms: Array, servers: int, limit: int) -> Array:
        """For each request, when its service starts, in ms; -1 where it was turned away."""
        ...

    def batches(
        self, times_ms: Array, noise: Array, call_ms: Array, servers: int, max_batch: int, max_wait_ms: float
    ) -> tuple[Array, Array, float]:
        """For each request the start and the end of its batch, in ms; and the work done, in server-ms."""
        ...

    def impatient(
        self, times_ms: Array, services_ms: Array, noise: Array, call_ms: Array, rules: tuple[Any, ...]
    ) -> tuple[Array, Whole, Whole, float]:
        """For each request its end in ms, status and attempts; and the work done in server-ms.

        rules: the arguments of `kernels.impatient` from `servers` to `budget`.
        """
        ...


class PythonBackend:
    """The kernels on lists, or on views where a kernel goes through once in order, run by CPython."""

    def fcfs(self, times_ms: Array, services_ms: Array, servers: int) -> Array:
        """For each request, when a server became free for it, in ms."""
        freed = kernels.fcfs(times_ms.data, services_ms.data, [0.0] * servers)
        return np.fromiter(freed, float, len(freed))

    def fcfs_bounded(self, times_ms: Array, services_ms: Array, servers: int, limit: int) -> Array:
        """For each request, when its service starts, in ms; -1 where it was turned away."""
        starts = [0.0] * len(times_ms)
        kernels.fcfs_bounded(times_ms.tolist(), services_ms.tolist(), servers, limit, starts)
        return np.array(starts)

    def batches(
        self, times_ms: Array, noise: Array, call_ms: Array, servers: int, max_batch: int, max_wait_ms: float
    ) -> tuple[Array, Array, float]:
        """For each request the start and the end of its batch, in ms; and the work done, in server-ms."""
        n = len(times_ms)
        starts, ends, firsts = [0.0] * n, [0.0] * n, [0] * n
        calls = kernels.batches(
            times_ms.tolist(), noise.tolist(), call_ms.tolist(), servers, max_batch, max_wait_ms, starts, ends, firsts
        )
        begun, ended, sizes = np.array(starts[:calls]), np.array(ends[:calls]), np.diff(firsts[:calls], append=n)
        return np.repeat(begun, sizes), np.repeat(ended, sizes), float((ended - begun).sum())

    def impatient(
        self, times_ms: Array, services_ms: Array, noise: Array, call_ms: Array, rules: tuple[Any, ...]
    ) -> tuple[Array, Whole, Whole, float]:
        """For each request its end in ms, status and attempts; and the work done in server-ms.

        rules: the arguments of `kernels.impatient` from `servers` to `budget`.
        """
        n = len(times_ms)
        ends, status, attempts = [0.0] * n, [kernels.TIMED_OUT] * n, [0] * n
        lists: list[Any] = [values.tolist() for values in (times_ms, services_ms, noise, call_ms)]
        work_ms = kernels.impatient(*lists, *rules, ends, status, attempts)  # type: ignore[call-arg]  # mypy counts *lists as one
        return np.array(ends), np.array(status), np.array(attempts), work_ms


_PYTHON = PythonBackend()
_ready: list[Backend] = []


def numba_installed() -> bool:
    """True where the extra `fast` is installed."""
    return importlib.util.find_spec("numba") is not None


def warm_up() -> bool:
    """Compile the kernels and put them into numba's cache on disk; False where numba is not installed.

    Takes about 5 s the first time on a machine and half a second later.
    """
    return numba_installed() and _compiled() is not None


@cache
def _compiled() -> Backend:
    from mlsd_course.sim.queueing.numba_backend import NumbaBackend

    return NumbaBackend()


def _load() -> None:
    try:
        _ready.append(_compiled())
    except Exception:  # a broken numba costs speed, never the lesson
        _log.warning("numba could not compile the simulator's kernels; going on without it", exc_info=True)


@cache
def _load_in_background() -> None:
    threading.Thread(target=_load, name="load-kernels", daemon=True).start()


def backend(kernel: str) -> Backend:
    """Return the backend for "python", "numba" or "auto"; MissingExtra where numba was asked for and is not installed."""
    if kernel not in ("auto", "python", "numba"):
        raise ParameterError(
            "kernel", given=kernel, allowed="'auto', 'python' or 'numba'", remedy="Leave it out for 'auto'"
        )
    if kernel == "numba" and not numba_installed():
        raise MissingExtra("numba", "fast")
    if kernel == "numba":
        return _compiled()
    if kernel == "auto" and numba_installed():
        _load_in_background()
        return _ready[0] if _ready else _PYTHON
    return _PYTHON
