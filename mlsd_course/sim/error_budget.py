"""Error budgets: what a target allows, how fast it burns, and the probability that a window keeps it.

Minutes are minutes of full failure: ten minutes in which a tenth of the users fail count as one. Source: Beyer et al.,
Site Reliability Engineering (2016), chapters 3 and 4; The Site Reliability Workbook (2018), chapters 2 and 5.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc

from mlsd_course.bisection import bisect, bracket
from mlsd_course.errors import ParameterError
from mlsd_course.parameters import count, not_negative, positive, share

MINUTES_PER_DAY = 1440.0
_TAIL = 12  # standard deviations of the number of incidents that the sum goes beyond its mean


def budget_minutes(target: float, window_days: float) -> float:
    """Minutes of full failure that the target allows in the window: (1 - target) * window.

    >>> round(budget_minutes(0.999, window_days=30), 1)
    43.2
    """
    return (1.0 - _target(target)) * positive("window_days", window_days) * MINUTES_PER_DAY


def burn_rate(bad_share: float, target: float) -> float:
    """How many times faster than allowed the budget is used: share of bad requests over 1 - target."""
    return share("bad_share", bad_share) / (1.0 - _target(target))


def used_share(burn: float, hours: float, window_days: float) -> float:
    """Share of the window's budget that a burn rate uses in some hours; above 1 it is overspent.

    >>> round(used_share(burn=14.4, hours=1, window_days=30), 3)
    0.02
    """
    return not_negative("burn", burn) * not_negative("hours", hours) / (24.0 * positive("window_days", window_days))


def keep_probability(incidents: float, repair_minutes: float, budget: float) -> float:
    """Probability that a window stays within `budget` minutes: Poisson incidents, each with an exponential time to repair.

    incidents: mean number in a window. repair_minutes: mean minutes of full failure of each. The sum over n of
    P(n incidents) * P(n repairs together <= budget), the latter an Erlang distribution.
    """
    mean = not_negative("incidents", incidents)
    each, limit = positive("repair_minutes", repair_minutes), not_negative("budget", budget)
    if mean == 0:
        return 1.0
    most = math.ceil(mean + _TAIL * math.sqrt(mean) + _TAIL)
    numbers = np.arange(1, most + 1)
    logs = numbers * math.log(mean) - mean - np.cumsum(np.log(numbers))
    return float(min(1.0, math.exp(-mean) + np.sum(np.exp(logs) * gammainc(numbers, limit / each))))


def most_incidents(probability: float, repair_minutes: float, budget: float) -> float:
    """Largest mean number of incidents in a window that still keeps the budget with this probability, by bisection."""
    wanted = share("probability", probability)
    if not 0 < wanted < 1:
        raise ParameterError(
            "probability", given=probability, allowed="above 0 and below 1", remedy="Give it as 0.9, say"
        )

    def kept(incidents: float) -> bool:
        return keep_probability(incidents, repair_minutes, budget) >= wanted

    return bisect(kept, *bracket(kept, 1.0))[0]


def simulate_windows(
    releases: float,
    bad_share: float,
    other_incidents: float,
    repair_minutes: float,
    *,
    windows: int = 2_000,
    seed: int = 0,
) -> NDArray[np.float64]:
    """Return the minutes lost in each of many windows, drawn release by release. Same seed, same minutes.

    releases: in a window; a fraction is a release that some windows have. bad_share: probability that one of them fails.
    other_incidents: mean number of failures in a window that no release caused. repair_minutes: mean of each, exponential.
    """
    rng = np.random.default_rng(seed)
    windows = count("windows", windows)
    whole, part = divmod(not_negative("releases", releases), 1)
    made = int(whole) + (rng.random(windows) < part)
    failures = rng.binomial(made, share("bad_share", bad_share))
    failures = failures + rng.poisson(not_negative("other_incidents", other_incidents), windows)
    repairs = rng.exponential(positive("repair_minutes", repair_minutes), int(failures.sum()))
    windows_of = np.repeat(np.arange(windows), failures)
    lost: NDArray[np.float64] = np.bincount(windows_of, repairs, minlength=windows).astype(np.float64)
    return lost


def _target(target: float) -> float:
    if share("target", target) == 1.0:
        raise ParameterError(
            "target",
            given=target,
            allowed="below 1",
            remedy="No system keeps 100 %: ask what a minute of failure costs",
        )
    return float(target)
