"""Tails of chains and fan-outs: the reference values, plain simulation, and laws that hold for every number."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlsd_course.errors import ParameterError
from mlsd_course.sim import latency_tails
from mlsd_course.sim.latency_tails import Call
from mlsd_course.sim.queueing import closed_forms
from mlsd_course.sim.scenarios.fan_out import MOST_SLOW, fan_out

CALLS = st.builds(Call, st.floats(1, 1000), st.floats(0.3, 2.0))


@pytest.mark.parametrize(("sigma", "p99"), [(0.3, 355), (0.6, 281), (1.0, 249), (1.5, 268), (2.0, 328)])
def test_p99_of_a_chain_of_five(sigma: float, p99: float) -> None:
    """Five calls in a row, each with a p99 of 100 ms: the course's reference values, far below 500 ms."""
    assert latency_tails.chain_percentile_ms([Call(100, sigma)] * 5, 99) == pytest.approx(p99, rel=0.005)


@pytest.mark.parametrize(("calls", "slow"), [(1, 0.01), (5, 0.0490), (100, 0.634)])
def test_fan_out_beyond_the_own_p99(calls: int, slow: float) -> None:
    """1 - 0.99^n, whatever the spread, and the same number as the closed form."""
    for sigma in (0.3, 1.0, 2.0):
        found = float(latency_tails.fan_out_slower_share(Call(100, sigma), calls, 100))
        assert found == pytest.approx(slow, abs=5e-4)
        assert found == pytest.approx(closed_forms.fan_out_share(0.01, calls), abs=1e-9)


@pytest.mark.parametrize("sigma", [0.3, 1.0, 2.0])
@pytest.mark.parametrize("hedge", [None, 90])
def test_formulas_against_plain_draws(sigma: float, hedge: float | None) -> None:
    """Sum and maximum of 20 calls: percentiles within 3 % of 200,000 drawn pages (2 % of noise at p99 and sigma 2)."""
    call, rng = Call(100, sigma, hedge), np.random.default_rng(5)
    drawn = np.array([call.sample_ms(200_000, rng) for _ in range(20)])
    for percent in (50, 95, 99):
        assert latency_tails.chain_percentile_ms([call] * 20, percent) == pytest.approx(
            np.percentile(drawn.sum(axis=0), percent), rel=0.03
        )
        assert latency_tails.fan_out_percentile_ms(call, 20, percent) == pytest.approx(
            np.percentile(drawn.max(axis=0), percent), rel=0.03
        )


def test_a_chain_of_different_calls() -> None:
    """The order does not matter, and the slow one leads: drawn pages agree."""
    calls, rng = [Call(20, 0.5), Call(300, 1.2), Call(50, 0.8)], np.random.default_rng(6)
    drawn = sum(call.sample_ms(400_000, rng) for call in calls)
    found = latency_tails.chain_percentile_ms(calls, 99)
    assert found == pytest.approx(np.percentile(drawn, 99), rel=0.02)
    assert found == pytest.approx(latency_tails.chain_percentile_ms(calls[::-1], 99), rel=1e-6)
    assert float(latency_tails.chain_slower_share(calls, found)) == pytest.approx(0.01, abs=1e-4)


def test_hedging_trades_calls_for_the_tail() -> None:
    """A second try after the p90 costs 10 % more calls and takes the p99 of a page of 100 from 402 to 119 ms."""
    plain, hedged = Call(100), Call(100, hedge_percent=90)
    assert hedged.attempts == pytest.approx(1.1)
    assert latency_tails.fan_out_percentile_ms(plain, 100, 99) == pytest.approx(402, rel=0.01)
    assert latency_tails.fan_out_percentile_ms(hedged, 100, 99) == pytest.approx(119, rel=0.01)


def test_a_common_cause_makes_fan_out_kinder_and_hedges_useless() -> None:
    """All calls slow together: fewer slow pages than independence says, and a second try that is slow as well."""
    apart, together = (float(latency_tails.fan_out_slower_share(Call(100), 100, 100, shared)) for shared in (0.0, 0.99))
    assert together < apart / 10
    hedged = Call(100, hedge_percent=90)
    lone, shared = (float(latency_tails.fan_out_slower_share(hedged, 100, 150, part)) for part in (0.0, 0.5))
    assert shared > 5 * lone


def test_retries() -> None:
    """Mean attempts, what still fails, and what four layers make of it."""
    assert latency_tails.attempts_per_call(0.0, 3) == 1
    assert latency_tails.attempts_per_call(0.5, 3) == pytest.approx(1.75)
    assert latency_tails.attempts_per_call(1.0, 3) == 3
    assert latency_tails.failed_share(0.1, 3) == pytest.approx(0.001)
    assert latency_tails.retry_amplification(4, 3) == 64
    assert latency_tails.all_good_share([0.99] * 5) == pytest.approx(0.951, abs=5e-4)


@given(CALLS, st.integers(2, 60), st.sampled_from([50.0, 90.0, 99.0]))
def test_laws_of_chain_and_fan_out(call: Call, calls: int, percent: float) -> None:
    """A chain takes at least as long as its slowest call; more calls never help; the union bound holds for the sum."""
    slowest = latency_tails.fan_out_percentile_ms(call, calls, percent)
    assert latency_tails.chain_percentile_ms([call] * calls, percent) >= slowest * 0.995
    assert slowest > call.percentile_ms(percent)
    beyond = float(latency_tails.chain_slower_share([call] * calls, calls * call.percentile_ms(99)))
    assert beyond <= closed_forms.fan_out_share(0.01, calls)


@given(CALLS, st.floats(0.1, 99.9))
def test_percentile_and_share_are_inverse(call: Call, percent: float) -> None:
    """What lies beyond a percentile is what is left of 100 %."""
    assert float(call.slower_share(call.percentile_ms(percent))) == pytest.approx(1 - percent / 100, abs=1e-9)


@pytest.mark.parametrize("pattern", ["fan-out", "chain"])
@pytest.mark.parametrize("hedge", [None, 95])
def test_the_view_agrees_with_itself(pattern: str, hedge: float | None) -> None:
    """Simulated pages lie within noise of the formula: a share within 1.5 points, a p99 within 5 %."""
    for calls in (1, 5, 100):
        page = fan_out(calls, 1.0, pattern, hedge, limit_ms=200.0)
        assert page.simulated_slow_share == pytest.approx(page.slow_share, abs=0.015)
        assert page.percentile_ms(99) == pytest.approx(page.p99_ms, rel=0.05)
        assert page.met == (page.slow_share <= MOST_SLOW)


def test_common_cause_in_the_view() -> None:
    """With a common cause the fan-out still has its formula, the chain none; the simulation has both."""
    page = fan_out(100, 1.0, "fan-out", 90, shared=0.5)
    assert page.binds == "common cause"
    assert page.simulated_slow_share == pytest.approx(page.slow_share, abs=0.01)
    assert fan_out(5, 1.0, "chain", shared=0.5).formula_percentile_ms(99) is None


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Call(0),
        lambda: Call(100, -1),
        lambda: Call(100, 1, 100),
        lambda: Call(math.nan),
        lambda: latency_tails.chain_percentile_ms([], 99),
        lambda: latency_tails.fan_out_percentile_ms(Call(100), 0, 99),
        lambda: latency_tails.fan_out_slower_share(Call(100), 5, 100, shared=2),
        lambda: latency_tails.attempts_per_call(1.5, 3),
        lambda: fan_out(5, 1.0, "star"),
        lambda: fan_out(500, 1.0),
    ],
)
def test_numbers_out_of_range_are_refused_with_a_sentence(wrong) -> None:
    """Each refusal says what was given and what is allowed."""
    with pytest.raises(ParameterError, match=r"got .*Allowed"):
        wrong()
