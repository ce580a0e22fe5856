"""Each rule on both sides of its edge: the smallest design that it objects to, and the same one step better."""

import pytest

from mlsd_course.design import (
    Assumption,
    Availability,
    Budget,
    BusinessMetric,
    Compliance,
    ComputeLatency,
    Facts,
    Flow,
    Freshness,
    KillCriterion,
    Latency,
    Maintainability,
    MLMetric,
    MLSystemDesign,
    PeakTraffic,
    Quality,
    Resources,
    ResponseTime,
    Retraining,
    Risk,
    Slice,
    Stage,
    Throughput,
    Velocity,
    Volume,
)
from tests.support.small_parts import BY_CODE, api, call, move, part


def store(name="store", **told):
    """A store on the data layer."""
    return part(name, "data", "storage", **told)


def recall(**told):
    """An ML metric of a classifier."""
    given = {"what": "recall", "on_data": "last month", "computed": "found / all", "target": 0.9, "unit": ""} | told
    return MLMetric("recall", **given)


def worth(usd):
    """A business metric that is worth so much a month."""
    return BusinessMetric("sales", kind="revenue", what="sales", on_data="orders", computed="sum of orders", target=1,
                          worth_usd_per_month=usd)  # fmt: skip


def stage(**told):
    """A canary stage."""
    return Stage("canary", **{"mode": "canary", "traffic_share": 0.1, "hours": 1} | told)


def slices(*weeks):
    """Slices of so many weeks."""
    return [Slice(f"s{number}", delivers="a thin piece", weeks=length) for number, length in enumerate(weeks)]


def answering(ms):
    """An API that always takes so many milliseconds."""
    return api(response=ResponseTime(p50_ms=ms))


CHAIN = [part("a"), part("b"), api()]
PRICED = api(cost_usd_per_month=100)
TEN = Maintainability(update_days=1, rollback_minutes=10)
NIGHTLY = [move("lake", "store", every_s=86_400)]
LABELS = Velocity(arrival="batch", label_delay_days=10)
REGIME = {"regime": "GDPR", "obligations": ["erase on request"]}

# (rule, a design at fault, the same without the fault)
EDGES = [
    ("R10", [TEN, Availability(share=0.9999, window_days=30)], [TEN, Availability(share=0.999, window_days=30)]),
    ("R13", [Compliance(**REGIME, erase_within_days=30)], [Compliance(**REGIME, erase_within_days=30, retention_days=90)]),
    ("R13", [Compliance(regime="GDPR", personal_data=False)], [Compliance(**REGIME, personal_data=False)]),
    ("R16", [recall()], [recall(what="recall@5")]),
    ("R16", [recall(false_positive_usd=1)], [recall(false_positive_usd=1, false_negative_usd=3)]),
    ("R18", [worth(99), PRICED], [worth(101), PRICED]),
    ("R21", [Latency(percentile=95, limit_ms=100), Latency(percentile=99, limit_ms=99)],
     [Latency(percentile=95, limit_ms=100), Latency(percentile=99, limit_ms=100)]),
    ("R21", [Latency("low", percentile=95, limit_ms=100, entry="a"), Latency("high", percentile=99, limit_ms=50)],
     [Latency("low", percentile=95, limit_ms=100, entry="a"), Latency("high", percentile=99, limit_ms=50, entry="b")]),
    ("R21", [Latency("low", percentile=95, limit_ms=100), Latency("high", percentile=99, limit_ms=50)],
     [Latency("one", percentile=95, limit_ms=100), Latency("other", percentile=95, limit_ms=50)]),
    ("R23", [Freshness(at="model", source="lake", limit_s=60), Assumption("s", what="a batch", source="lake", every_s=61)],
     [Freshness(at="model", source="lake", limit_s=60), Assumption("s", what="a batch", source="other", every_s=61)]),
    ("C09", [PeakTraffic(per_s=31), Throughput(per_s=10, peak_ratio=3)], [PeakTraffic(per_s=30), Throughput(per_s=10, peak_ratio=3)]),
    ("C11", [ComputeLatency(limit_ms=100), Latency(percentile=95, limit_ms=101)],
     [ComputeLatency(limit_ms=100), Latency(percentile=95, limit_ms=100)]),
    ("C12", [Quality(label_error_share=0.08), recall(target=0.93)], [Quality(label_error_share=0.08), recall(target=0.92)]),
    ("C12", [Quality(label_error_share=0.08), recall(target=0.95)], [Quality(label_error_share=0.08), recall(target=30)]),
    ("C13", [Budget(usd_per_month=9, accelerators=["tpu"]), part("m", technology="endpoint (GPU)")],
     [Budget(usd_per_month=9, accelerators=["gpu"]), part("m", technology="endpoint (GPU)")]),
    ("C17", [Volume(total_gb=1, growth_gb_per_day=0.5), Velocity(arrival="stream", events_per_s=1000, event_bytes=1000)],
     [Volume(total_gb=1, growth_gb_per_day=9), Velocity(arrival="stream", events_per_s=1000, event_bytes=1000)]),
    ("C19", [Velocity(arrival="batch", label_delay_days=15), Resources(people=1, weeks=2)],
     [Velocity(arrival="batch", label_delay_days=13), Resources(people=1, weeks=2)]),
    ("A02", [answering(101), Latency(percentile=95, limit_ms=100)], [answering(100), Latency(percentile=95, limit_ms=100)]),
    ("A03", [answering(81), Latency(percentile=95, limit_ms=100)], [answering(80), Latency(percentile=95, limit_ms=100)]),
    ("A03", [answering(100), Latency(percentile=95, limit_ms=100)], [answering(101), Latency(percentile=95, limit_ms=100)]),
    ("A05", [api(capacity_per_s=30), Throughput(per_s=10)], [api(capacity_per_s=31), Throughput(per_s=10)]),
    ("A06", [api(capacity_per_s=37), Throughput(per_s=10)], [api(capacity_per_s=38), Throughput(per_s=10)]),
    ("A07", [store("lake"), store(), *NIGHTLY, Freshness(at="store", limit_s=86_399)],
     [store("lake"), store(), *NIGHTLY, Freshness(at="store", limit_s=86_400)]),
    ("A08", [store("lake"), store(), Freshness(at="store", source="lake", limit_s=60)],
     [store("lake"), store(), Freshness(at="stroe", source="lake", limit_s=60)]),
    ("A10", [api(replicas=2), Availability(share=0.999, window_days=30)],
     [api(replicas=2, zones=2), Availability(share=0.999, window_days=30)]),
    ("A12", [*CHAIN, call("api", "a", timeout_ms=9, retries=1), call("a", "b", timeout_ms=9, retries=1)],
     [*CHAIN, call("api", "a", timeout_ms=9), call("a", "b", timeout_ms=9, retries=1)]),
    ("A12", [api(), part("a"), call("api", "a", timeout_ms=9, retries=4)], [api(), part("a"), call("api", "a", timeout_ms=9, retries=3)]),
    ("A13", [api(), store(state="durable"), call("api", "store", timeout_ms=9, retries=1)],
     [api(), store(state="durable", idempotent=True), call("api", "store", timeout_ms=9, retries=1)]),
    ("A14", [api(), part("a"), call("api", "a", timeout_ms=51, retries=1), Latency(percentile=95, limit_ms=100)],
     [api(), part("a"), call("api", "a", timeout_ms=50, retries=1), Latency(percentile=95, limit_ms=100)]),
    ("A24", [store(state="durable", personal_data=True, retention_days=91), Compliance(**REGIME, retention_days=90)],
     [store(state="durable", personal_data=True, retention_days=90), Compliance(**REGIME, retention_days=90)]),
    ("A27", [store("lake"), store(run_s=43_201), *NIGHTLY], [store("lake"), store(run_s=43_200), *NIGHTLY]),
    ("A28", [api(), part("a"), call("api", "a", calls=10, timeout_ms=9)],
     [api(), part("a"), call("api", "a", calls=10, timeout_ms=9, fallback="what has come")]),
    ("A28", [api(), part("a"), call("api", "a", calls=10)], [api(), part("a"), call("api", "a", calls=9)]),
    ("A36", [store("a"), store("b"), move("a", "b"), move("b", "a")], [store("a"), store("b"), move("a", "b"), move("b", "a", every_s=60)]),
    ("S03", slices(6.5), slices(6)),
    ("S03", slices(5, 5, 2), slices(4, 4, 2)),
    ("S06", [Risk("r", what="it fails", likelihood="low", harm="high", fallback="a rule")],
     [Risk("r", what="it fails", likelihood="low", harm="medium", fallback="a rule")]),
    ("S10", [stage(traffic_share=0.6)], [stage(traffic_share=0.6, mode="shadow")]),
    ("S12", [stage(traffic_share=0.1), Throughput(per_s=2)], [stage(traffic_share=0.2), Throughput(per_s=2)]),
    ("S13", [LABELS, recall(), stage(hours=239, promote_if="recall above 0.9")],
     [LABELS, recall(), stage(hours=240, promote_if="recall above 0.9")]),
    ("S15", [LABELS, *slices(2), KillCriterion("k", stop_if="no gain", by_week=3)],
     [LABELS, *slices(2), KillCriterion("k", stop_if="no gain", by_week=4)]),
    ("S21", [LABELS, Retraining(trigger="schedule", every_days=2.4)], [LABELS, Retraining(trigger="schedule", every_days=2.5)]),
    ("S22", [Retraining(trigger="drift")], [Retraining(trigger="manual")]),
    ("S23", [Compliance(**REGIME, automated_decision=True)], [Compliance(**REGIME)]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "at_fault", "sound"), EDGES, ids=[f"{n}-{edge[0]}" for n, edge in enumerate(EDGES)])
def test_edge(code, at_fault, sound):
    """A rule objects just above its edge and is silent just below."""
    found = [
        list(BY_CODE[code].find(Facts(MLSystemDesign("Warn travellers of late arrivals").add(*_parts_first(parts)))))
        for parts in (at_fault, sound)
    ]
    assert found[0]
    assert not found[1]


def _parts_first(parts):
    return sorted(parts, key=lambda one: isinstance(one, Flow))
