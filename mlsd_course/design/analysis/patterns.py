"""Batch, online, stream or hybrid: ranked for a design, with reasons and with what would flip the choice.

Each pattern starts from 0 and loses points for what it cannot do or makes dear. A promise that it cannot keep costs
10, a burden 1 to 4, so needs decide first and burdens second. The table of uses, gains and costs is the outline's.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import inf

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.model.requirements import Freshness, Latency
from mlsd_course.quantities import duration, money, percent, rate
from mlsd_course.tables import markdown_table, notebook_text, text_table

CANNOT = 10.0
SHORTEST_BATCH_S = 3600.0
MICRO_BATCH_S = 300.0


@dataclass(frozen=True)
class Pattern:
    """One of the four patterns, in the outline's words."""

    name: str
    use_case: str
    pros: tuple[str, ...]
    cons: tuple[str, ...]


PATTERNS = (
    Pattern("batch", "recommendations, ETL", ("high throughput", "cost effective"), ("high latency", "not real-time")),
    Pattern("online", "search, fraud detection", ("low latency", "real-time"), ("high cost", "complex infrastructure")),
    Pattern(
        "stream",
        "monitoring, real-time analytics",
        ("continuous processing", "timely insights"),
        ("complex debugging", "state management"),
    ),
    Pattern(
        "hybrid",
        "e-commerce, social media",
        ("flexible", "best of both worlds"),
        ("increased complexity", "more moving parts"),
    ),
)


@dataclass(frozen=True)
class Needs:
    """What decides between the patterns."""

    freshness_s: float = inf
    answer_ms: float = inf
    foreseeable_share: float = 1.0
    requests_per_s: float = 0.0
    events_per_s: float = 0.0
    ops_hours_per_month: float = 80.0
    usd_per_month: float = inf


@dataclass(frozen=True)
class Ranked:
    """A pattern with its points (0 is best) and the reasons for each point lost.

    possible: True where the pattern can keep every promise.
    """

    pattern: Pattern
    points: float
    reasons: tuple[str, ...]
    possible: bool


@dataclass(frozen=True, repr=False)
class Recommendation:
    """The patterns, best first, the needs they were judged by, what was assumed, and what would flip the choice."""

    ranked: tuple[Ranked, ...]
    needs: Needs
    assumed: tuple[str, ...]
    flips: tuple[str, ...]

    @property
    def best(self) -> str:
        """The name of the first pattern."""
        return self.ranked[0].pattern.name

    def sentence(self) -> str:
        """The choice and its nearest flip in one line."""
        lead = self.ranked[0].points - self.ranked[1].points
        how = "clearly" if lead >= 3 else "narrowly"
        flip = f" {self.flips[0]}" if self.flips else " No single need, changed a thousandfold, flips it."
        return f"{self.best} comes first, {how} before {self.ranked[1].pattern.name}.{flip}"

    def rows(self) -> list[tuple[str, str, str, str]]:
        """The ranking as table rows."""
        return [
            (
                entry.pattern.name,
                f"{entry.points:+g}",
                "; ".join(entry.reasons) or "nothing against it",
                ", ".join(entry.pattern.pros),
            )
            for entry in self.ranked
        ]

    def _notes(self) -> list[str]:
        return [f"Assumed: {line}" for line in self.assumed] + [f"Flip: {line}" for line in self.flips]

    def __repr__(self) -> str:
        head = ("pattern", "points", "against it", "for it")
        return "\n".join([self.sentence(), text_table(head, self.rows()), *self._notes()])

    def _repr_markdown_(self) -> str:
        head = ("pattern", "points", "against it", "for it")
        notes = notebook_text("\n".join(f"- {line}" for line in self._notes()))
        return f"{notebook_text(self.sentence())}\n\n{markdown_table(head, self.rows())}\n\n{notes}"


def recommend(facts: Facts) -> Recommendation:
    """Rank the patterns for a design."""
    needs, assumed = _needs(facts)
    ranked = rank(needs)
    return Recommendation(ranked, needs, tuple(assumed), tuple(_flips(needs, ranked[0].pattern.name)))


def _needs(facts: Facts) -> tuple[Needs, list[str]]:
    assumed = []
    limits = facts.requirements.of(Latency)
    if not limits:
        assumed.append("nobody waits for an answer (no Latency is required)")
    if not facts.requirements.of(Freshness):
        assumed.append("data may be a day old (no Freshness is required)")
    velocity = facts.velocity
    foreseeable = velocity.foreseeable_share if velocity else None
    if foreseeable is None:
        assumed.append("half of the requests can be foreseen (Velocity.foreseeable_share is not stated)")
    if facts.support is None:
        assumed.append("80 hours a month to run it (no Support is stated)")
    needs = Needs(
        freshness_s=min(facts.strictest_freshness_s, 86_400.0 if not facts.requirements.of(Freshness) else inf),
        answer_ms=min((limit.limit_ms for limit in limits), default=inf),
        foreseeable_share=0.5 if foreseeable is None else foreseeable,
        requests_per_s=facts.mean_per_s,
        events_per_s=velocity.events_per_s if velocity else 0.0,
        ops_hours_per_month=facts.support.hours_per_month if facts.support else 80.0,
        usd_per_month=facts.budget.usd_per_month if facts.budget else inf,
    )
    return needs, assumed


def rank(needs: Needs) -> tuple[Ranked, ...]:
    """The four patterns for given needs, best first; ties keep the order from simple to complex."""
    ranking = []
    for pattern in PATTERNS:
        burdens = list(_AGAINST[pattern.name](needs))
        points, reasons = sum(points for points, _ in burdens), tuple(reason for _, reason in burdens)
        ranking.append(Ranked(pattern, -points, reasons, all(burden < CANNOT for burden, _ in burdens)))
    return tuple(sorted(ranking, key=lambda entry: -entry.points))


Burdens = Iterator[tuple[float, str]]


def _batch(needs: Needs) -> Burdens:
    if needs.freshness_s < SHORTEST_BATCH_S:
        yield CANNOT, f"news must arrive within {duration(needs.freshness_s)}; a batch makes it at least an hour old"
    elif needs.freshness_s < 6 * SHORTEST_BATCH_S:
        yield 2, f"a batch every {duration(needs.freshness_s / 2)} leaves little time for a rerun"
    unforeseen = 1 - needs.foreseeable_share
    if unforeseen > 0.05 and needs.answer_ms < inf:
        yield CANNOT, f"{percent(unforeseen)} of requests are for something that nobody could score ahead"
    elif unforeseen > 0:
        yield 1, f"{percent(unforeseen)} of requests find no score and need a default"


def _online(needs: Needs) -> Burdens:
    if needs.answer_ms == inf:
        yield 3, "nobody waits for an answer, and machines that wait for requests are paid all day"
    else:
        yield 1, "an endpoint must answer day and night"
    if needs.requests_per_s > 1000:
        yield 1, f"{rate(needs.requests_per_s)} of model calls are dear"
    if needs.freshness_s <= MICRO_BATCH_S and needs.events_per_s > 0:
        yield (
            CANNOT,
            f"{rate(needs.events_per_s)} of events must become features within {duration(needs.freshness_s)}, and no request does that",
        )
    if needs.foreseeable_share > 0.5:
        yield (
            3,
            f"{percent(needs.foreseeable_share)} of the work could be done ahead, and all of it is done while somebody waits",
        )
    if needs.ops_hours_per_month < 20:
        yield 2, f"{needs.ops_hours_per_month:g} hours a month do not keep an endpoint alive"


def _stream(needs: Needs) -> Burdens:
    yield 2, "state, replay and late events must be handled"
    if needs.events_per_s == 0:
        yield 4, "no event stream is there to process"
    if needs.answer_ms < inf and needs.foreseeable_share < 0.95:
        yield CANNOT, "a request brings its own input, which a stream has not seen"
    if needs.freshness_s >= SHORTEST_BATCH_S:
        yield 2, f"news may be {duration(needs.freshness_s)} old; a batch does that with less"
    if needs.ops_hours_per_month < 40:
        yield 2, f"{needs.ops_hours_per_month:g} hours a month are few for stateful jobs"


def _hybrid(needs: Needs) -> Burdens:
    yield 3, "two code paths must be kept equal"
    if needs.answer_ms == inf:
        yield 2, "nobody waits for an answer, so the online half is idle"
    if needs.ops_hours_per_month < 60:
        yield 3, f"{needs.ops_hours_per_month:g} hours a month are few for two systems"
    if needs.usd_per_month < 1000:
        yield 2, f"{money(needs.usd_per_month)} a month do not pay for two systems"


_AGAINST: dict[str, Callable[[Needs], Burdens]] = {
    "batch": _batch,
    "online": _online,
    "stream": _stream,
    "hybrid": _hybrid,
}

TRIED_VALUES: tuple[tuple[str, str, tuple[float, ...], Callable[[float], str]], ...] = (
    ("freshness_s", "the allowed age of data", (1, 10, 60, 300, 900, 3599, 3600, 21_600, 86_400, 604_800), duration),
    ("foreseeable_share", "the foreseeable share of requests", (0.0, 0.2, 0.4, 0.6, 0.8, 0.94, 0.96, 1.0), percent),
    (
        "answer_ms",
        "the time for an answer",
        (100.0, 1000.0, inf),
        lambda value: "unlimited (nobody waits)" if value == inf else duration(value / 1000),
    ),
    ("events_per_s", "the rate of events", (0.0, 1.0, 100.0, 10_000.0), rate),
    ("requests_per_s", "the rate of requests", (1.0, 100.0, 999.0, 1001.0, 100_000.0), rate),
    (
        "ops_hours_per_month",
        "the hours to run it",
        (5.0, 19.0, 20.0, 39.0, 40.0, 59.0, 60.0, 200.0),
        lambda value: f"{value:g} a month",
    ),
    ("usd_per_month", "the budget", (500.0, 999.0, 1000.0, 10_000.0), money),
)


def _flips(needs: Needs, best: str) -> Iterator[str]:
    """For each need, the nearest value at which another pattern comes first."""
    for field, label, values, format_value in TRIED_VALUES:
        now = getattr(needs, field)
        nearest_first = sorted(values, key=lambda value: abs(values.index(value) - _position(values, now)))
        for value in nearest_first:
            other = rank(replace(needs, **{field: value}))[0].pattern.name
            if value != now and other != best:
                yield f"{other} comes first if {label} is {format_value(value)} instead of {format_value(now) if now != inf else 'unlimited'}."
                break


def _position(values: tuple[float, ...], now: float) -> float:
    return sum(value < now for value in values) - (0.0 if now in values else 0.5)
