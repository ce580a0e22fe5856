"""Which assumption matters: each is made lower and higher by the same part, one at a time, and the outcome is read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from typing import Any

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.analysis.load import bottleneck
from mlsd_course.design.analysis.sizing import size
from mlsd_course.design.model.design import Design
from mlsd_course.design.model.part import Part
from mlsd_course.design.model.requirements import Availability, Freshness, Growth, Latency, Throughput
from mlsd_course.design.model.response import FINE
from mlsd_course.errors import DesignError, ParameterError
from mlsd_course.quantities import duration, milliseconds, money
from mlsd_course.tables import markdown_table, notebook_text, text_table

HEAD = ("assumption", "lower", "higher", "swing", "flips the verdict")
BAR = 24


@dataclass(frozen=True)
class Swing:
    """One assumption, the outcome when it is lower and when it is higher, and whether either crosses the limit."""

    assumption: str
    lower: float
    higher: float
    flips: bool

    @property
    def width(self) -> float:
        """The distance between the two outcomes."""
        return 0.0 if self.lower == self.higher else abs(self.higher - self.lower)


@dataclass(frozen=True, repr=False)
class Tornado:
    """The swings, widest first, of one outcome whose value is `now` and whose limit, where there is one, is `limit`."""

    of: str
    by: float
    now: float
    limit: float | None
    swings: tuple[Swing, ...]
    format_value: Callable[[float], str]

    def sentence(self) -> str:
        """The assumption that matters most, and whether any flips the verdict."""
        if not self.swings or not self.swings[0].width:
            return f"No assumption moves {self.of} when it changes by {self.by:.0%}."
        first = self.swings[0]
        flips = [swing.assumption for swing in self.swings if swing.flips]
        tail = (
            f" Within ±{self.by:.0%}, {', '.join(flips)} can flip the verdict."
            if flips
            else " None flips the verdict."
            if self.limit
            else ""
        )
        return f"{self.of} is {self.format_value(self.now)}; {first.assumption} moves it most, from {self.format_value(first.lower)} to {self.format_value(first.higher)}.{tail}"

    def rows(self) -> list[tuple[str, str, str, str, str]]:
        """The swings as table rows, with a bar that shows the width."""
        widest = self.swings[0].width if self.swings else 0.0
        rows = []
        for swing in self.swings:
            bar = "█" * (BAR if swing.width == inf else round(BAR * swing.width / widest) if 0 < widest < inf else 0)
            rows.append(
                (
                    swing.assumption,
                    self.format_value(swing.lower),
                    self.format_value(swing.higher),
                    bar or "·",
                    "yes" if swing.flips else "",
                )
            )
        return rows

    def __repr__(self) -> str:
        return self.sentence() + "\n" + text_table(HEAD, self.rows())

    def _repr_markdown_(self) -> str:
        return notebook_text(self.sentence()) + "\n\n" + markdown_table(HEAD, self.rows())


@dataclass(frozen=True)
class Outcome:
    """How an outcome is read from a design, its limit, and whether more is worse."""

    read: Callable[[Facts], float | None]
    limit: Callable[[Facts], float | None]
    format_value: Callable[[float], str]
    missing: str
    more_is_worse: bool = True


def _first(facts: Facts, kind: type[Any]) -> Any:
    return next(iter(facts.requirements.of(kind)), None)


def _latency(facts: Facts) -> float | None:
    limit = _first(facts, Latency)
    return facts.latency_ms(limit) if limit else None


def _failure_minutes(facts: Facts) -> float | None:
    promise = _first(facts, Availability)
    share = facts.availability(promise) if promise else None
    return None if share is None else (1 - share) * promise.window_days * 1440


def _age(facts: Facts) -> float | None:
    limit = _first(facts, Freshness)
    age = facts.age(limit) if limit else None
    return None if age is None else age.age_s


def _headroom(facts: Facts) -> float | None:
    first = bottleneck(facts.architecture)
    return first.limit_per_s / (facts.peak_per_s * facts.growth) if first and facts.peak_per_s else None


OUTCOMES: dict[str, Outcome] = {
    "cost": Outcome(lambda facts: size(facts).cost_usd_per_month, lambda facts: facts.budget.usd_per_month if facts.budget else None, money, "prices of components"),
    "latency": Outcome(_latency, lambda facts: _first(facts, Latency).limit_ms, milliseconds, "a Latency requirement and response times"),
    "availability": Outcome(_failure_minutes, lambda facts: _first(facts, Availability).budget_minutes, lambda minutes: duration(minutes * 60) + " lost", "an Availability requirement and availabilities"),
    "freshness": Outcome(_age, lambda facts: _first(facts, Freshness).limit_s, duration, "a Freshness requirement and a way for the news"),
    "headroom": Outcome(_headroom, lambda facts: 1.0, lambda room: f"{room:.3g}x", "a Throughput requirement and capacities", more_is_worse=False),
}  # fmt: skip


def sensitivity(design: Design, of: str = "cost", by: float = 0.3) -> Tornado:
    """Swing each assumption of a design by ±`by` and read one of the outcomes."""
    if of not in OUTCOMES:
        raise ParameterError("No such outcome", given=of, allowed=", ".join(OUTCOMES))
    if isinstance(by, bool) or not 0 < by < 1:
        raise ParameterError("by is out of range", given=by, allowed="above 0 and below 1")
    outcome, facts = OUTCOMES[of], Facts(design, FINE)
    now = outcome.read(facts)
    if now is None:
        raise DesignError(f"{of} cannot be worked out yet", remedy=f"State {outcome.missing}")
    limit = outcome.limit(facts)
    swings = []
    for label, change in _assumptions(design):
        ends = [outcome.read(Facts(design.adding(change(factor)), FINE)) for factor in (1 - by, 1 + by)]
        low, high = (now if end is None else end for end in ends)
        kept = [limit is None or (end <= limit) == outcome.more_is_worse or end == limit for end in (now, low, high)]
        swings.append(Swing(label, low, high, len(set(kept)) > 1))
    swings.sort(key=lambda swing: -swing.width)
    least = 0.0 if now == inf else 1e-9 * abs(now)
    return Tornado(of, by, now, limit, tuple(swing for swing in swings if swing.width > least), outcome.format_value)


Change = Callable[[float], Part]


def _assumptions(design: Design) -> Iterator[tuple[str, Change]]:
    for load in design.requirements.of(Throughput):
        yield "requests per second", partial(_scaled, load, "per_s")
        yield "peak over mean", partial(_scaled, load, "peak_ratio", low=1.0)
    for growth in design.requirements.of(Growth):
        yield "growth", partial(_scaled, growth, "factor", low=1.0)
    for part in design.architecture.components:
        if part.response and part.response.mean_ms:
            yield f"{part.name}: response time", partial(_slower, part)
        if part.capacity_per_s:
            yield f"{part.name}: capacity", partial(_scaled, part, "capacity_per_s")
        if part.availability and part.availability < 1:
            yield f"{part.name}: failures", partial(_frailer, part)
        if part.cost_usd_per_month or part.usd_per_million:
            yield f"{part.name}: price", partial(_dearer, part)
        if part.run_s:
            yield f"{part.name}: run time", partial(_scaled, part, "run_s")
    for flow in design.architecture.flows:
        if 0 < flow.share < 1:
            yield f"{flow.name}: share", partial(_scaled, flow, "share", high=1.0)
        if flow.every_s:
            yield f"{flow.name}: period", partial(_scaled, flow, "every_s")


def _scaled(part: Part, field: str, factor: float, low: float = 0.0, high: float = inf) -> Part:
    changes: dict[str, Any] = {field: min(high, max(low, getattr(part, field) * factor))}
    return replace(part, **changes)


def _frailer(part: Any, factor: float) -> Part:
    return replace(part, availability=max(1e-9, 1 - (1 - part.availability) * factor))


def _slower(part: Any, factor: float) -> Part:
    response, capacity = part.response, part.capacity_per_s
    longer = replace(
        response,
        p50_ms=response.p50_ms and response.p50_ms * factor,
        p99_ms=response.p99_ms and response.p99_ms * factor,
        samples_ms=tuple(sample * factor for sample in response.samples_ms),
    )
    return replace(part, response=longer, capacity_per_s=capacity and capacity / factor)


def _dearer(part: Any, factor: float) -> Part:
    unit = part.cost_usd_per_month
    return replace(
        part, cost_usd_per_month=None if unit is None else unit * factor, usd_per_million=part.usd_per_million * factor
    )
