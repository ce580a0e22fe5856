"""The load generators against the real service: what a closed loop hides and an open loop shows, and how far to trust them."""

import joblib
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from mlsd_course.errors import ParameterError
from mlsd_course.systems.online import Measurement, Service, closed_loop, open_loop, poisson_times_s

STALL_EVERY_S, STALL_MS = 1.0, 400.0


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """The file of a quick model, and rows for it."""
    rows = np.random.default_rng(0).normal(size=(200, 3))
    path = tmp_path_factory.mktemp("model") / "model.joblib"
    joblib.dump(LogisticRegression().fit(rows, rows[:, 0] > 0), path)
    return path, rows


@pytest.mark.slow
def test_an_open_loop_shows_the_stall_that_a_closed_loop_hides(model):
    """The service stands still for 400 of 1,400 ms. One closed-loop user meets it once a stall; a schedule meets all of it.

    Nothing here is timed tightly: a busy machine makes both slower, and leaves the order of the two as it is.
    """
    path, rows = model
    with Service(path, stall_every_s=STALL_EVERY_S, stall_ms=STALL_MS) as service:
        closed_run = closed_loop(service.url, rows, users=1, seconds=4)
        open_run = open_loop(service.url, np.arange(0, 4, 0.01), rows)
    assert closed_run.answered_share == open_run.answered_share == 1
    slow_closed = np.mean(closed_run.latency_ms > STALL_MS / 4)
    slow_open = np.mean(open_run.latency_ms > STALL_MS / 4)
    assert slow_open > 0.12, "of all moments about 300 in 1,400 ms lie more than 100 ms before the end of a stall"
    assert slow_closed < slow_open / 3
    assert closed_run.percentile_ms(90) < STALL_MS / 4 < open_run.percentile_ms(90)


def test_latency_counts_from_the_intended_moment(model):
    """Everything intended at 0 s is sent at once; who waits for the service is not forgiven, and the schedule is kept as given."""
    path, rows = model
    times = [0.0] * 40 + [1.0]
    with Service(path) as service:
        run = open_loop(service.url, times, rows)
    assert run.intended_s.tolist() == times
    assert (run.elapsed_ms >= run.late_ms).all()
    assert run.latency_ms[:40].max() > run.latency_ms[:40].min()
    assert run.requests == 41


@pytest.mark.slow
def test_the_schedule_is_sent_whatever_the_service_does(model):
    """A service that stands still nearly all the time is sent every request of the schedule; clients give up after their time."""
    path, rows = model
    with Service(path, stall_every_s=0.01, stall_ms=3_000) as service:
        run = open_loop(service.url, np.linspace(0, 1, 50), rows, timeout_s=0.5)
    assert run.requests == 50
    assert run.timed_out_share > 0
    assert (run.elapsed_ms[run.status == -1] >= 499).all()


@pytest.mark.slow
def test_retries_come_back_and_a_budget_stops_them(model):
    """With no room at all every attempt is turned away: all retries are made, or as many as the budget allows."""
    path, rows = model
    with Service(path, policy="greedy", queue_limit=0) as service:
        storm = open_loop(service.url, np.linspace(0, 0.5, 40), rows, retries=3, retry_budget=3)
        calm = open_loop(service.url, np.linspace(0, 0.5, 40), rows, retries=3, retry_budget=0.1)
        none = open_loop(service.url, np.linspace(0, 0.5, 40), rows)
    assert storm.dropped_share == calm.dropped_share == none.dropped_share == 1
    assert none.attempts.sum() == 40
    assert storm.attempts.sum() == 160
    assert 40 < calm.attempts.sum() <= 45


@pytest.mark.slow
def test_deadlines_are_sent_along(model):
    """A service that stalls longer than its clients wait drops what has expired, and counts it."""
    path, rows = model
    with Service(path, policy="greedy", stall_every_s=0.3, stall_ms=600) as service:
        open_loop(service.url, np.linspace(0, 2, 200), rows, timeout_s=0.2, send_deadline=True)
        stats = service.stats()
    assert stats["expired"] > 0


def test_poisson_times_have_their_rate_and_are_the_same_for_the_same_seed():
    """A schedule is written before anything is sent, so two services can be given the same."""
    times = poisson_times_s(500, 20, seed=3)
    assert len(times) == pytest.approx(10_000, rel=0.05)
    assert (np.diff(times) >= 0).all()
    assert 0 <= times[0] <= times[-1] < 20
    assert (times == poisson_times_s(500, 20, seed=3)).all()
    assert len(times) != len(poisson_times_s(500, 20, seed=4))


def measurement(elapsed_ms, status, late_ms=0.0) -> Measurement:
    """A run as a generator would report it."""
    n = len(elapsed_ms)
    fates = [[0.01 * i, late_ms / 1000, elapsed_ms[i] / 1000, status[i], 1] for i in range(n)]
    return Measurement.read({"fates": fates, "seconds": 2.0, "cpu_s": 0.1}, "open")


def test_a_measurement_counts_shares_and_percentiles():
    """Answered, turned away, given up; percentiles of the answered; goodput by the time that was watched."""
    run = measurement([10.0, 20.0, 30.0, 5.0, 500.0], [200, 200, 200, 503, -1])
    assert (run.answered_share, run.dropped_share, run.timed_out_share) == (0.6, 0.2, 0.2)
    assert run.mean_ms == pytest.approx(20)
    assert run.percentile_ms(50) == pytest.approx(20)
    assert run.within(20) == pytest.approx(0.4)
    assert run.throughput_per_s == pytest.approx(1.5)
    assert "40.0% not answered" in run.sentence


def test_an_interval_comes_from_ten_batches():
    """By hand: batches that are constant at 0 to 9 ms; with too few values beyond the percentile there is no interval."""
    run = measurement([float(i // 100) for i in range(1_000)], [200] * 1_000)
    half = 2.262 * np.std(range(10), ddof=1) / 10**0.5  # Student t, 9 degrees of freedom
    assert run.percentile_interval_ms(99) == pytest.approx((4.5 - half, 4.5 + half))
    assert np.isnan(run.percentile_interval_ms(99.9)).all()
    assert np.isnan(measurement([1.0], [503]).percentile_interval_ms(50)).all()


def test_a_generator_that_was_late_itself_says_so():
    """Its figures describe the generator; the sentence says not to trust them."""
    fine = measurement([10.0] * 200, [200] * 200)
    late = measurement([10.0] * 200, [200] * 200, late_ms=50)
    assert fine.generator_ok
    assert "trust" not in fine.sentence
    assert not late.generator_ok
    assert "Do not trust it" in late.sentence
    assert "50 ms" in late.sentence


def test_nothing_answered_is_no_number():
    """Means and percentiles of nobody are NaN, shares are 0."""
    run = measurement([5.0, 5.0], [503, 503])
    assert np.isnan(run.mean_ms)
    assert np.isnan(run.percentile_ms(99))
    assert run.within(100) == 0


@pytest.mark.parametrize(
    "call",
    [
        lambda: poisson_times_s(-1, 5),
        lambda: poisson_times_s(10, 0),
        lambda: open_loop("http://127.0.0.1:1", [2.0, 1.0], [[0.0]]),
        lambda: open_loop("http://127.0.0.1:1", [], [[0.0]]),
        lambda: open_loop("http://127.0.0.1:1", [0.0], []),
        lambda: closed_loop("http://127.0.0.1:1", [[0.0]], users=0, seconds=1),
        lambda: closed_loop("http://127.0.0.1:1", [[0.0]], users=1.5, seconds=1),
        lambda: closed_loop("http://127.0.0.1:1", [[0.0]], users=1, seconds=float("inf")),
        lambda: open_loop("http://127.0.0.1:1", [0.0], [[0.0]], timeout_s=0),
        lambda: open_loop("http://127.0.0.1:1", [0.0], [[0.0]], retries=-1),
        lambda: poisson_times_s(10, float("inf")),
        lambda: measurement([1.0], [200]).percentile_ms(101),
    ],
)
def test_numbers_out_of_range_are_refused_with_a_sentence(call):
    """Each refusal says what was given and what is allowed."""
    with pytest.raises(ParameterError, match=r"got .*Allowed"):
        call()
