"""A canary at one setting: time to find a bad release and users harmed, by formula over all shares and simulated."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mlsd_course.sim.canary import Canary, Releases, evidence_h, harmed_until, hours_to_find, simulate_releases

SHARES = np.geomspace(0.001, 0.5, 70)
POINTS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.5)
SURE = 0.9
"""A stage is good enough when it finds so many of the bad releases."""
_COUNTS, _COUNTS_PER_POINT = 120_000, 5_000
"""Counts drawn at one setting: releases times looks."""


@dataclass(frozen=True)
class CanaryView:
    """One setting. bad, harmless: many simulated releases of each kind. budget: users that one bad release may harm.

    curve: harm by formula at each of SHARES, NaN where the stage ends before the release is found. points: the simulated
    mean harm at POINTS, NaN where fewer than half are found. binds: "nothing", "stage", "false alarms", "label delay",
    "looks" or "evidence".
    """

    canary: Canary
    effect: float
    budget: float
    bad: Releases
    harmless: Releases
    curve: NDArray[np.float64]
    points: NDArray[np.float64]
    binds: str

    @property
    def harmed(self) -> float:
        """Mean number of users that a bad release harms on the canary, simulated."""
        return float(self.bad.harmed.mean())

    @property
    def found_share(self) -> float:
        """Share of bad releases that the stage finds."""
        return self.bad.rolled_back_share

    @property
    def formula_h(self) -> float:
        """Hours to find it, by formula; infinite where the stage ends before."""
        return hours_to_find(self.canary, self.effect)

    @property
    def formula_harmed(self) -> float:
        """Users harmed until then, by formula; over the whole stage where it is not found."""
        return harmed_until(self.canary, self.effect, self.formula_h)

    @property
    def met(self) -> bool:
        """True where harm stays within the budget, nine of ten bad releases are found, and few harmless ones go back."""
        return self.binds == "nothing"


def canary(
    canary_share: float,
    effect: float,
    requests_per_h: float,
    bad_share: float = 0.02,
    label_delay_h: float = 0.0,
    look_every_h: float = 1.0,
    hours: float = 24.0,
    corrected: bool = True,
    budget: float = 100.0,
) -> CanaryView:
    """Simulate releases through a canary stage, bad ones and harmless ones, and say what binds.

    Parameters as in `Canary`; effect: how much more often the release goes wrong (0.5: half as often again). budget: users
    that one bad release may harm. Same setting, same run.
    """

    def at(share: float) -> Canary:
        return Canary(share, requests_per_h, bad_share, label_delay_h, look_every_h, hours, corrected=corrected)

    here = at(canary_share)
    many, fewer = _releases(here, _COUNTS), _releases(here, _COUNTS_PER_POINT)
    bad, harmless = _simulated(here, effect, many, 0), _simulated(here, 0.0, many, 1)
    return CanaryView(
        canary=here,
        effect=effect,
        budget=budget,
        bad=bad,
        harmless=harmless,
        curve=np.array([_formula(at(float(share)), effect) for share in SHARES]),
        points=np.array([_mean(_simulated(at(share), effect, fewer, 2)) for share in POINTS]),
        binds=_binds(bad, harmless, budget),
    )


_simulated = lru_cache(maxsize=256)(simulate_releases)  # moving one control leaves some of the runs as they were


def _releases(stage: Canary, counts: int) -> int:
    return min(1_000, max(50, counts // max(1, len(stage.looks_h))))


def _formula(stage: Canary, effect: float) -> float:
    hours = hours_to_find(stage, effect)
    return harmed_until(stage, effect, hours) if math.isfinite(hours) else math.nan


def _mean(releases: Releases) -> float:
    return float(releases.harmed.mean()) if releases.rolled_back_share >= 0.5 else math.nan


def _binds(bad: Releases, harmless: Releases, budget: float) -> str:
    stage = bad.canary
    if bad.rolled_back_share < SURE:
        return "stage"
    noise = 3 * math.sqrt(stage.alpha * (1 - stage.alpha) / len(harmless.rolled_back_h))
    if harmless.rolled_back_share > stage.alpha + noise:
        return "false alarms"
    if float(bad.harmed.mean()) <= budget:
        return "nothing"
    parts = {
        "label delay": stage.label_delay_h,
        "evidence": evidence_h(stage, bad.effect),
        "looks": stage.look_every_h / 2,
    }
    return max(parts, key=lambda name: parts[name])
