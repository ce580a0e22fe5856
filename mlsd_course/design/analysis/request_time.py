"""Response time of a whole request: chains add, parallel calls wait for the slowest, queues add waiting.

Percentiles are read from the distribution of the whole, never added. A call that times out and falls back to another
component takes that component's time as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import add

from mlsd_course.design.analysis.queue_model import ClosedForm, QueueModel
from mlsd_course.design.analysis.roll_up import RollUp, largest_positions
from mlsd_course.design.model.architecture import Architecture, Component
from mlsd_course.design.model.response import FINE, evenly, percentile


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

    def of(self, entry: str) -> list[float]:
        """Response times in ms of an entry: `points` values that stand for equal shares of requests."""
        lists = ListTimes(self.points, self.extra_wait_ms)
        roll_up = RollUp(self.architecture, self.load_per_s, lists, self.queues)
        times = roll_up.of(entry)
        for flow in self.architecture.flows:
            if flow.name in roll_up.timed_out_call_share:  # a flow waits for all its calls, so one late call is enough
                answered = 1 - roll_up.timed_out_call_share[flow.name]
                self.timed_out_share[flow.name] = 1 - answered**flow.calls
        return times

    def percentile_ms(self, entry: str, percent: float) -> float:
        """A percentile of the response time in ms; infinite where a component on the way is saturated."""
        return percentile(self.of(entry), percent)


@dataclass
class ListTimes:
    """Response times as a list of numbers: `mlsd_course.design.analysis.roll_up.Times` without NumPy."""

    points: int = FINE
    extra_wait_ms: Mapping[str, float] = field(default_factory=dict)

    def alone(self, component: Component, stream: int, waits_ms: list[float] | None) -> list[float]:
        """Work, waiting, and the backlog."""
        response, backlog_ms = component.response, self.extra_wait_ms.get(component.name, 0.0)
        times = response.draw(self.points, stream) if response else [0.0] * self.points
        if waits_ms is not None:
            times = self.add(times, waits_ms)
        return [time + backlog_ms for time in times] if backlog_ms else times

    def add(self, first: list[float], second: list[float]) -> list[float]:
        """One after the other."""
        return list(map(add, first, second))

    def slower(self, one: list[float], other: list[float]) -> list[float]:
        """Side by side."""
        return list(map(max, one, other))

    def slowest_of_equal(self, one: list[float], order: list[float], calls: int) -> list[float]:
        """F(t)^calls."""
        ordered, slowest = sorted(one), [0.0] * len(order)
        ranked = sorted(range(len(order)), key=order.__getitem__)
        for point, position in zip(ranked, largest_positions(len(order), calls), strict=True):
            slowest[point] = ordered[position]
        return slowest

    def used(self, times: list[float], share: float, stream: int) -> list[float]:
        """0 where the call is not made."""
        chosen = evenly(self.points, stream)
        return [time if part < share else 0.0 for time, part in zip(times, chosen, strict=True)]

    def cut(self, times: list[float], limit_ms: float) -> list[float]:
        """At most the limit."""
        return [min(time, limit_ms) for time in times]

    def retried(self, first: list[float], later: list[float], limit_ms: float) -> list[float]:
        """The limit and then the later where the first is late."""
        return [one if one <= limit_ms else limit_ms + more for one, more in zip(first, later, strict=True)]

    def share_from(self, times: list[float], least_ms: float) -> float:
        """The share, by counting."""
        return sum(time >= least_ms for time in times) / len(times)

    def fallen_back(self, times: list[float], fallback: list[float], least_ms: float) -> list[float]:
        """The fallback comes after the timeout."""
        return [time + more if time >= least_ms else time for time, more in zip(times, fallback, strict=True)]
