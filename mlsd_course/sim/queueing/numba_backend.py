"""The kernels compiled by numba (extra `fast`). Nothing else imports this module, and only when it is wanted.

`fcfs` alone has code of its own here: its one-line form is the fastest in CPython and slow when compiled. All others are
the functions of `mlsd_course.sim.queueing.kernels` as they stand.
"""

from collections.abc import Callable
from types import FunctionType
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from mlsd_course.sim.queueing import kernels

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
_SORTED_UP_TO = 40
_AT_ONCE = 8


def _first_later(values: Any, limit: Any, first: Any, last: Any) -> Any:
    """`bisect_right`, which numba does not know: step by step, because a batch is short."""
    while first < last and values[first] <= limit:
        first += 1
    return first


def _with(kernel: Any, **names: Any) -> FunctionType:
    """A copy of a kernel that finds other functions under some of its global names.

    `numba.extending.overload` would do it too, but for all that is compiled in this process, a learner's own code included.
    """
    return FunctionType(kernel.__code__, {**kernel.__globals__, **names}, kernel.__name__)


class NumbaBackend:
    """The kernels compiled on first use and cached on disk, beside this file or in the user's cache folder."""

    def __init__(self) -> None:
        try:
            self._compile(numba.njit(cache=True, nogil=True))
        except RuntimeError:  # no folder that the cache could be written to
            self._compile(numba.njit(nogil=True))

    def _compile(self, jit: Callable[[Any], Any]) -> None:
        self._sorted, self._heap, self._spread = jit(_fcfs_sorted), jit(_fcfs_heap), jit(_spread)
        self._bounded, self._batches, self._impatient = (
            jit(kernels.fcfs_bounded),
            jit(_with(kernels.batches, bisect_right=jit(_first_later))),
            jit(kernels.impatient),
        )
        times = np.arange(1.0, 9.0)
        self.fcfs(times, times, 2), self.fcfs(times, times, _SORTED_UP_TO + 1)
        self.fcfs_bounded(times, times, 2, 1)
        self.batches(times, times, times, 1, 2, 1.0)
        self.impatient(times, times, times, times, (1, 1, 0.0, 1, 1.0, False, 0, 0.0, -1.0))

    def fcfs(self, times_ms: Array, services_ms: Array, servers: int) -> Array:
        """For each request, when a server became free for it."""
        freed = np.empty(len(times_ms))
        (self._sorted if servers <= _SORTED_UP_TO else self._heap)(times_ms, services_ms, servers, freed)
        return freed

    def fcfs_bounded(self, times_ms: Array, services_ms: Array, servers: int, limit: int) -> Array:
        """For each request, when its service starts, or -1 where it was turned away."""
        starts = np.empty(len(times_ms))
        self._bounded(times_ms, services_ms, servers, limit, starts)
        return starts

    def batches(
        self, times_ms: Array, noise: Array, call_ms: Array, servers: int, max_batch: int, max_wait_ms: float
    ) -> tuple[Array, Array, float]:
        """For each request the start and the end of its batch; and the work done."""
        n = len(times_ms)
        begun, ended, firsts = np.empty(n), np.empty(n), np.empty(n + 1, dtype=np.int64)
        calls = self._batches(times_ms, noise, call_ms, servers, max_batch, float(max_wait_ms), begun, ended, firsts)
        firsts[calls] = n
        work_ms = float((ended[:calls] - begun[:calls]).sum())
        starts, ends = np.empty(n + _AT_ONCE), np.empty(n + _AT_ONCE)
        self._spread(begun, ended, firsts, calls, starts, ends)
        return starts[:n], ends[:n], work_ms

    def impatient(
        self, times_ms: Array, services_ms: Array, noise: Array, call_ms: Array, rules: tuple[Any, ...]
    ) -> tuple[Array, Whole, Whole, float]:
        """For each request its end, status and attempts; and the work done. `rules` as in `kernels.impatient`."""
        n = len(times_ms)
        ends, status, attempts = np.zeros(n), np.full(n, kernels.TIMED_OUT), np.zeros(n, dtype=np.int64)
        work_ms = self._impatient(times_ms, services_ms, noise, call_ms, *rules, ends, status, attempts)
        return ends, status, attempts, float(work_ms)


def _fcfs_sorted(arrivals: Array, services: Array, servers: int, freed: Array) -> None:
    """`kernels.fcfs` with the servers' free times in order; without a branch to guess, so fast while they are few."""
    free = np.zeros(servers)
    for i in range(len(arrivals)):
        freed[i] = free[0]
        end = max(arrivals[i], free[0]) + services[i]
        for j in range(1, servers):
            later = free[j]
            free[j - 1] = min(later, end)
            end = max(later, end)
        free[servers - 1] = end


def _fcfs_heap(arrivals: Array, services: Array, servers: int, freed: Array) -> None:
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


def _spread(begun: Array, ended: Array, firsts: Whole, calls: int, starts: Array, ends: Array) -> None:
    """Give each request the start and the end of its batch; `starts` and `ends` have `_AT_ONCE` places too many.

    Most batches are short. The same few places are written for each, and the next batch writes over those beyond its first
    request: to guess where a batch ends would take longer.
    """
    for call in range(calls):
        start, end, first = begun[call], ended[call], firsts[call]
        for request in range(first, first + _AT_ONCE):
            starts[request], ends[request] = start, end
        for request in range(first + _AT_ONCE, firsts[call + 1]):
            starts[request], ends[request] = start, end
