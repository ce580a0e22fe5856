"""Roll-ups against closed forms and independent sampling."""

import math
from itertools import pairwise

import numpy as np
import pytest

from mlsd_course.design import Architecture, Flow, RequestTime, ResponseTime
from mlsd_course.design.analysis.availability import RequestAvailability
from mlsd_course.design.analysis.freshness import freshness
from mlsd_course.design.analysis.load import bottleneck, loads
from mlsd_course.design.analysis.queue_model import ClosedForm, StationLoad, waiting_probability
from mlsd_course.design.analysis.request_time import ListTimes
from mlsd_course.design.analysis.roll_up import largest_of
from mlsd_course.design.model.response import FINE, Z99, percentile
from tests.support.small_parts import call, part


def entry(**told):
    """The API where requests come in."""
    return part("api", layer="application", role="api", **told)


def lognormal(sigma, p99=100.0):
    """A response time by its sigma and p99."""
    return ResponseTime(p50_ms=p99 * math.exp(-sigma * Z99), p99_ms=p99)


@pytest.mark.parametrize(("sigma", "p99"), [(0.3, 355), (0.6, 281), (1.0, 249), (1.5, 268), (2.0, 328)])
def test_chain_of_five(sigma, p99):
    """The p99 of a chain of five is that of the sum, far below the sum of the five p99s (500 ms)."""
    names = [f"s{number}" for number in range(5)]
    design = Architecture(
        components=[part(name, response=lognormal(sigma)) for name in names],
        flows=[call(*pair) for pair in pairwise(names)],
    )
    assert RequestTime(design, {}).percentile_ms("s0", 99) == pytest.approx(p99, rel=0.025)


def test_fan_out_law():
    """Of 100 parallel calls, 63.4 % of pages meet one above its p99."""
    slow = lognormal(1.0)
    design = Architecture(components=[entry(), part("shard", response=slow)], flows=[call("api", "shard", calls=100)])
    times = RequestTime(design, {}).of("api")
    assert sum(time > 100 for time in times) / len(times) == pytest.approx(1 - 0.99**100, abs=0.01)


@pytest.mark.parametrize("calls", [2, 16, 17, 100])
def test_largest_of(calls):
    """The maximum of equal calls follows F(t)^calls, by single draws and by the law alike."""
    slow = lognormal(0.6)
    times = largest_of(calls, lambda stream: slow.draw(FINE, 3 + stream), ListTimes(FINE))
    normal = np.random.default_rng(1).standard_normal((20_000, calls))
    expected = np.exp(0.6 * (normal - Z99)).max(axis=1) * 100
    assert percentile(times, 90) == pytest.approx(np.quantile(expected, 0.9), rel=0.03)


def test_parallel_label_takes_the_slower():
    """Calls with one label wait for the slower, others add."""
    parts = [entry(), part("a", response=ResponseTime(p50_ms=30)), part("b", response=ResponseTime(p50_ms=50))]
    together = [call("api", "a", parallel="x"), call("api", "b", parallel="x")]
    one_by_one = [call("api", "a"), call("api", "b")]
    assert RequestTime(Architecture(components=parts, flows=together), {}).percentile_ms("api", 50) == 50
    assert RequestTime(Architecture(components=parts, flows=one_by_one), {}).percentile_ms("api", 50) == 80


def test_timeout_and_retry():
    """A timeout cuts the wait, a retry adds a second try, and the share of calls that still fail is (1 - F)^2."""
    slow = lognormal(1.0)
    limit = slow.p50_ms
    design = Architecture(
        components=[entry(), part("model", response=slow)], flows=[call("api", "model", timeout_ms=limit, retries=1)]
    )
    model = RequestTime(design, {})
    times = model.of("api")
    assert max(times) == pytest.approx(2 * limit)
    assert model.timed_out_share["api calls model"] == pytest.approx(0.25, abs=0.01)


def test_a_fallback_takes_its_own_time():
    """A call that times out and asks another component instead takes the timeout and that component's time."""
    parts = [entry(), part("model", response=ResponseTime(p50_ms=200)), part("rules", response=ResponseTime(p50_ms=7))]
    asked = Architecture(components=parts, flows=[call("api", "model", timeout_ms=50, fallback="rules")])
    said = Architecture(components=parts, flows=[call("api", "model", timeout_ms=50, fallback="a rule in the code")])
    assert RequestTime(asked, {}).percentile_ms("api", 50) == 57
    assert RequestTime(said, {}).percentile_ms("api", 50) == 50


@pytest.mark.parametrize(("servers", "probability"), [(1, 0.8), (2, 0.711), (4, 0.596)])
def test_waiting_probability(servers, probability):
    """The probability of waiting at 80 % agrees with the tables."""
    assert waiting_probability(servers, 0.8 * servers) == pytest.approx(probability, abs=0.001)


def test_waiting_probability_of_many():
    """With thousands of servers the limit law takes over within 1 % of the recursion."""
    for offered in (4_900, 4_950, 4_990):
        assert waiting_probability(5_001, offered) == pytest.approx(waiting_probability(5_000, offered), rel=0.05)
        assert waiting_probability(5_001, offered) < waiting_probability(5_000, offered)


@pytest.mark.parametrize(("load", "mean"), [(0.5, 5.0), (0.8, 20.0), (0.9, 45.0)])
def test_mm1_wait(load, mean):
    """The mean wait at M/M/1 with 5 ms is load x 5 / (1 - load)."""
    waits = ClosedForm().waiting_ms(StationLoad("x", load / 0.005, 1, 5.0, 1.0), FINE, 1)
    assert sum(waits) / len(waits) == pytest.approx(mean, rel=0.01)


def test_availability_of_series_and_spares():
    """Series multiply, a spare replica catches all failures but the shared tenth, and a fallback catches the rest."""
    parts = [entry(availability=0.99), part("model", availability=0.9, replicas=2)]
    plain = Architecture(components=parts, flows=[call("api", "model")])
    caught = Architecture(components=parts, flows=[call("api", "model", fallback="a rule")])
    assert RequestAvailability(plain, {}).of("api") == pytest.approx(0.99 * (1 - 0.1 * 0.1) * (1 - 0.09**2))
    assert RequestAvailability(caught, {}).of("api") == pytest.approx(0.99)


def test_spares_carry_load():
    """When both replicas are needed for the load, none is a spare."""
    design = Architecture(components=[entry(availability=0.9, replicas=2, capacity_per_s=100)])
    assert RequestAvailability(design, {"api": 90}).of("api") == pytest.approx(0.99 * (1 - 0.09**2))
    assert RequestAvailability(design, {"api": 150}).of("api") == pytest.approx(0.99 * 0.91**2)


def test_shared_part_counts_once():
    """A database behind two parallel services fails once, not twice."""
    parts = [entry(), part("a"), part("b"), part("db", availability=0.9)]
    design = Architecture(
        components=parts, flows=[call("api", "a"), call("api", "b"), call("a", "db"), call("b", "db")]
    )
    assert RequestAvailability(design, {}).of("api") == pytest.approx(0.9)


def test_loads_and_bottleneck():
    """Load multiplies by share and calls along the way, and the first part to fill sets the limit."""
    parts = [
        entry(capacity_per_s=1000),
        part("model", capacity_per_s=300),
        part("log", layer="data", role="ingestion", capacity_per_s=5000),
    ]
    flows = [call("api", "model", share=0.5, calls=4), Flow(source="model", target="log", kind="async")]
    design = Architecture(components=parts, flows=flows)
    assert loads(design, 100) == {"api": 100, "model": 200, "log": 200}
    first = bottleneck(design)
    assert (first.component, first.limit_per_s) == ("model", 150)


def test_freshness_takes_the_quickest_way():
    """News takes the stream where there is one, and waits a whole period where there is not."""
    parts = [
        part("events", layer="data", role="ingestion"),
        part("job", layer="data", role="processing", run_s=600),
        part("features", layer="data", role="storage"),
    ]
    nightly = [
        Flow(source="events", target="job", kind="async", every_s=86_400),
        Flow(source="job", target="features", kind="async", every_s=3600),
    ]
    stream = [*nightly, Flow("live", source="events", target="features", kind="async", lag_s=5)]
    assert freshness(Architecture(components=parts, flows=nightly), "features").age_s == 86_400 + 600 + 3600
    assert freshness(Architecture(components=parts, flows=stream), "features").age_s == 5


def test_event_simulator_agrees():
    """Formula and event simulation give the same waiting times: mean within 10 % at 80 % load."""
    from mlsd_course.sim.design_queue import EventQueue

    for variation in (0.0, 1.0, 0.5):
        station = StationLoad("model", 640.0, 4, 5.0, variation)
        means = []
        for model in (ClosedForm(), EventQueue(requests=400_000)):
            waits = model.waiting_ms(station, FINE, 1)
            means.append(sum(waits) / len(waits))
        assert means[1] == pytest.approx(means[0], rel=0.1)
