"""Error budgets: the Workbook's figures, a formula that agrees with windows drawn release by release, and its limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlsd_course.errors import ParameterError
from mlsd_course.sim import error_budget as budget
from mlsd_course.sim.scenarios.error_budget import RATES_PER_WEEK, WANTED, error_budget


@pytest.mark.parametrize(
    ("target", "days", "minutes"),
    [(0.99, 30, 432), (0.999, 30, 43.2), (0.9999, 30, 4.32), (0.999, 7, 10.08), (0.999, 365, 525.6)],
)
def test_budget_minutes(target, days, minutes):
    """99.9 % over 30 days allows 43.2 minutes, over a week a quarter of that: the window is part of the number."""
    assert budget.budget_minutes(target, days) == pytest.approx(minutes)


def test_burn_rates_of_the_workbook():
    """Burn 14.4 for 1 h uses 2 % of a 30-day budget, 6 for 6 h 5 %, 1 for 3 days 10 % (SRE Workbook, chapter 5)."""
    assert budget.used_share(14.4, 1, 30) == pytest.approx(0.02)
    assert budget.used_share(6, 6, 30) == pytest.approx(0.05)
    assert budget.used_share(1, 72, 30) == pytest.approx(0.10)
    assert budget.burn_rate(0.0144, 0.999) == pytest.approx(14.4)


def test_known_probabilities():
    """Without incidents every window keeps its budget; with no budget only the windows without an incident do."""
    assert budget.keep_probability(0, 60, 43.2) == 1
    assert budget.keep_probability(2, 60, 0) == pytest.approx(math.exp(-2))
    assert budget.keep_probability(1e-9, 60, 43.2) == pytest.approx(1)


def test_probability_against_the_marcum_form():
    """The series equals 1 - integral of the density with a Bessel function, the textbook form of this compound sum."""
    from scipy.integrate import quad
    from scipy.special import ive

    mean, each, limit = 3.0, 20.0, 43.2

    def density(lost):
        root = 2 * math.sqrt(mean * lost / each)
        return math.exp(-mean - lost / each + root) * math.sqrt(mean / (each * lost)) * ive(1, root)

    expected = math.exp(-mean) + quad(density, 0, limit)[0]
    assert budget.keep_probability(mean, each, limit) == pytest.approx(expected, rel=1e-6)


@given(st.floats(0.01, 200), st.floats(0.5, 300), st.floats(0.5, 500))
def test_probabilities_are_shares_and_fall_with_incidents(incidents, repair, limit):
    """More incidents or longer repairs never help."""
    now = budget.keep_probability(incidents, repair, limit)
    assert 0 <= now <= 1
    assert budget.keep_probability(incidents * 1.5, repair, limit) <= now + 1e-9
    assert budget.keep_probability(incidents, repair * 1.5, limit) <= now + 1e-9


def test_most_incidents_is_where_the_probability_is_reached():
    """Bisection ends at the wanted probability."""
    most = budget.most_incidents(0.9, 10, 43.2)
    assert budget.keep_probability(most, 10, 43.2) == pytest.approx(0.9, abs=1e-6)


@pytest.mark.parametrize("bad_share", [0.02, 0.05, 0.1])
@pytest.mark.parametrize("repair", [5.0, 20.0, 60.0])
def test_formula_agrees_with_simulation(bad_share, repair):
    """At small failure rates the Poisson formula is within three standard errors, plus 1 % for what it leaves out."""
    lost = budget.simulate_windows(40, bad_share, 0.5, repair, windows=20_000)
    seen, formula = np.mean(lost <= 43.2), budget.keep_probability(40 * bad_share + 0.5, repair, 43.2)
    assert seen == pytest.approx(formula, abs=3 * math.sqrt(formula * (1 - formula) / 20_000) + 0.01)
    assert lost.mean() == pytest.approx((40 * bad_share + 0.5) * repair, rel=0.03)


def test_many_bad_releases_are_where_the_formula_errs():
    """With 30 % bad releases the real number of failures spreads less than Poisson: the formula is too pessimistic."""
    lost = budget.simulate_windows(20, 0.3, 0, 5, windows=20_000)
    assert np.mean(lost <= 43.2) > budget.keep_probability(6, 5, 43.2) + 0.01


def test_same_seed_same_minutes():
    """A run can be repeated to the last digit."""
    one, two = (budget.simulate_windows(10.5, 0.1, 1, 30, windows=50, seed=3) for _ in range(2))
    assert (one == two).all()
    assert len(one) == 50


@pytest.mark.parametrize(
    "call",
    [
        lambda: budget.budget_minutes(1.0, 30),
        lambda: budget.budget_minutes(99.9, 30),
        lambda: budget.budget_minutes(0.999, 0),
        lambda: budget.burn_rate(2, 0.999),
        lambda: budget.keep_probability(-1, 10, 10),
        lambda: budget.most_incidents(1, 10, 10),
        lambda: budget.simulate_windows(1, 0.1, 0, 0),
        lambda: error_budget(0.999, 5, 60, users_share=0),
    ],
)
def test_numbers_out_of_range_are_named(call):
    """The error says what is allowed and what to do."""
    with pytest.raises(ParameterError) as refused:
        call()
    assert refused.value.allowed
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("setting", "binds"),
    [
        ({"target": 0.999, "releases_per_week": 1, "repair_minutes": 10}, "nothing"),
        ({"target": 0.9999, "releases_per_week": 5, "repair_minutes": 60}, "repair"),
        ({"target": 0.999, "releases_per_week": 50, "repair_minutes": 10}, "releases"),
        ({"target": 0.999, "releases_per_week": 1, "repair_minutes": 30, "other_incidents": 3}, "other incidents"),
        (
            {"target": 0.999, "releases_per_week": 5, "repair_minutes": 10, "bad_share": 0, "other_incidents": 20},
            "other incidents",
        ),
    ],
)
def test_what_binds(setting, binds):
    """The view names what uses the budget up, and simulation and formula tell the same story at every rate."""
    view = error_budget(**setting)
    assert view.binds == binds
    assert view.met == (binds == "nothing")
    assert np.abs(view.formula - view.simulated).max() < 0.05
    assert view.keep_simulated == pytest.approx(view.keep_formula, abs=0.05)


def test_a_sixth_of_the_repair_time_pays_for_more_than_six_times_the_releases():
    """The lesson's surprise: below the budget's size, repair time buys more than its share."""
    slow, quick = (error_budget(0.999, 5, minutes).most_per_week for minutes in (60, 10))
    assert quick / slow > 6
    assert 0.9 < slow < 1.1


def test_a_canary_is_as_good_as_a_quick_repair():
    """Only minutes of full failure count: a tenth of the users for 60 minutes is all of them for 6."""
    canary, quick = error_budget(0.999, 5, 60, users_share=0.1), error_budget(0.999, 5, 6)
    assert canary.keep_formula == pytest.approx(quick.keep_formula)
    assert (canary.formula == quick.formula).all()


def test_the_wanted_probability_and_the_axis():
    """Nine windows in ten; rates rise over the axis."""
    assert WANTED == 0.9
    assert list(RATES_PER_WEEK) == sorted(RATES_PER_WEEK)
