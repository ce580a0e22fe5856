"""Architectures of the late-arrival warning with planted faults, each plausible: what the exercises of chapter 04 repair."""

from dataclasses import replace
from typing import Any

from mlsd_course.design import (
    Availability,
    Budget,
    Component,
    Decision,
    Flow,
    Freshness,
    Growth,
    Latency,
    MLSystemDesign,
    ResponseTime,
    Throughput,
)
from mlsd_course.errors import one_of

NAMES = ("slow page", "double count", "two truths", "old weather")
WEEK_S = 7 * 86_400.0


def drawing(name: str) -> MLSystemDesign:
    """Return one of the faulty designs, fresh each time: "slow page", "double count", "two truths" or "old weather"."""
    one_of("drawing", name, NAMES)
    design = MLSystemDesign("Warn travellers of late arrivals so that fewer miss a connection")
    build = {
        "slow page": _slow_page,
        "double count": _double_count,
        "two truths": _two_truths,
        "old weather": _old_weather,
    }
    build[name](design)
    return design


def _slow_page(design: MLSystemDesign) -> None:
    """Every call waits for ever, features are asked of a warehouse, one replica of each, retries on two levels."""
    design.define_requirements(
        system_requirements=[
            Latency("latency_p99", percentile=99, limit_ms=150),
            Throughput("throughput", per_s=50, peak_ratio=3),
            Availability("availability", share=0.999, window_days=30),
            Growth("growth", factor=2, months=12),
        ]
    )
    design.analyze_constraints(compute_constraints=[Budget("budget", usd_per_month=1_500, accelerators=("none",))])
    parts = [
        Component("app", layer="application", role="frontend", does="shows the warning", technology="mobile"),
        _part("api", "application", "api", "answers the app", "REST", (2, 10), 400, 0.999, 40),
        _part(
            "warehouse",
            "data",
            "storage",
            "the flight's features, by SQL",
            "data warehouse (SQL)",
            (900, 4_000),
            20,
            0.999,
            200,
        ),
        _part("model", "ml", "serving", "the chance to be late", "model endpoint", (7, 25), 120, 0.998, 70),
        _part(
            "reasons",
            "ml",
            "serving",
            "why a flight is at risk",
            "model endpoint (explanations)",
            (25, 90),
            60,
            0.99,
            80,
        ),
    ]
    flows = [
        Flow(source="app", target="api", kind="sync", retries=3),
        Flow(source="api", target="warehouse", kind="sync", retries=3),
        Flow(source="api", target="model", kind="sync"),
        Flow(source="api", target="reasons", kind="sync"),
    ]
    design.design_architecture(components=parts, flows=flows)


def _double_count(design: MLSystemDesign) -> None:
    """Two jobs write one data set, a promise that nobody can keep, a sum that counts repeats, no copy of the only copy."""
    design.define_requirements(
        system_requirements=[
            Throughput("throughput", per_s=20),
            Freshness("freshness_features", at="features", source="landings", limit_s=120),
        ]
    )
    kept: dict[str, Any] = {"state": "durable", "owner": "flight data"}
    parts = [
        Component("app", layer="application", role="frontend", does="shows the warning", technology="mobile"),
        _part("api", "application", "api", "answers the app", "REST", (2, 10), 400, 0.999, 40, replicas=2),
        Component("landings", layer="data", role="ingestion", does="each departure and landing", technology="Pub/Sub", **kept, idempotent=True, backed_up=True),
        Component("counter", layer="data", role="processing", does="adds up delay minutes per airport", technology="stream processor", **kept, backed_up=True),
        Component("catch_up", layer="data", role="processing", does="adds up what the counter missed", technology="cron", run_s=600),
        Component("totals", layer="data", role="storage", does="delay minutes per airport and hour", technology="data warehouse", **kept),
        _part("features", "data", "storage", "the newest totals per airport", "feature store (key-value)", (2, 12), 2_500, 0.999, 50, replicas=2),
    ]  # fmt: skip
    flows = [
        Flow(source="app", target="api", kind="sync", timeout_ms=200),
        Flow(source="api", target="features", kind="sync", timeout_ms=30, fallback="the route's mean"),
        Flow(source="landings", target="counter", kind="async", lag_s=2, delivery="exactly_once"),
        Flow(source="counter", target="totals", kind="async", lag_s=1, schema="totals v1", delivery="at_least_once"),
        Flow(source="landings", target="catch_up", kind="async", every_s=3_600, schema="flight event v1"),
        Flow(source="catch_up", target="totals", kind="async", lag_s=1, schema="totals v1", delivery="at_least_once"),
        Flow(source="totals", target="features", kind="async", every_s=900, schema="totals v1"),
    ]
    design.design_architecture(components=parts, flows=flows)


def _two_truths(design: MLSystemDesign) -> None:
    """Features are computed twice, answers are not kept, the model never arrives, and only the machines are watched."""
    design.define_requirements(system_requirements=[Throughput("throughput", per_s=20)])
    parts = [
        Component("app", layer="application", role="frontend", does="shows the warning", technology="mobile"),
        _part("api", "application", "api", "answers the app", "REST", (2, 10), 400, 0.999, 40, replicas=2, watches=("latency", "errors")),
        Component("landings", layer="data", role="ingestion", does="each departure and landing", technology="Pub/Sub",
                  state="durable", owner="flight data", idempotent=True, backed_up=True),
        Component("lake", layer="data", role="storage", does="all flights in columns", technology="data lake (Parquet)",
                  state="durable", owner="flight data", idempotent=True, backed_up=True),
        Component("training_job", layer="data", role="processing", does="features for training, in SQL", technology="Spark", run_s=1_800),
        Component("live_job", layer="data", role="processing", does="features for serving, in Java", technology="stream processor"),
        _part("features", "data", "storage", "the newest features", "feature store (key-value)", (2, 12), 2_500, 0.999, 50, replicas=2),
        Component("trainer", layer="ml", role="training", does="a model each week", technology="batch training", run_s=1_800),
        _part("model", "ml", "serving", "the chance to be late", "model endpoint", (7, 25), 120, 0.998, 70, replicas=2),
    ]  # fmt: skip
    flows = [
        Flow(source="app", target="api", kind="sync", timeout_ms=200),
        Flow(source="api", target="features", kind="sync", timeout_ms=30, fallback="the route's mean"),
        Flow(source="api", target="model", kind="sync", timeout_ms=60, fallback="the route's rate"),
        Flow(source="landings", target="lake", kind="async", every_s=3_600, schema="flight event v1"),
        Flow(source="lake", target="training_job", kind="async", every_s=WEEK_S, schema="flight event v1"),
        Flow(source="training_job", target="trainer", kind="async", every_s=WEEK_S, schema="features v1"),
        Flow(
            source="landings",
            target="live_job",
            kind="async",
            lag_s=2,
            delivery="at_least_once",
            schema="flight event v1",
        ),
        Flow(
            source="live_job", target="features", kind="async", lag_s=5, delivery="at_least_once", schema="features v1"
        ),
    ]
    design.design_architecture(components=parts, flows=flows)


def _old_weather(design: MLSystemDesign) -> None:
    """Each schedule on the weather's way is an hour or less, and the record says: at most an hour old."""
    design.define_requirements(
        system_requirements=[
            Throughput("throughput", per_s=20),
            Freshness("freshness_weather", at="model", source="weather", limit_s=5_400),
        ]
    )
    parts = [
        Component("app", layer="application", role="frontend", does="shows the warning", technology="mobile"),
        _part("api", "application", "api", "answers the app", "REST", (2, 10), 400, 0.999, 40, replicas=2),
        Component("weather", layer="data", role="ingestion", does="readings as they are published", technology="REST"),
        Component("landings", layer="data", role="ingestion", does="each departure and landing", technology="Pub/Sub"),
        Component("lake", layer="data", role="storage", does="all readings and flights", technology="data lake (Parquet)",
                  state="durable", owner="flight data", idempotent=True, backed_up=True),
        Component("feature_job", layer="data", role="processing", does="features of all flights", technology="cron", run_s=300),
        Component("flight_stream", layer="data", role="processing", does="delays of the last hour", technology="stream processor"),
        _part("features", "data", "storage", "the newest features", "feature store (key-value)", (2, 12), 2_500, 0.999, 50, replicas=2),
        _part("model", "ml", "serving", "the chance to be late", "model endpoint", (7, 25), 120, 0.998, 70, replicas=2),
    ]  # fmt: skip
    flows = [
        Flow(source="app", target="api", kind="sync", timeout_ms=200),
        Flow(source="api", target="model", kind="sync", timeout_ms=100, fallback="the route's rate"),
        Flow(source="model", target="features", kind="sync", timeout_ms=30, fallback="the route's mean"),
        Flow(source="weather", target="lake", kind="async", every_s=1_800, lag_s=60, schema="weather v1"),
        Flow(source="lake", target="feature_job", kind="async", every_s=3_600, schema="weather v1"),
        Flow(source="feature_job", target="features", kind="async", every_s=1_800, lag_s=30, schema="features v1"),
        Flow(
            source="landings",
            target="flight_stream",
            kind="async",
            lag_s=2,
            schema="flight event v1",
            delivery="at_least_once",
        ),
        Flow(
            source="flight_stream",
            target="features",
            kind="async",
            lag_s=5,
            schema="features v1",
            delivery="at_least_once",
        ),
    ]
    record = Decision(
        "Weather at most an hour old",
        context="readings are published every hour, and the model needs them",
        choice="no schedule on the way is longer than an hour",
        rejected="asking the provider at each request: 60 ms and a bill",
        revisit_when="readings come more often",
    )
    design.design_architecture(components=parts, flows=flows, decisions=[record])


def _part(
    name: str, layer: str, role: str, does: str, technology: str, ms: tuple[float, float], capacity: float, up: float,
    usd: float, **more: Any,
) -> Component:  # fmt: skip
    made = Component(
        name, layer=layer, role=role, does=does, technology=technology, capacity_per_s=capacity, availability=up,
        response=ResponseTime(p50_ms=ms[0], p99_ms=ms[1]), cost_usd_per_month=usd,
    )  # fmt: skip
    return replace(made, **more)
