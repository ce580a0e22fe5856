"""The simulator agrees with closed forms and with an independent SimPy model, within stated confidence intervals."""

import numpy as np
import pytest

from mlsd_course.sim import (
    BatchCost,
    Bursty,
    Exponential,
    Fixed,
    Lognormal,
    Poisson,
    Regular,
    Result,
    Station,
    simulate,
)
from mlsd_course.sim.queueing import closed_forms
from mlsd_course.sim.queueing.simpy_model import Twin

SEEDS = range(10)
T_99 = 3.25  # Student t, 9 degrees of freedom, two-sided 99 %


def over_seeds(run, measure) -> tuple[float, float]:
    """Mean of `measure` over ten seeds and the half width of its 99 % interval."""
    values = [measure(run(seed)) for seed in SEEDS]
    return float(np.mean(values)), T_99 * float(np.std(values, ddof=1)) / len(values) ** 0.5


FORMULAS = {
    "M/M/1": (Poisson(160), Exponential(5), 1, closed_forms.mm1_mean_ms(160, 5)),
    "M/M/8": (Poisson(1440), Exponential(5), 8, closed_forms.mmc_mean_ms(1440, 5, 8)),
    "M/D/1": (Poisson(160), Fixed(5), 1, closed_forms.md1_wait_ms(160, 5) + 5),
    "M/G/1 CV 2": (Poisson(160), Lognormal(5, 2), 1, closed_forms.mg1_wait_ms(160, 5, 2) + 5),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_mean_time_in_system_matches_the_closed_form(name):
    """The closed form lies in the 99 % interval of ten long runs."""
    arrivals, service, servers, formula = FORMULAS[name]
    mean, half = over_seeds(
        lambda seed: simulate(arrivals, service, Station(servers=servers), requests=200_000, warmup=5_000, seed=seed),
        lambda result: result.mean_ms,
    )
    assert abs(mean - formula) <= half + 0.002 * formula


@pytest.mark.parametrize("servers", [1, 4, 8])
def test_p99_matches_the_tail_of_mmc(servers):
    """The p99 of a long run lies within 3 % of the closed form."""
    rate = 160.0 * servers
    got, _ = over_seeds(
        lambda seed: simulate(Poisson(rate), Exponential(5), Station(servers=servers), requests=200_000, seed=seed),
        lambda result: result.percentile_ms(99),
    )
    assert got == pytest.approx(closed_forms.mmc_percentile_ms(rate, 5, servers, 99), rel=0.03)


def test_loss_without_a_queue_matches_erlang_b():
    """With no place to wait the share turned away is Erlang B, whatever the service distribution."""
    for service in (Exponential(5), Lognormal(5, 2)):
        got, half = over_seeds(
            lambda seed, service=service: simulate(
                Poisson(800), service, Station(servers=4, queue_limit=0), requests=100_000, seed=seed
            ),
            lambda result: result.dropped_share,
        )
        assert abs(got - closed_forms.erlang_b(4, 4.0)) <= half + 1e-3


STATIONS = {
    "M/M/1": (Poisson(160), Exponential(5), Station()),
    "M/M/8": (Poisson(1440), Exponential(5), Station(servers=8)),
    "D/G/2": (Regular(300), Lognormal(5, 1.5), Station(servers=2)),
    "bursty": (Bursty(110, burst_factor=2, burst_ms=100), Exponential(5), Station()),
    "bounded queue": (Poisson(220), Exponential(5), Station(queue_limit=10)),
    "windowed batches": (Poisson(800), BatchCost(4, 0.5), Station(max_batch=32, max_wait_ms=5)),
    "greedy batches on two servers": (Poisson(900), BatchCost(4, 0.5, cv=0.3), Station(servers=2, max_batch=16)),
    "timeouts": (Poisson(190), Exponential(5), Station(timeout_ms=40)),
    "timeouts, expired work dropped": (Poisson(230), Exponential(5), Station(timeout_ms=40, drop_expired=True)),
    "retries": (Poisson(170), Exponential(5), Station(timeout_ms=60, retries=2, backoff_ms=20)),
    "retry budget": (Poisson(230), Exponential(5), Station(queue_limit=10, retries=3, retry_budget=0.1, backoff_ms=10)),
    "batches, bounded, impatient": (
        Poisson(1500),
        BatchCost(4, 0.5),
        Station(max_batch=8, max_wait_ms=3, queue_limit=30, timeout_ms=40),
    ),
}
MEASURES = {
    "mean": lambda result: result.mean_ms,
    "p95": lambda result: result.percentile_ms(95),
    "answered": lambda result: result.answered_share,
    "utilisation": lambda result: result.utilisation,
    "attempts": lambda result: result.attempts_per_request,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", STATIONS)
def test_simulator_and_simpy_twin_agree(name):
    """On every kind of station the two models' ten-seed means differ by less than their joint 99 % interval."""
    arrivals, service, station = STATIONS[name]
    ours: list[Result] = [simulate(arrivals, service, station, requests=6_000, seed=seed) for seed in SEEDS]
    theirs = [Twin(arrivals, service, station, requests=6_000, seed=seed + 1000).run() for seed in SEEDS]
    for measure in MEASURES.values():
        a, b = np.array([measure(result) for result in ours]), np.array([measure(result) for result in theirs])
        half = 2.88 * np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))  # Student t, 18 degrees of freedom
        assert abs(a.mean() - b.mean()) <= half + 0.004 * abs(b.mean()), (a.mean(), b.mean(), half)
