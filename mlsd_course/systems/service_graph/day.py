"""A day of a graph: a sample of its requests, hour by hour, and what it says about promises, price and age."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mlsd_course.design import Architecture, Traffic
from mlsd_course.design.analysis.cost import component_cost_usd_per_month
from mlsd_course.design.analysis.freshness import freshness
from mlsd_course.design.analysis.load import entry_shares
from mlsd_course.errors import ParameterError, one_of
from mlsd_course.quantities import duration, milliseconds, money, percent
from mlsd_course.systems.service_graph.trace import RequestTrace
from mlsd_course.tables import markdown_table, text_table

WARM_UP = 0.2
HEAD = ("what", "over the day")


class Runnable(Protocol):
    """What a day needs of a graph."""

    architecture: Architecture
    seed: int

    def run(
        self, requests: int, per_s: float, *, seed: int, down: Mapping[str, float], calls: Counter[str]
    ) -> list[RequestTrace]:
        """Send requests and return their traces; count the visits of each component in `calls`."""


@dataclass(frozen=True, repr=False)
class GraphDay:
    """What a day of requests saw. Arrays have one entry per sampled request, each standing for as many real ones.

    calls_per_request: visits of each component per user request, retries and fallbacks included. hour: the slot's start.
    """

    latency_ms: NDArray[np.float64]
    ok: NDArray[np.bool_]
    fell_back: NDArray[np.bool_]
    hour: NDArray[np.float64]
    calls_per_request: dict[str, float]
    mean_per_s: float
    architecture: Architecture
    seed: int

    def percentile_ms(self, percent_: float) -> float:
        """Latency that `percent_` of the answered requests stay under."""
        return float(np.percentile(self.latency_ms[self.ok], percent_)) if self.ok.any() else float("nan")

    def within(self, limit_ms: float) -> float:
        """Share of all requests that were answered within `limit_ms`."""
        return float((self.ok & (self.latency_ms <= limit_ms)).mean())

    @property
    def answered(self) -> float:
        """Share of requests that got an answer, in full or from a fallback."""
        return float(self.ok.mean())

    @property
    def fallback_share(self) -> float:
        """Share of requests in which at least one call fell back."""
        return float(self.fell_back.mean())

    @property
    def cost_usd_per_month(self) -> float:
        """Replicas, storage, and the calls that were really made, retries included, in USD for 30 such days."""
        return sum(
            component_cost_usd_per_month(part, self.calls_per_request[part.name] * self.mean_per_s)
            for part in self.architecture.components
        )

    def ages_s(self, at: str, source: str = "", draws: int = 20_000) -> NDArray[np.float64]:
        """How old news from a source is at a component, in seconds, when looked at `draws` times at random.

        Each schedule on the way ticks at its own phase. The worst case is what the closed form of `freshness` gives.
        """
        oldest = freshness(self.architecture, at, source)
        if oldest is None:
            raise ParameterError(
                "No way leads there",
                given=(source, at),
                allowed="components joined by flows",
                remedy="Look at architecture.flows for the one that is missing",
            )
        rng = np.random.default_rng(self.seed)
        age = np.zeros(draws)
        for here, there in pairwise(oldest.way):
            every_s, rest_s = _step(self.architecture, here, there)
            age += rest_s + every_s * rng.random(draws)
        return age

    def rows(self) -> list[tuple[str, str]]:
        """The day as table rows."""
        return [
            ("requests in the sample", f"{len(self.ok):,}"),
            *((f"p{level} of answers", self._time(level)) for level in (50, 95, 99)),
            ("answered", percent(self.answered)),
            ("with a fallback in it", percent(self.fallback_share)),
            ("cost per month", money(self.cost_usd_per_month)),
            ("age of news where it is used", self._age()),
        ]

    def _time(self, level: float) -> str:
        return milliseconds(self.percentile_ms(level)) if self.ok.any() else "nobody was answered"

    def _age(self) -> str:
        name = next(iter(entry_shares(self.architecture)))
        if freshness(self.architecture, name) is None:
            return "no data flow to the entry"
        ages = self.ages_s(name)
        return f"{duration(float(ages.mean()))} on average, {duration(float(ages.max()))} at most"

    def __repr__(self) -> str:
        return text_table(HEAD, self.rows())

    def _repr_markdown_(self) -> str:
        return markdown_table(HEAD, self.rows())


def run_day(graph: Runnable, traffic: Traffic, requests: int) -> GraphDay:
    """Sample each slot by its share of the day's requests, at its own rate.

    A slot starts empty and is warmed up with a fifth of its requests, which are not counted. A backlog that an earlier
    slot would leave behind is not carried on: `MLSystemDesign.simulate` carries it.
    """
    if requests < traffic.slots:
        raise ParameterError(
            "requests",
            given=requests,
            allowed=f"at least {traffic.slots}, one a slot",
            remedy="Ask for more requests, or give Traffic fewer slots",
        )
    for outage in traffic.outages:
        one_of("An outage of a component that is not there", outage.component, graph.architecture.by_name)
    rates = [traffic.rate_per_s(slot) for slot in range(traffic.slots)]
    total = sum(rates)
    if not total > 0:
        raise ParameterError(
            "No request comes all day",
            given=traffic.mean_per_s,
            allowed="a mean rate above 0",
            remedy="Give Traffic a mean rate",
        )
    seeds = random.Random(graph.seed)
    counted_traces: list[RequestTrace] = []
    hours: list[float] = []
    calls: Counter[str] = Counter()
    sent = 0
    for slot, rate in enumerate(rates):
        counted = round(requests * rate / total)
        if counted == 0:
            continue
        warm = max(1, round(counted * WARM_UP))
        traces = graph.run(counted + warm, rate, seed=seeds.getrandbits(32), down=traffic.down(slot), calls=calls)
        sent += counted + warm
        counted_traces += traces[warm:]
        hours += [traffic.hour(slot)] * counted
    return GraphDay(
        latency_ms=np.array([trace.latency_ms for trace in counted_traces]),
        ok=np.array([trace.ok for trace in counted_traces]),
        fell_back=np.array([bool(trace.fallbacks) for trace in counted_traces]),
        hour=np.array(hours),
        calls_per_request={part.name: calls[part.name] / sent for part in graph.architecture.components},
        mean_per_s=total / traffic.slots,
        architecture=graph.architecture,
        seed=graph.seed,
    )


def _step(architecture: Architecture, here: str, there: str) -> tuple[float, float]:
    """(period, the rest) in seconds of the quickest flow on which news goes from one component to the next."""
    delays_s = [
        (flow.every_s, flow.lag_s + architecture.by_name[there].run_s)
        for flow in architecture.flows_from[here]
        if flow.target == there
    ]
    delays_s += [
        (0.0, flow.lag_s) for flow in architecture.flows_to[here] if flow.kind == "sync" and flow.source == there
    ]
    return min(delays_s, key=sum)
