"""Checks of a rollout controller: few false alarms over all looks together, bad releases found, and found in time."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

Decide = Callable[[int, int, int, int, int, int], str]
"""(bad and known outcomes of the stable version, of the canary, number of this look, number of looks) → an action."""
ACTIONS = ("hold", "promote", "roll back")


class Stage(NamedTuple):
    """A canary stage: outcomes at each look on both sides, the stable version's share of bad outcomes, the looks."""

    canary_per_look: int = 300
    stable_per_look: int = 700
    bad_share: float = 0.04
    looks: int = 20


class Fates(NamedTuple):
    """What became of many releases. looks: the look at which each rolled-back release was found."""

    rolled_back: float
    promoted: float
    looks: list[int]


def fates(decide: Decide, stage: Stage, effect: float, releases: int = 100, seed: int = 0) -> Fates:
    """Send many releases through a stage; `effect` 1.0: twice as many bad outcomes, 0: harmless."""
    rng = np.random.default_rng(seed)
    size = (releases, stage.looks)
    canary = rng.binomial(stage.canary_per_look, stage.bad_share * (1 + effect), size).cumsum(axis=1)
    stable = rng.binomial(stage.stable_per_look, stage.bad_share, size).cumsum(axis=1)
    ends: list[str] = []
    found_at_look: list[int] = []
    for mine, others in zip(canary.tolist(), stable.tolist(), strict=True):
        action = "hold"
        for look in range(1, stage.looks + 1):
            known_outcomes = (stage.stable_per_look * look, stage.canary_per_look * look)
            action = decide(others[look - 1], known_outcomes[0], mine[look - 1], known_outcomes[1], look, stage.looks)
            _allowed(action)
            if action != "hold":
                if action == "roll back":
                    found_at_look.append(look)
                break
        ends.append(action)
    return Fates(ends.count("roll back") / releases, ends.count("promote") / releases, found_at_look)


def _allowed(action: object) -> None:
    assert action in ACTIONS, f"decide() returned {action!r}. Expected one of {', '.join(map(repr, ACTIONS))}."


def few_false_alarms(decide: Decide, stage: Stage, seed: int = 0, alpha: float = 0.05) -> None:
    """Over all looks together, at most 5 % of harmless releases are rolled back (a little more is taken as luck)."""
    releases = 200
    got = fates(decide, stage, 0.0, releases, seed)
    most = alpha + 2.5 * math.sqrt(alpha * (1 - alpha) / releases)
    assert got.rolled_back <= most, (
        f"{got.rolled_back:.0%} of harmless releases were rolled back over {stage.looks} looks. Expected at most {alpha:.0%}: "
        "every look is another chance for a false alarm, so all looks must share the 5 %."
    )


def good_ones_pass(decide: Decide, stage: Stage, seed: int = 1) -> None:
    """Harmless releases are promoted at the last look."""
    got = fates(decide, stage, 0.0, 100, seed)
    assert got.promoted >= 0.9, (
        f"Only {got.promoted:.0%} of harmless releases were promoted by the last look. Expected nine of ten: at look == looks "
        "with no harm found, return 'promote'."
    )


def bad_ones_found(decide: Decide, stage: Stage, effect: float, least: float = 0.9, seed: int = 2) -> None:
    """Of releases with so much damage, at least `least` are rolled back."""
    got = fates(decide, stage, effect, 100, seed)
    assert got.rolled_back >= least, (
        f"{got.rolled_back:.0%} of releases with {effect:.0%} more bad outcomes were rolled back. Expected at least {least:.0%}: "
        "compare shares and not counts, and do not promote before the last look."
    )


def found_in_time(decide: Decide, stage: Stage, effect: float, by_look: int, seed: int = 3) -> None:
    """Half of the bad releases are found by `by_look`: each look that passes harms more users."""
    got = fates(decide, stage, effect, 100, seed)
    middle = sorted(got.looks)[len(got.looks) // 2] if got.looks else stage.looks
    assert middle <= by_look, (
        f"Half of the bad releases were found only by look {middle}. Expected look {by_look} or before: decide at every look, "
        "and do not ask for more evidence than the shared 5 % demands."
    )


def nothing_known(decide: Decide) -> None:
    """Without outcomes nothing can be decided."""
    for counts in ((0, 0, 0, 0), (3, 100, 0, 0), (0, 0, 2, 50)):
        got = decide(*counts, 1, 20)
        assert got == "hold", (
            f"With counts {counts} (bad and known of stable, bad and known of the canary) decide() returned {got!r}. Expected "
            "'hold': a side without outcomes cannot be compared."
        )
