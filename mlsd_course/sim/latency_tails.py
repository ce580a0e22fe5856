"""Slow calls and what they do to a page: one after another, side by side, with a second try. Times in milliseconds.

A page that waits for all of its calls is slow with 1 - prod(1 - p); that law is for calls side by side only. Calls one after
another add their times, and the distribution of a sum has no simple formula: it is worked out on a grid. Left out unless
`shared` says otherwise: a common cause that slows many calls at once.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from mlsd_course.bisection import bisect, bracket
from mlsd_course.errors import ParameterError
from mlsd_course.parameters import count, not_negative, positive, share

Array = NDArray[np.float64]
_Z99 = float(ndtri(0.99))
_GRID = 2**17
_NODES = np.linspace(-7.0, 7.0, 281)
_WEIGHTS = np.exp(-(_NODES**2) / 2) / np.exp(-(_NODES**2) / 2).sum()


@dataclass(frozen=True)
class Call:
    """The time of one call: lognormal with 99th percentile `p99_ms` and spread `sigma` (standard deviation of the log).

    hedge_percent: send a second, equal call when the first has not answered by this percentile of its time, and take the
    answer that comes first (None: never). Dean and Barroso 2013, "hedged requests".

    >>> call = Call(p99_ms=100)
    >>> round(call.percentile_ms(50), 1), round(call.percentile_ms(99), 1)
    (9.8, 100.0)
    """

    p99_ms: float
    sigma: float = 1.0
    hedge_percent: float | None = None

    def __post_init__(self) -> None:
        positive("p99_ms", self.p99_ms)
        positive("sigma", self.sigma)
        if self.hedge_percent is not None:
            _percent("hedge_percent", self.hedge_percent)

    @property
    def mu(self) -> float:
        """Mean of the log of one attempt's time."""
        return math.log(self.p99_ms) - _Z99 * self.sigma

    @property
    def hedge_ms(self) -> float:
        """When the second call is sent; infinite without hedging."""
        if self.hedge_percent is None:
            return math.inf
        return math.exp(self.mu + self.sigma * float(ndtri(self.hedge_percent / 100)))

    @property
    def attempts(self) -> float:
        """Mean number of calls sent: 1 without hedging."""
        return 1.0 if self.hedge_percent is None else 2 - self.hedge_percent / 100

    @property
    def mean_ms(self) -> float:
        """Mean time of one attempt."""
        return math.exp(self.mu + self.sigma**2 / 2)

    @property
    def cv(self) -> float:
        """Coefficient of variation of one attempt's time."""
        return math.sqrt(math.expm1(self.sigma**2))

    def slower_share(self, time_ms: ArrayLike) -> Array:
        """Share of calls that take longer than `time_ms`, hedging included; for an array an array."""
        return _slower(self, np.asarray(time_ms, dtype=float), np.zeros(1), 0.0)[..., 0]

    def percentile_ms(self, percent: float) -> float:
        """Time that `percent` of the calls stay under, hedging included."""
        if self.hedge_percent is None:
            return math.exp(self.mu + self.sigma * float(ndtri(_percent("percent", percent))))
        return _where(lambda time_ms: float(self.slower_share(time_ms)), percent, self.p99_ms)

    def sample_ms(self, requests: int, rng: np.random.Generator) -> Array:
        """Return `requests` independent times in ms."""
        first = np.exp(self.mu + self.sigma * rng.standard_normal(requests))
        if self.hedge_percent is None:
            return first
        second = self.hedge_ms + np.exp(self.mu + self.sigma * rng.standard_normal(requests))
        return np.minimum(first, second)


def fan_out_slower_share(call: Call, calls: int, time_ms: ArrayLike, shared: float = 0.0) -> Array:
    """Share of pages that take longer than `time_ms` when they wait for all of `calls` equal calls side by side.

    1 - (1 - p)^n, averaged over the common cause. shared: the part of the log's variance that all calls of a page have in
    common (0: independent calls; 1: all slow or none).
    """
    count("calls", calls)
    slow = _slower(call, np.asarray(time_ms, dtype=float), _NODES, share("shared", shared))
    return (-np.expm1(calls * np.log1p(-np.minimum(slow, 1 - 1e-16)))) @ _WEIGHTS


def fan_out_percentile_ms(call: Call, calls: int, percent: float, shared: float = 0.0) -> float:
    """Time that `percent` of the pages stay under: the slowest of `calls` calls side by side.

    >>> round(fan_out_percentile_ms(Call(p99_ms=100), calls=10, percent=99))
    214
    """
    return _where(lambda time_ms: float(fan_out_slower_share(call, calls, time_ms, shared)), percent, call.p99_ms)


def chain_slower_share(calls: Sequence[Call], time_ms: ArrayLike) -> Array:
    """Share of pages that take longer than `time_ms` when they make these independent calls one after another."""
    times, below = _sum_of(tuple(calls))
    return np.clip(1 - np.interp(np.asarray(time_ms, dtype=float), times, below), 0.0, 1.0)


def chain_percentile_ms(calls: Sequence[Call], percent: float) -> float:
    """Percentile of the sum of these independent calls, within about 0.5 % up to p99.9. It is no sum of percentiles.

    >>> round(chain_percentile_ms([Call(p99_ms=100)] * 3, percent=99))
    185
    """
    times, below = _sum_of(tuple(calls))
    return float(np.interp(_percent("percent", percent), below, times))


def attempts_per_call(failure_share: float, tries: int) -> float:
    """Mean number of attempts of a caller who tries up to `tries` times: (1 - p^tries) / (1 - p)."""
    return float(sum(share("failure_share", failure_share) ** k for k in range(count("tries", tries))))


def failed_share(failure_share: float, tries: int) -> float:
    """Share of callers whose `tries` attempts all fail, where failures are independent: p^tries."""
    return share("failure_share", failure_share) ** count("tries", tries)


def retry_amplification(tries: int, layers: int) -> int:
    """Attempts that one request becomes at the bottom when all fail and each of `layers` layers tries `tries` times."""
    return count("tries", tries) ** count("layers", layers, least=0)


def all_good_share(good_shares: Sequence[float]) -> float:
    """Share of pages for which every part was good, where parts fail independently: the product."""
    return math.prod(share("good share", good) for good in good_shares)


def _slower(call: Call, time_ms: Array, common: Array, shared: float) -> Array:
    """Share of calls slower than each time (first axes), given each value of the common cause (last axis)."""
    with np.errstate(divide="ignore"):
        logs, late = np.log(np.maximum(time_ms, 0.0)), np.log(np.maximum(time_ms - call.hedge_ms, 0.0))
    centre, own = call.mu + call.sigma * math.sqrt(shared) * common, call.sigma * math.sqrt(max(1 - shared, 1e-6))
    first = ndtr((centre - logs[..., None]) / own)
    if call.hedge_percent is None:
        return first
    return first * ndtr((centre - late[..., None]) / own)


@lru_cache(maxsize=32)
def _sum_of(calls: tuple[Call, ...]) -> tuple[Array, Array]:
    """Return times in ms and the share of sums at or below each: the calls' distributions convolved on an even grid."""
    if not calls:
        raise ParameterError("calls", given=calls, allowed="at least one call", remedy="Write [Call(p99_ms=100)]")
    slowest = max(math.exp(call.mu + call.sigma * float(ndtri(1 - 1e-6))) for call in calls)
    step = 2 * (sum(call.mean_ms for call in calls) + slowest) / _GRID
    edges: Array = (np.arange(_GRID, dtype=np.float64) + 0.5) * step
    spectrum = np.ones(_GRID + 1, dtype=complex)
    for call, times in Counter(calls).items():
        cells = -np.diff(call.slower_share(edges), prepend=1.0)
        spectrum *= np.fft.rfft(cells, 2 * _GRID) ** times
    below: Array = np.cumsum(np.fft.irfft(spectrum, 2 * _GRID)[:_GRID])
    return edges, np.maximum.accumulate(np.clip(below, 0.0, 1.0))


def _where(slower: Callable[[float], float], percent: float, start_ms: float) -> float:
    """Return the time at which `slower` falls to what lies beyond `percent`, by bisection."""
    beyond, start_ms = 1 - _percent("percent", percent), not_negative("start_ms", start_ms)

    def too_early(time_ms: float) -> bool:
        return slower(time_ms) > beyond

    return bisect(too_early, *bracket(too_early, start_ms), halvings=50)[1]


def _percent(name: str, percent: float) -> float:
    if not 0 < percent < 100:
        raise ParameterError(
            name, given=percent, allowed="between 0 and 100, both excluded", remedy="Write 99 for the p99"
        )
    return percent / 100
