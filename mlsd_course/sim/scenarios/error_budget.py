"""An error budget at one setting: how often a window keeps it, and what uses it up."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlsd_course.parameters import not_negative, positive, share
from mlsd_course.sim import error_budget as budget

WANTED = 0.9
"""Share of windows in which the budget should be kept."""
RATES_PER_WEEK = tuple(float(f"{rate:.3g}") for rate in np.geomspace(0.5, 100.0, 24))
_WINDOWS = 2_000


@dataclass(frozen=True)
class ErrorBudgetView:
    """One setting. Minutes are minutes of full failure in a window.

    lost_minutes: of each simulated window. formula, simulated: probability to keep the budget at each of RATES_PER_WEEK.
    most_per_week: releases a week at which the formula still gives the wanted probability; 0 where even none is too many.
    binds: "nothing", "repair", "other incidents" or "releases".
    """

    target: float
    window_days: float
    releases_per_week: float
    repair_minutes: float
    bad_share: float
    users_share: float
    other_incidents: float
    budget_minutes: float
    incidents: float
    lost_minutes: NDArray[np.float64]
    formula: NDArray[np.float64]
    simulated: NDArray[np.float64]
    keep_formula: float
    most_per_week: float

    @property
    def keep_simulated(self) -> float:
        """Share of simulated windows that keep the budget."""
        return float(np.mean(self.lost_minutes <= self.budget_minutes))

    @property
    def expected_minutes(self) -> float:
        """Mean minutes lost in a window: incidents times minutes of each."""
        return self.incidents * self.each_minutes

    @property
    def each_minutes(self) -> float:
        """Minutes of full failure of one incident."""
        return self.repair_minutes * self.users_share

    @property
    def met(self) -> bool:
        """True where at least the wanted share of windows keeps the budget."""
        return self.keep_formula >= WANTED

    @property
    def binds(self) -> str:
        """What uses the budget up."""
        if self.met:
            return "nothing"
        if self.each_minutes > self.budget_minutes:
            return "repair"
        return "other incidents" if self.most_per_week == 0 else "releases"


def error_budget(
    target: float,
    releases_per_week: float,
    repair_minutes: float,
    bad_share: float = 0.05,
    users_share: float = 1.0,
    other_incidents: float = 0.0,
    window_days: float = 30.0,
) -> ErrorBudgetView:
    """Set a target against releases and repairs.

    target: share of requests that must be answered well over `window_days`. bad_share: releases that fail. repair_minutes:
    mean time from failure to repair. users_share: share of users who meet a failure (a canary keeps it small).
    other_incidents: failures in a window that no release caused. Raises ParameterError for numbers out of range.
    """
    allowed = budget.budget_minutes(target, window_days)
    weeks = window_days / 7
    each = positive("repair_minutes", repair_minutes) * positive("users_share", share("users_share", users_share))
    others = not_negative("other_incidents", other_incidents)
    rate = not_negative("releases_per_week", releases_per_week)
    fails = share("bad_share", bad_share)

    def incidents(per_week: float) -> float:
        return per_week * weeks * fails + others

    def lost(per_week: float) -> NDArray[np.float64]:
        return budget.simulate_windows(per_week * weeks, fails, others, each, windows=_WINDOWS)

    room = budget.most_incidents(WANTED, each, allowed) - others
    return ErrorBudgetView(
        target=target,
        window_days=window_days,
        releases_per_week=rate,
        repair_minutes=repair_minutes,
        bad_share=fails,
        users_share=users_share,
        other_incidents=others,
        budget_minutes=allowed,
        incidents=incidents(rate),
        lost_minutes=lost(rate),
        formula=np.array([budget.keep_probability(incidents(per_week), each, allowed) for per_week in RATES_PER_WEEK]),
        simulated=np.array([float(np.mean(lost(per_week) <= allowed)) for per_week in RATES_PER_WEEK]),
        keep_formula=budget.keep_probability(incidents(rate), each, allowed),
        most_per_week=max(0.0, room / (weeks * fails)) if fails else float("inf") if room >= 0 else 0.0,
    )
