"""The runnable graph against the closed forms, against Little's law, and with something real in the place of a box."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlsd_course.design import Architecture, Component, Flow, Outage, RequestTime, ResponseTime, Traffic, worked_design
from mlsd_course.design.analysis.availability import RequestAvailability
from mlsd_course.design.analysis.freshness import freshness
from mlsd_course.design.analysis.load import loads
from mlsd_course.design.model.response import percentile
from mlsd_course.errors import CourseError, ParameterError, ServiceError
from mlsd_course.systems.service_graph import Clock, Consumer, Graph, RequestTrace, Signal, added, deliver


def part(name, **told):
    """A serving component, unless told otherwise."""
    return Component(name, **{"layer": "ml", "role": "serving", "does": "answers one call"} | told)


def door(**told):
    """The API where requests come in."""
    return part("api", layer="application", role="api", **told)


def call(source, target, **told):
    """A sync flow."""
    return Flow(f"{source} calls {target}", source=source, target=target, kind="sync", **told)


SPREAD = ResponseTime(p50_ms=5, p99_ms=20)


def test_the_clock_runs_in_order_of_time():
    """Processes go on when their delay is over or their signal has fired, never before."""
    clock, seen, signal = Clock(), [], Signal()

    def first():
        yield 5.0
        signal.fire("value")
        seen.append(("first", clock.now_ms))

    def second():
        word = yield signal
        yield 1.0
        seen.append((word, clock.now_ms))

    clock.start(second())
    clock.start(first())
    clock.run()
    assert seen == [("first", 5.0), ("value", 6.0)]


def test_a_signal_fires_once():
    """A second firing is an error, and what waited has gone on with the first value only."""
    signal, values = Signal(), []
    signal.then(values.append)
    signal.fire("first")
    with pytest.raises(ServiceError, match="fired twice"):
        signal.fire("second")
    assert values == ["first"]
    assert signal.value == "first"


@pytest.mark.parametrize(("delay_ms", "in_time"), [(1.0, False), (9.0, True)])
def test_whichever_is_first_fires_once(delay_ms, in_time):
    """A timeout and what it waits for both happen; what was first decides, and the other is no second firing."""
    clock, outcomes = Clock(), []

    def process():
        yield 5.0

    def caller():
        outcomes.append((yield clock.first(clock.start(process()), delay_ms)))

    clock.start(caller())
    clock.run()
    assert outcomes == [in_time]


@pytest.mark.parametrize(("load", "band"), [(0.3, 0.08), (0.7, 0.16)])
def test_chain_agrees_with_the_closed_form(load, band):
    """Median and p99 of a chain with queues: event run and roll-up within 8 % at low load and 16 % at 70 %.

    The roll-up errs on the safe side: what leaves a station comes more regularly than Poisson to the next one.
    """
    names = ["api", "model", "store"]
    parts = [
        door(response=SPREAD, capacity_per_s=160),
        *(part(n, response=SPREAD, capacity_per_s=160) for n in names[1:]),
    ]
    graph = Architecture(components=parts, flows=[call("api", "model"), call("model", "store")])
    per_s = load * 160
    seen = sorted(trace.latency_ms for trace in Graph(graph).run(20_000, per_s))
    told = RequestTime(graph, loads(graph, per_s))
    for level in (50, 99):
        assert percentile(seen, level) == pytest.approx(told.percentile_ms("api", level), rel=band)


def test_fan_out_waits_for_the_slowest():
    """Twenty calls side by side follow the law of the maximum."""
    graph = Architecture(components=[door(), part("shard", response=SPREAD)], flows=[call("api", "shard", calls=20)])
    seen = [trace.latency_ms for trace in Graph(graph).run(4_000, 1.0)]
    assert percentile(seen, 50) == pytest.approx(RequestTime(graph, {}).percentile_ms("api", 50), rel=0.03)


def test_little_holds():
    """Requests inside on average = arrival rate x time inside (Little 1961)."""
    graph = Architecture(components=[door(response=SPREAD, capacity_per_s=160)])
    traces = Graph(graph).run(20_000, 120.0)
    span_ms = traces[-1].start_ms
    inside = sum(trace.latency_ms for trace in traces) / span_ms
    rate_per_ms, mean_ms = len(traces) / span_ms, sum(trace.latency_ms for trace in traces) / len(traces)
    assert inside == pytest.approx(rate_per_ms * mean_ms)
    assert rate_per_ms * 1000 == pytest.approx(120, rel=0.03)


def test_a_shared_part_fails_once():
    """A database behind two services is down for both at once, as in the roll-up."""
    parts = [door(), part("a"), part("b"), part("db", availability=0.9)]
    graph = Architecture(components=parts, flows=[call("api", "a"), call("api", "b"), call("a", "db"), call("b", "db")])
    answered = sum(trace.ok for trace in Graph(graph).run(20_000, 10.0)) / 20_000
    assert answered == pytest.approx(RequestAvailability(graph, {}).of("api"), abs=0.01)


def test_retries_add_load_that_the_roll_up_leaves_out():
    """At half load, with a timeout near the p99, one retry a call turns 88 % answered into about 50 %; the roll-up says 99 %."""
    model = part("model", response=ResponseTime(p50_ms=10, p99_ms=40), capacity_per_s=80)
    answered, told = [], []
    for retries in (0, 1):
        flow = call("api", "model", timeout_ms=40, retries=retries)
        graph = Architecture(components=[door(), model], flows=[flow])
        day = Graph(graph).day(Traffic(40, peak_ratio=1, slots=24), 4_000)
        answered.append(day.answered)
        times = RequestTime(graph, loads(graph, 40))
        times.of("api")
        told.append(RequestAvailability(graph, {}, times.timed_out_share).of("api"))
    assert day.calls_per_request["model"] > 1.3
    assert told[0] == pytest.approx(answered[0], abs=0.02)
    assert told[1] > 0.98
    assert answered[1] < 0.6


def test_a_day_agrees_with_the_designs_own():
    """Percentiles of a worked design's day: event run and closed form within 10 %; the same seed gives the same day."""
    design, traffic = worked_design("eta"), Traffic(2_000, slots=24)
    day = Graph(design.architecture, seed=3).day(traffic, 4_000)
    told = design.simulate(traffic)
    assert day.percentile_ms(95) == pytest.approx(told["latency_p95"].value, rel=0.1)
    assert day.cost_usd_per_month == pytest.approx(5_288, rel=0.01)
    again = Graph(design.architecture, seed=3).day(traffic, 4_000)
    assert (day.latency_ms == again.latency_ms).all()


def test_the_first_fifth_of_a_slot_warms_it_up():
    """A slot starts empty, so its first requests are sent and not counted."""

    class Numbered(Graph):
        def run(self, requests, per_s, **_):
            return [RequestTrace("api", 0.0, float(number), True, (), ()) for number in range(requests)]

    day = Numbered(Architecture(components=[door()])).day(Traffic(10, peak_ratio=1, slots=24), 24 * 50)
    assert day.latency_ms.tolist() == [*range(10, 60)] * 24
    assert day.hour.tolist() == [float(hour) for hour in range(24) for _ in range(50)]


def test_an_outage_is_caught_by_its_fallback():
    """An hour without the model is an hour of fallbacks, and of nothing worse."""
    design = worked_design("eta")
    day = Graph(design.architecture).day(Traffic(2_000, slots=24, outages=(Outage("model", 20, 60),)), 4_000)
    hurt = day.hour == 20
    assert day.fell_back[hurt].mean() > 0.95
    assert day.fell_back[~hurt].mean() < 0.02
    assert day.ok[hurt].mean() > 0.99


def test_news_is_never_older_than_the_closed_form_says():
    """Looked at at random, news is between its shortest and its worst-case age, and half of each schedule on average."""
    design = worked_design("eta")
    ages = Graph(design.architecture).day(Traffic(10, slots=24), 500).ages_s("trainer", "events")
    worst = freshness(design.architecture, "trainer", "events").age_s
    assert ages.max() <= worst
    assert ages.max() > 0.95 * worst
    assert ages.mean() < 0.75 * worst


def test_a_real_call_takes_the_place_of_a_box():
    """What is swapped in is really called, its time counts, its failure is a failed call, and None puts the box back."""
    made = []

    def real():
        made.append(1)
        if len(made) > 10:
            raise ConnectionError("gone")

    parts = [door(response=ResponseTime(p50_ms=1)), part("model", response=ResponseTime(p50_ms=50), capacity_per_s=20)]
    graph = Graph(Architecture(components=parts, flows=[call("api", "model", fallback="a rule")])).swap("model", real)
    traces = graph.run(20, 5.0)
    assert len(made) == 20
    assert [bool(trace.fallbacks) for trace in traces] == [False] * 10 + [True] * 10
    assert all(trace.ok and trace.latency_ms < 50 for trace in traces)
    made.clear()
    assert graph.measured("model", calls=5).mean_ms < 50
    assert graph.swap("model", None).ask().latency_ms == pytest.approx(51)
    with pytest.raises(ParameterError, match="swap"):
        graph.measured("model")


def test_refusals_help():
    """What is refused says what is allowed."""
    design = worked_design("eta")
    graph = Graph(design.architecture)
    for wrong in (
        lambda: Graph(Architecture()),
        lambda: graph.swap("modle", print),
        lambda: graph.run(0, 1.0),
        lambda: graph.day(Traffic(1), 10),
        lambda: graph.day(Traffic(0)),
        lambda: graph.day(Traffic(1, outages=(Outage("modle", 1, 1),))),
        lambda: Consumer(order="both"),
    ):
        with pytest.raises(CourseError) as refused:
            wrong()
        assert refused.value.allowed


def test_a_trace_reads_as_a_picture():
    """A trace shows each visit with its time; a part that is down is marked, and the fallback named."""
    shown = repr(Graph(worked_design("eta").architecture).ask(down={"model"}))
    assert shown.startswith("mobile: answered after")
    assert "failed" in shown
    assert "fell back: api -> model" in shown


def test_the_naive_twin_is_far_off():
    """Adding p99s says more than the chain takes at rest, and knows nothing of a queue."""
    design = worked_design("eta").architecture
    assert added(design, "mobile") > 1.3 * RequestTime(design, {}).percentile_ms("mobile", 99)
    slow = replace(design.by_name["model"], capacity_per_s=100, replicas=1)
    full = replace(design, components=[slow if p.name == "model" else p for p in design.components])
    assert added(full, "mobile") == added(design, "mobile")


logs = st.lists(st.integers(1, 50), min_size=1, max_size=30).map(
    lambda values: [(f"event {place}", float(value)) for place, value in enumerate(values)]
)


@given(logs, st.sets(st.integers(0, 29), max_size=6))
def test_what_each_promise_of_delivery_does(log, crashes):
    """Commit first never repeats and may lose; write first never loses and may repeat; idempotent write first does neither."""
    crashes = {place for place in crashes if place < len(log)}
    at_most = deliver(log, Consumer("commit first"), crashes)
    at_least = deliver(log, Consumer("write first"), crashes)
    once = deliver(log, Consumer("write first", idempotent=True), crashes)
    assert (at_most.repeated, at_least.lost, once.lost, once.repeated) == (0, 0, 0, 0)
    hit = sum(log[place][1] for place in crashes)
    assert at_most.lost == at_least.repeated == hit
    assert once.writes == at_least.writes == len(log) + len(crashes)
