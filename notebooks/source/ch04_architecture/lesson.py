# %% [markdown]
# # 04 Architecture
#
# **60 min.** Afterwards you can
#
# - choose a technology for each part of the data, ML and application layer, and say when you would not use it,
# - run an architecture: latency budget, availability, cost and freshness of a whole, before anything is built,
# - say which part owns which state, which calls wait, and what happens when one comes twice or never, and
# - put a decision on record with what was rejected and what would reopen it.
#
# **The situation.** The warning of late arrivals has its requirements and its limits. Now there is a drawing on the wall:
# fourteen boxes, every arrow drawn, everybody nods. Three months later the app takes four seconds on a Friday, warns by
# yesterday's weather, and counts some flights twice. Each of these faults was in the drawing. Why did nobody see them?
#
# Your own design comes along from chapters 02 and 03; without one, a small one stands in: four promises, and nothing else. Called
# with nothing, step 3 of the framework lists what an architecture has to answer: three layers, three questions each.

# %%
import json
import os
import struct
import tempfile
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from math import ceil
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # the cores are for the service

import joblib
from pydantic import BaseModel, ConfigDict, ValidationError
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

from mlsd_course import data
from mlsd_course.design import (
    Burst,
    Component,
    Decision,
    Facts,
    Flow,
    Freshness,
    MLSystemDesign,
    Outage,
    Traffic,
    catalogue,
)
from mlsd_course.explore import predict, reveal, self_check, show
from mlsd_course.learner import load_document, save_document
from mlsd_course.sim import candidates, latency_budget, pareto_front, winners
from mlsd_course.systems.service_graph import Consumer, Graph, added, deliver
from mlsd_course.systems.online import Service

saved = load_document("my_design.yaml")
if saved:
    design = MLSystemDesign.from_yaml(saved, "my_design.yaml")
else:
    design = MLSystemDesign("Warn travellers of late arrivals so that fewer miss a connection")
    fresh = Freshness("freshness_model", at="model", source="landings", limit_s=900)
    design.define_requirements(
        system_requirements=["p95 < 150 ms", "20 QPS", "99.9 % over 30 days", fresh]
    )
print(design.design_architecture())

# %% [markdown]
# ## What does a box cost before the first request?
#
# The usual drawing has one box for each line of that checklist: Kafka, a feature store, Airflow, Kubeflow, a warehouse, two
# endpoints, a drift monitor, a gateway. Think of a small managed version of each, and of no user yet.

# %%
predict(
    "ch04_architecture.p1",
    "Nine boxes, a small managed version of each, and no traffic at all. What do they cost together"
    " in a month?",
    unit="USD",
    low=10,
    high=100_000,
)

# %%
idle_usd = {"Kafka": 460, "feature store": 100, "Airflow": 360, "Kubeflow": 73, "data warehouse": 0,
            "model endpoints": 2 * 80, "drift detection": 5, "performance monitoring": 2 * 20,
            "REST": 0}  # fmt: skip
flights = data.flights()
per_day = len(flights) / 365
each = ", ".join(f"{name} ${usd}" for name, usd in idle_usd.items())
note = f"{each}. What is paid by use costs nothing when idle."
reveal("ch04_architecture.p1", sum(idle_usd.values()), note=note)
print(f"{per_day:.0f} flights a day; a departure and a landing each: {2 * per_day:,.0f} events")

# %% [markdown]
# The prices are in the tables below. Read a row from left to right, and stop at *when not*: most boxes are dismissed there. (*here*
# names what stands in for it, and in which chapter; 06 and 08 to 13 are to come.) These few events do not need
# a log that takes 400,000 a second (Kreps et al. 2011), and its brokers are paid all the same. **Processing** has the same trap: a
# `Spark` job first waits for its workers, so time one machine before you ask for twenty.
#
# **Training** and **serving** are separate boxes because they scale, fail and change separately; what they must share is the
# features. **Distributed training** is for what one machine cannot hold, and **HPO** multiplies the price of a training by the number
# of trials: a year of these flights trains in seconds. **Monitoring** is two boxes: performance can be green while the model is wrong.

# %%
catalogue().on("data")

# %%
catalogue().on("ml")

# %% [markdown]
# ## Is a feature store a database?
#
# A database answers "what is it now?". Training asks "what was it *then*?". Take one feature: the share of late landings at
# the flight's airport today. The table has one row for each airport and day, as any dashboard would keep it.

# %%
asks = data.replay("2013-03-04", "2013-03-17").requests.sample(6_000, random_state=0)
asks = asks.assign(late=data.outcomes(asks)).dropna(subset=["late"])
asks = asks.merge(flights[["flight_id", "origin", "scheduled_departure"]])
landed = flights.dropna(subset=["arrival"]).sort_values("arrival")
for frame in (asks, landed):
    frame["day"] = frame.scheduled_departure.dt.tz_convert("America/New_York").dt.date
table = landed.groupby(["origin", "day"]).late.mean().rename("share").reset_index()
latest = asks.merge(table, how="left", on=["origin", "day"]).share
auc = roc_auc_score(asks.late.astype(int), latest.fillna(0.2))
print(f"{len(asks):,} questions; with the row of the table as the only feature, AUC {auc:.2f}")
predict(
    "ch04_architecture.p2",
    "The same feature, as it was known when each question was asked: what is the AUC?",
    low=0.4,
    high=1,
)

# %%
landed["share"] = landed.groupby(["origin", "day"]).late.transform(
    lambda late: late.expanding().mean()
)
then = data.asof_join(asks[["flight_id", "asked_at", "origin"]],
                      landed[["origin", "arrival", "share"]], at="asked_at", known_at="arrival",
                      by="origin").share  # fmt: skip
auc = roc_auc_score(asks.late.astype(int), then.fillna(0.2))
reveal("ch04_architecture.p2", auc, note="The rest came from flights that were still in the air.")

# %% [markdown]
# The table holds the flight's own landing and those after it. Trained on it, the model is praised for what serving will never
# know. A **feature store** is not that table: it is one *definition* computed in one place, kept with the instant from which each
# value was known, read as of then (training) and as of now (serving), as in Uber's Michelangelo (Hermann & Del Balso 2017). It pays
# where several models share features. Here a key-value store and the lake are enough, written by one job and by nothing else.
#
# ## Who owns which state, and who waits for whom?
#
# Three parts that change at their own pace: **features** (every event), **training** (every week), **inference** (every
# request). Each keeps its own state, and each data set has one writer. `state` says what is lost with a box: nothing, a copy
# (`cache`), the only copy (`durable`, which then needs an owner and a backup).

# %%
data_layer = [
    Component("landings", layer="data", role="ingestion",
              does="each departure and landing, as it happens", technology="Pub/Sub",
              cost_usd_per_month=10, state="durable", owner="flight data", idempotent=True,
              backed_up=True, ops_hours_per_month=2),
    Component("weather", layer="data", role="ingestion", does="a reading an hour at each airport",
              technology="REST", cost_usd_per_month=5, ops_hours_per_month=1),
    Component("lake", layer="data", role="storage", does="all flights, weather and answers",
              technology="data lake (Parquet)", cost_usd_per_month=2, state="durable",
              owner="flight data", storage_gb=60, idempotent=True, backed_up=True,
              ops_hours_per_month=3),
    Component("feature_job", layer="data", role="processing",
              does="the one place where features are computed", technology="cron",
              cost_usd_per_month=30, run_s=60, idempotent=True, watches=["data_quality"],
              ops_hours_per_month=4),
    Component("features", layer="data", role="storage", does="the newest features",
              technology="feature store (key-value)", response={"p50_ms": 2, "p99_ms": 12},
              capacity_per_s=2500, replicas=2, availability=0.999, cost_usd_per_month=50,
              state="cache", ops_hours_per_month=4),
]  # fmt: skip

# %%
ml_layer = [
    Component("trainer", layer="ml", role="training",
              does="a new model each week, with its metrics", technology="batch training",
              cost_usd_per_month=15, run_s=1800, ops_hours_per_month=4),
    Component("registry", layer="ml", role="training", does="each model with its data and code",
              technology="model registry", cost_usd_per_month=10, state="durable",
              owner="late-arrival models", idempotent=True, backed_up=True, ops_hours_per_month=1),
    Component("nightly", layer="ml", role="serving", does="scores for all flights of tomorrow",
              technology="batch inference", cost_usd_per_month=10, run_s=600,
              ops_hours_per_month=2),
    Component("scores", layer="ml", role="serving", does="last night's score of a flight",
              technology="precomputed scores", response={"p50_ms": 1, "p99_ms": 5},
              capacity_per_s=3000, replicas=2, availability=0.9995, cost_usd_per_month=40,
              state="cache", ops_hours_per_month=2),
    Component("model", layer="ml", role="serving",
              does="the chance to be late, from features of now", technology="model endpoint",
              response={"p50_ms": 7, "p99_ms": 25}, capacity_per_s=120, replicas=2,
              availability=0.998, cost_usd_per_month=70,
              watches=["latency", "errors", "saturation"], ops_hours_per_month=6),
    Component("monitor", layer="ml", role="monitoring", does="answers against outcomes, drift",
              technology="drift detection", cost_usd_per_month=5,
              watches=["drift", "model_quality", "data_quality"], ops_hours_per_month=3),
]  # fmt: skip
application_layer = [
    Component("app", layer="application", role="frontend", does="shows the warning and what to do",
              technology="mobile"),
    Component("api", layer="application", role="api", does="one answer per flight and traveller",
              technology="REST", response={"p50_ms": 2, "p99_ms": 10}, capacity_per_s=400,
              replicas=2, availability=0.999, cost_usd_per_month=40, authenticated=True,
              watches=["latency", "errors", "traffic"], ops_hours_per_month=3),
    Component("flags", layer="application", role="integration", does="which model answers whom",
              technology="feature flags", response={"p50_ms": 0.3, "p99_ms": 2},
              capacity_per_s=20_000, replicas=2, availability=0.9995, cost_usd_per_month=20,
              ops_hours_per_month=1),
]  # fmt: skip
calls = [Flow(source=source, target=target, kind="sync") for source, target in
         [("app", "api"), ("api", "flags"), ("api", "features"), ("api", "model")]]  # fmt: skip
boxes = data_layer + ml_layer + application_layer
print(f"{len(boxes)} boxes, {len(calls)} calls that a request waits for")

# %% [markdown]
# A **sync** flow is a call: its caller waits, so it spends the caller's time and takes over its failures. An **async** flow is
# a movement of data: nobody waits, so it spends *freshness* instead. Moving work from one kind to the other is the most
# powerful change in any architecture, and every such move needs a contract (`schema`) and a promise of `delivery`.
#
# Replicas follow from your own peak: each part at most 70 % used, and two at least. If you come with chapter 02's 1,000 requests a
# second, that makes dozens, which keeps the promise and breaks chapter 03's budget. Chapter 05 settles it; the architecture cannot.

# %%
moves = [
    Flow(source="landings", target="feature_job", kind="async", lag_s=5, schema="flight event v1",
         delivery="at_least_once"),
    Flow(source="weather", target="feature_job", kind="async", every_s=600, schema="weather v1"),
    Flow(source="feature_job", target="features", kind="async", lag_s=5, schema="features v1",
         delivery="at_least_once"),
    Flow(source="feature_job", target="lake", kind="async", every_s=3600,
         schema="features v1, as served"),
    Flow(source="landings", target="lake", kind="async", every_s=3600, schema="flight event v1"),
    Flow(source="lake", target="trainer", kind="async", every_s=7 * 86_400,
         schema="features v1, as served"),
    Flow(source="trainer", target="registry", kind="async", every_s=7 * 86_400),
    Flow(source="registry", target="model", kind="async", every_s=7 * 86_400),
    Flow(source="registry", target="nightly", kind="async", every_s=7 * 86_400),
    Flow(source="lake", target="nightly", kind="async", every_s=86_400,
         schema="features v1, as served"),
    Flow(source="nightly", target="scores", kind="async", lag_s=60, delivery="at_least_once"),
    Flow(source="api", target="lake", kind="async", lag_s=1, schema="prediction v1",
         delivery="at_least_once"),
    Flow(source="lake", target="monitor", kind="async", every_s=86_400, schema="prediction v1"),
]  # fmt: skip
design.design_architecture(components=boxes, flows=calls + moves)
load = Facts(design).peak_loads
for part in design.architecture.components:
    if part.capacity_per_s:
        design.add(
            replace(part, replicas=max(2, ceil(load[part.name] / (0.7 * part.capacity_per_s))))
        )
design.diagram()

# %% [markdown]
# ## Does a drawing run?
#
# This one does. `Graph` sends requests through it in virtual time: each box waits for a free slot, works, fails as often as it
# says, and passes the request on. First one request through the idle system. Then the evening peak, and three voices on one
# question, the p95: the **naive sum** adds each box's p95, the **formula** adds distributions and waiting, the **run** counts what its
# requests met. Then a whole day, which also has a price, a share of answers and an age of news.

# %%
graph = Graph(design.architecture, seed=4)
print(graph.ask())
facts = Facts(design)
per_s, peak_per_s = facts.mean_per_s or 20, facts.peak_per_s or 60
usual = {"mean_per_s": per_s, "peak_ratio": max(1, peak_per_s / per_s), "slots": 24}
at_peak = sorted(trace.latency_ms for trace in graph.run(8_000, peak_per_s))
formula = latency_budget(design.architecture, peak_per_s, percent=95)
naive_ms, ran_ms = added(design.architecture, "app", 95), at_peak[int(0.95 * len(at_peak))]
print(
    f"\np95 at the peak: naive sum {naive_ms:.1f} ms · formula {formula.total_ms:.1f} ms · run"
    f" {ran_ms:.1f} ms\n"
)
print(graph.day(Traffic(**usual)))

# %% [markdown]
# Formula and run agree within a few per cent and the sum is far off: **percentiles do not add**. A request that meets the slow
# 5 % of one box seldom meets that of the next. So a latency budget cannot be a column of percentiles either. What does add up is
# the time that the slow *requests* spent in each box, printed below for your path.
#
# The explorer has another path: five boxes, one of them a weather provider that is called each time. Blue is work, hatched is
# waiting, and the broken line adds p99s. Find a setting where that sum is too *low*.

# %%
print(latency_budget(design.architecture, peak_per_s, percent=99))
show("ch04_architecture_budget")

# %% [markdown]
# ## Who answers when a part is down?
#
# Parts in a row multiply: each must be up. Copies of one part catch its failures, except those that hit all copies at once (a
# zone, a release, a configuration), and except where the load needs every copy. Minutes of failure, unlike percentiles, *nearly*
# add up, so this waterfall is honest.

# %%
show("ch04_architecture_paths")

# %% [markdown]
# Two findings to take along. Replicas do nothing for a box that is not yours: a fallback or a second path does. And a fallback
# does not make failures vanish: it turns minutes without an answer into minutes with a worse one, which somebody must watch.
#
# Here is an obvious repair. Calls time out after 40 ms, and some fail by that, although half of the capacity is free. You let the
# caller retry once.

# %%
slow = Component("model", layer="ml", role="serving", does="scores one flight", capacity_per_s=80,
                 response={"p50_ms": 10, "p99_ms": 40})  # fmt: skip
door = Component("api", layer="application", role="api", does="answers the app")
plans = [MLSystemDesign("Score one flight in time") for _ in range(2)]
for retries, plan in enumerate(plans):
    plan.define_requirements(system_requirements="99 % over 30 days")
    plan.design_architecture(
        [door, slow],
        Flow(source="api", target="model", kind="sync", timeout_ms=40, retries=retries),
    )
steady = Traffic(40, shape="flat", slots=24)
before = Graph(plans[0].architecture).day(steady)
print(f"no retry: {before.answered:.1%} answered at {40 / 80:.0%} load")
predict(
    "ch04_architecture.p3",
    "With one retry after each timeout: what share of requests is answered?",
    unit="%",
    low=0,
    high=100,
)

# %%
after = Graph(plans[1].architecture).day(steady)
formula = plans[1].simulate(steady)["availability"].value
note = (
    f"The formula, which leaves out the load of the retries, says {formula:.1%}. Each request makes"
    f" {after.calls_per_request['model']:.2f} calls: the server works on for callers that have gone,"
    " and each retry joins the same queue."
)
reveal("ch04_architecture.p3", 100 * after.answered, note=note)

# %% [markdown]
# The timeout does not stop the work. Late calls and their repetitions meet in one queue, more calls become late, and the
# system settles in a state in which it is busy with answers that nobody waits for (Nygard 2018). A drawing shows one arrow. What
# the arrow does *when it is late* is the architecture.
#
# ## Why does no one deliver exactly once?
#
# The feature job reads an event, writes its effect, and commits that it has read it. Two steps, and a process can die between
# them. The core of any consumer is a choice of their order:


# %%
def consume(log, store, start, crash_at=None, write_first=True):
    """Return the offset to start from next time."""
    committed = start
    for offset in range(start, len(log)):
        if write_first:
            store.append(log[offset])
        else:
            committed = offset + 1
        if offset == crash_at:
            return committed  # the process is gone
        if not write_first:
            store.append(log[offset])
        committed = offset + 1
    return committed


log = ["UA1 +12 min", "DL7 -3 min", "AA4 +45 min"]
for write_first in (True, False):
    store = []
    reached = consume(log, store, 0, crash_at=1, write_first=write_first)
    consume(log, store, reached, write_first=write_first)
    print("write first: " if write_first else "commit first:", store)
predict(
    "ch04_architecture.p4",
    "10,000 events of one minute each, 50 crashes, write first, and a store that keeps one value"
    " per event key. How many minutes too many?",
    unit="min",
    low=0,
    high=10_000,
)

# %%
events = [(f"flight {number}", 1.0) for number in range(10_000)]
crashes, seen = range(100, 10_000, 199), []
for order, idempotent in (("commit first", False), ("write first", False), ("write first", True)):
    tally = deliver(events, Consumer(order, idempotent), crashes)
    how = "by key" if idempotent else "adding"
    seen.append(
        f"{order}, {how}: {tally.lost:g} lost, {tally.repeated:g} too many, {tally.writes:,} writes"
    )
reveal("ch04_architecture.p4", tally.repeated, note=". ".join(seen) + ".")

# %% [markdown]
# Exactly-once *delivery* between two systems does not exist; exactly-once *effect* does: at least once, into a store where writing
# again changes nothing. **Idempotency** is the receiver's property and needs a key from the sender. Demand it where money or counts
# are kept. A cache of newest features overwrites by key anyway: there it costs nothing.
#
# ## What would a reviewer object to?
#
# Rules look for what the drawing does not show: calls without an end, writers that collide, copies that share a zone.

# %%
objections = [finding for finding in design.review() if finding.code.startswith("A")]
for code, number in Counter(finding.code for finding in objections).items():
    first = next(finding for finding in objections if finding.code == code)
    print(f"{code} x{number}  {first.where}: {first.what}\n     {first.reason}")

# %% [markdown]
# The repair is a fallback for each call and a limit for each wait. The model's fallback is itself a component: last night's
# score. That is a **hybrid**, and the funnel of Covington et al. (2016) has the same shape: what can be done ahead is done ahead, what
# needs the request is done at the request.
#
# A promised quality then becomes a **scenario**: a stimulus, and the measured answer (ATAM; Kazman, Klein & Clements 2000). An
# architecture is judged by the scenarios it survives, not by its boxes. Below are an ordinary day and three hours that matter, then
# the verdicts of `simulate` on the ordinary day, by your own promises. (The `api` is the door: it has no fallback.)

# %%
fallback = {"flags": "the last known flags", "features": "the route's mean", "model": "scores"}
limit_ms = {"api": 140, "flags": 5, "features": 25, "model": 60}
calls = [
    replace(call, timeout_ms=limit_ms[call.target], fallback=fallback.get(call.target, ""))
    for call in calls
]
spread = [
    replace(part, zones=2) if part.replicas > 1 else part for part in design.architecture.components
]
design.design_architecture(components=spread, flows=calls + moves)
left = [finding for finding in design.review() if finding.code.startswith("A")]
print("still open:", *(f"{finding.code} {finding.what}" for finding in left))
scenarios = {
    "an ordinary day": Traffic(**usual),
    "snow: 3 times the traffic for an hour": Traffic(**usual, bursts=(Burst(20, 60, 3),)),
    "the model is out for an hour": Traffic(**usual, outages=(Outage("model", 20, 60),)),
    "the api is out for an hour": Traffic(**usual, outages=(Outage("api", 20, 60),)),
}
for name, stimulus in scenarios.items():
    seen = Graph(design.architecture, seed=4).day(stimulus, requests=3_000)
    p95, fell, ok = seen.percentile_ms(95), seen.fallback_share, seen.answered
    print(f"{name:38} p95 {p95:3.0f} ms · with a fallback {fell:5.1%} · answered {ok:6.1%}")
print(design.simulate(scenarios["an ordinary day"]))

# %% [markdown]
# ## What if one box is real?
#
# Every number so far was believed. Now one box is replaced by a process on this machine: a model trained on two weeks of
# flights, behind HTTP. The other boxes do not notice: at each visit the graph makes a real call and counts the time that it took.
#
# Measured, the box is no longer a guess. Its samples go back into the component, and the formula speaks about *this* machine.
# Three voices again: formula with the measured box, a run with the box simulated from its samples, a run with real calls.

# %%
asked = data.replay("2013-03-04", "2013-03-17").requests.sample(2_000, random_state=1)
known = data.outcomes(asked)
rows = data.features(asked).to_numpy()
small = HistGradientBoostingClassifier(max_iter=40, random_state=0)
small.fit(rows[known.notna()], known.dropna().astype(int))
path = Path(tempfile.mkdtemp()) / "late.joblib"
joblib.dump(small, path)
print(f"{rows.shape[1]} features, {path.stat().st_size / 1e6:.1f} MB of model")

# %% tags=["timing"]
service = Service(path).start()
real = Graph(design.architecture, seed=4).swap("model", lambda: service.predict(rows[0]))
print(real.ask())
measured = design.copy()
box = design.architecture.by_name["model"]
measured.add(replace(box, response=real.measured("model", calls=200), capacity_per_s=None))
formula = latency_budget(measured.architecture, peak_per_s, percent=95).total_ms
simulated = Graph(measured.architecture, seed=4).run(2_000, peak_per_s)
with_calls = real.run(1_000, peak_per_s)
for label, traces in (("simulated from samples", simulated), ("with real calls", with_calls)):
    ordered = sorted(trace.latency_ms for trace in traces)
    print(
        f"p95 {label:23} {ordered[int(0.95 * len(ordered))]:6.1f} ms   (formula {formula:.1f} ms)"
    )

# %%
predict(
    "ch04_architecture.p5",
    "After 100 requests the model's process is killed. Calls to it time out after 60 ms. What do the"
    " next 100 travellers get?",
    choices=(
        "an error",
        "last night's score, at once",
        "last night's score, after the timeout",
    ),
)

# %% tags=["timing"]
real.run(100, peak_per_s)
service.stop()
orphans = real.run(100, peak_per_s)
fell = sum(trace.ok and bool(trace.fallbacks) for trace in orphans)
typical_ms = sorted(trace.latency_ms for trace in orphans)[50]
when = "at once" if typical_ms < limit_ms["model"] else "after the timeout"
note = (
    f"{fell} of 100 got it, half of them within {typical_ms:.0f} ms. A refused connection fails at"
    " once; a process that hangs costs the timeout each time."
)
answer = f"last night's score, {when}" if fell > 50 else "an error"
reveal("ch04_architecture.p5", answer, note=note)

# %% [markdown]
# That was a real death: connections were refused. (Where the three p95s above differ, the machine was busy with something else
# when the samples were taken, or when the calls were made.)
#
# ## What crosses the wire?
#
# Two teams meet in the message between them, so the message is a **contract**: it is checked on both sides, grows by optional
# fields, and never changes a meaning. The producer adds a field, renames one, and sends a time as text:


# %%
class FlightEvent(BaseModel):
    """flight event v1: what the feature job accepts."""

    model_config = ConfigDict(extra="ignore", strict=True)
    flight_id: int
    delay_min: float


new_field, renamed, text = {"delay_min": 12.0, "gate": "B4"}, {"delay": 12.0}, {"delay_min": "0:12"}
for sent in ({"flight_id": 7, **fields} for fields in (new_field, renamed, text)):
    try:
        print("taken  ", FlightEvent.model_validate(sent))
    except ValidationError as refused:
        print("refused", sent, "|", refused.errors()[0]["type"], refused.errors()[0]["loc"])

# %% [markdown]
# A new optional field passes, a renamed one does not. A changed *unit* passes every schema: it needs a look at the values, before
# training as in TFX (Baylor et al. 2017) and before serving, or the unit in the name.
#
# **The application layer** decides who can call you, and how long an old version lives. A web page is new for everybody at
# once, a mobile app when its user updates it, an embedded one perhaps never: so the *interface* outlives the code.
#
# Its style decides size and number of messages. Below are the same features as JSON (**REST**) and as packed doubles (what **gRPC**
# sends, apart from its small frame). **GraphQL** lets the client choose fields over several sources in one round trip. What the
# server does behind one query is another matter: resolvers run per object.

# %%
catalogue().on("application")

# %%
row = [float(value) for value in rows[0]]
as_json = json.dumps(dict(zip(data.FEATURES, row, strict=True))).encode()
packed = struct.pack(f"{len(row)}d", *row)
print(
    f"JSON {len(as_json)} bytes, packed {len(packed)} bytes: a factor of"
    f" {len(as_json) / len(packed):.1f}"
)
mbit_s = [peak_per_s * size * 8 / 1e6 for size in (len(as_json), len(packed))]
print(f"at {peak_per_s:g} requests a second: {mbit_s[0]:.2f} against {mbit_s[1]:.2f} Mbit/s")

board = data.as_of("2013-03-08T22:00Z").flights.head(50)
carriers, calls_made = data.airlines().set_index("carrier").name, Counter()


def names(codes, how):
    """A resolver: one call to the carriers' service."""
    calls_made[how] += 1
    return carriers[list(codes)]


answer = [names([carrier], "one by one") for carrier in board.carrier]
names(set(board.carrier), "in a batch")
print(f"one query for {len(answer)} flights: calls to the carriers' service: {dict(calls_made)}")

# %% [markdown]
# Both sizes are small beside what one link carries, so the readable one wins here; and one query can be as many calls as it has
# objects.
#
# ## Who decides which model answers?
#
# A **feature flag** turns a model on for a share of users, and off in seconds. An **A/B test** uses the same switch and keeps
# count. Both need an assignment that is stable, even, and independent between experiments: a hash with a salt.


# %%
def arm(user, experiment, share=0.5):
    """Return 'new' for a `share` of users; the same user gets the same arm each time."""
    place = int.from_bytes(sha256(f"{experiment}:{user}".encode()).digest()[:8], "big") / 2**64
    return "new" if place < share else "old"


users = range(20_000)
both = Counter((arm(user, "model 8"), arm(user, "layout")) for user in users)
print({arms: f"{number / len(users):.1%}" for arms, number in sorted(both.items())})
grown = [user for user in users if arm(user, "model 8", 0.05) == "new"]
print(
    "those of the 5 % stay in at 20 %:", all(arm(user, "model 8", 0.2) == "new" for user in grown)
)

# %% [markdown]
# ## Which architectures can be dismissed without taste?
#
# One that is worse in everything. Here are the candidates for this product: score tables renewed nightly, hourly or by a stream, endpoints with
# features of three ages, and a hybrid; weather asked or copied; managed or run by yourselves.

# %%
show("ch04_architecture_pareto")
every = candidates()
front, chosen = {one.name for one in pareto_front(every)}, winners()
print(
    f"{len(every)} architectures, {len(front)} on the front, {len(chosen)} chosen by some weights"
)
print("on the front, and chosen by none:", *sorted(front - chosen), sep="\n  ")
print("your design:", design.recommend_pattern().sentence())
print(design.sensitivity("cost").sentence())

# %% [markdown]
# Weights find the corners of a front and miss its dents (Das & Dennis 1997), and no weight says "at most one hour". So state limits
# first, drop what breaks them, and weigh the rest. A number that moves one promise is a **sensitivity point**; one that moves two in
# opposite directions, such as the schedule of a copy, is a **trade-off point** (Kazman et al. 2000) and belongs on record.
#
# ## What will they ask in a year?
#
# Not what the boxes are: that can be seen. Why they are so, what was rejected, and when to think again. A **decision record** has
# five parts (Nygard 2011): title, status, context, decision, consequences. With it your architecture goes into your design, next to
# requirements and constraints. Open the file and change what is different in your product. `design.to_markdown()` is the document for
# the wall: the diagram is one page of it.

# %%
hours = sum(part.ops_hours_per_month or 0 for part in design.architecture.components)
design.design_architecture(decisions=[
    Decision("Score at the request, with last night's score behind it",
             context=f"News is in an answer within 15 minutes; {per_s:g} requests a second; {hours:g} hours a month",
             choice="an endpoint on features that a job keeps fresh; a nightly table as its fallback",
             rejected="a nightly table alone (a day old); a table kept by a stream (a stream to run)",
             consequences="two ways to a score are kept equal: the monitor compares them each day",
             revisit_when="a second model wants the same features, or the hours allow a stream"),
    Decision("No Kafka", status="accepted",
             context=f"{2 * per_day:,.0f} events a day, for two readers",
             choice="a managed queue, paid by volume",
             rejected=f"a log: ${idle_usd['Kafka']} a month before the first event",
             consequences="replay comes from the lake, up to an hour behind",
             revisit_when="a third reader needs its own pace, or flights bring 50 events a second"),
])  # fmt: skip
left = [str(finding) for finding in design.review() if finding.code.startswith("A")]
print("objections to step 3:", left or "none")
where = save_document("my_design.yaml", design.to_yaml())
document = design.to_markdown()
lines, diagrams = document.count("\n"), document.count("```mermaid")
print(f"{where.name} saved; {lines} lines of document, {diagrams} diagram")
print(document[document.index("## Decision records") :].split("### 002")[0])

# %%
self_check("ch04_architecture")

# %% [markdown]
# ## What remains
#
# - A box is chosen by its *when not*. Layers are a checklist; a box that nobody needs is paid for and run all the same.
# - Latency: distributions add, percentiles do not, and waiting is in no box's own number. Availability: rows multiply, copies share causes,
#   fallbacks trade no answer for a worse one.
# - Sync spends time, async spends freshness. Each state has one writer, each message a contract, each retry a receiver that can bear it.
# - One diagram is not the design: what happens late, twice, or never is. Run it, put something real in, and kill it.
# - Dismiss what is beaten, keep limits out of the weights, and write down what you rejected.
#
# **Next:** the exercises beside this lesson: three drawings to repair. Then 05 Implementation strategy: in which order to build it.
#
# **Primary sources.** Kazman, Klein & Clements, *ATAM: Method for architecture evaluation* (2000) · Nygard, *Documenting architecture
# decisions* (2011), *Release It!* (2nd ed. 2018) · Baylor et al., *TFX* (KDD 2017) · Hermann & Del Balso, *Meet Michelangelo* (Uber, 2017) ·
# Covington, Adams & Sargin, *Deep neural networks for YouTube recommendations* (RecSys 2016) · Kreps, Narkhede & Rao, *Kafka* (NetDB 2011) ·
# Das & Dennis, *Structural Optimization* 14 (1997).
