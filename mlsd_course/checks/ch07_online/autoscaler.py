"""Checks of an autoscaler: few minutes of missed promise, at no more cost than the common reactive policy."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mlsd_course.sim import Exponential, Observation, Pool, Scaling, autoscale, track_utilisation

Policy = Callable[[Observation], int]

SERVICE_MS = 50.0
POOL = Pool(service=Exponential(SERVICE_MS), start_s=90.0, slo_ms=300.0)
MOST_MINUTES = 6
"""Minutes of missed promise that are allowed; two cannot be had back: every day begins with one server."""
USUAL_TARGET = 0.5
"""The policy to beat holds utilisation here."""


def morning(seed: int = 0) -> NDArray[np.float64]:
    """Return a morning of three hours: expected requests per second for each step of `POOL`, with a slope and a rush."""
    rng, minutes = np.random.default_rng(seed), np.arange(0, 180, POOL.step_s / 60)
    top, width, rush = rng.uniform(70, 120), rng.uniform(25, 40), rng.uniform(20, 160)
    return 20 + 300 * np.exp(-(((minutes - top) / width) ** 2)) + 80 * np.exp(-(((minutes - rush) / 8) ** 2))


def run(policy: Policy, seed: int = 0) -> Scaling:
    """Run a policy through one morning."""
    return autoscale(policy, morning(seed), POOL, seed=seed)


@cache
def usual(seed: int = 0) -> Scaling:
    """Run the policy to beat through one morning."""
    return run(track_utilisation(USUAL_TARGET), seed)


def quiet(policy: Policy) -> None:
    """The policy answers with a number also when nobody has come."""
    nobody = Observation(time_s=15.0, rate_per_s=0.0, utilisation=0.0, waiting=0, p99_ms=0.0, ready=1, starting=0)
    answer = policy(nobody)
    number = isinstance(answer, int | float | np.number) and not isinstance(answer, bool)
    assert number, f"With no traffic the policy returned {answer!r}. Expected a number of servers, on every path."
    assert np.isfinite(answer), (
        f"With no traffic the policy returned {answer}. Expected a finite number; 0 and 1 are fine."
    )
    assert answer <= 3, (
        f"With no traffic the policy wants {answer} servers. Expected 3 at most: at night they would be paid for nothing."
    )


def promise_and_cost(policy: Policy, seed: int = 0) -> Scaling:
    """Few missed minutes, and no dearer than holding utilisation at the usual target; return the run."""
    mine, common = run(policy, seed), usual(seed)
    figures = (
        f"Your policy missed {mine.slo_minutes_missed} minutes and cost ${mine.cost_usd:.2f}; holding {USUAL_TARGET:.0%} "
        f"missed {common.slo_minutes_missed} and cost ${common.cost_usd:.2f}."
    )
    assert mine.slo_minutes_missed <= MOST_MINUTES, (
        f"{figures} Expected at most {MOST_MINUTES} missed minutes. {_when(mine)}"
    )
    assert mine.cost_usd <= common.cost_usd, f"{figures} Expected to cost no more. {_where_it_idles(mine)}"
    return mine


def _when(run: Scaling) -> str:
    """Say at what loads the minutes were missed."""
    rates = np.array([seen.rate_per_s for seen in run.observations]).reshape(-1, int(60 / POOL.step_s)).mean(axis=1)
    missed = run.kept_by_minute < POOL.slo_share
    if np.mean(missed) > 0.5:
        return "That is most of the morning: there are fewer servers than the work alone needs, so the queue never empties."
    few, many = np.sum(missed & (rates < 100)), np.sum(missed & (rates >= 100))
    if few > many:
        return (
            f"{few} of them were at less than 100 requests a second: a small pool needs more headroom, as a share, than a "
            "large one."
        )
    return f"{many} of them were at 100 requests a second or more: look at how many servers the work alone needs there."


def _where_it_idles(run: Scaling) -> str:
    busy = [(seen.rate_per_s, seen.utilisation) for seen in run.observations]
    high = float(np.mean([used for rate, used in busy if rate >= 200]))
    low = float(np.mean([used for rate, used in busy if rate < 60]))
    return (
        f"Your servers were {high:.0%} busy above 200 requests a second and {low:.0%} below 60: a large pool may run hotter "
        "than a small one."
    )
