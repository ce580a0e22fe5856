"""Which constraint binds: each limit's use is demand over limit, and the largest use is reached first."""

from collections.abc import Iterator
from dataclasses import dataclass

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.analysis.load import loads
from mlsd_course.design.model.constraints import ComputeLatency, Legacy, Volume
from mlsd_course.design.model.requirements import Latency
from mlsd_course.design.model.response import percentile
from mlsd_course.quantities import DAY_S, duration, milliseconds, money, percent, rate, size
from mlsd_course.tables import markdown_table, notebook_text, text_table


@dataclass(frozen=True)
class Use:
    """How much of one limit the design uses; `use` is demand over limit, None where one of them is unknown."""

    limit: str
    group: str
    use: float | None
    arithmetic: str


@dataclass(frozen=True, repr=False)
class Binding:
    """The uses of all limits, fullest first; the first one binds."""

    uses: tuple[Use, ...]

    @property
    def first(self) -> Use | None:
        """The binding constraint, or None where nothing could be compared."""
        return next((use for use in self.uses if use.use is not None), None)

    @property
    def unknown(self) -> tuple[Use, ...]:
        """Limits that could not be compared, with what is missing."""
        return tuple(use for use in self.uses if use.use is None)

    def sentence(self) -> str:
        """What binds, in one line."""
        first = self.first
        if first is None or first.use is None:
            return "Nothing can be compared yet: state limits and the demand on them."
        if first.use > 1:
            return f"{first.limit} is exceeded: {first.arithmetic}."
        return f"{first.limit} binds first, at {percent(first.use)} of its limit: {first.arithmetic}."

    def rows(self) -> list[tuple[str, str, str]]:
        """The uses as table rows."""
        return [(use.limit, "unknown" if use.use is None else percent(use.use), use.arithmetic) for use in self.uses]

    def __repr__(self) -> str:
        return self.sentence() + "\n" + text_table(("limit", "used", "arithmetic"), self.rows())

    def _repr_markdown_(self) -> str:
        return notebook_text(self.sentence()) + "\n\n" + markdown_table(("limit", "used", "arithmetic"), self.rows())


def binding(facts: Facts) -> Binding:
    """Compare every limit that the design states with the demand that follows from it."""
    uses = [*_compute(facts), *_data(facts), *_team(facts)]
    return Binding(tuple(sorted(uses, key=lambda use: -1.0 if use.use is None else use.use, reverse=True)))


def _compute(facts: Facts) -> Iterator[Use]:
    budget, infrastructure = facts.budget, facts.infrastructure
    if budget and facts.is_costed:
        cost = facts.cost_usd_per_month
        yield Use(
            "Budget", "compute", cost / budget.usd_per_month, f"{money(cost)} of {money(budget.usd_per_month)} a month"
        )
    elif budget:
        yield Use("Budget", "compute", None, "no component states cost_usd_per_month")
    if facts.bottleneck and not facts.peak_per_s:
        yield Use("Throughput", "compute", None, "no Throughput is required and no PeakTraffic is stated")
    elif facts.bottleneck:
        limit, name = facts.bottleneck.limit_per_s, facts.bottleneck.component
        used = facts.peak_per_s / limit if limit else float("inf")
        yield Use(
            "Throughput", "compute", used, f"{rate(facts.peak_per_s)} at the peak of {rate(limit)} that {name} sustains"
        )
    for limit in (*facts.requirements.of(Latency), *facts.constraints.of(ComputeLatency)):
        yield _latency(facts, limit)
    for system in facts.constraints.of(Legacy):
        load = facts.peak_loads.get(system.name)
        if system.max_per_s and load is not None:
            yield Use(
                f"Legacy {system.name}", "compute", load / system.max_per_s, f"{rate(load)} of {rate(system.max_per_s)}"
            )
    if infrastructure and infrastructure.max_replicas:
        replicas = sum(part.replicas for part in facts.architecture.components)
        yield Use(
            "Replicas",
            "compute",
            replicas / infrastructure.max_replicas,
            f"{replicas} of {infrastructure.max_replicas}",
        )
    if infrastructure and infrastructure.memory_gb_per_replica:
        yield from _memory(facts, infrastructure.memory_gb_per_replica)
    if infrastructure and infrastructure.bandwidth_gbps:
        used = bandwidth_gbps(facts)
        yield Use(
            "Bandwidth",
            "compute",
            used / infrastructure.bandwidth_gbps,
            f"{used:.3g} of {infrastructure.bandwidth_gbps:g} Gbit/s",
        )
    if infrastructure and infrastructure.batch_window_hours:
        hours = max((part.run_s for part in facts.architecture.components), default=0.0) / 3600
        yield Use(
            "Batch window",
            "compute",
            hours / infrastructure.batch_window_hours,
            f"{hours:.3g} of {infrastructure.batch_window_hours:g} h for the longest job",
        )


def _memory(facts: Facts, limit_gb: float) -> Iterator[Use]:
    stated = [part for part in facts.architecture.components if part.memory_gb is not None]
    if not stated:
        yield Use("Memory", "compute", None, "no component states memory_gb")
        return
    largest = max(stated, key=lambda part: part.memory_gb or 0.0)
    need_gb = largest.memory_gb or 0.0
    yield Use("Memory", "compute", need_gb / limit_gb, f"{largest.name}: {size(need_gb)} of {size(limit_gb)} a replica")


def _latency(facts: Facts, limit: Latency | ComputeLatency) -> Use:
    level = limit.percentile if isinstance(limit, Latency) else 99.0
    label = f"Latency p{level:g}" if isinstance(limit, Latency) else "Caller's timeout (p99)"
    entries = [entry for entry in facts.entries_of(getattr(limit, "entry", "")) if facts.times(entry)[0][-1] > 0]
    if not entries:
        return Use(label, "compute", None, "no component on the request's way states a response time")
    value = max(percentile(facts.times(entry)[0], level) for entry in entries)
    return Use(label, "compute", value / limit.limit_ms, f"{milliseconds(value)} of {milliseconds(limit.limit_ms)}")


def _data(facts: Facts) -> Iterator[Use]:
    infrastructure, volume = facts.infrastructure, facts.volume
    if infrastructure and infrastructure.storage_gb and volume:
        yield _storage(volume, infrastructure.storage_gb)
    if infrastructure and infrastructure.bandwidth_gbps and volume and volume.growth_gb_per_day:
        seconds = volume.growth_gb_per_day * 8 / infrastructure.bandwidth_gbps
        yield Use(
            "Moving a day's data",
            "data",
            seconds / DAY_S,
            f"{size(volume.growth_gb_per_day)} x 8 / {infrastructure.bandwidth_gbps:g} Gbit/s = {duration(seconds)} of a day",
        )


def _storage(volume: Volume, limit_gb: float) -> Use:
    kept, daily = volume.kept_gb(), volume.growth_gb_per_day
    how = f"{size(kept)} of {size(limit_gb)}"
    if volume.retention_days and daily * volume.retention_days >= volume.total_gb:
        how = f"{size(daily)} a day x {volume.retention_days:g} days = {how}"
    elif not volume.retention_days and daily and kept < limit_gb:
        how += f", full in {duration((limit_gb - kept) / daily * DAY_S)} while nothing is deleted"
    return Use("Storage", "data", kept / limit_gb, how)


def _team(facts: Facts) -> Iterator[Use]:
    weeks = sum(piece.weeks for piece in facts.strategy.slices)
    if facts.resources and weeks:
        yield Use(
            "Time to build",
            "team",
            weeks / facts.resources.weeks,
            f"{weeks:g} of {facts.resources.weeks:g} weeks over all slices",
        )
    if facts.support:
        hours = [
            part.ops_hours_per_month for part in facts.architecture.components if part.ops_hours_per_month is not None
        ]
        if hours and facts.support.hours_per_month:
            yield Use(
                "Hours to run it",
                "team",
                sum(hours) / facts.support.hours_per_month,
                f"{sum(hours):g} of {facts.support.hours_per_month:g} hours a month",
            )
        elif not hours:
            yield Use("Hours to run it", "team", None, "no component states ops_hours_per_month")


def bandwidth_gbps(facts: Facts, growth: float = 1.0) -> float:
    """Gigabits per second over all flows at the peak times `growth`: calls x bytes x 8.

    Scheduled transfers are spread over their period; they and what comes without a user do not grow with the requests.
    """
    load, total = loads(facts.architecture, facts.peak_per_s * growth), 0.0
    for flow in facts.architecture.flows:
        calls = 1 / flow.every_s if flow.every_s else load[flow.source] * flow.share * flow.calls
        total += calls * flow.bytes * 8 / 1e9
    return total
