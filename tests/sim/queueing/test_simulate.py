"""What holds for every simulated station, whatever its parameters."""

from bisect import bisect_right
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlsd_course.errors import MissingExtra, ParameterError
from mlsd_course.sim import (
    BatchCost,
    Bursty,
    Diurnal,
    Exponential,
    Fixed,
    Lognormal,
    Measured,
    Poisson,
    Regular,
    Station,
    Trace,
    simulate,
)
from mlsd_course.sim.queueing import backends, closed_forms
from mlsd_course.sim.queueing.kernels import REJECTED, SERVED, TIMED_OUT
from mlsd_course.sim.queueing.service import MeasuredBatches

rates = st.floats(1, 2_000)
seeds = st.integers(0, 2**31)
arrival_kinds = st.one_of(
    rates.map(Poisson),
    rates.map(Regular),
    rates.map(Bursty),
    rates.map(lambda rate: Diurnal(rate, day_s=10)),
    st.lists(st.floats(0, 50), min_size=3, max_size=30, unique=True).map(Trace),
)
means = st.floats(0.1, 20)
single_services = st.one_of(
    means.map(Fixed),
    means.map(Exponential),
    st.builds(Lognormal, means, st.floats(0, 3)),
    st.lists(means, min_size=1, max_size=20).map(Measured),
)
stations = st.builds(
    lambda servers, limit, timeout, retries, backoff, budget, drop: Station(
        servers=servers,
        queue_limit=limit,
        timeout_ms=timeout,
        retries=retries,
        backoff_ms=backoff,
        retry_budget=budget,
        drop_expired=drop,
    ),
    st.integers(1, 6),
    st.none() | st.integers(0, 20),
    st.none() | st.floats(1, 200),
    st.integers(0, 3),
    st.floats(0, 30),
    st.none() | st.floats(0, 1),
    st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(arrival_kinds, single_services, stations, seeds)
def test_every_request_has_one_fate_and_a_time_that_fits_it(arrivals, service, station, seed):
    """Answered + turned away + given up = offered; nobody is answered before arriving; tries stay within the allowance."""
    result = simulate(arrivals, service, station, requests=150, seed=seed)
    assert set(np.unique(result.status)) <= {SERVED, REJECTED, TIMED_OUT}
    assert result.answered_share + result.dropped_share + result.timed_out_share == pytest.approx(1)
    assert (result.latency_ms >= 0).all()
    assert (result.attempts >= 1).all()
    assert (result.attempts <= station.retries + 1).all()
    assert 0 <= result.utilisation <= 1 + 1e-9
    if station.timeout_ms is not None:
        allowed = (station.retries + 1) * station.timeout_ms + station.backoff_ms * (2**station.retries - 1)
        assert (result.latency_ms <= allowed + 1e-6).all()


@settings(max_examples=60, deadline=None)
@given(arrival_kinds, single_services, st.integers(1, 8), seeds)
def test_littles_law_holds_exactly_over_a_whole_run(arrivals, service, servers, seed):
    """The time average of the number in the system is the arrival rate times the mean time in it."""
    result = simulate(arrivals, service, Station(servers=servers), requests=200, seed=seed)
    moments = np.concatenate([result.arrival_ms, result.end_ms])
    steps = np.concatenate([np.ones(200), -np.ones(200)])
    order = np.lexsort((steps, moments))
    area = float(np.sum(np.cumsum(steps[order])[:-1] * np.diff(moments[order])))
    assert area / result.span_ms == pytest.approx(result.offered_per_s / 1000 * result.mean_ms, rel=1e-6)
    assert area / result.span_ms == pytest.approx(result.mean_in_system, rel=1e-6)


@settings(max_examples=60, deadline=None)
@given(arrival_kinds, single_services, st.integers(1, 6), seeds)
def test_one_more_server_makes_nobody_wait_longer(arrivals, service, servers, seed):
    """Under the same arrivals and the same work, each single request waits no longer with one more server."""
    few = simulate(arrivals, service, Station(servers=servers), requests=200, seed=seed)
    more = simulate(arrivals, service, Station(servers=servers + 1), requests=200, seed=seed)
    assert (more.wait_ms <= few.wait_ms + 1e-6).all()


@settings(max_examples=60, deadline=None)
@given(
    arrival_kinds, st.floats(0, 8), st.floats(0.05, 3), st.integers(1, 4), st.integers(2, 33), st.floats(0, 20), seeds
)
def test_batches_keep_order_size_and_window(arrivals, fixed, per_item, servers, size, window, seed):
    """No batch is too big; with an idle server nobody waits longer than the window; starts are in order of arrival."""
    station = Station(servers=servers, max_batch=size, max_wait_ms=window)
    result = simulate(arrivals, BatchCost(fixed, per_item), station, requests=200, seed=seed)
    starts = result.arrival_ms + result.wait_ms
    assert (np.diff(starts) >= -1e-6).all()
    assert np.unique(np.round(starts, 6), return_counts=True)[1].max() <= size * servers
    assert (result.wait_ms >= -1e-6).all()
    lonely = simulate(Regular(1), BatchCost(fixed, per_item), station, requests=20, seed=seed)
    assert lonely.wait_ms == pytest.approx(np.full(20, window), abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(arrival_kinds, single_services, st.integers(1, 6), st.integers(0, 20), seeds)
def test_the_general_kernel_agrees_with_the_special_ones(arrivals, service, servers, limit, seed):
    """A station with a timeout that never comes gives request by request what the station without one gives."""
    for queue_limit in (None, limit):
        plain = simulate(arrivals, service, Station(servers=servers, queue_limit=queue_limit), requests=150, seed=seed)
        patient = Station(servers=servers, queue_limit=queue_limit, timeout_ms=1e12)
        general = simulate(arrivals, service, patient, requests=150, seed=seed)
        assert (plain.status == general.status).all()
        assert plain.end_ms == pytest.approx(general.end_ms, abs=1e-6)


@pytest.mark.skipif(not backends.numba_installed(), reason="needs the extra `fast` (uv sync --extra fast)")
@settings(max_examples=40, deadline=None)
@given(arrival_kinds, single_services, st.integers(2, 40), st.integers(0, 20), seeds)
def test_both_backends_give_the_same_numbers(arrivals, service, servers, limit, seed):
    """numba and CPython agree to the last bit, so that nobody sees when "auto" changes over."""
    batch = Station(servers=min(servers, 3), max_batch=servers, max_wait_ms=3.0)
    cases = [
        (service, Station(servers=servers)),
        (service, Station(servers=servers, queue_limit=limit)),
        (BatchCost(2, 0.3, cv=0.4), batch),
        (BatchCost(400, 1), Station(max_batch=servers + 20)),  # long ones, the last as well
        (service, Station(servers=servers, timeout_ms=30.0, retries=2, backoff_ms=5.0, drop_expired=True)),
        (BatchCost(2, 0.3, cv=0.4), replace(batch, timeout_ms=30.0, queue_limit=limit, retries=1, retry_budget=0.2)),
    ]
    for served_by, station in cases:
        one, other = (
            simulate(arrivals, served_by, station, requests=200, seed=seed, kernel=kernel)
            for kernel in ("python", "numba")
        )
        assert np.array_equal(one.start_ms, other.start_ms, equal_nan=True)
        assert (one.end_ms == other.end_ms).all()
        assert (one.status == other.status).all()


@pytest.mark.skipif(not backends.numba_installed(), reason="needs the extra `fast` (uv sync --extra fast)")
def test_what_a_learner_compiles_is_untouched():
    """numba says of a learner's own `bisect_right` what it says without the course, also after our kernels are compiled."""
    import numba

    def outcome():
        compiled = numba.njit(lambda values: bisect_right(values, 1.5, 0, len(values)))
        try:
            return compiled(np.array([1.0, 2.0]))
        except numba.TypingError:
            return "numba knows no bisect"

    assert outcome() == "numba knows no bisect"
    simulate(Poisson(50), BatchCost(2, 0.3), Station(max_batch=4), requests=50, kernel="numba")
    assert outcome() == "numba knows no bisect"


@pytest.mark.parametrize("servers", [1, 2, 50])
def test_first_come_first_served_by_whoever_is_free(servers):
    """Each start is the later of the arrival and the first free server, followed in the plainest way; at 95 % load."""
    run = simulate(Poisson(190 * servers), Lognormal(5, 2), Station(servers=servers), requests=3_000, seed=4)
    free, expected = [0.0] * servers, []
    for came, took in zip(run.arrival_ms, run.end_ms - run.start_ms, strict=True):
        expected.append(max(came, min(free)))
        free[free.index(min(free))] = expected[-1] + took
    assert run.start_ms == pytest.approx(expected)
    assert run.wait_ms.max() > 1


def test_same_seed_same_result_and_other_seed_another():
    """A run is reproducible, and a seed matters."""
    first, again, other = (simulate(Poisson(100), Exponential(5), requests=500, seed=seed) for seed in (1, 1, 2))
    assert (first.end_ms == again.end_ms).all()
    assert (first.end_ms != other.end_ms).any()


def test_warmup_is_left_out_of_the_report():
    """The reported requests are the later ones, and the queue they meet is already there."""
    cold = simulate(Poisson(190), Exponential(5), requests=2_000, seed=3)
    warm = simulate(Poisson(190), Exponential(5), requests=2_000, warmup=20_000, seed=3)
    assert warm.requests == 2_000
    assert warm.arrival_ms[0] == 0
    assert (cold.wait_ms[0], warm.wait_ms[0] > 0) == (0, True)
    assert warm.span_ms == pytest.approx(2_000 / 0.19, rel=0.1)
    assert warm.utilisation == pytest.approx(0.95, abs=0.05)


@pytest.mark.parametrize("arrivals", [Poisson(200), Bursty(200), Diurnal(200, day_s=20), Regular(200)])
def test_arrivals_keep_their_mean_rate(arrivals):
    """Whatever the shape, the long-run rate is the one that was asked for."""
    times = arrivals.times_ms(60_000, np.random.default_rng(0))
    assert 1000 * len(times) / times[-1] == pytest.approx(200, rel=0.06)
    assert arrivals.mean_rate_per_s == pytest.approx(200)


def test_arrival_shapes_differ_in_their_gaps():
    """A metronome has no spread, Poisson has 1, bursts have more."""
    arrivals = (Regular(100), Poisson(100), Bursty(100))
    gaps = [np.diff(process.times_ms(50_000, np.random.default_rng(1))) for process in arrivals]
    spread = [each.std() / each.mean() for each in gaps]
    assert spread[0] == pytest.approx(0, abs=1e-6)
    assert spread[1] == pytest.approx(1, abs=0.02)
    assert spread[2] > 1.3


def test_a_day_has_its_trough_at_midnight_and_its_peak_at_noon():
    """Arrivals by part of the day follow the rate that `rate_at` gives, day after day."""
    day = Diurnal(50, peak_to_mean=1.6, day_s=100)
    times_s = day.times_ms(50_000, np.random.default_rng(2)) / 1000
    seen = np.bincount((times_s[times_s < 900] % 100 // 10).astype(int), minlength=10) / (9 * 10)
    assert seen == pytest.approx(day.rate_at(np.arange(5.0, 100, 10)), rel=0.06)
    assert day.rate_at(0) == pytest.approx(20)
    assert day.rate_at(50) == pytest.approx(80)


def test_bursts_come_as_often_and_last_as_long_as_asked():
    """Counts of long intervals vary as the index of dispersion says; a stream without bursts varies as Poisson does."""
    bursty = Bursty(200, burst_factor=5, burst_share=0.2, burst_ms=200)
    times_ms = bursty.times_ms(2_000_000, np.random.default_rng(3))
    counts = np.bincount((times_ms // 20_000).astype(int))[:-1]
    assert counts.var() / counts.mean() == pytest.approx(bursty.index_of_dispersion, rel=0.2)
    assert Bursty(200, burst_factor=1).index_of_dispersion == 1


def test_an_interval_holds_the_truth_nine_times_in_ten_and_says_when_it_cannot():
    """95 % intervals of mean and p90 from 20 batches: over 60 runs of M/M/1 at half load nearly all hold the formula's value."""
    runs = [simulate(Poisson(100), Exponential(5), requests=8_000, warmup=500, seed=seed) for seed in range(60)]
    for interval, truth in (
        (lambda run: run.mean_interval_ms(), closed_forms.mm1_mean_ms(100, 5)),
        (lambda run: run.percentile_interval_ms(90), closed_forms.mm1_percentile_ms(100, 5, 90)),
    ):
        held = [low <= truth <= high for low, high in map(interval, runs)]
        assert np.mean(held) >= 0.85
        assert np.mean([high - low for low, high in map(interval, runs)]) < 0.3 * truth
    few = simulate(Poisson(100), Exponential(5), requests=1_000)
    assert np.isnan(few.percentile_interval_ms(99)).all(), "50 requests a batch have no p99"
    assert np.isnan(simulate(Poisson(100), Exponential(5), requests=10).mean_interval_ms()).all()


@pytest.mark.parametrize("station", [Station(queue_limit=10**12), Station(shed_wait_ms=1e15)])
def test_a_queue_without_a_real_limit_takes_no_memory(station):
    """No more can wait than come: an enormous limit is none."""
    limited = simulate(Poisson(300), Exponential(5), station, requests=200)
    assert limited.end_ms == pytest.approx(simulate(Poisson(300), Exponential(5), requests=200).end_ms)


def test_a_trace_is_replayed_and_repeated():
    """Replay keeps the gaps, sorts them, and goes round when more requests are asked for."""
    times = Trace([5.0, 3.0, 4.0]).times_ms(5, np.random.default_rng(0))
    assert times == pytest.approx([0, 1000, 2000, 3000, 4000])


def test_a_client_comes_back_after_pauses_that_double():
    """By hand: the only server is busy, the second request is turned away at 10, 13, 19 and 31 ms."""
    busy = Station(queue_limit=0, retries=3, backoff_ms=3.0)
    run = simulate(Trace([0.0, 0.01]), Fixed(1_000), busy, requests=2)
    assert run.status.tolist() == [SERVED, REJECTED]
    assert run.attempts.tolist() == [1, 4]
    assert run.end_ms == pytest.approx([1_000, 10 + 3 + 6 + 12])


def test_a_client_gives_up_after_its_timeout_and_the_work_is_done_all_the_same():
    """By hand: two requests at 0 and 1 ms, 10 ms of work each, patience 5 ms. With `drop_expired` the second costs nothing."""
    arrivals, patience = Trace([0.0, 0.001, 0.1]), {"timeout_ms": 5.0}
    for drop, busy_ms in ((False, 30), (True, 20)):
        run = simulate(arrivals, Fixed(10), Station(**patience, drop_expired=drop), requests=3)
        assert run.status.tolist() == [TIMED_OUT] * 3
        assert run.end_ms == pytest.approx([5, 6, 105])
        assert run.busy_ms == pytest.approx(busy_ms)


def test_expired_rows_of_a_batch_cost_nothing_when_dropped():
    """By hand: one row in service until 12 ms, then a batch of two, of which the first gave up at 11 ms."""
    arrivals = Trace([0.0, 0.001, 0.009])
    for drop, busy_ms in ((False, 12 + 22), (True, 12 + 12)):
        run = simulate(arrivals, BatchCost(2, 10), Station(max_batch=4, timeout_ms=10, drop_expired=drop), requests=3)
        assert run.end_ms[:2] == pytest.approx([10, 11])
        assert run.busy_ms == pytest.approx(busy_ms)


def test_a_retry_budget_is_a_share_of_first_attempts():
    """By hand: a tenth of 100 requests may be repeated, once each 10 requests, and not before the first ten."""
    full = Station(queue_limit=0, retries=5, retry_budget=0.1)
    run = simulate(Regular(1_000), Fixed(1e6), full, requests=100)
    assert run.attempts.sum() == pytest.approx(110, abs=1)
    assert run.attempts[:9].sum() == 9


def test_a_wait_that_would_be_too_long_is_refused_at_once():
    """By hand: 10 ms a row, patience 25 ms: with one server two may wait, with two servers five."""
    for servers, places in ((1, 2), (2, 5)):
        run = simulate(Regular(1e6), Fixed(10), Station(servers=servers, shed_wait_ms=25.0), requests=20)
        assert run.status.tolist() == [SERVED] * (servers + places) + [REJECTED] * (20 - servers - places)
    batch = Station(max_batch=10, shed_wait_ms=25.0)  # a full call takes 11 ms: 1.1 ms a row, 22 rows in 25 ms
    assert (simulate(Regular(1e6), BatchCost(1, 1), batch, requests=60).status == SERVED).sum() == 1 + 22


def test_what_a_result_says_of_three_requests():
    """By hand: one answered at once, one after waiting, one turned away; shares are of all, times of the answered."""
    run = simulate(Trace([0.0, 0.002, 0.003]), Fixed(10), Station(queue_limit=1, usd_per_server_hour=0.36), requests=3)
    assert run.status.tolist() == [SERVED, SERVED, REJECTED]
    assert run.latency_ms == pytest.approx([10, 18])
    assert (run.mean_ms, run.mean_wait_ms) == (pytest.approx(14), pytest.approx(4))
    assert (run.within(10), run.within(18)) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert (run.span_ms, run.busy_ms, run.utilisation) == (pytest.approx(20), pytest.approx(20), pytest.approx(1))
    assert (run.throughput_per_s, run.offered_per_s) == (pytest.approx(100), pytest.approx(150))
    assert run.cost_usd_per_million == pytest.approx(0.36 / 3600 / 100 * 1e6)
    nobody = simulate(Trace([0.0, 0.002]), Fixed(10), Station(timeout_ms=1.0), requests=2)
    assert np.isnan(nobody.mean_ms)
    assert nobody.cost_usd_per_million == float("inf")


def test_measured_batches_keep_their_means():
    """Between two sizes in a straight line, beyond the last two along it, below the first flat; noise has mean 1."""
    measured = MeasuredBatches({1: [4.0, 6.0], 11: [15.0], 21: [20.0, 30.0]})
    assert measured.call_ms([1, 6, 11, 16, 21, 31]) == pytest.approx([5, 10, 15, 20, 25, 35])
    assert measured.mean_ms == 5
    assert measured.capacity_per_s(11) == pytest.approx(1000 * 11 / 15)
    assert measured.noise(20_000, np.random.default_rng(0)).mean() == pytest.approx(1, abs=0.01)
    assert measured.cv == pytest.approx(np.std([0.8, 1.2, 1.0, 0.8, 1.2]))
    assert MeasuredBatches({8: [3.0]}).call_ms(64) == 3
    greedy = simulate(Poisson(2_000), measured, Station(max_batch=32), requests=20_000)
    assert greedy.throughput_per_s == pytest.approx(measured.capacity_per_s(32), rel=0.05)
    with pytest.raises(ParameterError, match="at least one batch size"):
        MeasuredBatches({})


def test_retries_without_budget_collapse_goodput_and_a_bounded_queue_saves_it():
    """At 1.2 times capacity, retries bury the service; turning requests away keeps it near capacity."""
    storm = simulate(Poisson(240), Exponential(5), Station(timeout_ms=200, retries=3), requests=10_000)
    bounded = simulate(
        Poisson(240), Exponential(5), Station(timeout_ms=200, retries=3, queue_limit=20), requests=10_000
    )
    assert storm.answered_share < 0.1
    assert storm.attempts_per_request > 3
    assert bounded.answered_share > 0.75


BAD = [
    lambda: Poisson(-3),
    lambda: Poisson(float("nan")),
    lambda: Regular(0),
    lambda: Bursty(100, burst_share=1.0),
    lambda: Bursty(100, burst_factor=0.5),
    lambda: Diurnal(100, peak_to_mean=3),
    lambda: Trace([1.0]),
    lambda: Trace([1.0, 1.0]),
    lambda: Trace(5.0),
    lambda: Trace("noon"),
    lambda: Fixed(0),
    lambda: Lognormal(5, -1),
    lambda: Measured([]),
    lambda: Measured([1.0, -2.0]),
    lambda: Measured("fast"),
    lambda: BatchCost(0, 1).capacity_per_s(0),
    lambda: BatchCost(0, 0),
    lambda: Station(servers=0),
    lambda: Station(servers=1.5),
    lambda: Station(max_batch=0),
    lambda: Station(max_wait_ms=5),
    lambda: Station(queue_limit=-1),
    lambda: Station(timeout_ms=0),
    lambda: Station(retries=-1),
    lambda: simulate(Poisson(10), Fixed(5), requests=0),
    lambda: simulate(Poisson(10), Fixed(5), Station(max_batch=4)),
    lambda: simulate(Poisson(10), Fixed(5), kernel="cuda"),
    lambda: simulate(Poisson(10), Fixed(5)).percentile_ms(101),
]


@pytest.mark.parametrize("call", BAD)
def test_numbers_out_of_range_are_refused_with_a_sentence(call):
    """Each refusal says what was given and what is allowed."""
    with pytest.raises(ParameterError, match=r"got .*Allowed"):
        call()


def test_asking_for_numba_without_it_names_the_command(monkeypatch):
    """The error holds the line to run."""
    monkeypatch.setattr(backends, "numba_installed", lambda: False)
    with pytest.raises(MissingExtra, match="uv sync --extra fast"):
        simulate(Poisson(10), Fixed(5), kernel="numba")
