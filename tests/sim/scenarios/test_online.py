"""The view of an online service: percentiles are of all requests, the tail is what was simulated, and what binds is named."""

import math

import numpy as np
import pytest

from mlsd_course.errors import ParameterError
from mlsd_course.sim.queueing import closed_forms
from mlsd_course.sim.scenarios.online import SERVICE_MS, online


def of_all(view) -> np.ndarray:
    """Latencies of all requests; who got no answer waits for ever."""
    result = view.result
    return np.sort(np.concatenate([result.latency_ms, np.full(result.requests - len(result.latency_ms), np.inf)]))


@pytest.mark.parametrize("setting", [{"queue_limit": 2}, {"timeout_ms": 30.0}, {}])
def test_percentiles_are_of_all_requests(setting):
    """Who was turned away or gave up counts as slower than anybody: percentiles of the answered alone would flatter."""
    view = online(0.9, 1.0, 1, **setting)
    every = of_all(view)
    for percent in (50.0, 80.0, 99.9):
        expected = every[int(percent / 100 * len(every))]
        assert view.latency_ms(percent) == pytest.approx(expected, rel=0.02)
    assert math.isinf(view.latency_ms(99.9)) == bool(setting)


@pytest.mark.parametrize("setting", [{"queue_limit": 2}, {}])
def test_the_tail_is_the_share_not_answered_by_then(setting):
    """Each point of the curve, counted once more from the requests; the shares fall and end above who is never answered."""
    view = online(0.9, 1.0, 1, **setting)
    times_ms, shares = view.tail()
    every = of_all(view)
    assert (np.diff(shares) < 0).all()
    assert shares == pytest.approx([(every > time).mean() for time in times_ms], abs=2e-3)
    assert shares.min() >= 1 - view.result.answered_share


def test_the_formula_is_mmc_where_it_applies_and_nothing_elsewhere():
    """Exponential work, Poisson arrivals, no batches, no limits; else there is none, and at full load no curve."""
    view = online(0.8, 1.0, 4)
    assert view.formula_percentile_ms(99) == closed_forms.mmc_percentile_ms(640, SERVICE_MS, 4, 99)
    assert view.formula_mean_ms == pytest.approx(closed_forms.mmc_mean_ms(640, SERVICE_MS, 4))
    assert view.formula_tail(np.array([0.0, 10.0])) == pytest.approx(
        [1.0, closed_forms.mmc_tail(640, SERVICE_MS, 4, 10)]
    )
    for other in (
        online(0.8, 2.0, 4),
        online(0.8, 1.0, 4, max_batch=8),
        online(1.0, 1.0, 4),
        online(0.5, 1.0, 4, queue_limit=9),
    ):
        assert other.formula_percentile_ms(99) is None
        assert not len(other.formula_tail(np.array([1.0])))
    assert online(0.8, 0.0, 1).formula_mean_ms == pytest.approx(SERVICE_MS + closed_forms.md1_wait_ms(160, SERVICE_MS))
    assert online(0.8, 1.0, 1, arrivals="bursty").formula_mean_ms is None


@pytest.mark.parametrize(
    ("setting", "binds"),
    [
        ({"load": 0.5, "cv": 1.0, "servers": 4}, "nothing"),
        ({"load": 0.95, "cv": 1.0, "servers": 1}, "queue"),
        ({"load": 0.1, "cv": 4.0, "servers": 8, "limit_ms": 20.0}, "service"),
        ({"load": 1.2, "cv": 1.0, "servers": 2}, "overload"),
        ({"load": 0.2, "cv": 0.3, "servers": 1, "max_batch": 64, "window_ms": 90.0, "limit_ms": 60.0}, "batch window"),
        ({"load": 0.9, "cv": 1.0, "servers": 1, "queue_limit": 2}, "turned away"),
        ({"load": 0.95, "cv": 1.0, "servers": 1, "timeout_ms": 40.0}, "timeouts"),
    ],
)
def test_what_binds(setting, binds):
    """Each cause is named where it is the cause, and the promise holds only where nothing binds."""
    view = online(**setting)
    assert view.binds == binds
    assert view.met == (binds == "nothing")
    assert view.within_share == pytest.approx((of_all(view) <= view.limit_ms).mean())


@pytest.mark.parametrize("wrong", [{"load": 0}, {"servers": 0}, {"cv": -1}, {"arrivals": "never"}, {"limit_ms": 0}])
def test_numbers_out_of_range_are_refused(wrong):
    """A sentence names what is allowed."""
    with pytest.raises(ParameterError, match="Allowed"):
        online(**{"load": 0.5, "cv": 1.0, "servers": 1} | wrong)
