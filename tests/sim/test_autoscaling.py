"""The pool whose size a policy decides: what holds for every policy, and what it must agree with."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlsd_course.errors import ParameterError
from mlsd_course.sim import Exponential, Fixed, Pool, Profile, autoscale, track_utilisation
from mlsd_course.sim.queueing import closed_forms

SHORT = Pool(service=Exponential(50), step_s=5.0, start_s=10.0, most=8)
days = st.lists(st.floats(0, 60), min_size=2, max_size=30).filter(lambda rates: max(rates) > 1)
answers = st.lists(st.integers(-2, 12), min_size=1, max_size=8)


def following(wanted):
    """A policy that asks for the listed numbers in turn."""
    return lambda seen: wanted[round(seen.time_s / SHORT.step_s) % len(wanted)]


@settings(max_examples=60, deadline=None)
@given(days, answers, st.integers(0, 1000))
def test_everybody_is_served_in_order_and_after_coming(rates, wanted, seed):
    """Nobody is lost, whatever the policy; starts are in order of arrival; end is after arrival."""
    run = autoscale(following(wanted), rates, SHORT, seed=seed)
    assert len(run.end_ms) == len(run.arrival_ms)
    assert (run.latency_ms > 0).all()
    assert (np.diff(run.arrival_ms) >= 0).all()
    assert run.arrival_ms.max(initial=0) <= 1000 * SHORT.step_s * len(rates)


@settings(max_examples=60, deadline=None)
@given(days, answers, st.integers(0, 1000))
def test_the_pool_stays_within_its_bounds_and_is_paid_for(rates, wanted, seed):
    """Ready and starting servers together are what was wanted, within bounds; the bill is their time."""
    run = autoscale(following(wanted), rates, SHORT, seed=seed)
    assert run.paid[0] == SHORT.least
    assert ((run.paid >= SHORT.least) & (run.paid <= SHORT.most)).all()
    for seen, paid in zip(run.observations, run.paid, strict=True):
        assert seen.ready + seen.starting == paid
        assert 0 <= seen.utilisation <= 1
        assert seen.waiting >= 0
    assert run.server_hours == pytest.approx(run.paid.sum() * SHORT.step_s / 3600)
    assert run.cost_usd == pytest.approx(run.server_hours * SHORT.usd_per_server_hour)


@settings(max_examples=40, deadline=None)
@given(days, st.integers(0, 1000))
def test_same_seed_same_traffic_for_every_policy(rates, seed):
    """Policies are compared on the same arrivals; the same policy gives the same run."""
    few, many = (autoscale(lambda seen, n=n: n, rates, SHORT, seed=seed) for n in (1, 8))
    again = autoscale(lambda seen: 8, rates, SHORT, seed=seed)
    assert (few.arrival_ms == many.arrival_ms).all()
    assert (many.end_ms == again.end_ms).all()
    assert (many.end_ms <= few.end_ms + 1e-6).all(), "with more servers nobody ends later"


def test_a_constant_pool_is_an_mmc_queue():
    """With a fixed number of servers and steady traffic the latencies are those of Erlang's formula."""
    pool = Pool(service=Exponential(50), least=4, most=4)
    run = autoscale(lambda seen: 4, np.full(4 * 240, 60.0), pool, seed=1)
    assert run.latency_ms.mean() == pytest.approx(closed_forms.mmc_mean_ms(60, 50, 4), rel=0.05)
    assert np.percentile(run.latency_ms, 99) == pytest.approx(closed_forms.mmc_percentile_ms(60, 50, 4, 99), rel=0.06)
    seen = np.mean([observation.utilisation for observation in run.observations])
    assert seen == pytest.approx(60 * 0.05 / 4, rel=0.02)


def test_what_a_policy_sees_is_what_happened():
    """Rate, utilisation, queue and p99 of every step, counted once more from the requests; work longer than a step carries over."""
    pool, step_ms = Pool(service=Fixed(3_000), step_s=5.0, least=2, most=2), 5_000.0
    run = autoscale(lambda seen: 2, np.full(200, 0.6), pool, seed=3)
    start_ms = run.end_ms - 3_000
    for place, seen in enumerate(run.observations):
        begin, end = place * step_ms, (place + 1) * step_ms
        busy_ms = (np.clip(run.end_ms, begin, end) - np.clip(start_ms, begin, end)).sum()
        began = (start_ms >= begin) & (start_ms < end)
        assert seen.time_s == pytest.approx(end / 1000)
        assert seen.rate_per_s == pytest.approx(((run.arrival_ms >= begin) & (run.arrival_ms < end)).sum() / 5)
        assert seen.utilisation == pytest.approx(busy_ms / (2 * step_ms))
        assert seen.waiting == ((run.arrival_ms < end) & (start_ms >= end)).sum()
        assert seen.p99_ms == pytest.approx(np.percentile(run.latency_ms[began], 99) if began.any() else 0.0)
    assert max(seen.waiting for seen in run.observations) > 3


def test_an_idle_server_is_let_go_before_a_busy_one():
    """Of two servers, one with 50 s of work, the idle one goes: who comes next waits for the busy one."""
    pool = Pool(service=Fixed(50_000), step_s=10.0, start_s=0.0, most=2, slo_ms=60_000)
    for seed in range(40):
        wanted = iter([2, 1, 1, 1, 1, 1, 1, 1])
        run = autoscale(lambda seen, wanted=wanted: next(wanted), [0.0, 0.1, 0, 0, 0.1, 0, 0, 0], pool, seed=seed)
        early, late = (run.arrival_ms < 30_000).sum(), (run.arrival_ms > 30_000).sum()
        if (early, late) == (1, 1):
            assert run.latency_ms[0] == pytest.approx(50_000)
            assert run.end_ms[1] == pytest.approx(run.end_ms[0] + 50_000)
            return
    raise AssertionError("no seed gives one early and one late request")


def test_a_server_serves_after_its_start_up_and_not_before():
    """Ordered at the end of the first step, it is ready `start_s` later, and counted as starting meanwhile."""
    pool = Pool(service=Fixed(10), step_s=10.0, start_s=25.0)
    run = autoscale(lambda seen: 2, np.full(6, 1.0), pool)
    states = [(seen.ready, seen.starting) for seen in run.observations]
    assert states == [(1, 0), (1, 1), (1, 1), (2, 0), (2, 0), (2, 0)]
    assert run.paid.tolist() == [1, 2, 2, 2, 2, 2]


def test_a_starting_server_is_let_go_first():
    """Shrinking before a start-up is over costs no server that works."""
    pool = Pool(service=Fixed(10), step_s=10.0, start_s=100.0)
    wanted = iter([3, 1, 1, 1])
    run = autoscale(lambda seen: next(wanted), np.full(4, 1.0), pool)
    assert [seen.ready for seen in run.observations] == [1, 1, 1, 1]
    assert run.paid.tolist() == [1, 3, 1, 1]


def test_a_missed_minute_is_one_with_too_few_in_time():
    """One server, one minute of overload in three: the minutes that it spoils are counted, the quiet first one is not."""
    pool = Pool(service=Fixed(50), most=1, slo_ms=300)
    run = autoscale(lambda seen: 1, [*[5.0] * 4, *[60.0] * 4, *[0.0] * 4], pool)
    assert run.kept_by_minute[0] == 1.0
    assert run.kept_by_minute[1] < 0.2
    assert run.slo_minutes_missed == 1
    assert run.within_share < 1


@pytest.mark.slow
def test_start_up_lag_costs_minutes_and_headroom_buys_them_back():
    """The lesson's two rules, on its morning: longer start-up, more missed minutes; a lower target, fewer, for more money."""
    minutes = np.arange(0, 180, 0.25)
    rates = 40 + 160 * np.exp(-(((minutes - 90) / 40) ** 2)) + 150 * ((minutes > 130) & (minutes < 140))
    missed, cost = {}, {}
    for target in (0.5, 0.7):
        for start_s in (15, 120):
            run = autoscale(track_utilisation(target), rates, Pool(start_s=start_s))
            missed[target, start_s], cost[target] = run.slo_minutes_missed, run.cost_usd
    assert missed[0.5, 15] < missed[0.5, 120]
    assert missed[0.7, 15] < missed[0.7, 120]
    assert missed[0.5, 120] < missed[0.7, 120]
    assert cost[0.5] > cost[0.7]


def test_a_profile_follows_its_list_and_goes_round():
    """Each step has the rate of its place in the list, also in the second round; one round is gone through once."""
    profile = Profile([0.0, 100.0, 300.0], step_s=10.0)
    times = profile.times_ms(8_000, np.random.default_rng(0))
    counts = np.bincount((times // 10_000).astype(int), minlength=6)[:6]
    assert counts[[0, 3]].tolist() == [0, 0]
    assert counts[[1, 4]] == pytest.approx([1000, 1000], rel=0.15)
    assert counts[[2, 5]] == pytest.approx([3000, 3000], rel=0.1)
    assert profile.mean_rate_per_s == pytest.approx(400 / 3)
    once = profile.one_round_ms(np.random.default_rng(1))
    assert len(once) == pytest.approx(4000, rel=0.06)
    assert (np.diff(once) >= 0).all()
    assert once.min() >= 10_000
    assert once.max() <= 30_000


@settings(max_examples=40, deadline=None)
@given(days, st.floats(0.5, 30), st.integers(0, 1000))
def test_a_profile_never_sends_where_its_rate_is_nothing(rates, step_s, seed):
    """Times ascend, and none lies in a step of rate 0."""
    times = Profile(rates, step_s).times_ms(300, np.random.default_rng(seed))
    assert (np.diff(times) >= 0).all()
    inside = np.asarray(rates)[np.floor(times / 1000 / step_s + 1e-9).astype(int) % len(rates)]
    edge = np.abs(times / 1000 / step_s - np.round(times / 1000 / step_s)) < 1e-6
    assert ((inside > 0) | edge).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: Profile([], 10),
        lambda: Profile([1.0, -1.0], 10),
        lambda: Profile([0.0, 0.0], 10),
        lambda: Profile("many", 10),
        lambda: Profile([1.0], 0),
        lambda: Pool(least=5, most=3),
        lambda: Pool(start_s=-1),
        lambda: Pool(slo_share=99),
        lambda: track_utilisation(0),
        lambda: track_utilisation(60),
        lambda: autoscale(lambda seen: None, [1.0, 1.0]),
        lambda: autoscale(lambda seen: float("nan"), [1.0, 1.0]),
        lambda: autoscale(lambda seen: True, [1.0, 1.0]),
        lambda: autoscale(lambda seen: 1, [1.0, -1.0]),
    ],
)
def test_numbers_out_of_range_are_refused_with_a_sentence(call):
    """Each refusal says what was given and what is allowed."""
    with pytest.raises(ParameterError, match=r"got .*Allowed"):
        call()
