"""Checks of a plan: the order of risky work, and a strategy that the review rules read."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Mapping, Sequence

from mlsd_course.design import (
    Availability,
    Budget,
    BusinessMetric,
    Component,
    Flow,
    Latency,
    MLMetric,
    MLSystemDesign,
    Resources,
    ResponseTime,
    Throughput,
    Velocity,
)

Pieces = Mapping[str, tuple[float, float]]
"""Name of a piece of work → (weeks, probability to fail)."""
Order = Callable[[Pieces], Sequence[str]]


def expected_weeks(pieces: Pieces, order: Sequence[str]) -> float:
    """Expected weeks until the project has failed or is done, when a piece is begun only if all before it succeeded."""
    spent, alive = 0.0, 1.0
    for name in order:
        weeks, fails = pieces[name]
        spent, alive = spent + alive * weeks, alive * (1 - fails)
    return spent


def some_pieces(seed: int, count: int) -> dict[str, tuple[float, float]]:
    """Return made-up pieces of work: name → (weeks, probability to fail)."""
    rng = random.Random(seed)
    return {f"piece {number}": (rng.randint(1, 12), round(rng.uniform(0.01, 0.6), 2)) for number in range(count)}


def best_order(order: Order, pieces: Pieces) -> None:
    """The order holds each piece once, and no other order has fewer expected weeks (all are tried)."""
    before = dict(pieces)
    answer = order(pieces)
    got = [] if answer is None else list(answer)
    assert dict(pieces) == before, (
        "The pieces were changed. Sort names into a new list; leave what you were given alone."
    )
    assert sorted(got) == sorted(pieces), f"The order is {answer!r}. Expected each of {list(pieces)} once."
    best = min(expected_weeks(pieces, other) for other in itertools.permutations(pieces))
    mine = expected_weeks(pieces, got)
    assert mine <= best + 1e-9, (
        f"Your order {got} takes {mine:.2f} expected weeks; the best takes {best:.2f}. Compare two neighbours: swapping "
        "them must not help."
    )


def bike_design(label_delay_h: float = 2.0, per_s: float = 20.0) -> MLSystemDesign:
    """Return steps 1 to 3, sketched, of a product that warns riders of a bike station that will be empty."""
    design = MLSystemDesign("Warn riders that the bike station they walk to will be empty, so that fewer walk in vain")
    design.define_requirements(
        business_metrics=BusinessMetric(
            "walks_in_vain", kind="engagement", what="riders who open the app at an empty station", aim="at_most",
            on_data="all sessions of a week", computed="sessions that begin at an empty station / sessions",
            baseline=0.05, target=0.03, worth_usd_per_month=20_000,
        ),
        ml_metrics=MLMetric(
            "missed_empty", stands_for="walks_in_vain", what="empty stations that were not foretold", aim="at_most",
            on_data="stations of the week after training", computed="missed empty stations / empty stations",
            baseline=0.35, target=0.2, slices=("each district", "rain"),
        ),
        system_requirements=[
            Latency(percentile=95, limit_ms=200), Throughput(per_s=per_s), Availability(share=0.995, window_days=30),
        ],
    )  # fmt: skip
    design.analyze_constraints(
        data_constraints=Velocity(
            arrival="stream", events_per_s=5, event_bytes=200, label_delay_days=label_delay_h / 24
        ),
        compute_constraints=Budget(usd_per_month=3_000),
        team_constraints=Resources(people=3, weeks=16),
    )
    design.design_architecture(
        components=[
            Component("app", layer="application", role="frontend", does="shows stations with a warning"),
            Component("api", layer="application", role="api", does="one answer per station and rider", replicas=2,
                      response=ResponseTime(p50_ms=5, p99_ms=40), capacity_per_s=200, availability=0.999),
            Component("model", layer="ml", role="serving", does="chance that the station is empty in 10 minutes", replicas=2,
                      response=ResponseTime(p50_ms=8, p99_ms=30), capacity_per_s=150, availability=0.999),
        ],
        flows=[
            Flow(source="app", target="api", kind="sync", timeout_ms=180),
            Flow(source="api", target="model", kind="sync", timeout_ms=60, fallback="the number of bikes now"),
        ],
    )  # fmt: skip
    return design


def has_a_plan(design: MLSystemDesign) -> None:
    """Step 4 holds slices, risks, tests and a rollout."""
    strategy = design.strategy
    for group in ("slices", "risks", "tests", "rollout", "kill_criteria", "alerts"):
        assert getattr(strategy, group), (
            f"The plan has no {group}. Give them to design.plan_implementation({group}=[…])."
        )


def rules_are_content(design: MLSystemDesign) -> None:
    """No rule of step 4 objects."""
    findings = [finding for finding in design.review() if finding.code.startswith("S")]
    assert not findings, "The review objects to the plan:\n" + "\n".join(str(finding) for finding in findings)


def careful_rollout(design: MLSystemDesign) -> None:
    """Shadow first, then a small live stage, and stages that wait for the labels."""
    stages = design.strategy.rollout
    assert stages, "The plan has no rollout."
    assert stages[0].mode == "shadow", "The first stage is no shadow. Begin where no user can be hurt."
    live = [stage for stage in stages if stage.mode != "shadow"]
    assert live, "No stage reaches a user. Add a canary, then the full stage."
    assert live[0].traffic_share <= 0.10, "The first live stage takes more than 10 % of the traffic. Begin smaller."
    wait_h = 24 * max((part.label_delay_days or 0.0) for part in design.constraints.of(Velocity))
    longest = max((stage.hours for stage in live if stage.mode != "full"), default=0)
    assert longest > wait_h, (
        f"No canary lasts longer than the label delay of {wait_h:g} h (the longest: {longest:g} h), so none can see a bad "
        "outcome. Read the delay from the design and add it to the hours."
    )


def answered_risks(design: MLSystemDesign) -> None:
    """Every risk has an answer, and an owner."""
    for risk in design.strategy.risks:
        missing = [name for name in ("mitigation", "fallback", "owner") if not getattr(risk, name)]
        assert not missing, (
            f"The risk {risk.name!r} has no {' and no '.join(missing)}. A risk without an answer is a hope."
        )
