"""Verdicts and figures of small designs, worked out by hand."""

import math

import pytest
import yaml

from mlsd_course.design import (
    Architecture,
    Availability,
    Budget,
    Burst,
    Compliance,
    Flow,
    Freshness,
    Infrastructure,
    Latency,
    Maintainability,
    MLMetric,
    MLSystemDesign,
    Outage,
    RequestTime,
    ResponseTime,
    Stage,
    Throughput,
    Traffic,
    Velocity,
    Volume,
)
from mlsd_course.design import Test as Check
from mlsd_course.design.analysis.availability import RequestAvailability, at_least
from mlsd_course.design.analysis.load import bottleneck, loads
from mlsd_course.design.model.response import percentile
from mlsd_course.errors import DesignError
from mlsd_course.quantities import MONTH_S, duration, money, size
from tests.support.small_parts import api, call, part

OBJECTIVE = "Warn travellers of late arrivals"


def design(*parts):
    """A design of the given parts, flows last."""
    return MLSystemDesign(OBJECTIVE).add(*sorted(parts, key=lambda one: isinstance(one, Flow)))


def status(name, *parts, **traffic):
    """The verdict on one requirement, on a flat day."""
    return design(*parts).simulate(Traffic(10, shape="flat", **traffic))[name].status


def test_a_call_for_a_share_of_requests_fails_that_share():
    """A part that a tenth of the requests need, and that is down half of the time, takes a twentieth of the answers."""
    asked = Architecture(components=[api(), part("rare", availability=0.5)], flows=[call("api", "rare", share=0.1)])
    assert RequestAvailability(asked, {}).of("api") == pytest.approx(0.95)


def test_a_call_for_a_share_of_requests_slows_that_share():
    """A call of 100 ms that a tenth of the requests make is in the p95 and not in the p85."""
    parts = [api(response=ResponseTime(p50_ms=10)), part("rare", response=ResponseTime(p50_ms=100))]
    times = RequestTime(Architecture(components=parts, flows=[call("api", "rare", share=0.1)]), {})
    assert (times.percentile_ms("api", 85), times.percentile_ms("api", 95)) == (10, 110)


@pytest.mark.parametrize(("needed", "replicas"), [(60, 61), (95, 100), (1, 80)])
def test_many_replicas(needed, replicas):
    """With more than sixty replicas the sum runs from the top; it is the binomial sum all the same."""
    exact = sum(math.comb(replicas, up) * 0.98**up * 0.02 ** (replicas - up) for up in range(needed, replicas + 1))
    assert at_least(needed, replicas, 0.98) == pytest.approx(exact)


def test_entries_share_the_traffic():
    """An entry that states no share takes what the others leave; all together take everything."""
    parts = [api(traffic_share=0.7), part("batch api", "application", "api"), part("web api", "application", "api")]
    got = loads(Architecture(components=parts), 100)
    assert got == {"api": 70, "batch api": pytest.approx(15), "web api": pytest.approx(15)}


def test_work_without_users_leaves_less_for_them():
    """A model that scores 40 records a second on its own has 60 of its 100 left for users."""
    parts = [api(), part("model", capacity_per_s=100, input_per_s=40)]
    assert bottleneck(Architecture(components=parts, flows=[call("api", "model")])).limit_per_s == 60


def test_a_month_costs_replicas_calls_and_storage():
    """Two replicas at $30, 2.592 million calls at $5 a million, and 100 GB at $0.02."""
    priced = api(replicas=2, cost_usd_per_month=30, usd_per_million=5, storage_gb=100, usd_per_gb_month=0.02)
    made = design(priced, Throughput(per_s=1), Budget(usd_per_month=100))
    assert 1 * MONTH_S / 1e6 == 2.592
    assert made.simulate(Traffic(1))["budget"].value == pytest.approx(60 + 12.96 + 2)
    assert made.size().cost_usd_per_month == pytest.approx(60 + 12.96 + 2)


def test_spares_are_kept_where_much_is_promised():
    """Two replicas stay two where 99.9 % is promised, though one would carry the load; enough is not short."""
    two = api(replicas=2, capacity_per_s=100)
    plain = design(two, Throughput(per_s=10)).size()
    promised = design(two, Throughput(per_s=10), Availability(share=0.999, window_days=30)).size()
    assert (plain.replicas["api"], promised.replicas["api"]) == (1, 2)
    assert promised.short == plain.short == ()
    assert design(api(replicas=2, capacity_per_s=10), Throughput(per_s=10)).size().short == ("api",)


@pytest.mark.parametrize(("level", "value"), [(1, 10), (50, 20), (51, 30), (75, 30), (76, 40), (99.9, 40)])
def test_percentile_is_a_value_that_was_seen(level, value):
    """The smallest of four values that at least so many per cent do not exceed (nearest rank)."""
    assert percentile([40.0, 10.0, 30.0, 20.0], level) == value


@pytest.mark.parametrize(
    ("usd", "shown"), [(0, "$0"), (0.5, "$0.50"), (9.99, "$9.99"), (10, "$10"), (12_345.6, "$12,346")]
)
def test_money_has_cents_below_ten_dollars(usd, shown):
    """Small prices keep their cents, large ones are whole dollars."""
    assert money(usd) == shown


@pytest.mark.parametrize(
    ("gigabytes", "shown"), [(2e-6, "2 kB"), (0.25, "250 MB"), (999, "999 GB"), (1500, "1.5 TB"), (2e6, "2 PB")]
)
def test_sizes_are_powers_of_ten(gigabytes, shown):
    """Bytes are counted in powers of ten."""
    assert size(gigabytes) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.043, "43 ms"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (172_800, "2 days")]
)
def test_durations_change_their_unit(seconds, shown):
    """A duration is told in the unit that a person would use."""
    assert duration(seconds) == shown


def test_variation_of_samples():
    """CV² of measured samples is their variance over their squared mean."""
    assert ResponseTime(samples_ms=(10, 30)).squared_variation == pytest.approx(100 / 400)


def test_a_backlog_is_waited_for():
    """Twice the capacity for an hour leaves an hour's work; whoever comes last waits for all of it."""
    parts = [api(capacity_per_s=10), Throughput(per_s=10, peak_ratio=1), Latency(percentile=99, limit_ms=100)]
    day = design(*parts).simulate(Traffic(10, shape="flat", slots=24, bursts=(Burst(12, 60, 2),)))
    assert max(slot.backlog_s for slot in day.slots) == pytest.approx(3600)
    assert next(slot for slot in day.slots if slot.hour == 12).backlog_s == pytest.approx(1800)
    assert day["latency_p99"].status == "missed"


def test_an_outage_leaves_a_backlog():
    """A part that is out for an hour at half its capacity has half an hour's work to catch up on."""
    day = design(api(capacity_per_s=20), Throughput(per_s=10)).simulate(
        Traffic(10, shape="flat", slots=24, outages=(Outage("api", 12, 60),))
    )
    assert max(slot.backlog_s for slot in day.slots) == pytest.approx(900)
    assert next(slot for slot in day.slots if slot.hour == 12).failed_share == pytest.approx(1)


@pytest.mark.parametrize(("limit", "expected"), [(99, "missed"), (101, "at risk"), (124, "at risk"), (126, "met")])
def test_above_four_fifths_is_at_risk(limit, expected):
    """A limit is missed above it, at risk from 80 % of it on, and else met."""
    assert (
        status("latency_p95", api(response=ResponseTime(p50_ms=100)), Latency(percentile=95, limit_ms=limit))
        == expected
    )


def test_one_outage_weighs_what_its_window_says():
    """An hour out is 1/24 of the day and 1/720 of 30 days: 99.9 % is missed, and 99 % is kept."""
    out = {"outages": (Outage("api", 12, 60),)}
    found = {
        share: status("availability", api(availability=1.0), Availability(share=share, window_days=30), **out)
        for share in (0.999, 0.998)
    }
    assert found == {0.999: "missed", 0.998: "met"}


def test_numbers_that_are_missing_make_it_unknown():
    """A silent part on the way may be the slow or the frail one: no limit is called kept; a broken one stays broken."""
    known = api(response=ResponseTime(p50_ms=10), availability=0.9999)
    silent = [known, part("model"), call("api", "model")]
    assert status("latency_p95", *silent, Latency(percentile=95, limit_ms=100)) == "unknown"
    assert status("latency_p95", *silent, Latency(percentile=95, limit_ms=5)) == "missed"
    assert status("availability", *silent, Availability(share=0.99, window_days=30)) == "unknown"
    assert status("availability", *silent, Availability(share=0.99999, window_days=30)) == "missed"


def test_a_backlog_makes_news_older():
    """Events that wait in a full part arrive later by what they wait."""
    parts = [
        part("events", "data", "ingestion", input_per_s=20, capacity_per_s=10),
        part("features", "data", "storage"),
        Flow("live", source="events", target="features", kind="async", lag_s=5),
        Freshness(at="features", source="events", limit_s=60),
    ]
    assert design(*parts).simulate(Traffic(1))["freshness_features"].status == "missed"
    calm = [part("events", "data", "ingestion", input_per_s=5, capacity_per_s=10), *parts[1:]]
    assert design(*calm).simulate(Traffic(1))["freshness_features"].status == "met"


def test_the_law_is_broken_by_open_data_and_never_proved():
    """Personal data in the open break the law on paper; that the law is kept, no simulation can show."""
    law = Compliance(regime="GDPR", obligations=["erase"], erase_within_days=30, retention_days=90)
    sealed = {"personal_data": True, "encrypted": True, "authenticated": True, "state": "durable", "backed_up": True}
    store = part("store", "data", "storage", **sealed, retention_days=90)
    open_ = part("store", "data", "storage", **sealed | {"encrypted": False}, retention_days=90)
    assert status("compliance_gdpr", api(), law, open_) == "missed"
    assert status("compliance_gdpr", api(), law, part("store", "data", "storage", **sealed)) == "missed"
    assert status("compliance_gdpr", api(), law, store) == "unknown"


def test_a_rollout_longer_than_an_update_misses_it():
    """Stages of 30 hours do not go out within a day; of 20 hours they do, surely only where the rollback was tried."""
    change = Maintainability(update_days=1, rollback_minutes=10)
    stages = {
        h: Stage("canary", mode="canary", traffic_share=0.1, hours=h, rollback_if="errors rise") for h in (20, 30)
    }
    tried = Check("rollback", of="infrastructure", checks="rolls back in staging", when="deploy")
    assert status("maintainability", api(), change, stages[30], tried) == "missed"
    assert status("maintainability", api(), change, stages[20]) == "at risk"
    assert status("maintainability", api(), change, stages[20], tried) == "met"


def test_the_tornado_of_failures():
    """Thirty per cent more or fewer failures move the lost minutes by as much, and can break the promise."""
    made = design(api(availability=0.9992), Availability(share=0.999, window_days=30), Throughput(per_s=1))
    swing = made.sensitivity("availability").swings[0]
    assert (swing.assumption, swing.flips) == ("api: failures", True)
    assert swing.lower == pytest.approx(0.7 * 34.56)
    assert swing.higher == pytest.approx(1.3 * 34.56)


def test_headroom_flips_downwards():
    """More room is better: the tornado flips where the room falls below one, and only there."""
    roomy = design(api(capacity_per_s=100), Throughput(per_s=10, peak_ratio=5)).sensitivity("headroom")
    tight = design(api(capacity_per_s=60), Throughput(per_s=10, peak_ratio=5)).sensitivity("headroom")
    assert (roomy.now, tight.now) == (2, 1.2)
    assert not any(swing.flips for swing in roomy.swings)
    assert all(swing.flips for swing in tight.swings)


def test_a_request_that_cannot_be_foreseen_rules_batch_out():
    """Nobody can score ahead what nobody can foresee: batch is impossible once somebody waits for the answer."""
    waited = [Latency(percentile=95, limit_ms=100), Velocity(arrival="batch", foreseeable_share=0.5)]
    ranked = {entry.pattern.name: entry for entry in design(*waited).recommend_pattern().ranked}
    assert not ranked["batch"].possible
    ranked = {entry.pattern.name: entry for entry in design(waited[1]).recommend_pattern().ranked}
    assert ranked["batch"].possible


def test_each_flip_flips():
    """What is named as a flip puts the named pattern first when it is done."""
    made = design(Latency(percentile=95, limit_ms=100), Velocity(arrival="batch", foreseeable_share=0.6))
    assert made.recommend_pattern().best == "hybrid"
    flip = next(line for line in made.recommend_pattern().flips if "foreseeable" in line)
    assert flip == "online comes first if the foreseeable share of requests is 40 % instead of 60 %."
    made.add(Velocity(arrival="batch", foreseeable_share=0.4))
    assert made.recommend_pattern().best == "online"


def test_the_longest_job_fills_the_batch_window():
    """Three hours of a window of six are half of it; a day's 540 GB over 1 Gbit/s are 72 minutes, a twentieth of the day."""
    made = design(
        part("job", run_s=3 * 3600),
        part("short", run_s=60),
        Infrastructure(where="on_premise", batch_window_hours=6, bandwidth_gbps=1),
        Volume(total_gb=1, growth_gb_per_day=540),
    )
    uses = {use.limit: use.use for use in made.binding().uses}
    assert uses["Batch window"] == 0.5
    assert uses["Moving a day's data"] == pytest.approx(0.05)


def test_without_requests_no_throughput_binds():
    """Where nobody has said how many requests come, throughput is unknown and does not bind at 0 %."""
    made = design(api(capacity_per_s=10))
    assert made.binding().first is None
    assert [use.limit for use in made.binding().unknown] == ["Throughput"]
    assert design(api(capacity_per_s=10), Throughput(per_s=1)).binding().first.use == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("per_s", "said"), [(0.05, "A day of 4,320 requests:"), (50, "A day of 4.32 million requests:")]
)
def test_small_days_are_counted_in_requests(per_s, said):
    """A day of some thousand requests is not a fraction of a million."""
    assert design(api()).simulate(Traffic(per_s)).sentence().startswith(said)


def test_the_threshold_weighs_the_errors():
    """A false alarm at $1 and a miss at $9: acting pays from a chance of one in ten on."""
    told = {"what": "recall", "on_data": "last month", "computed": "found / all", "target": 0.9}
    assert MLMetric("recall", **told, false_positive_usd=1, false_negative_usd=9).threshold() == 0.1


def test_a_key_stands_once():
    """YAML keeps the last of two equal keys without a word; here the second one is an error."""
    text = "business_objective: Warn travellers\nrequirements:\n  ml_metrics: []\n  ml_metrics: []\n"
    assert yaml.safe_load(text)
    with pytest.raises(DesignError, match=r"line 4, field requirements.ml_metrics: this key stands here twice"):
        MLSystemDesign.from_yaml(text)


def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    """Where the design cannot be written, the old file is whole and nothing else is in the folder."""
    made, path = design(api()), tmp_path / "design.yaml"
    made.save(path)
    before = path.read_text(encoding="utf-8")

    def refuse(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr("mlsd_course.files.os.replace", refuse)
    with pytest.raises(OSError, match="full"):
        made.add(part("model")).save(path)
    assert path.read_text(encoding="utf-8") == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["design.yaml"]


def test_calls_are_solid_and_data_are_dotted():
    """The diagram tells a call from a movement of data."""
    made = design(api(), part("model"), call("api", "model"), Flow("m", source="model", target="api", kind="async"))
    assert "c0 --> c1" in made.diagram().mermaid
    assert "c1 -.-> c0" in made.diagram().mermaid
