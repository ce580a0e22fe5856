"""A pool of servers whose size a policy decides, step by step: start-up lag, waiting, cost, and minutes of missed promise.

Between two decisions every request is simulated: first come, first served, by whichever server is free first.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlsd_course.errors import ParameterError
from mlsd_course.parameters import count, not_negative, positive, share
from mlsd_course.sim.queueing.arrivals import Profile
from mlsd_course.sim.queueing.kernels import fcfs_until
from mlsd_course.sim.queueing.service import Exponential, ServiceTimes

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Observation:
    """What a policy may look at when a step ends.

    time_s: since the start. rate_per_s: arrivals in the step that ended. utilisation: share of the ready servers' time in
    it that was spent working. waiting: requests in the queue now. p99_ms: time in system, 99th percentile, of the requests
    whose service began in the step (0 where none did). ready, starting: servers at work, and servers that are starting up.
    """

    time_s: float
    rate_per_s: float
    utilisation: float
    waiting: int
    p99_ms: float
    ready: int
    starting: int


Policy = Callable[[Observation], int]


@dataclass(frozen=True)
class Pool:
    """Servers to be had, and what was promised.

    service: time of one request on one server. start_s: from the decision to the first request served. least, most: bounds
    on the number of servers. step_s: time between two decisions. A minute is missed when fewer than `slo_share` of its
    requests are answered within `slo_ms`. A server is paid from the decision on, starting or not, until it is let go; what
    it then still works on is finished unpaid.
    """

    service: ServiceTimes = field(default_factory=lambda: Exponential(50.0))
    start_s: float = 90.0
    least: int = 1
    most: int = 50
    step_s: float = 15.0
    slo_ms: float = 300.0
    slo_share: float = 0.99
    usd_per_server_hour: float = 0.10

    def __post_init__(self) -> None:
        not_negative("start_s", self.start_s)
        count("least", self.least)
        if count("most", self.most) < self.least:
            raise ParameterError(
                "most",
                given=self.most,
                allowed=f"at least {self.least}, as `least`",
                remedy="Raise most or lower least",
            )
        positive("step_s", self.step_s)
        positive("slo_ms", self.slo_ms)
        share("slo_share", self.slo_share)
        not_negative("usd_per_server_hour", self.usd_per_server_hour)


@dataclass(frozen=True)
class Scaling:
    """One run of a policy. Per step: `observations`, and `paid`, the servers paid for. Per request: arrival and end in ms."""

    pool: Pool
    observations: tuple[Observation, ...]
    paid: NDArray[np.int64]
    arrival_ms: Array
    end_ms: Array

    @property
    def latency_ms(self) -> Array:
        """Time in system of every request, in order of arrival."""
        return self.end_ms - self.arrival_ms

    @property
    def within_share(self) -> float:
        """Share of all requests that were answered within `slo_ms`."""
        return float((self.latency_ms <= self.pool.slo_ms).mean()) if len(self.end_ms) else 1.0

    @property
    def kept_by_minute(self) -> Array:
        """For each minute of arrivals the share that was answered within `slo_ms`; 1 where nobody came."""
        minute = (self.arrival_ms // 60_000).astype(int)
        minutes = math.ceil(len(self.paid) * self.pool.step_s / 60)
        came = np.bincount(minute, minlength=minutes)
        kept = np.bincount(minute, self.latency_ms <= self.pool.slo_ms, minlength=minutes)
        return np.where(came > 0, kept / np.maximum(came, 1), 1.0)

    @property
    def slo_minutes_missed(self) -> int:
        """Minutes in which fewer than `slo_share` of the requests were answered within `slo_ms`."""
        return int((self.kept_by_minute < self.pool.slo_share).sum())

    @property
    def server_hours(self) -> float:
        """Server-hours paid for."""
        return float(self.paid.sum()) * self.pool.step_s / 3600.0

    @property
    def cost_usd(self) -> float:
        """Price of the server-hours."""
        return self.server_hours * self.pool.usd_per_server_hour


def autoscale(policy: Policy, rates_per_s: ArrayLike, pool: Pool | None = None, *, seed: int = 0) -> Scaling:
    """Run `policy` over a day of traffic, and return a Scaling.

    rates_per_s: expected arrivals per second in each step of `pool.step_s` seconds; arrivals are Poisson within a step.
    policy: a function from an Observation to the number of servers wanted, starting ones included; what it returns is kept
    within `least` and `most`. Servers to be let go are taken from the starting ones first, then from the idle ones. The run
    begins with `least` ready servers. Same seed, same traffic and work for every policy.

    Raises ParameterError for rates that are negative or not numbers, and for a policy that returns no number.
    """
    pool, rng = pool or Pool(), np.random.default_rng(count("seed", seed, least=0))
    times_ms = Profile(rates_per_s, pool.step_s).one_round_ms(rng)
    servers = _Servers(pool, times_ms, pool.service.sample_ms(len(times_ms), rng))
    observations, paid = [], []
    for step in range(np.size(rates_per_s)):
        paid.append(len(servers.free) + len(servers.starting))
        observations.append(servers.work(step))
        servers.resize(_wanted(policy(observations[-1]), pool))
    servers.finish()
    return Scaling(pool, tuple(observations), np.array(paid), times_ms, np.array(servers.ends))


def track_utilisation(target: float = 0.6) -> Policy:
    """Return the common reactive policy: as many servers as bring utilisation to `target`, judged by the step just ended."""
    if not share("target", target):
        raise ParameterError("target", given=target, allowed="above 0 and at most 1", remedy="Try 0.6")

    def policy(seen: Observation) -> int:
        return math.ceil(seen.ready * seen.utilisation / target - 1e-9)

    return policy


def _wanted(answer: object, pool: Pool) -> int:
    if isinstance(answer, bool) or not isinstance(answer, Real) or not math.isfinite(answer):
        raise ParameterError(
            "the policy's answer",
            given="nothing (None)" if answer is None else answer,
            allowed="a finite number of servers",
            remedy="Return a whole number on every path of the policy",
        )
    return min(max(math.ceil(float(answer)), pool.least), pool.most)


class _Servers:
    """The servers and their queue. Moments are in ms. `free`: heap of those at which ready servers become free."""

    def __init__(self, pool: Pool, times_ms: Array, services_ms: Array) -> None:
        self.pool, self.times_ms, self.services_ms = pool, times_ms, services_ms
        self.arrivals, self.services = times_ms.tolist(), services_ms.tolist()
        self.free = [0.0] * pool.least
        self.starting: list[float] = []  # moments at which they will be ready, in order
        self.next, self.came, self.now = 0, 0, 0.0
        self.ends: list[float] = []

    def work(self, step: int) -> Observation:
        """Serve the requests of one step of `pool.step_s` seconds; return what a policy sees at its end."""
        begin, end = self.now, 1000.0 * self.pool.step_s * (step + 1)
        busy_ms = sum(min(free, end) - begin for free in self.free if free > begin)
        first, ready_ms = self.next, len(self.free) * (end - begin)
        while self.starting and self.starting[0] < end:
            ready_at = max(begin, self.starting.pop(0))
            self._serve(ready_at)
            heappush(self.free, ready_at)
            ready_ms += end - ready_at
        self._serve(end)
        self.now = end
        ends = np.array(self.ends[first:])
        services = self.services_ms[first : self.next]
        busy_ms += float(np.clip(end - (ends - services), 0.0, services).sum())
        return self._observe(first, ends, busy_ms / ready_ms)

    def _serve(self, until: float) -> None:
        self.next = fcfs_until(self.arrivals, self.services, self.next, self.free, until, self.ends)

    def _observe(self, first: int, ends: Array, utilisation: float) -> Observation:
        came = self.came
        self.came = int(np.searchsorted(self.times_ms, self.now))
        latency = ends - self.times_ms[first : self.next]
        return Observation(
            time_s=self.now / 1000.0,
            rate_per_s=(self.came - came) / self.pool.step_s,
            utilisation=min(1.0, utilisation),
            waiting=self.came - self.next,
            p99_ms=float(np.percentile(latency, 99)) if len(latency) else 0.0,
            ready=len(self.free),
            starting=len(self.starting),
        )

    def resize(self, wanted: int) -> None:
        """Start servers, or let some go."""
        have = len(self.free) + len(self.starting)
        self.starting += [self.now + 1000.0 * self.pool.start_s] * (wanted - have)
        for _ in range(have - wanted):
            if self.starting:
                self.starting.pop()
            else:
                heappop(self.free)

    def finish(self) -> None:
        """Serve those who still wait when the traffic ends, with the servers that are there or on their way."""
        self.free += self.starting
        heapify(self.free)
        self._serve(math.inf)
