"""An online service at one setting: its whole latency distribution, the formulas beside it, and what binds."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlsd_course.errors import ParameterError
from mlsd_course.parameters import positive
from mlsd_course.sim.queueing import closed_forms
from mlsd_course.sim.queueing.arrivals import Arrivals, Bursty, Poisson, Regular
from mlsd_course.sim.queueing.kernels import SERVED
from mlsd_course.sim.queueing.result import Result
from mlsd_course.sim.queueing.service import BatchCost, Exponential, ServiceTimes
from mlsd_course.sim.queueing.simulate import simulate
from mlsd_course.sim.queueing.station import Station

CALL_MS, ROW_MS = 4.0, 1.0
SERVICE_MS = CALL_MS + ROW_MS
PROMISE = 0.99
"""Share of all requests that must be answered within the limit."""
ARRIVALS = ("Poisson", "regular", "bursty")
_REQUESTS, _REQUESTS_WITH_CLIENTS = 20_000, 4_000
_LEVELS = np.concatenate([np.linspace(1.0, 0.1, 31)[:-1], np.geomspace(0.1, 0.001, 41)])


@dataclass(frozen=True)
class OnlineView:
    """One run at one setting, against the promise that 99 % of requests are answered within `limit_ms`.

    formula_mean_ms, formula_percentile_ms: None where no closed form applies. binds: "nothing", "service", "queue",
    "batch window", "overload", "turned away" or "timeouts".
    """

    result: Result
    limit_ms: float
    load: float
    rate_per_s: float
    formula_mean_ms: float | None
    formula_curve: bool
    binds: str
    wait_share: float

    def latency_ms(self, percent: float) -> float:
        """Time within which `percent` of all requests are answered; infinite where fewer are answered at all."""
        answered = self.result.answered_share
        return _quantile(np.sort(self.result.latency_ms), 100.0 - percent, answered)

    @property
    def within_share(self) -> float:
        """Share of all requests that are answered within the limit."""
        return self.result.within(self.limit_ms)

    @property
    def met(self) -> bool:
        """True where the promise holds."""
        return self.within_share >= PROMISE

    def tail(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return (latency in ms, share of all requests that is not answered by then), the share falling."""
        answered, ordered = self.result.answered_share, np.sort(self.result.latency_ms)
        levels = _LEVELS[(1 - answered <= _LEVELS) & (_LEVELS < 1.0)]
        if not len(ordered) or not len(levels):
            return np.empty(0), np.empty(0)
        inside = (levels - (1 - answered)) / answered
        return np.quantile(ordered, 1 - inside), levels

    def formula_tail(self, times_ms: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the share of requests slower than each time by M/M/c; empty where it does not apply."""
        if not self.formula_curve:
            return np.empty(0)
        servers = self.result.station.servers
        return np.array([closed_forms.mmc_tail(self.rate_per_s, SERVICE_MS, servers, t) for t in times_ms])

    def formula_percentile_ms(self, percent: float) -> float | None:
        """Return the percentile by M/M/c; None where it does not apply."""
        if not self.formula_curve:
            return None
        return closed_forms.mmc_percentile_ms(self.rate_per_s, SERVICE_MS, self.result.station.servers, percent)


def online(
    load: float,
    cv: float,
    servers: int,
    window_ms: float = 0.0,
    max_batch: int = 1,
    queue_limit: int | None = None,
    timeout_ms: float | None = None,
    retries: int = 0,
    arrivals: str = "Poisson",
    limit_ms: float = 100.0,
) -> OnlineView:
    """Simulate a service whose call on n rows takes 4 + n ms on average, and say what binds.

    load: offered work per server without batching (1: exactly all of its time). cv: spread of the service time, standard
    deviation over mean; 1 is exponential (with batching, as everywhere else: lognormal). window_ms: how long a batch may
    wait for more rows. Raises ParameterError for numbers out of range. Same setting, same run.
    """
    positive("limit_ms", limit_ms)
    rate_per_s = positive("load", load) * servers * 1000.0 / SERVICE_MS
    station = Station(
        servers=servers,
        queue_limit=queue_limit,
        max_batch=max_batch,
        max_wait_ms=window_ms if max_batch > 1 else 0.0,
        timeout_ms=timeout_ms,
        retries=retries,
    )
    quick = timeout_ms is None and (queue_limit is None or (not retries and max_batch == 1))
    result = simulate(
        _arrivals(arrivals, rate_per_s),
        _service(cv, max_batch),
        station,
        requests=_REQUESTS if quick else _REQUESTS_WITH_CLIENTS,
    )
    plain = station.loses_nothing and max_batch == 1 and arrivals == "Poisson"
    wait_share = _wait_share(result)
    return OnlineView(
        result=result,
        limit_ms=limit_ms,
        load=load,
        rate_per_s=rate_per_s,
        formula_mean_ms=_kingman_ms(rate_per_s, servers, cv, arrivals)
        if station.loses_nothing and max_batch == 1
        else None,
        formula_curve=plain and cv == 1 and load < 1,
        binds=_binds(result, limit_ms, wait_share, rate_per_s),
        wait_share=wait_share,
    )


def _arrivals(kind: str, rate_per_s: float) -> Arrivals:
    if kind == "Poisson":
        return Poisson(rate_per_s)
    if kind == "regular":
        return Regular(rate_per_s)
    if kind == "bursty":
        return Bursty(rate_per_s, burst_factor=2.0, burst_share=0.2, burst_ms=500.0)
    raise ParameterError("arrivals", given=kind, allowed=", ".join(ARRIVALS), remedy="Name one of them")


def _service(cv: float, max_batch: int) -> ServiceTimes | BatchCost:
    return Exponential(SERVICE_MS) if max_batch == 1 and cv == 1 else BatchCost(CALL_MS, ROW_MS, cv)


def _kingman_ms(rate_per_s: float, servers: int, cv: float, arrivals: str) -> float | None:
    spread = {"Poisson": 1.0, "regular": 0.0}.get(arrivals)
    if spread is None:
        return None
    return SERVICE_MS + closed_forms.kingman_wait_ms(rate_per_s, SERVICE_MS, spread, cv, servers)


def _wait_share(result: Result) -> float:
    """Share of the time that the slowest 0.2 to 2 % spend waiting, not worked on; estimated where the simulator does not know."""
    served = result.status == SERVED
    latency, wait = result.latency_ms, result.wait_ms[served]
    if not len(latency):
        return 1.0
    slow = (latency >= np.quantile(latency, 0.98)) & (latency <= np.quantile(latency, 0.998))
    if not slow.any():
        slow = latency >= np.quantile(latency, 0.98)
    if np.isnan(wait[slow]).any():
        return max(0.0, 1.0 - SERVICE_MS / float(latency[slow].mean()))
    return float(wait[slow].sum() / latency[slow].sum())


def _binds(result: Result, limit_ms: float, wait_share: float, rate_per_s: float) -> str:
    station = result.station
    if result.within(limit_ms) >= PROMISE:
        return "nothing"
    if result.dropped_share > 1 - PROMISE:
        return "turned away"
    if result.timed_out_share > 1 - PROMISE:
        return "timeouts"
    if rate_per_s >= station.servers * BatchCost(CALL_MS, ROW_MS).capacity_per_s(station.max_batch):
        return "overload"
    if wait_share < 0.5:
        return "service"
    if station.max_wait_ms > 0.5 * wait_share * result.percentile_ms(99):
        return "batch window"
    return "queue"


def _quantile(ordered: NDArray[np.float64], beyond_percent: float, answered: float) -> float:
    unanswered = 1 - answered
    if not len(ordered) or beyond_percent / 100 < unanswered:
        return math.inf
    return float(np.quantile(ordered, 1 - (beyond_percent / 100 - unanswered) / answered))
