"""The response time of a request, rolled up along its calls, for any representation of response times.

Chains add, parallel calls wait for the slowest, a call that exceeds its timeout is cut off, tried again, and falls back.
How a set of response times is held is left to a `Times`: plain lists in `request_time`, arrays with each component's
contribution in `mlsd_course.sim.latency_budget`. Left out: correlation between components, and the load that retries and
fallbacks add (`mlsd_course.systems.service_graph` runs both).
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import count
from typing import Generic, Protocol, TypeVar

from mlsd_course.design.analysis.queue_model import QueueModel, station_load
from mlsd_course.design.model.architecture import Architecture, Component, Flow

T = TypeVar("T")
DRAWN_ONE_BY_ONE = 16


class Times(Protocol[T]):
    """Arithmetic on response times in ms. A value T stands for `points` requests, each with an equal share."""

    points: int

    def alone(self, component: Component, stream: int, waits_ms: list[float] | None) -> T:
        """Times at the component itself: its work, and the waiting before it."""

    def add(self, first: T, second: T) -> T:
        """One after the other."""

    def slower(self, one: T, other: T) -> T:
        """Side by side: the slower of the two."""

    def slowest_of_equal(self, one: T, order: T, calls: int) -> T:
        """The slowest of equal calls by `largest_positions`; the ranks of `order` say which point gets which."""

    def used(self, times: T, share: float, stream: int) -> T:
        """The times for a share of the requests, and 0 for the others."""

    def cut(self, times: T, limit_ms: float) -> T:
        """The times, at most the limit."""

    def retried(self, first: T, later: T, limit_ms: float) -> T:
        """The first where it is within the limit, else the limit and then the later."""

    def share_from(self, times: T, least_ms: float) -> float:
        """The share of the times that are at least `least_ms`."""

    def fallen_back(self, times: T, fallback: T, least_ms: float) -> T:
        """The fallback added where the times are at least `least_ms`."""


class RollUp(Generic[T]):
    """One walk from an entry along all calls, with each component's waiting by its load.

    timed_out_call_share: by flow with a timeout, the share of single calls that got no answer in time, after `of`.
    """

    def __init__(
        self, architecture: Architecture, load_per_s: Mapping[str, float], times: Times[T], queues: QueueModel
    ) -> None:
        self.architecture, self.load_per_s, self.times, self.queues = architecture, load_per_s, times, queues
        self.timed_out_call_share: dict[str, float] = {}
        self._streams = count(1)
        self._falling_back: set[str] = set()

    def of(self, name: str) -> T:
        """The response times of a component with all the calls it makes."""
        component, stream, waiting = self.architecture.by_name[name], next(self._streams), next(self._streams)
        queue, waits_ms = station_load(component, self.load_per_s.get(name, 0.0)), None
        if queue and queue.arrival_rate_per_s > 0:
            waits_ms = self.queues.waiting_ms(queue, self.times.points, waiting)
        total = self.times.alone(component, stream, waits_ms)
        for together in grouped(self.architecture.calls_of[name]):
            total = self.times.add(total, self._slowest(together))
        return total

    def _slowest(self, together: list[Flow]) -> T:
        slowest = self._flow(together[0])
        for flow in together[1:]:
            slowest = self.times.slower(slowest, self._flow(flow))
        return slowest

    def _flow(self, flow: Flow) -> T:
        times = largest_of(flow.calls, lambda _: self._call(flow), self.times)
        stream = next(self._streams)
        return self.times.used(times, flow.share, stream) if flow.share < 1 else times

    def _call(self, flow: Flow) -> T:
        limit_ms = flow.timeout_ms
        if limit_ms is None:
            return self.of(flow.target)
        attempts = [self.of(flow.target) for _ in range(flow.retries + 1)]
        times = self.times.cut(attempts[-1], limit_ms)
        for earlier in reversed(attempts[:-1]):
            times = self.times.retried(earlier, times, limit_ms)
        all_late_ms = limit_ms * len(attempts) * (1 - 1e-12)
        timed_out = self.times.share_from(times, all_late_ms)
        self.timed_out_call_share[flow.name] = timed_out
        if timed_out and flow.fallback in self.architecture.by_name and flow.name not in self._falling_back:
            self._falling_back.add(flow.name)
            times = self.times.fallen_back(times, self.of(flow.fallback), all_late_ms)
            self._falling_back.discard(flow.name)
        return times


def grouped(flows: list[Flow]) -> list[list[Flow]]:
    """Flows in the order written, those with one `parallel` label together at the place of the first."""
    groups: dict[object, list[Flow]] = {}
    for position, flow in enumerate(flows):
        groups.setdefault(flow.parallel or position, []).append(flow)
    return list(groups.values())


def largest_of(calls: int, draw: Callable[[int], T], times: Times[T]) -> T:
    """The slowest of `calls` parallel calls; `draw(i)` gives the i-th call's times.

    Up to 16 calls are drawn one by one; more use the law of the maximum of equal calls, F(t)^calls.
    """
    slowest = draw(0)
    if calls > DRAWN_ONE_BY_ONE:
        return times.slowest_of_equal(slowest, draw(1), calls)
    for call in range(1, calls):
        slowest = times.slower(slowest, draw(call))
    return slowest


@lru_cache(maxsize=64)
def largest_positions(points: int, calls: int) -> tuple[int, ...]:
    """The law F(t)^calls as positions in sorted times of one call: where the i-th smallest maximum of `points` stands."""
    quantiles = (((rank + 0.5) / points) ** (1 / calls) for rank in range(points))
    return tuple(min(points - 1, int(quantile * points)) for quantile in quantiles)
