"""A page that makes n calls, side by side or one after another: its whole latency distribution, and what makes it slow."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from mlsd_course.errors import one_of
from mlsd_course.parameters import count, positive, share
from mlsd_course.sim.latency_tails import (
    Call,
    chain_percentile_ms,
    chain_slower_share,
    fan_out_percentile_ms,
    fan_out_slower_share,
)

Array = NDArray[np.float64]
PATTERNS = ("fan-out", "chain")
MOST_SLOW = 0.05
"""The promise: at most this share of pages may take longer than the limit."""
MOST_CALLS = 100
_PAGES = 10_000


@dataclass(frozen=True)
class FanOutView:
    """One page at one setting, against the promise that at most 5 % of pages take longer than `limit_ms`.

    pages_ms: simulated page times, ascending. binds: "nothing", "call", "fan-out", "chain" or "common cause".
    """

    call: Call
    calls: int
    pattern: str
    shared: float
    limit_ms: float
    pages_ms: Array
    binds: str

    @property
    def simulated_slow_share(self) -> float:
        """Share of the simulated pages that take longer than the limit."""
        return self.simulated_tail(self.limit_ms)

    @property
    def slow_share(self) -> float:
        """Share of pages that take longer than the limit: by formula, by simulation where there is none."""
        shares = self.formula_tail(np.array([self.limit_ms]))
        return float(shares[0]) if len(shares) else self.simulated_slow_share

    @property
    def call_slow_share(self) -> float:
        """Share of single calls that take longer than the limit."""
        return float(self.call.slower_share(self.limit_ms))

    @property
    def met(self) -> bool:
        """True where the promise holds."""
        return self.slow_share <= MOST_SLOW

    @property
    def calls_sent(self) -> float:
        """Mean number of calls per page, hedges included."""
        return self.calls * self.call.attempts

    def simulated_tail(self, time_ms: float) -> float:
        """Share of the simulated pages that take longer than `time_ms`."""
        return 1 - float(np.searchsorted(self.pages_ms, time_ms, side="right")) / len(self.pages_ms)

    def percentile_ms(self, percent: float) -> float:
        """Percentile of the simulated page times."""
        return float(np.percentile(self.pages_ms, percent))

    def formula_tail(self, times_ms: Array) -> Array:
        """Share of pages slower than each time by formula; empty for a chain with a common cause, which has none here."""
        if self.pattern == "fan-out":
            return fan_out_slower_share(self.call, self.calls, times_ms, self.shared)
        if self.shared:
            return np.empty(0)
        return chain_slower_share([self.call] * self.calls, times_ms)

    @property
    def p99_ms(self) -> float:
        """The page's 99th percentile: by formula, by simulation where there is none."""
        return self.formula_percentile_ms(99) or self.percentile_ms(99)

    def formula_percentile_ms(self, percent: float) -> float | None:
        """Percentile of the page times by formula; None where there is none."""
        if self.pattern == "fan-out":
            return fan_out_percentile_ms(self.call, self.calls, percent, self.shared)
        return None if self.shared else chain_percentile_ms([self.call] * self.calls, percent)


def fan_out(
    calls: int,
    sigma: float,
    pattern: str = "fan-out",
    hedge_percent: float | None = None,
    shared: float = 0.0,
    p99_ms: float = 100.0,
    limit_ms: float = 100.0,
) -> FanOutView:
    """Simulate 10,000 pages of `calls` equal calls, and say what makes them slow.

    sigma, p99_ms, hedge_percent: one call, see `mlsd_course.sim.latency_tails.Call`. pattern: "fan-out" waits for all calls
    side by side, "chain" makes one after another. shared: the part of a call's variance that all calls of a page have in
    common, hedges included.

    Raises ParameterError for numbers out of range. Same setting, same pages.
    """
    call = Call(p99_ms, sigma, hedge_percent)
    count("calls", calls, most=MOST_CALLS)
    positive("limit_ms", limit_ms)
    share("shared", shared)
    one_of("pattern", pattern, PATTERNS)
    pages_ms = np.sort(_pages(call, calls, pattern, shared))
    setting = FanOutView(call, calls, pattern, shared, limit_ms, pages_ms, binds="nothing")
    return setting if setting.met else FanOutView(call, calls, pattern, shared, limit_ms, pages_ms, _binds(setting))


def _pages(call: Call, calls: int, pattern: str, shared: float) -> Array:
    common, own, hedges = _normals()
    together = math.sqrt(shared) * common[:, None]
    apart = math.sqrt(1 - shared)
    times = np.exp(call.mu + call.sigma * (together + apart * own[:, :calls]))
    if call.hedge_percent is not None:
        times = np.minimum(times, call.hedge_ms + np.exp(call.mu + call.sigma * (together + apart * hedges[:, :calls])))
    return times.max(axis=1) if pattern == "fan-out" else times.sum(axis=1)


@lru_cache(maxsize=1)
def _normals() -> tuple[Array, Array, Array]:
    """Return the random numbers behind every page: one common cause, and one for each call and for each of their hedges.

    Each call's times are spread evenly over its distribution, in its own random order (Latin hypercube; McKay 1979), so
    that 10,000 pages show a tail that independent draws would blur.
    """
    rng, columns = np.random.default_rng(1), 2 * MOST_CALLS + 1
    even = (np.arange(_PAGES) + rng.random((columns, _PAGES))) / _PAGES
    normals = ndtri(rng.permuted(even, axis=1)).T
    return normals[:, 0], normals[:, 1 : MOST_CALLS + 1].copy(), normals[:, MOST_CALLS + 1 :].copy()


def _binds(setting: FanOutView) -> str:
    if setting.call_slow_share > MOST_SLOW:
        return "call"
    if setting.pattern == "chain":
        return "chain"
    if setting.call.hedge_percent is not None and setting.shared:
        alone = fan_out_slower_share(setting.call, setting.calls, setting.limit_ms)
        if alone <= MOST_SLOW:
            return "common cause"
    return "fan-out"
