"""Checks of a repaired architecture: promises untouched, kept at every load, after every loss, and after every crash.

Each check is a property of the running whole and not of one solution: any repair that has it passes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from mlsd_course.design import Architecture, Budget, Component, Facts, Flow, Freshness, Latency, MLSystemDesign, Traffic
from mlsd_course.design.analysis.load import loads
from mlsd_course.design.review.rules import rule_named
from mlsd_course.sim import latency_budget
from mlsd_course.systems.service_graph import Consumer, Graph, deliver
from mlsd_course.walks import reachable


def same_promises(bad: MLSystemDesign, repaired: MLSystemDesign) -> None:
    """Requirements and constraints are those of the drawing, and every role in it is still filled."""
    assert isinstance(repaired, MLSystemDesign), (
        f"Got {type(repaired).__name__}. Expected the repaired MLSystemDesign: change the one that drawing() gave you."
    )
    assert repaired.requirements == bad.requirements, (
        "The requirements are not those of the drawing. Repair the architecture; what was promised is not yours to change."
    )
    assert repaired.constraints == bad.constraints, (
        "The constraints are not those of the drawing. The budget and the team are as they are; change the architecture."
    )
    for role in dict.fromkeys(part.role for part in bad.architecture.components):
        assert any(part.role == role for part in repaired.architecture.components), (
            f"Nothing has the role {role!r} any more. A system that does less is no repair of it: keep what it is for."
        )
    entries = [part.name for part in bad.architecture.entries]
    assert [part.name for part in repaired.architecture.entries] == entries, (
        f"Requests come in at {', '.join(part.name for part in repaired.architecture.entries) or 'nothing'}. Expected {', '.join(entries)}, "
        "as in the drawing: leave the door where users know it."
    )


def quick_at_every_load(design: MLSystemDesign, shares: Sequence[float] = (0.01, 0.25, 0.5, 0.75, 1.0)) -> None:
    """The latency limits hold at every load up to the peak after growth, by the roll-up."""
    facts = Facts(design)
    for share in shares:
        per_s = share * facts.peak_per_s * facts.growth
        for limit in design.requirements.of(Latency):
            budget = latency_budget(design.architecture, per_s, limit.percentile)
            worst = budget.largest
            why = (
                f"{' and '.join(budget.saturated)} gets more than it can serve"
                if budget.saturated
                else f"{worst.component} takes {worst.ms:.0f} ms of it, {worst.wait_ms:.0f} ms of that waiting"
            )
            assert budget.total_ms <= limit.limit_ms, (
                f"At {per_s:.0f} requests a second the p{limit.percentile:g} is {budget.total_ms:.0f} ms; the limit is {limit.limit_ms:g} ms. "
                f"Look at {worst.component if not budget.saturated else budget.saturated[0]}: {why}."
            )


def survives_any_loss(design: MLSystemDesign) -> None:
    """With one replica less of any own part on the request's way, the peak is still carried or a fallback answers."""
    facts = Facts(design)
    load = loads(design.architecture, facts.peak_per_s)
    for part in facts.on_request_path:
        into = [flow for flow in facts.sync_flows if flow.target == part.name]
        if part.role == "frontend" or (into and all(flow.fallback for flow in into)):
            continue
        left = part.replicas - 1
        assert left >= 1, (
            f"{part.name} has one replica and no fallback: its restart is everybody's outage. Give it a second one, or the call to it a fallback."
        )
        if part.capacity_per_s is not None:
            assert left * part.capacity_per_s > load[part.name], (
                f"When one of {part.replicas} replicas of {part.name} is lost, {left * part.capacity_per_s:g}/s are left for "
                f"{load[part.name]:g}/s at the peak. A replica that the load needs is no spare."
            )
        assert part.zones >= 2, (
            f"All {part.replicas} replicas of {part.name} stand in one zone and are lost together. Spread them: zones=2."
        )


def every_wait_ends(design: MLSystemDesign) -> None:
    """Every call has a timeout, all tries of one request fit into its limit, and one level retries at most."""
    facts = Facts(design)
    for flow in facts.sync_flows:
        assert flow.timeout_ms is not None, (
            f"The call {flow.name} waits for ever. Set timeout_ms: when its callee hangs, so does everything before it."
        )
    for slug in ("retries-multiply", "timeout-above-limit"):
        _silent(design, slug)


def within_budget(design: MLSystemDesign) -> None:
    """The monthly cost at the mean load is within the budget."""
    budget = next(iter(design.constraints.of(Budget)), None)
    cost = Facts(design).cost_usd_per_month
    assert budget is None or cost <= budget.usd_per_month, (
        f"It costs ${cost:,.0f} a month; the budget is ${budget.usd_per_month:,.0f}. "
        "Look for the part whose work could be done ahead of time, or whose replicas idle."
    )


def answers_a_day(design: MLSystemDesign, seed: int = 0) -> None:
    """An event run of a day keeps latency limit and a share of answers: retries and late work counted in."""
    facts = Facts(design)
    day = Graph(design.architecture, seed).day(Traffic(facts.mean_per_s, peak_ratio=3, slots=24), requests=1_500)
    assert day.answered >= 0.99, (
        f"In a run of a day {day.answered:.1%} of requests are answered. Where the formula promises more, look at retries and "
        "timeouts: the run counts the load that they add."
    )
    for limit in design.requirements.of(Latency):
        got = day.percentile_ms(limit.percentile)
        assert got <= limit.limit_ms, (
            f"In a run of a day the p{limit.percentile:g} is {got:.0f} ms; the limit is {limit.limit_ms:g} ms."
        )


def effect_once(design: MLSystemDesign, seed: int = 0, rounds: int = 20) -> None:
    """Whatever crashes, every event has its effect once in each part that keeps the only copy of something."""
    rng = random.Random(seed)
    for flow, target in _event_flows(design.architecture):
        order = "commit first" if flow.delivery == "at_most_once" else "write first"
        for _ in range(rounds):
            log = [(f"event {place}", float(rng.randint(1, 60))) for place in range(rng.randint(2, 30))]
            crashes = [place for place in range(len(log)) if rng.random() < 0.2]
            tally = deliver(log, Consumer(order, idempotent=target.idempotent), crashes)
            story = f"{flow.name}: after {len(crashes)} crashes, {target.name} holds {tally.total:g} of {tally.truth:g} minutes"
            assert not tally.lost, (
                f"{story}: {tally.lost:g} are lost. 'at_most_once' commits before it writes; what keeps the only copy needs 'at_least_once'."
            )
            assert not tally.repeated, (
                f"{story}: {tally.repeated:g} are counted again. No delivery prevents that; {target.name} must be idempotent (a key per event)."
            )


def promises_what_can_be_kept(design: MLSystemDesign) -> None:
    """Every event flow says whether events may be lost or repeated, and none says exactly once."""
    for flow in design.architecture.flows:
        assert flow.delivery != "exactly_once", (
            f"{flow.name} promises exactly-once delivery, which no two systems have. Say 'at_least_once' and make the receiver idempotent."
        )
    _silent(design, "unstated-delivery")


def one_writer(design: MLSystemDesign) -> None:
    """Each data set has one writer, and each only copy an owner and a backup."""
    for slug in ("two-writers", "unowned-state", "no-backup", "no-schema"):
        _silent(design, slug)


def fresh_enough(design: MLSystemDesign) -> None:
    """News arrives within every limit, in the worst case of all schedules."""
    facts = Facts(design)
    for limit in design.requirements.of(Freshness):
        age = facts.age(limit)
        assert age is not None, (
            f"Nothing from {limit.source} reaches {limit.at} any more. A flow of its way is missing."
        )
        assert age.age_s <= limit.limit_s, (
            f"News from {limit.source} is up to {age.age_s:,.0f} s old at {limit.at} by {' > '.join(age.way)}; {limit.limit_s:,.0f} s are promised. "
            "Each schedule on the way can add its whole period."
        )


def one_definition(design: MLSystemDesign) -> None:
    """Whatever computes a feature for serving computes it for training as well."""
    served, trained = (_computed_for(design.architecture, role) for role in ("serving", "training"))
    for name in sorted(served - trained):
        raise AssertionError(
            f"{name} computes features for serving only; training gets its features from {', '.join(sorted(trained)) or 'nowhere'}. "
            "Two definitions drift apart in silence: let one part compute for both, or log what was served and train on that."
        )
    assert served, "Nothing that is computed reaches serving. The model needs features of now."


def model_arrives(design: MLSystemDesign, within_days: float = 15) -> None:
    """A newly trained model reaches serving by itself, within `within_days` of the data that it is made from."""
    _silent(design, "model-never-served")
    architecture = design.architecture
    serving = [part.name for part in architecture.components if part.role == "serving"]
    facts = Facts(design)
    ages = [facts.age(Freshness("x", at=name, source="landings", limit_s=1)) for name in serving]
    assert any(age is not None and age.age_s <= within_days * 86_400 for age in ages), (
        "No landing reaches a serving part. The loop is data, training, serving: look for the flow that is missing."
    )


def outcomes_return(design: MLSystemDesign) -> None:
    """What was answered is kept with its inputs, and somebody compares it with what happened."""
    for slug in ("no-feedback", "nothing-monitors", "golden-signals"):
        _silent(design, slug)


def _silent(design: MLSystemDesign, slug: str) -> None:
    rule = rule_named(slug)
    for finding in rule.find(Facts(design)):
        raise AssertionError(f"{finding.where}: {finding.what} {rule.reason} {finding.remedy} (rule {rule.code})")


def _event_flows(architecture: Architecture) -> Iterator[tuple[Flow, Component]]:
    for flow in architecture.flows:
        target = architecture.by_name[flow.target]
        if flow.kind == "async" and not flow.every_s and target.state == "durable":
            yield flow, target


def _computed_for(architecture: Architecture, role: str) -> set[str]:
    """Processing parts whose output reaches a part of a role: along async flows, and back along the calls that it makes."""

    def data_before(name: str) -> list[str]:
        before = [flow.source for flow in architecture.flows_to[name] if flow.kind == "async"]
        before += [flow.target for flow in architecture.calls_of[name]]
        return [source for source in before if architecture.by_name[source].layer == "data"]

    parts = {part.name for part in architecture.components if part.role == role}
    if role == "serving":
        parts |= _callers(architecture, parts)
    before = reachable((source for name in parts for source in data_before(name)), data_before)
    return {name for name in before if architecture.by_name[name].role == "processing"}


def _callers(architecture: Architecture, names: set[str]) -> set[str]:
    return {flow.source for flow in architecture.flows if flow.kind == "sync" and flow.target in names}
