"""How much is needed: replicas, storage, bandwidth and money for the peak after growth, with the arithmetic shown."""

from dataclasses import dataclass
from math import ceil

from mlsd_course.design.analysis.binding import bandwidth_gbps
from mlsd_course.design.analysis.cost import component_cost_usd_per_month
from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.analysis.load import loads
from mlsd_course.design.model.architecture import Component
from mlsd_course.design.model.requirements import Availability
from mlsd_course.errors import ParameterError
from mlsd_course.quantities import DAY_S, money, percent, rate
from mlsd_course.quantities import size as gigabytes
from mlsd_course.tables import markdown_table, notebook_text, text_table

HEAD = ("what", "now", "needed", "arithmetic")


@dataclass(frozen=True)
class SizeLine:
    """One quantity: what the design states, what is needed, and how that was worked out."""

    what: str
    stated: str
    needed: str
    arithmetic: str


@dataclass(frozen=True, repr=False)
class Sizing:
    """The sizes of a design. `replicas` holds the needed number by component, None where the capacity is unknown."""

    lines: tuple[SizeLine, ...]
    replicas: dict[str, int | None]
    storage_gb: float
    bandwidth_gbps: float
    cost_usd_per_month: float
    stated_cost_usd_per_month: float
    short: tuple[str, ...]

    def sentence(self) -> str:
        """What must change, and what it costs, in one line."""
        change = (
            f"{', '.join(self.short)} need more replicas"
            if len(self.short) > 1
            else f"{self.short[0]} needs more replicas"
            if self.short
            else "The stated replicas are enough"
        )
        return f"{change}; sized so, it costs {money(self.cost_usd_per_month)} a month (stated: {money(self.stated_cost_usd_per_month)})."

    def rows(self) -> list[tuple[str, str, str, str]]:
        """The sizes as table rows."""
        return [(line.what, line.stated, line.needed, line.arithmetic) for line in self.lines]

    def __repr__(self) -> str:
        return self.sentence() + "\n" + text_table(HEAD, self.rows())

    def _repr_markdown_(self) -> str:
        return notebook_text(self.sentence()) + "\n\n" + markdown_table(HEAD, self.rows())


def size(facts: Facts, target_utilisation: float = 0.7, growth: float | None = None) -> Sizing:
    """Size a design for its peak times `growth` (the required factor unless given), at a target utilisation."""
    if isinstance(target_utilisation, bool) or not 0 < target_utilisation < 1:
        raise ParameterError("target_utilisation is out of range", given=target_utilisation, allowed="above 0 and below 1",
                             remedy="0.7 leaves room for bursts")  # fmt: skip
    factor = facts.growth if growth is None else growth
    peak = loads(facts.architecture, facts.peak_per_s * factor)
    mean = loads(facts.architecture, facts.mean_per_s * factor)
    on_path = {part.name for part in facts.on_request_path}
    spare = any(promise.share >= 0.999 for promise in facts.requirements.of(Availability))
    lines, replicas, cost, stored, short = [], {}, 0.0, 0.0, []
    for part in facts.architecture.components:
        at_least = 2 if spare and part.name in on_path and part.replicas > 1 else 1
        needed, how = _replicas(part, peak[part.name], target_utilisation, at_least)
        replicas[part.name] = needed
        if part.capacity_per_s is not None:
            lines.append(SizeLine(f"{part.name}: replicas", str(part.replicas), str(needed), how))
        if needed is not None and needed > part.replicas:
            short.append(part.name)
        cost += component_cost_usd_per_month(part, mean[part.name], needed)
        stored += part.storage_gb
    storage, storage_line = _storage(facts, stored)
    bandwidth = bandwidth_gbps(facts, factor)
    link = facts.infrastructure.bandwidth_gbps if facts.infrastructure else None
    terms = f"sum over flows of calls x bytes x 8, at {rate(facts.peak_per_s * factor)}"
    lines += [
        storage_line,
        SizeLine("bandwidth", "-" if link is None else f"{link:g} Gbit/s", f"{bandwidth:.3g} Gbit/s", terms),
    ]
    budget = facts.budget.usd_per_month if facts.budget else None
    share = f" = {percent(cost / budget)} of the budget" if budget else ""
    lines.append(
        SizeLine(
            "cost a month", money(facts.cost_usd_per_month), money(cost), f"needed replicas, calls and storage{share}"
        )
    )
    return Sizing(tuple(lines), replicas, storage, bandwidth, cost, facts.cost_usd_per_month, tuple(short))


def _replicas(part: Component, load_per_s: float, target: float, at_least: int) -> tuple[int | None, str]:
    if part.capacity_per_s is None:
        return None, "capacity unknown"
    exact = load_per_s / (part.capacity_per_s * target)
    needed = max(at_least, ceil(exact - 1e-9))
    floor = f", at least {at_least}" if needed > ceil(exact - 1e-9) else ""
    return needed, f"{rate(load_per_s)} / ({rate(part.capacity_per_s)} x {target:g}) = {exact:.2f}{floor} -> {needed}"


def _storage(facts: Facts, stated_gb: float) -> tuple[float, SizeLine]:
    volume, velocity = facts.volume, facts.velocity
    if volume is None:
        return stated_gb, SizeLine("storage", gigabytes(stated_gb), "unknown", "no Volume is stated")
    daily, how = volume.growth_gb_per_day, f"{gigabytes(volume.growth_gb_per_day)} a day"
    if velocity and velocity.events_per_s and not daily:
        daily = velocity.events_per_s * velocity.event_bytes * DAY_S / 1e9
        how = f"{rate(velocity.events_per_s)} x {velocity.event_bytes:g} bytes x 86,400 s = {gigabytes(daily)} a day"
    days = volume.retention_days or 365.0
    kept = daily * days if volume.retention_days else volume.total_gb + daily * days
    start = "" if volume.retention_days else f"{gigabytes(volume.total_gb)} + "
    arithmetic = f"{start}{how} x {days:g} days = {gigabytes(kept)}"
    if volume.total_gb > kept:
        kept, arithmetic = volume.total_gb, f"{arithmetic}; {gigabytes(volume.total_gb)} are there now"
    return kept, SizeLine("storage", gigabytes(stated_gb), gigabytes(kept), arithmetic)
