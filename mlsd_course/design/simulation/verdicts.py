"""One judge per kind of requirement: from a simulated day to met, at risk, missed or unknown."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import singledispatch

from mlsd_course.design.analysis.availability import RequestAvailability
from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.analysis.freshness import freshness
from mlsd_course.design.analysis.load import bottleneck
from mlsd_course.design.analysis.personal_data import kept_too_long, unprotected
from mlsd_course.design.analysis.sizing import size
from mlsd_course.design.model.constraints import Budget
from mlsd_course.design.model.part import Part
from mlsd_course.design.model.requirements import (
    Availability,
    BusinessMetric,
    Compliance,
    Freshness,
    Growth,
    Latency,
    Maintainability,
    MLMetric,
    Throughput,
)
from mlsd_course.design.simulation.day import Day, clock
from mlsd_course.design.simulation.traffic import Traffic
from mlsd_course.quantities import duration, milliseconds, money, percent, rate

STATUSES = ("missed", "at risk", "unknown", "met")
AT_RISK = 0.8


@dataclass(frozen=True)
class Verdict:
    """Whether a requirement was kept over the day, and how that is known."""

    requirement: str
    status: str
    evidence: str
    value: float | None = None
    limit: float | None = None


def judge(facts: Facts, traffic: Traffic, day: Day) -> Iterator[Verdict]:
    """A verdict for every requirement and for the budget."""
    for part in (*facts.requirements, *facts.constraints.of(Budget)):
        yield verdict(part, facts, traffic, day)


def graded(name: str, value: float, limit: float, evidence: str, *, worst: float | None = None) -> Verdict:
    """Missed above the limit, at risk above 80 % of it (or where the worst moment is above it), else met."""
    if value > limit:
        status = "missed"
    elif value > AT_RISK * limit or (worst is not None and worst > limit):
        status = "at risk"
    else:
        status = "met"
    return Verdict(name, status, evidence, value, limit)


def _no_capacity(facts: Facts) -> list[str]:
    """Parts on the request's way whose capacity nobody has stated; a frontend is the user's own machine."""
    return [at.name for at in facts.on_request_path if at.capacity_per_s is None and at.role != "frontend"]


@singledispatch
def verdict(part: Part, facts: Facts, traffic: Traffic, day: Day) -> Verdict:
    """The verdict on one part; kinds register below."""
    return Verdict(getattr(part, "name", "?"), "unknown", "nothing here can decide it")


@verdict.register
def _(part: BusinessMetric, facts: Facts, traffic: Traffic, day: Day) -> Verdict:
    return Verdict(
        part.name, "unknown", f"no users were here; measure {part.what} on {part.on_data}", limit=part.target
    )


@verdict.register
def _(part: MLMetric, facts: Facts, traffic: Traffic, day: Day) -> Verdict:
    return Verdict(part.name, "unknown", f"no model was run; measure {part.what} on {part.on_data}", limit=part.target)


@verdict.register
def _(part: Latency, facts: Facts, traffic: Traffic, day: Day) -> Verdict:
    entries = [entry for entry in facts.entries_of(part.entry) if entry in day.times]
    unstated = [at.name for at in facts.on_request_path if at.response is None and at.role != "frontend"]
    if not entries:
        return Verdict(part.name, "unknown", "no entry answers requests", limit=part.limit_ms)
    over_day, entry = max((day.percentile_ms(entry, part.percentile), entry) for entry in entries)
    worst, hour = day.worst_slot_ms(entry, part.percentile)
    evidence = f"p{part.percentile:g} at {entry} is {milliseconds(over_day)} over the day and {milliseconds(worst)} at {clock(hour)}; the limit is {milliseconds(part.limit_ms)}"
    if unstated and over_day <= part.limit_ms:
        return Verdict(
            part.name,
            "unknown",
            f"{', '.join(unstated)} state no response time; without them {evidence}",
            over_day,
            part.limit_ms,
        )
    return graded(part.name, over_day, part.limit_ms, evidence, worst=worst)


@verdict.register
def _(part: Throughput, facts: Facts, traffic: Traffic, day: Day) -> Verdict:
    first = bottleneck(facts.architecture)
    if first is None:
        return Verdict(
            part.name, "unknown", "no component on the request's way states its capacity", limit=part.peak_per_s
        )
    busiest_per_s = max((slot.requests_per_s for slot in day.slots), default=0.0)
    peak = max(busiest_per_s, part.peak_per_s)
    late = max(day.longest_backlog_s.values(), default=0.0)
    backlog = f"; the longest backlog was {duration(late)}" if late else "; no backlog"
    evidence = f"{rate(peak)} at the peak; {first.component} sustains {rate(first.limit_per_s)}{backlog}"
    unstated = _no_capacity(facts)
    if unstated and peak <= first.limit_per_s:
        evidence = f"{', '.join(unstated)} state no capacity; without them {evidence}"
        return Verdict(part.name, "unknown", evidence, peak, first.limit_per_s)
    return graded(part.name, peak, first.limit_per_s, evidence)


@verdict.register
def _(part: Availability, facts: Facts, traffic: Traffic, day: Day) -> Verdict:
    entries = [entry for entry in facts.entries_of(part.entry) if entry in day.answered]
    if not entries:
        return Verdict(part.name, "unknown", "no entry answers requests", limit=part.share)
    entry = min(entries, key=lambda name: day.answered[name])
    usual, today = 1 - day.answered_on_a_calm_day[entry], 1 - day.answered[entry]
    failed = usual + (today - usual) / part.window_days
    unstated = [
        name
        for name in RequestAvailability(facts.architecture, {}).unknown(entry)
        if facts.architecture.by_name[name].role != "frontend"
    ]
    budget = 1 - part.share
    evidence = (
        f"{percent(1 - failed)} over {part.window_days:g} days uses {percent(failed / budget)} of the error budget"
    )
    evidence += f" (this day alone: {percent(1 - today)})" if today > usual + 1e-12 else ""
    if unstated and failed <= budget:
        return Verdict(
            part.name,
            "unknown",
            f"{', '.join(unstated)} state no availability; without them {evidence}",
            1 - failed,
            part.share,
        )
    status = graded(part.name, failed, budget, evidence).status
    return Verdict(part.name, status, evidence, 1 - failed, part.share)


@verdict.register
def _(part: Growth, facts: Facts, traffic: Traffic, day: Day) -> Verdict:
    first = bottleneck(facts.architecture)
    if first is None or not facts.peak_per_s:
        return Verdict(part.name, "unknown", "no capacity or no peak is stated", limit=part.factor)
    room = first.limit_per_s / facts.peak_per_s
    unstated = _no_capacity(facts)
    if room >= part.factor and unstated:
        evidence = f"{', '.join(unstated)} state no capacity; {first.component} sustains {room:.3g} times the peak"
        return Verdict(part.name, "unknown", evidence, room, part.factor)
    if room >= part.factor:
        return Verdict(
            part.name, "met", f"{first.component} sustains {room:.3g} times the peak as it stands", room, part.factor
        )
    grown = size(facts, growth=part.factor)
    replicas = sum(grown.replicas[at.name] or at.replicas for at in facts.architecture.components)
    allowed = facts.infrastructure.max_replicas if facts.infrastructure else None
    evidence = f"{first.component} is full at {room:.3g} times the peak; {part.factor:g} times need {replicas} replicas and {money(grown.cost_usd_per_month)} a month"
    fixed = [
        name
        for name in grown.short
        if facts.architecture.by_name[name].state == "durable" and not facts.architecture.by_name[name].autoscaled
    ]
    if allowed is not None and replicas > allowed:
        return Verdict(part.name, "missed", f"{evidence}; {allowed} replicas are allowed", room, part.factor)
    if unstated:
        evidence += f"; {', '.join(unstated)} state no capacity and are counted as they stand"
    if fixed:
        return Verdict(part.name, "at risk", f"{evidence}; {', '.join(fixed)} must be split by hand", room, part.factor)
    if facts.budget is None or grown.cost_usd_per_month > facts.budget.usd_per_month:
        why = "that is not in the budget" if facts.budget else "no budget says whether that can be paid"
        return Verdict(part.name, "at risk", f"{evidence}; {why}", room, part.factor)
    evidence += f", within the budget of {money(facts.budget.usd_per_month)}"
    return Verdict(part.name, "unknown" if unstated else "met", evidence, room, part.factor)


@verdict.register
def _(part: Freshness, facts: Facts, traffic: Traffic, day: Day) -> Verdict:
    age = freshness(facts.architecture, part.at, part.source)
    if age is None:
        return Verdict(
            part.name, "unknown", f"no way leads from {part.source or 'a source'} to {part.at}", limit=part.limit_s
        )
    late = sum(day.longest_backlog_s.get(name, 0.0) for name in age.way)
    backlog = f", {duration(late)} of it backlog" if late else ""
    evidence = (
        f"up to {duration(age.age_s + late)} by {' > '.join(age.way)}{backlog}; the limit is {duration(part.limit_s)}"
    )
    return graded(part.name, age.age_s + late, part.limit_s, evidence)


@verdict.register
def _(part: Compliance, facts: Facts, traffic: Traffic, day: Day) -> Verdict:
    holders = [at for at in facts.architecture.components if at.personal_data]
    at_fault = [at.name for at in holders if unprotected(at)]
    at_fault += [at.name for at in holders if kept_too_long(at, facts.retention_limit_days)]
    if at_fault:
        return Verdict(
            part.name, "missed", f"{', '.join(dict.fromkeys(at_fault))} hold personal data open or without an end"
        )
    names = ", ".join(at.name for at in holders)
    return Verdict(
        part.name,
        "unknown",
        f"no erasure was run; {names or 'no component'} hold personal data, and each copy must be reached",
    )


@verdict.register
def _(part: Maintainability, facts: Facts, traffic: Traffic, day: Day) -> Verdict:
    hours = sum(stage.hours for stage in facts.strategy.rollout if stage.mode != "full")
    if not facts.strategy.rollout:
        return Verdict(part.name, "unknown", "no rollout is planned", limit=part.update_days)
    evidence = f"the stages of the rollout take {duration(hours * 3600)} of {duration(part.update_days * 86_400)}"
    tried = any(test.of == "infrastructure" for test in facts.strategy.tests)
    if hours > part.update_days * 24:
        return Verdict(part.name, "missed", evidence, hours / 24, part.update_days)
    status = "met" if tried else "at risk"
    return Verdict(
        part.name, status, evidence + ("" if tried else "; the rollback was never tried"), hours / 24, part.update_days
    )


@verdict.register
def _(part: Budget, facts: Facts, traffic: Traffic, day: Day) -> Verdict:
    if not facts.is_costed:
        return Verdict(part.name, "unknown", "no component has a price", limit=part.usd_per_month)
    evidence = f"{money(facts.cost_usd_per_month)} of {money(part.usd_per_month)} a month"
    return graded(part.name, facts.cost_usd_per_month, part.usd_per_month, evidence)
