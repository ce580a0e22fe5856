"""Ways in which designs fail that are easy to get wrong: shared failures, fan-outs, unknown numbers, mistakes in files."""

import re
from dataclasses import replace

import pytest

from mlsd_course.design import (
    Architecture,
    Availability,
    Budget,
    Burst,
    ComputeLatency,
    Facts,
    Growth,
    Infrastructure,
    Latency,
    MLSystemDesign,
    RequestTime,
    ResponseTime,
    Throughput,
    Traffic,
    Volume,
    worked_design,
)
from mlsd_course.design.analysis.availability import RequestAvailability
from mlsd_course.design.analysis.patterns import Needs, rank
from mlsd_course.errors import DesignError
from mlsd_course.quantities import percent
from tests.support.small_parts import BY_CODE, api, call, move, part


def design(components=(), flows=(), requirements=(), constraints=()):
    """A design of the given parts."""
    made = MLSystemDesign("Warn travellers of late arrivals")
    made.design_architecture(components=components, flows=flows)
    return made.add(*requirements, *constraints)


def found(code, made):
    """(where, what) of one rule's findings."""
    return [(find.where, find.what) for find in BY_CODE[code].find(Facts(made))]


def test_what_a_shared_part_needs_counts_once():
    """Two services share a third, and that one needs a database: the database fails once, not once for each service."""
    parts = [api(), part("a"), part("b"), part("both", availability=0.8), part("db", availability=0.9)]
    flows = [call("api", "a"), call("api", "b"), call("a", "both"), call("b", "both"), call("both", "db")]
    assert RequestAvailability(Architecture(components=parts, flows=flows), {}).of("api") == pytest.approx(0.72)


def test_a_fallback_on_the_same_database_saves_nothing():
    """Model and fallback read one database: when it is down neither answers, whatever else is spare."""
    parts = [api(), part("model", availability=0.8), part("rules", availability=0.7), part("db", availability=0.9)]
    flows = [call("api", "model", fallback="rules"), call("model", "db"), call("rules", "db")]
    seen = RequestAvailability(Architecture(components=parts, flows=flows), {}).of("api")
    assert seen == pytest.approx(0.9 * (1 - 0.2 * 0.3))


def test_many_shared_parts_are_not_worse_than_all_in_series():
    """Beyond ten shared parts the answer is a lower bound: everything in series."""
    names = [f"s{number}" for number in range(12)]
    parts = [api(), part("a"), part("b"), *(part(name, availability=0.99) for name in names)]
    flows = [call("api", "a"), call("api", "b"), *(call(by, name) for by in "ab" for name in names)]
    assert RequestAvailability(Architecture(components=parts, flows=flows), {}).of("api") == pytest.approx(0.99**12)


def test_a_fan_out_times_out_as_its_slowest_call():
    """Of 100 calls that each time out one time in a hundred, one does in 63 % of requests, and the request fails with it."""
    slow = ResponseTime(p50_ms=10, p99_ms=100)
    flows = [call("api", "shard", calls=100, timeout_ms=100)]
    fanned = Architecture(components=[api(availability=0.999), part("shard", response=slow)], flows=flows)
    times = RequestTime(fanned, {})
    times.of("api")
    assert times.timed_out_share["api calls shard"] == pytest.approx(1 - 0.99**100, abs=0.01)
    day = design(fanned.components, flows, [Availability(share=0.99, window_days=30)]).simulate(Traffic(10))
    assert day["availability"].value == pytest.approx(0.999 * 0.99**100, abs=0.01)


@pytest.mark.parametrize(
    ("volume", "kept", "said"),
    [
        (Volume(total_gb=100, retention_days=365), 100, "100 GB are there now"),
        (Volume(total_gb=100, growth_gb_per_day=2, retention_days=90), 180, "2 GB a day x 90 days = 180 GB"),
        (Volume(total_gb=100, growth_gb_per_day=2), 830, "100 GB + 2 GB a day x 365 days = 830 GB"),
    ],
)
def test_storage_holds_what_is_there(volume, kept, said):
    """Storage is what comes within the retention time, and never less than what is there already."""
    sized = design(constraints=[volume]).size()
    assert sized.storage_gb == kept
    assert said in repr(sized)


@pytest.mark.parametrize(
    ("volume", "said"),
    [
        (Volume(total_gb=100, growth_gb_per_day=0.1, retention_days=365), "100 GB of 200 GB"),
        (Volume(total_gb=100, growth_gb_per_day=0.5, retention_days=365), "500 MB a day x 365 days = 182 GB of 200 GB"),
        (Volume(total_gb=100, growth_gb_per_day=2), "100 GB of 200 GB, full in 50 days while nothing is deleted"),
    ],
)
def test_the_arithmetic_of_storage_is_true(volume, said):
    """The binding constraint shows a product only where it gives the number behind it."""
    place = Infrastructure(where="cloud", storage_gb=200)
    assert design(constraints=[volume, place]).binding().first.arithmetic == said


def test_growth_widens_what_users_send_and_nothing_else():
    """Ten times the users send ten times the bytes; a nightly transfer and the sensors' stream stay as they are."""
    parts = [
        api(),
        part("model"),
        part("sensors", "data", "ingestion", input_per_s=100),
        part("lake", "data", "storage"),
    ]
    flows = [
        call("api", "model", bytes=1e6),
        move("sensors", "lake", bytes=1e6),
        move("lake", "model", every_s=1000, bytes=1e9),
    ]
    made = design(parts, flows, [Throughput(per_s=100, peak_ratio=1), Growth(factor=10, months=12)])
    assert made.size().bandwidth_gbps == pytest.approx(8 + 0.8 + 0.008)


def test_throughput_of_unknown_parts_is_unknown():
    """A part on the way whose capacity nobody knows may be the one that saturates: neither met nor grown into is claimed."""
    made = worked_design("fraud")
    assert made.simulate()["throughput"].status == "met"
    made.add(replace(made.architecture.get("model"), capacity_per_s=None), Growth(factor=1, months=12))
    day = made.simulate()
    assert day["throughput"].status == day["growth"].status == "unknown"
    assert "model" in day["throughput"].evidence
    assert made.simulate(Traffic(800, bursts=(Burst(20, 60, 50),)))["throughput"].status == "missed"


def test_growth_counts_replicas_of_unknown_capacity():
    """What cannot be sized stays as it stands, and is still counted against the replicas that are allowed."""
    parts = [api(capacity_per_s=100, cost_usd_per_month=50), part("model", replicas=30)]
    needs = [Throughput(per_s=50, peak_ratio=1), Growth(factor=10, months=12)]
    made = design(parts, [call("api", "model")], needs, [Infrastructure(where="cloud", max_replicas=20)])
    assert made.simulate()["growth"].status == "missed"
    assert "38 replicas" in made.simulate()["growth"].evidence


def test_growth_without_a_budget_says_so():
    """Without a budget nothing is 'not in the budget'."""
    made = design([api(capacity_per_s=100)], (), [Throughput(per_s=50, peak_ratio=1), Growth(factor=10, months=12)])
    assert "no budget says" in made.simulate()["growth"].evidence
    made.add(Budget(usd_per_month=1e-3))
    made.add(replace(made.architecture.get("api"), cost_usd_per_month=50))
    assert "not in the budget" in made.simulate()["growth"].evidence


def test_the_tornado_of_a_saturated_design():
    """Where the latency has no end, the tornado still says which assumption brings it back."""
    made = design([api(response=ResponseTime(p50_ms=5, p99_ms=10), capacity_per_s=300)], (),
                  [Latency(percentile=95, limit_ms=100), Throughput(per_s=110, peak_ratio=3)])  # fmt: skip
    swings = made.sensitivity("latency").swings
    assert {"requests per second", "api: capacity"} <= {swing.assumption for swing in swings if swing.flips}


def test_measured_samples_swing_too():
    """A response time that was measured is an assumption as well."""
    made = design([api(response=ResponseTime(samples_ms=(3, 4, 5, 9)))], (), [Latency(percentile=95, limit_ms=10)])
    swing = made.sensitivity("latency").swings[0]
    assert (swing.assumption, swing.lower, swing.higher) == (
        "api: response time",
        pytest.approx(6.3),
        pytest.approx(11.7),
    )
    assert swing.flips


def test_burdens_alone_make_no_pattern_impossible():
    """However many burdens add up, a pattern that can keep every promise is possible."""
    ranked = {
        entry.pattern.name: entry
        for entry in rank(Needs(freshness_s=86_400, ops_hours_per_month=10, usd_per_month=500))
    }
    assert ranked["hybrid"].points == ranked["stream"].points == -10
    assert all(entry.possible for entry in ranked.values())
    assert not rank(Needs(freshness_s=1, answer_ms=50, foreseeable_share=0.1))[-1].possible


@pytest.mark.parametrize("share", [0.9999996, 0.99999999, 1 - 1e-9])
def test_less_than_all_is_not_all(share):
    """A share below one never shows as 100 %."""
    assert percent(share) != "100 %"
    assert percent(1.0) == "100 %"


def test_a_mapping_is_refused_as_a_whole():
    """Groups hold parts: a mapping is not read key by key as if its keys were wishes."""
    with pytest.raises(DesignError, match=r"system_requirements does not hold this.*typed part"):
        MLSystemDesign("x").define_requirements(system_requirements={"availability": "99.9 %"})


FILES = [
    ("constraints:\n  compute_constraints:\n  - {type: budget, usd_per_month: 1e5}", 4, "usd_per_month", "Write 100000"),
    ("constraints:\n  compute_constraints:\n  - {type: budget, usd_per_month: 3}\n  - {type: budget, usd_per_month: 4}",
     5, "compute_constraints[1].name", "one name"),
    ("constraints:\n  compute_constraints:\n  - {type: budget, name: a, usd_per_month: 3}\n"
     "  - {type: budget, name: b, usd_per_month: 4}", 5, "compute_constraints[1].name", "Two parts of type Budget"),
    ("strategy:\n  rollout:\n  - {name: a, mode: canary, traffic_share: 0.5, hours: 1}\n"
     "  - {name: b, mode: canary, traffic_share: 0.1, hours: 1}", 5, "rollout[1].traffic_share", "less traffic"),
    ("architecture:\n  components:\n  - {name: a, layer: data, role: storage, does: keeps rows}\n"
     "  - {name: b, layer: data, role: storage, does: keeps rows}\n  flows:\n"
     "  - source: a\n    target: b\n    kind: async\n    retries: 2", 10, "flows[0].retries", "delivery"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "field", "said"), FILES)
def test_files_are_refused_at_their_line(text, line, field, said):
    """A complaint about a whole step names the line and field of the part that it is about."""
    with pytest.raises(DesignError, match=re.escape(said)) as refused:
        MLSystemDesign.from_yaml(f"business_objective: Warn travellers\n{text}\n", "mine.yaml")
    assert str(refused.value).startswith(f"mine.yaml, line {line}, field ")
    assert f"{field}:" in str(refused.value)


def test_what_is_no_text_is_no_design():
    """A path or nothing at all in place of the text is refused with the way to open a file."""
    with pytest.raises(DesignError, match="open"):
        MLSystemDesign.from_yaml(None)


def test_odd_text_in_diagram_and_document():
    """Quotes, tags and numbered codes come out as they were written, in the diagram and in the tables around it."""
    odd = part("a (b) + c > d", technology='C#35; "k" <b>x & y')
    made = design([odd, part("end")], [move("end", "a (b) + c > d")])
    assert 'a (b) + c #gt; d<br/>C#35;35; #quot;k#quot; #lt;b#gt;x #amp; y"]' in made.diagram().mermaid
    assert "&lt;b>x" in made.to_markdown()
    assert "<b>" not in made.to_markdown()


def test_a_caller_that_times_out_is_a_limit():
    """More than one call in a hundred ends after the caller has gone: that limit has no other rule."""
    made = design([api(response=ResponseTime(p50_ms=100, p99_ms=400))], (),
                  [Latency(percentile=95, limit_ms=250)], [ComputeLatency(limit_ms=300)])  # fmt: skip
    assert [where for where, _ in found("C01", made)] == ["Caller's timeout (p99)"]
    made.add(ComputeLatency(limit_ms=500))
    assert not found("C01", made)


def test_a_single_part_behind_a_fallback_is_nobodys_outage():
    """The store behind the model has one replica: where the call to the model has a fallback, no request needs the store."""
    parts = [api(replicas=2), part("model", replicas=2), part("store", "data", "storage")]
    promise = [Availability(share=0.999, window_days=30)]
    bare = design(parts, [call("api", "model"), call("model", "store", share=0.25)], promise)
    assert found("A09", bare) == [("store", "It has one replica, and 25 % of requests need it.")]
    assert not found("A09", design(parts, [call("api", "model", fallback="a rule"), call("model", "store")], promise))


def test_a_registry_is_no_feature_store():
    """Models that training puts into a registry are no features: serving that reads them is not skewed."""
    parts = [
        api(), part("model"), part("trainer", role="training"), part("log", "data", "storage"),
        part("registry", "data", "storage"), part("table", "data", "storage"),
    ]  # fmt: skip
    flows = [
        call("api", "model"),
        move("log", "trainer", every_s=86_400),
        move("trainer", "registry"),
        move("registry", "model"),
    ]
    assert not found("A18", design(parts, flows))
    assert found("A18", design(parts, [*flows, move("table", "model")]))
