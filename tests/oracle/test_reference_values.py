"""The closed forms give the course's reference values."""

import pytest

from mlsd_course.errors import ParameterError
from mlsd_course.sim.queueing import closed_forms


@pytest.mark.parametrize(
    ("rho", "mean", "p50", "p99"),
    [(0.5, 10, 6.9, 46.1), (0.8, 25, 17.3, 115.1), (0.9, 50, 34.7, 230.3), (0.95, 100, 69.3, 460.5)],
)
def test_mm1_table(rho, mean, p50, p99):
    """M/M/1 with 5 ms service: mean, median and p99 in system at four loads."""
    rate = 200 * rho
    assert closed_forms.mm1_mean_ms(rate, 5) == pytest.approx(mean)
    assert closed_forms.mm1_percentile_ms(rate, 5, 50) == pytest.approx(p50, abs=0.05)
    assert closed_forms.mm1_percentile_ms(rate, 5, 99) == pytest.approx(p99, abs=0.05)
    assert closed_forms.mm1_percentile_ms(rate, 5, 99) / closed_forms.mm1_mean_ms(rate, 5) == pytest.approx(
        4.605, abs=0.001
    )


@pytest.mark.parametrize(("servers", "mean", "waits"), [(1, 25.0, 0.80), (2, 13.9, 0.711), (4, 8.7, 0.596)])
def test_pooling_table(servers, mean, waits):
    """One queue for more servers at the same load: shorter time in system, smaller chance to wait."""
    assert closed_forms.mmc_mean_ms(160 * servers, 5, servers) == pytest.approx(mean, abs=0.05)
    assert closed_forms.mmc_wait_probability(160 * servers, 5, servers) == pytest.approx(waits, abs=0.001)


def test_waits_at_80_per_cent():
    """M/D/1, M/M/1 and M/G/1 with CV squared 4 wait 10, 20 and 50 ms."""
    assert closed_forms.md1_wait_ms(160, 5) == pytest.approx(10)
    assert closed_forms.mmc_wait_ms(160, 5, 1) == pytest.approx(20)
    assert closed_forms.mg1_wait_ms(160, 5, 2) == pytest.approx(50)


def test_fan_out():
    """The chance that any of n calls exceeds its own p99."""
    assert closed_forms.fan_out_share(0.01, 5) == pytest.approx(0.0490, abs=5e-5)
    assert closed_forms.fan_out_share(0.01, 100) == pytest.approx(0.634, abs=5e-4)


def test_batch_fill():
    """At 500 requests a second a batch of 32 makes its first request wait 62 ms and all of them 31 ms on average."""
    assert closed_forms.batch_fill_ms(500, 32) == pytest.approx((31, 62))


def test_percentile_of_mmc_is_that_of_mm1_for_one_server():
    """The general tail formula contains the special one, also at its removable singularity."""
    assert closed_forms.mmc_percentile_ms(160, 5, 1, 99) == pytest.approx(closed_forms.mm1_percentile_ms(160, 5, 99))
    near, at = closed_forms.mmc_percentile_ms(199.999, 5, 2, 99), closed_forms.mmc_percentile_ms(200, 5, 2, 99)
    assert near == pytest.approx(at, rel=1e-3)


def test_overload_has_no_steady_state():
    """At or above capacity means and percentiles are infinite and everybody waits."""
    assert closed_forms.mm1_mean_ms(200, 5) == float("inf")
    assert closed_forms.mmc_percentile_ms(900, 5, 4, 99) == float("inf")
    assert closed_forms.mmc_wait_probability(900, 5, 4) == 1.0


@pytest.mark.parametrize(
    "call",
    [
        lambda: closed_forms.mm1_mean_ms(-1, 5),
        lambda: closed_forms.mm1_percentile_ms(100, 5, 0.0),
        lambda: closed_forms.mmc_mean_ms(100, 5, 0),
        lambda: closed_forms.mmc_wait_probability(100, 5, 0),
        lambda: closed_forms.mmc_tail(100, 5, 1, -5),
        lambda: closed_forms.erlang_b(3, -1.0),
        lambda: closed_forms.erlang_c(2, float("nan")),
        lambda: closed_forms.mg1_wait_ms(100, 5, -1),
        lambda: closed_forms.fan_out_share(1.5, 3),
        lambda: closed_forms.mm1_mean_ms(float("nan"), 5),
    ],
)
def test_numbers_out_of_range_are_refused_with_a_sentence(call):
    """Each refusal says what was given and what is allowed."""
    with pytest.raises(ParameterError, match=r"got .*Allowed"):
        call()
