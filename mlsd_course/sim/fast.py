"""Which engine runs the kernels: CPython on lists, or the same functions compiled by numba (extra `fast`).

Compiling takes seconds once per machine (numba caches it), so "auto" starts it in the background and goes on with CPython
until it is done. The results are the same to the last bit, so that nobody sees the hand-over.
"""

import importlib.util
import threading
from bisect import bisect_right
from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from mlsd_course.errors import MissingExtra, ParameterError
from mlsd_course.sim import kernels

Array = NDArray[np.float64]


_CHUNK = 8_192  # requests whose lists stay in the processor's cache


class Engine(Protocol):
    """The three kernels behind NumPy arrays."""

    def fcfs(self, times_ms: Array, services_ms: Array, servers: int) -> Array:
        """For each request, when a server became free for it."""
        ...

    def fcfs_bounded(self, times_ms: Array, services_ms: Array, servers: int, limit: int) -> Array:
        """For each request, when its service starts, or -1 where it was turned away."""
        ...

    def batches(
        self, times_ms: Array, noise: Array, fixed: float, per_item: float, servers: int, size: int, wait: float
    ) -> tuple[Array, Array, NDArray[np.int64]]:
        """For each batch its start, its end and its first request."""
        ...


class PythonEngine:
    """The kernels on lists, run by CPython."""

    def fcfs(self, times_ms: Array, services_ms: Array, servers: int) -> Array:
        """For each request, when a server became free for it."""
        free, freed = [0.0] * servers, np.empty(len(times_ms))
        for begin in range(0, len(times_ms), _CHUNK):
            part = slice(begin, begin + _CHUNK)
            freed[part] = kernels.fcfs(times_ms[part].tolist(), services_ms[part].tolist(), free)
        return freed

    def fcfs_bounded(self, times_ms: Array, services_ms: Array, servers: int, limit: int) -> Array:
        """For each request, when its service starts, or -1 where it was turned away."""
        starts = [0.0] * len(times_ms)
        kernels.fcfs_bounded(times_ms.tolist(), services_ms.tolist(), servers, limit, starts)
        return np.array(starts)

    def batches(
        self, times_ms: Array, noise: Array, fixed: float, per_item: float, servers: int, size: int, wait: float
    ) -> tuple[Array, Array, NDArray[np.int64]]:
        """For each batch its start, its end and its first request."""
        n = len(times_ms)
        starts, ends, firsts = [0.0] * n, [0.0] * n, [0] * n
        calls = kernels.batches(
            times_ms.tolist(), noise.tolist(), fixed, per_item, servers, size, wait, starts, ends, firsts, bisect_right
        )
        return np.array(starts[:calls]), np.array(ends[:calls]), np.array(firsts[:calls], dtype=np.int64)


class NumbaEngine:
    """The same kernels, compiled once and cached on disk."""

    def __init__(self) -> None:
        import numba

        jit: Callable[[Any], Any] = numba.njit(cache=True, nogil=True)
        self._scan, self._fcfs, self._arrived_by = jit(_scan), jit(_fcfs_arrays), jit(_arrived_by)
        self._bounded, self._batches = jit(kernels.fcfs_bounded), jit(kernels.batches)
        times = np.arange(1.0, 9.0)
        self.fcfs(times, times, 2), self.fcfs(times, times, _SCAN_UP_TO + 1)
        self.fcfs_bounded(times, times, 2, 1)
        self.batches(times, times, 1.0, 1.0, 1, 2, 1.0)

    def fcfs(self, times_ms: Array, services_ms: Array, servers: int) -> Array:
        """For each request, when a server became free for it."""
        kernel = self._scan if servers <= _SCAN_UP_TO else self._fcfs
        freed = np.empty(len(times_ms))
        kernel(times_ms, services_ms, servers, freed)
        return freed

    def fcfs_bounded(self, times_ms: Array, services_ms: Array, servers: int, limit: int) -> Array:
        """For each request, when its service starts, or -1 where it was turned away."""
        starts = np.empty(len(times_ms))
        self._bounded(times_ms, services_ms, servers, limit, starts)
        return starts

    def batches(
        self, times_ms: Array, noise: Array, fixed: float, per_item: float, servers: int, size: int, wait: float
    ) -> tuple[Array, Array, NDArray[np.int64]]:
        """For each batch its start, its end and its first request."""
        n = len(times_ms)
        starts, ends, firsts = np.empty(n), np.empty(n), np.empty(n, dtype=np.int64)
        calls = self._batches(
            times_ms,
            noise,
            float(fixed),
            float(per_item),
            servers,
            size,
            float(wait),
            starts,
            ends,
            firsts,
            self._arrived_by,
        )
        return starts[:calls], ends[:calls], firsts[:calls]


_SCAN_UP_TO = 24


def _arrived_by(arrivals: Array, time_ms: float, first: int, last: int) -> int:
    """`bisect.bisect_right`, step by step: a batch is short."""
    while first < last and arrivals[first] <= time_ms:
        first += 1
    return first


def _scan(arrivals: Array, services: Array, servers: int, freed: Array) -> None:
    """`kernels.fcfs` by scanning the servers for the one that is free first: faster than a heap while they are few."""
    free = np.zeros(servers)
    for i in range(len(arrivals)):
        best = 0
        for j in range(1, servers):
            if free[j] < free[best]:
                best = j
        freed[i] = free[best]
        free[best] = max(arrivals[i], free[best]) + services[i]


def _fcfs_arrays(arrivals: Array, services: Array, servers: int, freed: Array) -> None:
    """`kernels.fcfs` with the heap in an array."""
    free = np.zeros(servers)
    for i in range(len(arrivals)):
        freed[i] = free[0]
        end = max(arrivals[i], free[0]) + services[i]
        at, child = 0, 1
        while child < servers:
            if child + 1 < servers and free[child + 1] < free[child]:
                child += 1
            if free[child] >= end:
                break
            free[at] = free[child]
            at, child = child, 2 * child + 1
        free[at] = end


_PYTHON = PythonEngine()
_ready: list[NumbaEngine] = []


def numba_installed() -> bool:
    """True where the extra `fast` is installed."""
    return importlib.util.find_spec("numba") is not None


@cache
def _start_compiling() -> None:
    threading.Thread(target=lambda: _ready.append(NumbaEngine()), name="compile-kernels", daemon=True).start()


@cache
def _compiled() -> NumbaEngine:
    return NumbaEngine()


def engine(kernel: str) -> Engine:
    """Return the engine for "python", "numba" or "auto"; MissingExtra where numba was asked for and is not installed."""
    if kernel == "python" or (kernel == "auto" and not numba_installed()):
        return _PYTHON
    if kernel == "auto":
        _start_compiling()
        return _ready[0] if _ready else _PYTHON
    if kernel == "numba":
        if not numba_installed():
            raise MissingExtra("numba", "fast")
        return _compiled()
    raise ParameterError("kernel", given=kernel, allowed="'auto', 'python' or 'numba'")
