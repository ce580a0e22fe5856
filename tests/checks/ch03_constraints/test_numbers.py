"""The checks of chapters 01, 03 and 05 that judge numbers: right answers pass, each wrong one is told its own fault."""

import math

import numpy as np
import pytest
from scipy.stats import binom

from mlsd_course.checks.ch01_system_thinking import compose
from mlsd_course.checks.ch03_constraints import data_contract, estimate
from mlsd_course.checks.ch05_strategy import rollout


def row(calls):
    """Calls in a row."""
    return np.sum(calls, axis=0)


def fan(calls):
    """Calls side by side."""
    return np.max(calls, axis=0)


def retry(attempts, timeout_ms):
    """Attempts one after another, each given up at the timeout."""
    total = np.full(len(attempts[0]), math.inf)
    for number, attempt in enumerate(attempts):
        total = np.where(np.isinf(total) & (attempt <= timeout_ms), number * timeout_ms + attempt, total)
    return total


def test_composed_times_pass_and_each_fault_is_told():
    """In a row, side by side, again, and all of them nested."""
    compose.in_a_row(row)
    compose.side_by_side(fan)
    compose.tried_again(retry)
    compose.whole_pages(row, fan, retry)
    free = lambda attempts, timeout_ms: np.where(attempts[0] <= timeout_ms, attempts[0], attempts[-1])  # noqa: E731
    with pytest.raises(AssertionError, match="not free"):
        compose.tried_again(free)
    for wrong in ((fan, fan, retry), (row, row, retry), (row, fan, free)):
        with pytest.raises(AssertionError, match="by the clock"):
            compose.whole_pages(*wrong)
    with pytest.raises(AssertionError, match="Expected one time per page"):
        compose.in_a_row(lambda calls: float(np.sum(calls)))


def on_a_log_scale(spread):
    """An estimator whose half widths are put together by `spread`."""

    def estimator(times, per=()):
        logs = [(math.log(a), math.log(b)) for a, b in [*times, *((1 / b, 1 / a) for a, b in per)]]
        middle, half = sum((a + b) / 2 for a, b in logs), spread([(b - a) / 2 for a, b in logs])
        return math.exp(middle - half), math.exp(middle), math.exp(middle + half)

    return estimator


def test_an_estimate_holds_nine_in_ten_draws():
    """Half widths in squares are right; added up they are too wide; the widest alone is too narrow."""
    guesses, divisors = [(10, 100), (1, 30), (5, 9)], [(2, 8)]
    right = on_a_log_scale(lambda halves: math.hypot(*halves))
    estimate.one_guess(right)
    estimate.nine_in_ten(right, guesses, divisors)
    with pytest.raises(AssertionError, match="too wide"):
        estimate.nine_in_ten(on_a_log_scale(sum), guesses, divisors)
    with pytest.raises(AssertionError, match="too narrow"):
        estimate.nine_in_ten(on_a_log_scale(max), guesses, divisors)
    with pytest.raises(AssertionError, match="three numbers"):
        estimate.one_guess(lambda guesses: None)


def controller(alpha_of):
    """A controller with the binomial tail, that allows `alpha_of(looks)` at a look."""

    def decide(bad, known, mine, tried, look, looks):
        if not known or not tried:
            return "hold"
        if binom.sf(mine - 1, mine + bad, tried / (tried + known)) <= alpha_of(looks):
            return "roll back"
        return "promote" if look == looks else "hold"

    return decide


def test_a_controller_is_judged_over_all_its_looks():
    """Five per cent shared by all looks pass; five at each look cry wolf; one in a million finds too little, too late."""
    stage, shared = rollout.Stage(), controller(lambda looks: 0.05 / looks)
    rollout.few_false_alarms(shared, stage)
    rollout.good_ones_pass(shared, stage)
    rollout.bad_ones_found(shared, stage, effect=0.5)
    rollout.found_in_time(shared, stage, effect=1.0, by_look=6)
    rollout.nothing_known(shared)
    with pytest.raises(AssertionError, match="must share the 5 %"):
        rollout.few_false_alarms(controller(lambda looks: 0.05), stage)
    timid = controller(lambda looks: 1e-12)
    with pytest.raises(AssertionError, match="Expected at least 90%"):
        rollout.bad_ones_found(timid, stage, effect=0.5)
    with pytest.raises(AssertionError, match="Expected look 6 or before"):
        rollout.found_in_time(timid, stage, effect=1.0, by_look=6)
    with pytest.raises(AssertionError, match="promoted"):
        rollout.good_ones_pass(lambda *counts: "hold", stage)


def test_a_contract_that_cries_or_sleeps_is_told():
    """Refusing a good file, passing a spoilt one, crashing, and changing the rows each have their sentence."""
    days = data_contract.files("2013-05-14", "2013-07-10")
    data_contract.passes(lambda rows, day: [], days)
    with pytest.raises(AssertionError, match="cries over good files"):
        data_contract.passes(lambda rows, day: ["too few rows"], days)
    with pytest.raises(AssertionError, match="A spoilt file"):
        data_contract.refuses(lambda rows, day: [], "swapped", ["2013-05-14"])
    data_contract.refuses(
        lambda rows, day: [] if set(rows["origin"]) <= {"EWR", "JFK", "LGA"} else ["origin"], "swapped", ["2013-05-14"]
    )
    with pytest.raises(AssertionError, match="not a crash"):
        data_contract.refuses_without(lambda rows, day: [str(rows["origin"].iloc[0])], "origin")
    with pytest.raises(AssertionError, match="work on a copy"):
        data_contract.passes(lambda rows, day: rows.pop("origin").tolist()[:0], days)
