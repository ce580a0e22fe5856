"""Where the time of a slow request goes: a latency budget that adds up.

Percentiles do not add, so a waterfall of p99s does not end at the p99. What does add up is the time that the requests
around the p99 spent in each part: the mean of each part's time among the slowest 0.5 to 1.5 % (the allocation of a
quantile to its parts of Tasche 1999). Of parts side by side, each request counts the slower one only, the critical path
(Kelley & Walker 1959).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlsd_course.design import Architecture, ClosedForm, Component, ResponseTime
from mlsd_course.design.analysis.load import loads, utilisation
from mlsd_course.design.analysis.roll_up import RollUp, largest_positions
from mlsd_course.design.model.response import FINE, evenly, percentile
from mlsd_course.errors import ParameterError

Array = NDArray[np.float64]
AROUND = 0.5
"""Half the width, in percentage points, of the band of requests around a percentile that is looked at."""


@dataclass(frozen=True)
class Share:
    """What one part contributes to a request at the percentile: its work and its waiting, and its own percentile alone."""

    component: str
    work_ms: float
    wait_ms: float
    own_ms: float
    utilisation: float

    @property
    def ms(self) -> float:
        """Work and waiting."""
        return self.work_ms + self.wait_ms


@dataclass(frozen=True)
class LatencyBudget:
    """The shares of all parts on the way, in the order of the request; they add up to `total_ms`.

    saturated: parts that get more than they can serve; `total_ms` is then infinite and the shares are those just below.
    timed_out: share of calls that time out, by flow.
    """

    shares: tuple[Share, ...]
    total_ms: float
    percent: float
    saturated: tuple[str, ...]
    timed_out: Mapping[str, float]

    @property
    def added_ms(self) -> float:
        """Every part's own percentile added up: what the total is not."""
        return sum(share.own_ms for share in self.shares)

    @property
    def largest(self) -> Share:
        """The part that takes the most of a request at the percentile."""
        return max(self.shares, key=lambda share: share.ms)

    def __repr__(self) -> str:
        lines = [
            f"p{self.percent:g} of the whole {self.total_ms:.1f} ms; all p{self.percent:g}s added up {self.added_ms:.1f} ms"
        ]
        wide = max(len(share.component) for share in self.shares)
        lines += [
            f"  {share.component:{wide}}  {share.work_ms:6.1f} ms work {share.wait_ms:6.1f} ms waiting   own p{self.percent:g} {share.own_ms:6.1f} ms"
            for share in self.shares
        ]
        return "\n".join(lines)


def latency_budget(architecture: Architecture, per_s: float, percent: float = 99.0, entry: str = "") -> LatencyBudget:
    """Return where the time of requests around a percentile goes, under a load of `per_s` user requests.

    entry: the first one unless named. The total is the one that `RequestTime` gives for the same architecture.
    """
    if not 1 <= percent <= 99.4:
        raise ParameterError("percent", given=percent, allowed="1 to 99.4", remedy="Write 99 for the p99")
    entry = entry or architecture.entries[0].name
    load = loads(architecture, per_s)
    full = tuple(
        name
        for name in architecture.called_from(entry)
        if (total := architecture.by_name[name].total_capacity_per_s) is not None and load[name] >= total
    )
    for name in full:
        load[name] = 0.995 * (architecture.by_name[name].total_capacity_per_s or 0.0)
    position = {part.name: number for number, part in enumerate(architecture.components)}
    roll_up = RollUp(architecture, load, ArrayTimes(position), ClosedForm())
    times, parts = roll_up.of(entry)
    low, high = np.percentile(times, [percent - AROUND, percent + AROUND])
    around = (times >= low) & (times <= high)
    total = percentile(times.tolist(), percent)
    raw = parts[:, :, around].mean(axis=2)
    scaled = raw * (total / raw.sum()) if raw.sum() else raw
    shares = tuple(
        Share(
            name,
            float(scaled[position[name], 0]),
            float(scaled[position[name], 1]),
            _own_ms(architecture.by_name[name].response, percent),
            utilisation(architecture.by_name[name], load[name]) or 0.0,
        )
        for name in architecture.called_from(entry)
    )
    return LatencyBudget(shares, inf if full else total, percent, full, roll_up.timed_out_call_share)


@lru_cache(maxsize=64)
def _own_ms(response: ResponseTime | None, percent: float) -> float:
    return percentile(response.draw(FINE, 1), percent) if response else 0.0


class TimesByPart(NamedTuple):
    """Response times in ms, one for each point, and what each part contributed: parts x (work, waiting) x points."""

    times: Array
    parts: Array


class ArrayTimes:
    """`mlsd_course.design.analysis.roll_up.Times` on arrays, each part's work and waiting kept apart."""

    points = FINE

    def __init__(self, position: Mapping[str, int]) -> None:
        self.position = position

    def alone(self, component: Component, stream: int, waits_ms: list[float] | None) -> TimesByPart:
        """The component's own work and waiting; nothing of the other parts."""
        parts = np.zeros((len(self.position), 2, FINE))
        own = parts[self.position[component.name]]
        if component.response:
            own[0] = _draw(component.response, stream)
        if waits_ms is not None:
            own[1] = waits_ms
        return TimesByPart(own.sum(axis=0), parts)

    def add(self, first: TimesByPart, second: TimesByPart) -> TimesByPart:
        """One after the other."""
        return TimesByPart(first.times + second.times, first.parts + second.parts)

    def slower(self, one: TimesByPart, other: TimesByPart) -> TimesByPart:
        """Side by side: only the slower one counts, the critical path."""
        second = other.times > one.times
        return TimesByPart(np.where(second, other.times, one.times), np.where(second, other.parts, one.parts))

    def slowest_of_equal(self, one: TimesByPart, order: TimesByPart, calls: int) -> TimesByPart:
        """F(t)^calls; the ranks of `order` shuffle the points."""
        ranks = np.empty(FINE, dtype=int)
        ranks[np.argsort(order.times, kind="stable")] = np.arange(FINE)
        chosen = np.argsort(one.times, kind="stable")[np.array(largest_positions(FINE, calls))[ranks]]
        return TimesByPart(one.times[chosen], one.parts[:, :, chosen])

    def used(self, times: TimesByPart, share: float, stream: int) -> TimesByPart:
        """0 where the call is not made."""
        made = np.array(evenly(FINE, stream)) < share
        return TimesByPart(times.times * made, times.parts * made)

    def cut(self, times: TimesByPart, limit_ms: float) -> TimesByPart:
        """At most the limit; all parts are shortened alike."""
        kept = np.minimum(times.times, limit_ms)
        ratio = np.divide(kept, times.times, out=np.ones_like(kept), where=times.times > 0)
        return TimesByPart(kept, times.parts * ratio)

    def retried(self, first: TimesByPart, later: TimesByPart, limit_ms: float) -> TimesByPart:
        """The limit and then the later where the first is late."""
        late, cut = first.times > limit_ms, self.cut(first, limit_ms)
        return TimesByPart(cut.times + late * later.times, cut.parts + late * later.parts)

    def share_from(self, times: TimesByPart, least_ms: float) -> float:
        """The share, by counting."""
        return float((times.times >= least_ms).mean())

    def fallen_back(self, times: TimesByPart, fallback: TimesByPart, least_ms: float) -> TimesByPart:
        """The fallback comes after the timeout."""
        late = times.times >= least_ms
        return TimesByPart(times.times + late * fallback.times, times.parts + late * fallback.parts)


@lru_cache(maxsize=64)
def _draw(response: ResponseTime, stream: int) -> Array:
    return np.array(response.draw(FINE, stream))
