"""Thresholds: the formula holds for calibrated scores without a limit, and the views say what happens with one."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlsd_course.data.make_late_scores import table
from mlsd_course.errors import ParameterError
from mlsd_course.sim import decision_threshold, late_scores
from mlsd_course.sim.decision_threshold import ORDERS, Scored
from mlsd_course.sim.scenarios.threshold import MISSED_USD, THRESHOLDS, months
from mlsd_course.sim.scenarios.threshold import threshold as view_of

PRICES = st.floats(0.5, 500)


def drawn(days=50, a_day=400, seed=0):
    """Cases whose scores are true probabilities."""
    chance = np.random.default_rng(seed)
    score = chance.beta(1, 3, days * a_day)
    return Scored(np.repeat(np.arange(days), a_day), score, chance.random(len(score)) < score)


@given(PRICES, PRICES, st.floats(0, 1))
def test_acting_pays_from_the_formula_on(false_alarm, missed, score):
    """Above FP / (FP + FN) acting saves money on average, below it costs (Elkan 2001)."""
    best = decision_threshold.best_threshold(false_alarm, missed)
    gain = decision_threshold.gain_usd(score, false_alarm, missed)
    if not math.isclose(score, best, abs_tol=1e-9):
        assert (gain > 0) == (score > best)


@pytest.mark.parametrize(("false_alarm", "missed", "best"), [(25, 100, 0.2), (10, 10, 0.5), (0, 5, 0.0), (5, 0, 1.0)])
def test_known_thresholds(false_alarm, missed, best):
    """One to four is 20 %; equal prices are 50 %; a free error is always or never made."""
    assert decision_threshold.best_threshold(false_alarm, missed) == pytest.approx(best)


@pytest.mark.parametrize(("false_alarm", "missed"), [(10, 100), (25, 100), (60, 40)])
def test_formula_agrees_with_what_happens(false_alarm, missed):
    """On calibrated scores the cheapest of a fine grid of thresholds is the formula's, to sampling error in money."""
    cases = drawn(days=200)

    def cost(at):
        return decision_threshold.outcome(
            cases, decision_threshold.acted_on(cases, at), false_alarm, missed
        ).cost_usd_per_day

    formula = cost(decision_threshold.best_threshold(false_alarm, missed))
    assert formula <= min(cost(at) for at in np.linspace(0, 1, 101)) * 1.005


def test_expected_cost_is_what_happens_on_calibrated_scores():
    """Priced by the scores or by the outcomes, the same policy costs the same within 2 %."""
    cases = drawn(days=200)
    seen = decision_threshold.outcome(cases, decision_threshold.acted_on(cases, 0.3, 50), 25, 100)
    assert seen.expected_usd_per_day == pytest.approx(seen.cost_usd_per_day, rel=0.02)


def test_a_limit_takes_the_riskiest_or_the_first():
    """By hand: two days, two reviews a day."""
    cases = Scored(np.array([1, 1, 1, 1, 2, 2]), np.array([0.3, 0.9, 0.1, 0.5, 0.2, 0.6]), np.zeros(6, dtype=bool))
    riskiest, first = (decision_threshold.acted_on(cases, 0.2, 2, order) for order in ORDERS)
    assert riskiest.tolist() == [False, True, False, True, True, True]
    assert first.tolist() == [True, True, False, False, True, True]
    assert decision_threshold.acted_on(cases, 0.2, 0).sum() == 0
    assert decision_threshold.acted_on(cases, 0.2).sum() == 5


@given(st.floats(0, 1), st.integers(0, 60), st.sampled_from(ORDERS), st.integers(0, 5))
def test_no_policy_exceeds_its_limit_or_acts_below_its_threshold(at, per_day, order, seed):
    """Whatever the order, at most `per_day` actions a day, none below the threshold, and no idle reviewer."""
    cases = drawn(days=4, a_day=50, seed=seed)
    acted, flagged = decision_threshold.acted_on(cases, at, per_day, order), cases.score >= at
    for day in range(4):
        of_day = cases.day == day
        assert (acted & of_day).sum() == min(per_day, (flagged & of_day).sum())
    assert not (acted & ~flagged).any()


@given(st.floats(0, 1), st.integers(0, 60), st.integers(0, 5))
def test_the_riskiest_first_is_never_worse_by_the_scores(at, per_day, seed):
    """Of all cases from a paying threshold up, the riskiest save the most; ranking is worth what waiting costs."""
    cases = drawn(days=4, a_day=50, seed=seed)
    ranked, queued = (
        decision_threshold.outcome(
            cases, decision_threshold.acted_on(cases, at, per_day, order), 25, 100
        ).expected_usd_per_day
        for order in ORDERS
    )
    assert ranked <= queued + 1e-6


def test_precision_and_recall_are_those_of_the_list():
    """Precision and recall at k: of the k riskiest a day, and of all true cases."""
    cases = drawn()
    seen = decision_threshold.outcome(cases, decision_threshold.acted_on(cases, 0.0, 40), 25, 100)
    assert seen.acted_per_day == 40
    assert seen.precision == pytest.approx(seen.found_per_day / 40)
    assert seen.recall == pytest.approx(seen.found_per_day / (cases.late.sum() / cases.days))
    nobody = decision_threshold.outcome(cases, np.zeros(len(cases.day), dtype=bool), 25, 100)
    assert (nobody.precision, nobody.recall) == (0, 0)


@pytest.mark.parametrize(
    "call",
    [
        lambda: decision_threshold.best_threshold(0, 0),
        lambda: decision_threshold.best_threshold(-1, 2),
        lambda: decision_threshold.gain_usd(1.2, 1, 1),
        lambda: decision_threshold.acted_on(drawn(2, 5), 0.5, 1, "alphabetical"),
        lambda: Scored(np.array([2, 1]), np.zeros(2), np.zeros(2, dtype=bool)),
        lambda: Scored(np.array([1]), np.zeros(2), np.zeros(2, dtype=bool)),
        lambda: view_of(0.5, month=3),
        lambda: view_of(20),
        lambda: view_of(0.2, false_alarm_usd=0),
    ],
)
def test_numbers_out_of_range_are_named(call):
    """The error says what is allowed."""
    with pytest.raises(ParameterError) as refused:
        call()
    assert refused.value.allowed


def test_the_table_holds_the_months_that_the_model_had_not_seen():
    """Four months of New York's flights, September to December 2013, in order."""
    scores = late_scores()
    assert list(months()) == [9, 10, 11, 12]
    assert (len(scores.day), scores.days) == (109_619, 122)
    assert scores.late.mean() == pytest.approx(0.2069, abs=1e-4)


@pytest.mark.slow
def test_the_table_is_what_the_model_says():
    """The committed table follows from data and model: run mlsd_course/data/make_late_scores.py after a change of either."""
    made, kept = table(), late_scores()
    assert (made["day"] == kept.day).all()
    assert (made["late"] == kept.late).all()
    difference = np.abs(made["percent"].astype(float) - 100 * kept.score)
    assert difference.mean() < 0.1, "the model has changed"


def test_the_real_model_is_calibrated_enough_for_the_formula():
    """Without a limit the formula's threshold is within 2 % of the cheapest in every month; costs by the scores are off by up to 15 %."""
    for month in (0, *months()):
        view = view_of(0.2, month=month)
        assert view.formula == pytest.approx(0.2)
        assert view.wasted_usd < 0.02 * view.nothing_usd
        assert view.now.expected_usd_per_day == pytest.approx(view.now.cost_usd_per_day, rel=0.15 if month else 0.02)


@pytest.mark.parametrize(
    ("setting", "binds"),
    [
        ({"threshold": 0.2}, "nothing"),
        ({"threshold": 0.5}, "too shy"),
        ({"threshold": 0.2, "per_day": 100}, "too eager"),
        ({"threshold": 0.2, "per_day": 100, "order": ORDERS[0]}, "reviews"),
    ],
)
def test_what_binds(setting, binds):
    """The view names it, and no point of the curve is cheaper than its best."""
    view = view_of(false_alarm_usd=25, **setting)
    assert view.binds == binds
    assert view.best_usd <= min(point.cost_usd_per_day for point in view.curve) + 1e-9
    assert len(view.curve) == len(view.free) == len(THRESHOLDS)


def test_what_the_lesson_shows():
    """With few reviews first come, first served, the formula's threshold is too low, and reviewing less saves money."""
    by_formula, higher = (view_of(at, 100, 25) for at in (0.2, 0.44))
    assert higher.now.cost_usd_per_day < by_formula.now.cost_usd_per_day
    assert higher.now.acted_per_day < by_formula.now.acted_per_day / 2
    assert not view_of(0.0, 100, 25).met
    assert view_of(0.2, 100, 25, ORDERS[0]).now.cost_usd_per_day < higher.now.cost_usd_per_day
    assert view_of(1.0).now.cost_usd_per_day == pytest.approx(view_of(1.0).nothing_usd, rel=0.01)
    assert MISSED_USD == 100
