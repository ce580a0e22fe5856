"""Where the time of a slow request goes: a latency budget that adds up.

Percentiles do not add, so a waterfall of p99s does not end at the p99. What does add up is the time that the requests
around the p99 spent in each part: the mean of each part's time among the slowest 0.5 to 1.5 % (the allocation of a
quantile to its parts of Tasche 1999). Of parts side by side, each request counts the slower one only, the critical path
(Kelley & Walker 1959).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlsd_course.design import Architecture, ClosedForm, Component, Flow, ResponseTime
from mlsd_course.design.analysis.load import loads
from mlsd_course.design.analysis.request_time import grouped, station
from mlsd_course.design.model.response import FINE, evenly, percentile
from mlsd_course.errors import ParameterError, one_of

Array = NDArray[np.float64]
AROUND = 0.5
"""Half the width, in percentage points, of the band of requests around a percentile that is looked at."""
LAYOUTS = ("row", "together", "copied")


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
    walk = _Walk(architecture, load)
    times, parts = walk.component(entry)
    low, high = np.percentile(times, [percent - AROUND, percent + AROUND])
    around = (times >= low) & (times <= high)
    total = percentile(times.tolist(), percent)
    raw = parts[:, :, around].mean(axis=2)
    scaled = raw * (total / raw.sum()) if raw.sum() else raw
    shares = tuple(
        Share(
            name,
            float(scaled[place, 0]),
            float(scaled[place, 1]),
            _own_ms(part.response, percent),
            _used(part, load[name]),
        )
        for name in architecture.called_from(entry)
        for place, part in [(walk.place[name], architecture.by_name[name])]
    )
    return LatencyBudget(shares, inf if full else total, percent, full, walk.timed_out)


@lru_cache(maxsize=64)
def _own_ms(response: ResponseTime | None, percent: float) -> float:
    return percentile(response.draw(FINE, 1), percent) if response else 0.0


def _used(part: Component, load_per_s: float) -> float:
    return load_per_s / part.total_capacity_per_s if part.total_capacity_per_s else 0.0


class _Walk:
    """`RequestTime` with each part's work and waiting kept apart: arrays of parts x (work, waiting) x points."""

    def __init__(self, architecture: Architecture, load_per_s: Mapping[str, float]) -> None:
        self.architecture, self.load_per_s = architecture, load_per_s
        self.place = {part.name: place for place, part in enumerate(architecture.components)}
        self.streams, self.queues = count(1), ClosedForm()
        self.timed_out: dict[str, float] = {}
        self._falling: set[str] = set()

    def component(self, name: str) -> tuple[Array, Array]:
        """Times of all points, and what each part contributed to them."""
        part, stream, waiting = self.architecture.by_name[name], next(self.streams), next(self.streams)
        parts = np.zeros((len(self.place), 2, FINE))
        here = parts[self.place[name]]
        if part.response:
            here[0] = _draw(part.response, stream)
        queue = station(part, self.load_per_s.get(name, 0.0))
        waits = self.queues.waiting_ms(queue, FINE, waiting) if queue and queue.arrival_rate_per_s > 0 else None
        if waits is not None:
            here[1] = waits
        times = here.sum(axis=0)
        for together in grouped(self.architecture.calls_of[name]):
            more_times, more_parts = self._flow(together[0])
            for flow in together[1:]:
                more_times, more_parts = _slower((more_times, more_parts), self._flow(flow))
            times, parts = times + more_times, parts + more_parts
        return times, parts

    def _flow(self, flow: Flow) -> tuple[Array, Array]:
        slowest = self._call(flow)
        if flow.calls > 16:
            slowest = _slowest_of_many(slowest, self._call(flow)[0], flow.calls)
        else:
            for _ in range(1, flow.calls):
                slowest = _slower(slowest, self._call(flow))
        used = np.array(evenly(FINE, next(self.streams))) < flow.share
        return slowest[0] * used, slowest[1] * used

    def _call(self, flow: Flow) -> tuple[Array, Array]:
        limit = flow.timeout_ms
        if limit is None:
            return self.component(flow.target)
        attempts = [self.component(flow.target) for _ in range(flow.retries + 1)]
        times, parts = _cut(attempts[-1], limit)
        for earlier in reversed(attempts[:-1]):
            late = earlier[0] > limit
            first_times, first_parts = _cut(earlier, limit)
            times, parts = first_times + late * times, first_parts + late * parts
        longest = limit * len(attempts) * (1 - 1e-12)
        failed = times >= longest
        self.timed_out[flow.name] = float(failed.mean())
        if failed.any() and flow.fallback in self.place and flow.name not in self._falling:
            self._falling.add(flow.name)
            spare_times, spare_parts = self.component(flow.fallback)
            self._falling.discard(flow.name)
            times, parts = times + failed * spare_times, parts + failed * spare_parts
        return times, parts


@lru_cache(maxsize=64)
def _draw(response: ResponseTime, stream: int) -> Array:
    return np.array(response.draw(FINE, stream))


def _cut(call: tuple[Array, Array], limit_ms: float) -> tuple[Array, Array]:
    times, parts = call
    kept = np.minimum(times, limit_ms)
    return kept, parts * np.divide(kept, times, out=np.ones_like(times), where=times > 0)


def _slower(one: tuple[Array, Array], other: tuple[Array, Array]) -> tuple[Array, Array]:
    second = other[0] > one[0]
    return np.where(second, other[0], one[0]), np.where(second, other[1], one[1])


def _slowest_of_many(call: tuple[Array, Array], order: Array, calls: int) -> tuple[Array, Array]:
    """The law of the maximum of equal calls, F(t)^calls, as `largest_of` uses it; `order` shuffles the points."""
    ranks = np.empty(FINE)
    ranks[np.argsort(order, kind="stable")] = np.arange(FINE)
    level = ((ranks + 0.5) / FINE) ** (1 / calls)
    chosen = np.argsort(call[0], kind="stable")[np.minimum(FINE - 1, (level * FINE).astype(int))]
    return call[0][chosen], call[1][:, :, chosen]


@dataclass(frozen=True)
class BudgetView:
    """The request path of the late-arrival warning at one setting, against a limit for its p99.

    binds: "nothing", "work", "waiting" or "saturation". failed_share: share of requests in which a call was cut off.
    """

    budget: LatencyBudget
    limit_ms: float
    binds: str
    failed_share: float

    @property
    def met(self) -> bool:
        """True where the p99 is within the limit."""
        return self.binds == "nothing"


def request_path(
    layout: str = "row",
    replicas: int = 1,
    zones: int = 1,
    *,
    caught: bool = False,
    timeout_ms: float | None = None,
    model_p99_ms: float = 25.0,
) -> Architecture:
    """Return the request path of the warning: api, flags, features, weather from outside, model; orders of magnitude.

    layout: "row" (one call after another), "together" (features and weather side by side), "copied" (the weather is
    copied into the feature store every hour, off the request's way). replicas and zones: of the parts of our own.
    caught: whether each call has a default to fall back on.
    """
    one_of("layout", layout, LAYOUTS)
    own: dict[str, Any] = {"replicas": replicas, "zones": zones}
    parts = [
        _part("api", "application", "api", "answers the app", (2, 10), 800, 0.999, **own),
        _part("flags", "application", "integration", "which model answers", (0.3, 2), 20_000, 0.9995, **own),
        _part("features", "data", "storage", "the flight's features", (2, 12), 3_000, 0.999, **own),
        _part("weather", "data", "storage", "the weather provider", (15, 60), 2_000, 0.995),
        _part(
            "model", "ml", "serving", "the chance to be late", (0.28 * model_p99_ms, model_p99_ms), 150, 0.998, **own
        ),
    ]
    pair = "inputs" if layout == "together" else ""
    said = {
        "flags": "the last known flags",
        "features": "the route's mean",
        "weather": "the hour's mean",
        "model": "the route's rate of late flights",
    }
    flows = [
        Flow(source="api", target="flags", kind="sync", fallback=said["flags"] * caught),
        Flow(source="api", target="features", kind="sync", parallel=pair, fallback=said["features"] * caught),
        Flow(
            source="api",
            target="weather",
            kind="sync",
            parallel=pair,
            timeout_ms=timeout_ms,
            fallback=said["weather"] * caught,
        ),
        Flow(source="api", target="model", kind="sync", timeout_ms=timeout_ms, fallback=said["model"] * caught),
    ]
    if layout == "copied":
        parts = [part for part in parts if part.name != "weather"]
        flows = [flow for flow in flows if flow.target != "weather"]
    return Architecture(components=tuple(parts), flows=tuple(flows))


def _part(
    name: str, layer: str, role: str, does: str, ms: tuple[float, float], capacity: float, up: float, **size: Any
) -> Component:
    response = ResponseTime(p50_ms=round(ms[0], 3), p99_ms=ms[1])
    return Component(
        name, layer=layer, role=role, does=does, response=response, capacity_per_s=capacity, availability=up, **size
    )


def budget(
    per_s: float,
    layout: str,
    replicas: int,
    timeout_ms: float | None = None,
    model_p99_ms: float = 25.0,
    limit_ms: float = 100.0,
) -> BudgetView:
    """Work out the latency budget of the request path, and say what binds.

    per_s: requests at the peak. timeout_ms: how long weather and model are waited for; a call that times out is an error
    here. Raises ParameterError for a layout that is not known.
    """
    architecture = request_path(layout, replicas, timeout_ms=timeout_ms, model_p99_ms=model_p99_ms)
    found = latency_budget(architecture, per_s)
    kept = 1.0
    for lost in found.timed_out.values():
        kept *= 1 - lost
    if found.saturated:
        binds = "saturation"
    elif found.total_ms <= limit_ms:
        binds = "nothing"
    else:
        waiting = sum(share.wait_ms for share in found.shares)
        binds = "waiting" if waiting > found.total_ms / 2 else "work"
    return BudgetView(found, limit_ms, binds, 1 - kept)
