"""Every architecture of the late-arrival warning that a few choices allow, judged by four things; which are not beaten.

The numbers are the roll-ups of `mlsd_course.design`; sizes, prices and hours of each box are orders of magnitude, made
with the catalogue. An architecture is on the front where none other is at least as good in all four and better in one
(Pareto 1906). Weights cannot reach a point of the front that lies in a dent (Das & Dennis 1997).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from math import ceil, inf, log
from typing import Any

from mlsd_course.design import Architecture, Component, Flow, ResponseTime
from mlsd_course.design.analysis.cost import cost_usd_per_month
from mlsd_course.design.analysis.freshness import freshness
from mlsd_course.design.analysis.load import loads
from mlsd_course.design.analysis.request_time import RequestTime
from mlsd_course.design.model.response import COARSE
from mlsd_course.errors import one_of
from mlsd_course.parameters import not_negative, positive

PATHS = {
    "nightly table": "batch",
    "hourly table": "batch",
    "table kept by a stream": "stream",
    "endpoint, nightly features": "online",
    "endpoint, features every 15 min": "online",
    "endpoint, streamed features": "online",
    "nightly table and endpoint": "hybrid",
}
WEATHER = ("asked", "copied")
HOSTS = ("managed", "own")
PEAK_RATIO = 3.0
OBJECTIVES = ("latency", "cost", "freshness", "effort")
_HOST = {"managed": (1.6, 0.4), "own": (1.0, 1.0)}  # price and hours, against machines of one's own


@dataclass(frozen=True)
class Candidate:
    """One architecture and its four values; each is better when it is smaller.

    p99_ms at the peak; cost_usd_per_month at the mean; age_s: the worst age of the older of the two inputs, landings and
    weather, in an answer about a flight of today; hours: a month, to run it.
    """

    path: str
    weather: str
    host: str
    architecture: Architecture
    p99_ms: float
    cost_usd_per_month: float
    age_s: float
    hours: float

    @property
    def name(self) -> str:
        """The choices in words."""
        asked = ", weather asked each time" if self.weather == "asked" else ""
        return f"{self.path}{asked}, {self.host}"

    @property
    def pattern(self) -> str:
        """Batch, stream, online or hybrid."""
        return PATHS[self.path]

    @property
    def values(self) -> tuple[float, float, float, float]:
        """The four values in the order of `OBJECTIVES`."""
        return (self.p99_ms, self.cost_usd_per_month, self.age_s, self.hours)


def beats(one: Sequence[float], other: Sequence[float]) -> bool:
    """True where `one` is at least as good in everything and better in something."""
    return all(a <= b for a, b in zip(one, other, strict=True)) and any(a < b for a, b in zip(one, other, strict=True))


def pareto_front(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return the candidates that no other one beats, in order."""
    return tuple(one for one in candidates if not any(beats(other.values, one.values) for other in candidates))


@lru_cache(maxsize=16)
def candidates(per_s: float = 20.0) -> tuple[Candidate, ...]:
    """Return every combination of path, weather and host, sized for a mean of `per_s` requests and a threefold peak."""
    positive("per_s", per_s)
    combinations = []
    for path, weather, host in product(PATHS, WEATHER, HOSTS):
        if weather == "asked" and "endpoint" not in path:
            continue
        architecture = variant(path, weather, host, per_s)
        peak = loads(architecture, per_s * PEAK_RATIO)
        age = freshness(architecture, "api")
        combinations.append(
            Candidate(
                path,
                weather,
                host,
                architecture,
                RequestTime(architecture, peak, COARSE).percentile_ms("api", 99),
                cost_usd_per_month(architecture, per_s),
                age.age_s if age else inf,
                sum(part.ops_hours_per_month or 0.0 for part in architecture.components),
            )
        )
    return tuple(combinations)


def variant(path: str, weather: str, host: str, per_s: float) -> Architecture:
    """Return one architecture; parts on the request's way get replicas for 70 % use at the peak, and two at least."""
    for label, given, known in (("path", path, PATHS), ("weather", weather, WEATHER), ("host", host, HOSTS)):
        one_of(label, given, known)
    parts = [
        _box("landings", "data", "ingestion", "each landing and delay", usd=0, hours=2),
        _weather(asked=weather == "asked"),
        _box("lake", "data", "storage", "all flights in columns", usd=25, hours=3, state="durable"),
        _box("trainer", "ml", "training", "a new model every week", usd=20, hours=4, run_s=3600),
        _box("monitor", "ml", "monitoring", "quality, drift and latency", usd=60, hours=6),
        _box("api", "application", "api", "answers the app", ms=(2, 10), capacity=400, usd=40, hours=3),
    ]
    flows = [
        _move("landings", "lake", every_s=900),
        _move("weather", "lake", every_s=3600),
        _move("lake", "trainer", every_s=7 * 86_400),
        _move("api", "monitor"),
    ]
    if "table" in path:
        _table(path, parts, flows)
    if "endpoint" in path:
        _endpoint(path, weather, parts, flows)
    load = loads(Architecture(components=tuple(parts), flows=tuple(flows)), per_s * PEAK_RATIO)
    price, effort = _HOST[host]
    sized = [
        replace(
            part,
            replicas=max(2, ceil(load[part.name] / (0.7 * part.capacity_per_s))) if part.capacity_per_s else 1,
            cost_usd_per_month=round((part.cost_usd_per_month or 0.0) * price, 2),
            ops_hours_per_month=round((part.ops_hours_per_month or 0.0) * effort, 2),
        )
        for part in parts
    ]
    return Architecture(components=tuple(sized), flows=tuple(flows))


def _table(path: str, parts: list[Component], flows: list[Flow]) -> None:
    """Scores made ahead of time, and the api that looks them up."""
    share = 0.7 if path == "nightly table and endpoint" else 1.0
    parts.append(_box("scores", "ml", "serving", "a score per flight", ms=(1, 5), capacity=3000, usd=45, hours=2))
    flows.append(Flow(source="api", target="scores", kind="sync", share=share))
    if path == "table kept by a stream":
        _stream(parts, flows, target="scores", does="features and score of each flight that an event touches")
        flows += [_move("trainer", "stream", every_s=7 * 86_400), _move("weather", "log", every_s=600)]
        return
    every_s = 3600.0 if path == "hourly table" else 86_400.0
    usd, hours = (90.0, 6.0) if path == "hourly table" else (15.0, 4.0)
    parts.append(_box("scoring", "ml", "serving", "all of tomorrow's flights", usd=usd, hours=hours, run_s=900))
    flows += [
        _move("lake", "scoring", every_s=every_s),
        _move("trainer", "scoring", every_s=7 * 86_400),
        _move("scoring", "scores", lag_s=60),
    ]


def _endpoint(path: str, weather: str, parts: list[Component], flows: list[Flow]) -> None:
    """A model that answers when it is asked, from features in a store."""
    share = 0.3 if path == "nightly table and endpoint" else 1.0
    parts += [
        _box("features", "data", "storage", "the newest features", ms=(2, 12), capacity=2500, usd=60, hours=4),
        _box("model", "ml", "serving", "the chance to be late", ms=(7, 25), capacity=120, usd=80, hours=6),
    ]
    flows += [
        Flow(source="api", target="features", kind="sync", share=share),
        Flow(source="api", target="model", kind="sync", share=share),
        _move("trainer", "model", every_s=7 * 86_400),
    ]
    if weather == "asked":
        flows.append(Flow(source="api", target="weather", kind="sync", share=share))
    else:
        flows.append(_move("weather", "features", every_s=3600))
    if path in ("endpoint, streamed features", "nightly table and endpoint"):
        _stream(parts, flows, target="features", does="counts over the last hour")
        return
    every_s, usd, hours = (86_400.0, 10.0, 4.0) if "nightly" in path else (900.0, 70.0, 6.0)
    parts.append(_box("feature_job", "data", "processing", "features of every flight", usd=usd, hours=hours, run_s=300))
    flows += [_move("lake", "feature_job", every_s=every_s), _move("feature_job", "features", lag_s=30)]


def _weather(asked: bool) -> Component:
    """The provider: a call takes its time and has its price; a copy an hour costs next to nothing."""
    paid: dict[str, Any] = {"ms": (15.0, 60.0), "usd_per_million": 40.0} if asked else {}
    return _box("weather", "data", "ingestion", "the weather provider", usd=5, hours=1, **paid)


def _stream(parts: list[Component], flows: list[Flow], target: str, does: str) -> None:
    parts += [
        _box("log", "data", "ingestion", "an ordered log of events", usd=230, hours=10, state="durable"),
        _box("stream", "data", "processing", does, usd=120, hours=14, state="durable"),
    ]
    flows += [_move("landings", "log", lag_s=1), _move("log", "stream", lag_s=2), _move("stream", target, lag_s=5)]


def _box(
    name: str, layer: str, role: str, does: str, *, usd: float, hours: float, ms: tuple[float, float] | None = None,
    capacity: float | None = None, state: str = "none", run_s: float = 0.0, usd_per_million: float = 0.0,
) -> Component:  # fmt: skip
    return Component(
        name, layer=layer, role=role, does=does, response=ResponseTime(p50_ms=ms[0], p99_ms=ms[1]) if ms else None,
        capacity_per_s=capacity, cost_usd_per_month=usd, ops_hours_per_month=hours, state=state, run_s=run_s,
        usd_per_million=usd_per_million,
    )  # fmt: skip


def _move(source: str, target: str, *, every_s: float = 0.0, lag_s: float = 0.0) -> Flow:
    return Flow(source=source, target=target, kind="async", every_s=every_s, lag_s=lag_s)


@dataclass(frozen=True)
class ParetoView:
    """All candidates, the front, and the ranking by weights, against a limit on the age of news.

    ranked: (candidate, score), best first; a score is the weighted mean of each value's place between the best (0) and
    the worst (1) of all, on a logarithmic scale. weights add up to 1.
    """

    every: tuple[Candidate, ...]
    front: tuple[Candidate, ...]
    ranked: tuple[tuple[Candidate, float], ...]
    weights: tuple[float, float, float, float]
    age_limit_s: float

    @property
    def chosen(self) -> Candidate:
        """The candidate that the weights choose."""
        return self.ranked[0][0]

    @property
    def met(self) -> bool:
        """True where the chosen one keeps the limit."""
        return self.chosen.age_s <= self.age_limit_s

    @property
    def kept(self) -> tuple[tuple[Candidate, float], ...]:
        """The ranking without those that break the limit."""
        return tuple((one, score) for one, score in self.ranked if one.age_s <= self.age_limit_s)


def pareto(
    latency: float,
    cost: float,
    freshness: float,
    effort: float,
    age_limit_s: float = 3600.0,
    per_s: float = 20.0,
) -> ParetoView:
    """Rank the candidates by four weights (any scale; all 0 counts as equal), and say which of them are on the front."""
    raw = tuple(
        not_negative(name, value) for name, value in zip(OBJECTIVES, (latency, cost, freshness, effort), strict=True)
    )
    total = sum(raw)
    weights = tuple(value / total for value in raw) if total else (0.25,) * 4
    every = candidates(per_s)
    ranked = tuple(sorted(zip(every, _scores(every, weights), strict=True), key=lambda pair: (pair[1], pair[0].name)))
    return ParetoView(every, pareto_front(every), ranked, weights, age_limit_s)  # type: ignore[arg-type]


def _scores(every: Sequence[Candidate], weights: Sequence[float]) -> list[float]:
    columns = list(zip(*(one.values for one in every), strict=True))
    lows, highs = [min(column) for column in columns], [max(column) for column in columns]
    return [
        sum(
            weight * (log(value / low) / log(high / low) if high > low else 0.0)
            for weight, value, low, high in zip(weights, one.values, lows, highs, strict=True)
        )
        for one in every
    ]


def winners(per_s: float = 20.0, steps: int = 12) -> frozenset[str]:
    """Return the names of all candidates that some weights choose, over a grid of weights with `steps` parts."""
    names, every = set(), candidates(per_s)
    for first, second, third in product(range(steps + 1), repeat=3):
        if first + second + third <= steps:
            weights = [part / steps for part in (first, second, third, steps - first - second - third)]
            scores = _scores(every, weights)
            names.add(min(zip(scores, (one.name for one in every), strict=True))[1])
    return frozenset(names)
