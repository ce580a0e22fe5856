"""Response time of a whole request: chains add, parallel calls wait for the slowest, queues add waiting.

Percentiles are read from the distribution of the whole, never added. A call that times out and falls back to another
component takes that component's time as well. Left out: correlation between components, and the load that retries and
fallbacks add (`mlsd_course.systems.service_graph` runs both).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from math import inf, log, sqrt
from operator import add
from statistics import NormalDist
from typing import Protocol

from mlsd_course.design.model.architecture import Architecture, Component, Flow
from mlsd_course.design.model.response import FINE, evenly, largest_of, percentile

MANY = 5_000


@dataclass(frozen=True)
class Station:
    """What a queue model needs: load, servers and the time for which one call holds a server."""

    name: str
    arrival_rate_per_s: float
    servers: int
    holding_ms: float
    squared_variation: float

    @property
    def utilisation(self) -> float:
        """Load over capacity."""
        return self.arrival_rate_per_s * self.holding_ms / 1000 / self.servers


class QueueModel(Protocol):
    """Gives waiting times at a station; `mlsd_course.sim.design_queue.EventQueue` is the event-driven one."""

    def waiting_ms(self, station: Station, points: int, stream: int) -> list[float] | None:
        """`points` waiting times in ms, or None for no waiting at all; infinite where the load exceeds the capacity."""


class ClosedForm:
    """Erlang C with the Allen–Cunneen correction: exact for M/M/c, close for other service times at high load.

    P(wait > t) = C(c, a) exp(-(c mu - lambda) t / k) with k = (1 + CV²) / 2 and Poisson arrivals.
    """

    def waiting_ms(self, station: Station, points: int, stream: int) -> list[float] | None:
        """Waiting times in ms by the formula."""
        if station.utilisation >= 1:
            return [inf] * points
        waits = erlang_c(station.servers, station.utilisation * station.servers)
        if waits < 1 / points:
            return None
        spare_per_ms = station.servers / station.holding_ms - station.arrival_rate_per_s / 1000
        scale = (1 + station.squared_variation) / 2 / spare_per_ms
        return [scale * log(waits / part) if part < waits else 0.0 for part in evenly(points, stream)]


def erlang_c(servers: int, offered: float) -> float:
    """The probability that a call waits at M/M/c with `offered` erlangs, by the recursion of Erlang B.

    Above 5,000 servers by the limit of Halfin & Whitt (Operations Research 1981), which is then within 1 %.
    """
    if offered >= servers:
        return 1.0
    if servers > MANY:
        spare = (1 - offered / servers) * sqrt(servers)
        bell = NormalDist()
        return 1 / (1 + spare * bell.cdf(spare) / bell.pdf(spare)) if spare < 30 else 0.0
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = offered * blocked / (server + offered * blocked)
    return blocked / (1 - offered / servers * (1 - blocked))


def station(component: Component, load_per_s: float) -> Station | None:
    """The station that a component is, or None where its capacity is unknown."""
    if component.capacity_per_s is None:
        return None
    variation = component.response.squared_variation if component.response else 1.0
    holding_ms = component.slots / component.capacity_per_s * 1000
    return Station(component.name, load_per_s, component.slots * component.replicas, holding_ms, variation)


@dataclass
class RequestTime:
    """Works out the response time of an entry under a load.

    `extra_wait_ms` adds a fixed wait per component (a backlog). After `of`, `timed_out_share` holds by flow the share of its
    uses in which a call got no answer in time.
    """

    architecture: Architecture
    load_per_s: Mapping[str, float]
    points: int = FINE
    queues: QueueModel = field(default_factory=ClosedForm)
    extra_wait_ms: Mapping[str, float] = field(default_factory=dict)
    timed_out_share: dict[str, float] = field(default_factory=dict)
    _falling: set[str] = field(default_factory=set, init=False, repr=False)

    def of(self, entry: str) -> list[float]:
        """Response times in ms of an entry: `points` values that stand for equal shares of requests."""
        self._streams = count(1)
        return self._component(entry)

    def percentile_ms(self, entry: str, percent: float) -> float:
        """A percentile of the response time in ms; infinite where a component on the way is saturated."""
        return percentile(self.of(entry), percent)

    def _component(self, name: str) -> list[float]:
        part, stream = self.architecture.by_name[name], next(self._streams)
        total = part.response.draw(self.points, stream) if part.response else [0.0] * self.points
        queue, waiting = station(part, self.load_per_s.get(name, 0.0)), next(self._streams)
        waits = self.queues.waiting_ms(queue, self.points, waiting) if queue and queue.arrival_rate_per_s > 0 else None
        if waits is not None:
            total = list(map(add, total, waits))
        backlog = self.extra_wait_ms.get(name, 0.0)
        if backlog:
            total = [value + backlog for value in total]
        for together in grouped(self.architecture.calls_of[name]):
            total = list(map(add, total, self._slowest(together)))
        return total

    def _slowest(self, together: list[Flow]) -> list[float]:
        slowest = self._flow(together[0])
        for flow in together[1:]:
            slowest = list(map(max, slowest, self._flow(flow)))
        return slowest

    def _flow(self, flow: Flow) -> list[float]:
        times = largest_of(flow.calls, lambda _: self._call(flow))
        if flow.name in self.timed_out_share:  # the flow waits for all of its calls, and one of them is enough to fail
            self.timed_out_share[flow.name] = 1 - (1 - self.timed_out_share[flow.name]) ** flow.calls
        chosen = next(self._streams)
        if flow.share < 1:
            used = evenly(self.points, chosen)
            times = [time if part < flow.share else 0.0 for time, part in zip(times, used, strict=True)]
        return times

    def _call(self, flow: Flow) -> list[float]:
        limit = flow.timeout_ms
        if limit is None:
            return self._component(flow.target)
        attempts = [self._component(flow.target) for _ in range(flow.retries + 1)]
        times = [min(time, limit) for time in attempts[-1]]
        for earlier in reversed(attempts[:-1]):
            times = [time if time <= limit else limit + later for time, later in zip(earlier, times, strict=True)]
        longest = limit * len(attempts) * (1 - 1e-12)
        self.timed_out_share[flow.name] = sum(time >= longest for time in times) / len(times)
        spare = self._spare(flow) if self.timed_out_share[flow.name] else None
        if spare is not None:
            times = [time + more if time >= longest else time for time, more in zip(times, spare, strict=True)]
        return times

    def _spare(self, flow: Flow) -> list[float] | None:
        """The times of a fallback that is a component; None for a sentence, or where fallbacks run in a circle."""
        if flow.fallback not in self.architecture.by_name or flow.name in self._falling:
            return None
        self._falling.add(flow.name)
        times = self._component(flow.fallback)
        self._falling.discard(flow.name)
        return times


def grouped(flows: list[Flow]) -> list[list[Flow]]:
    """Flows in the order written, those with one `parallel` label together at the place of the first."""
    groups: dict[object, list[Flow]] = {}
    for position, flow in enumerate(flows):
        groups.setdefault(flow.parallel or position, []).append(flow)
    return list(groups.values())
