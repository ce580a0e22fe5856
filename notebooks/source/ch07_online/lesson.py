# %% [markdown]
# # 07 Online serving
#
# **50 min.** Afterwards you can
#
# - say what load, variability and pooling do to the slowest one per cent of requests, by formula and by simulation,
# - measure a service without fooling yourself,
# - choose between batching, shedding, retrying, caching and scaling, and
# - size a service: from traffic and service time to a number of servers.
#
# **The situation.** Your model warns travellers whose flight will land late. On a snowy Friday the app asks it thousands of
# times a minute. The model answers as fast as always. Every hundredth traveller waits a second or gets nothing. Nothing is
# broken. Where does the second come from?

# %%
import asyncio
import math
import os
import tempfile
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # the cores are for the services

import numpy as np

from mlsd_course import data
from mlsd_course.explore import (
    Axis,
    Curve,
    Line,
    View,
    chart,
    predict,
    reveal,
    self_check,
    show,
    three_ways,
)
from mlsd_course.learner import Record
from mlsd_course.sim import (
    BatchCost,
    Exponential,
    Fixed,
    Lognormal,
    Measured,
    Poisson,
    Pool,
    Profile,
    Station,
)
from mlsd_course.sim import autoscale, closed, simulate, track_utilisation
from mlsd_course.systems.online import Service, closed_loop, open_loop, poisson_times_s

# %% [markdown]
# ## What does one answer cost?
#
# The model is trained here and now, on flights of January to August 2013. The requests are those of an October day, which it
# has not seen: travellers who ask at booking, on the evening before, or at the gate. Each row holds what was known when they asked.

# %%
path = Path(tempfile.mkdtemp()) / "late.joblib"
model = data.train_late_model(path)
day = data.replay("2013-10-07")
rows = data.features(day.requests).to_numpy()
gate = data.late_scorecard(model, resamples=100).loc[("gate", "auc")]
print(
    f"{len(day):,} questions on one Monday, {rows.shape[1]} numbers each, such as"
    f" {data.FEATURES[7]}"
)
print(
    f"at the gate, September to December, its AUC is {gate.model:.2f}; a table of rates by carrier"
    f" and hour has {gate.baseline:.2f}"
)
print(f"gain {gate.gain:.2f}, 95 % interval {gate.low:.2f} to {gate.high:.2f}")

# %% [markdown]
# Behind HTTP it becomes a **service**: a process of its own on this machine, with an address. Until it is ready it answers
# nobody: its **cold start**. Then the **request path** is: connect · read and check the JSON · wait for a turn · call the model ·
# write the answer. One user who sends, waits and sends again never meets a queue, so that user sees the path without waiting.

# %% tags=["timing"]
begin = time.perf_counter()
service = Service(path).start()
print(f"ready after {time.perf_counter() - begin:.1f} s at {service.url}")
print(f"the first flight is late with probability {service.predict(rows[0]):.2f}")
model_ms = np.array(service.time_calls(rows[:1], repeats=200))
alone = closed_loop(service.url, rows, users=1, seconds=0.8)
print(f"whole path {alone.mean_ms:.2f} ms, of which the model {model_ms.mean():.2f} ms")

# %% [markdown]
# ## Why is a server that is never overloaded slow?
#
# Leave your machine for a moment and take a round number: **5 ms** of work for each request, exponentially spread, and
# requests that come independently of each other (a **Poisson** stream, which is what many unrelated travellers make). One
# server. It is busy 80 % of the time, so it has a fifth of its time to spare.

# %%
predict(
    "ch07_online.p1",
    "Work of 5 ms a request, one server, busy 80 % of the time. How long does a request take on"
    " average, waiting included?",
    unit="ms",
    low=1,
    high=1000,
)

# %%
at_80 = simulate(Poisson(160), Exponential(5), requests=200_000)
p99_ms = at_80.percentile_ms(99)
reveal(
    "ch07_online.p1", at_80.mean_ms, note=f"The slowest one per cent takes {p99_ms:.0f} ms or more."
)

# %% [markdown]
# Spare time does not help those who come at the wrong moment. With **utilisation** ρ (rate × service time), the mean time in
# an **M/M/1** system (Markovian arrivals, Markovian service, one server) is `service / (1 − ρ)`. It does not grow with the
# load; it grows with the reciprocal of what is left.
#
# A second law holds for every queue, whatever its order and its distributions. **Little's law** (1961): requests in the system
# = arrival rate × time in the system. The run above gives both sides.

# %%
by_law = closed.little_mean_in_system(at_80.offered_per_s, at_80.mean_ms)
print(f"in the system on average: counted {at_80.mean_in_system:.2f}, by Little's law {by_law:.2f}")
loads = np.linspace(0.02, 0.98, 97)
mean = [closed.mm1_mean_ms(200 * load, 5) for load in loads]
p99 = [closed.mm1_percentile_ms(200 * load, 5, 99) for load in loads]
table = [
    (
        f"{100 * loads[i]:.0f} %",
        f"{mean[i]:.0f} ms",
        f"{p99[i]:.0f} ms",
        f"{p99[i] / 5:.0f}",
        f"{p99[i] / mean[i]:.2f}",
    )
    for i in (48, 78, 88, 93)
]
kept = loads[np.array(p99) <= 100].max()
sentence = (
    f"A p99 of 100 ms, twenty times the service time, is kept up to {kept:.0%} utilisation and not"
    " beyond."
)
curves = {
    "mean": Curve(100 * loads, mean),
    "p99": Curve(100 * loads, p99),
    "limit": Curve([0, 100], [100, 100]),
}
chart(
    "The hockey stick: M/M/1 with 5 ms of work",
    View(curves, 0, table, sentence, True),
    lines=(Line("mean", "Mean"), Line("p99", "p99", "second"), Line("limit", "100 ms", "third")),
    x=Axis("Utilisation, %", 0, 100),
    y=Axis("Time in system, ms", 0, 500),
    columns=("Utilisation", "Mean", "p99", "p99 / work", "p99 / mean"),
)

# %% [markdown]
# So there is no rule like "p99 is ten times the service time": read the fourth column. What *is* fixed, in M/M/1, is the last one,
# p99 over mean: ln 100.
#
# ## Half of the waiting is variance, and separate queues are most of the rest
#
# Two experiments at 80 % load and 5 ms of mean work. First only the spread of the work changes: its **coefficient of
# variation** (CV) is standard deviation over mean. Then only the number of servers that share one queue, with traffic to match.

# %%
for name, work in {
    "always 5 ms": Fixed(5),
    "exponential": Exponential(5),
    "a heavy tail": Lognormal(5, cv=2),
}.items():
    run = simulate(Poisson(160), work, requests=400_000, seed=1)
    formula = closed.mg1_wait_ms(160, 5, work.cv)
    print(
        f"{name:12s} CV {work.cv:.0f}    wait: formula {formula:4.1f} ms, simulated"
        f" {run.mean_wait_ms:4.1f} ms"
    )
for servers in (1, 2, 4, 16):
    run = simulate(
        Poisson(160 * servers), Exponential(5), Station(servers=servers), requests=200_000
    )
    formula = closed.mmc_wait_ms(160 * servers, 5, servers)
    print(
        f"servers on one queue: {servers:2d}  wait: formula {formula:4.1f} ms, simulated"
        f" {run.mean_wait_ms:4.1f} ms"
    )

# %% [markdown]
# The first three are **M/G/1** (general service): the wait has a factor (1 + CV²) / 2. **Kingman** (1961) puts the spread of
# the arrivals beside it, (CV²ₐ + CV²ₛ) / 2. Capping the rare slow request can save more than a faster model.
#
# The others are **M/M/c** (Erlang 1917). With one queue for each server, a request waits behind a slow one while a neighbour is
# idle. **Pooling**, one queue for all, ends that, so a large pool may run hotter than a small one.
#
# ## Does any of this hold on your machine?
#
# Your service takes one request after the other. Eight users in a closed loop never let it rest, so by Little's law its service
# time is an eighth of their mean latency. Formula and simulation are told no more. Then come Poisson streams at three loads from
# an **open-loop** generator: it writes its schedule first and keeps it, whatever the service does.

# %% tags=["timing"]
busy = closed_loop(service.url, rows, users=8, seconds=0.8)
service_ms = busy.mean_ms / 8
# the same for each twentieth of the run
slices_ms = [part.mean() / 8 for part in np.array_split(busy.latency_ms, 20)]
print(
    f"{service_ms:.2f} ms of service ({min(slices_ms):.2f} to {max(slices_ms):.2f}): up to"
    f" {1000 / service_ms:.0f}/s"
)
measured = {}
for load in (0.3, 0.6, 0.8):
    times_s = poisson_times_s(load * 1000 / service_ms, seconds=1.2)
    run = measured[load] = open_loop(service.url, times_s, rows)
    print(f"{load:.0%} {run.sentence}")
    percentiles = {f"p{percent}_ms": run.percentile_ms(percent) for percent in (50, 95, 99)}
    Record().append("measurement", "ch07_online", "load", load=load, **percentiles)

# %% tags=["timing"]
beside_ms = alone.mean_ms - service_ms  # the client's part of the path: nobody queues for it
cv = alone.latency_ms.std() / alone.mean_ms


def simulated_ms(load, requests, seed):
    """The mean of a run as short as the measured one, with the service time of one slice."""
    work = Measured(alone.latency_ms / alone.mean_ms * slices_ms[seed % 20])
    run = simulate(Poisson(load * 1000 / service_ms), work, requests=requests, seed=seed)
    return beside_ms + run.mean_ms


mine = [run.mean_ms for run in measured.values()]
fine = np.linspace(0.05, 0.9, 40)
waits_ms = np.array([closed.mg1_wait_ms(load * 1000 / service_ms, service_ms, cv) for load in fine])
three_ways(
    "One service, three ways to know its mean latency",
    measured=Curve([100 * load for load in measured], mine),
    runs=[
        [simulated_ms(load, run.requests, seed) for seed in range(80)]
        for load, run in measured.items()
    ],
    formula=Curve(100 * fine, alone.mean_ms + waits_ms),
    formula_name="M/G/1",
    x=Axis("Utilisation, %", 0, 100),
    y=Axis(
        "Mean latency, ms",
        0.5,
        max(20, 2 * max(mine)),
        log=True,
        ticks={1: "1", 2: "2", 5: "5", 10: "10", 100: "100"},
    ),
)

# %% [markdown]
# The band holds the luck of a short run and the spread of the calibration. What lies outside it, the model leaves out: other
# programs and the generator on the same processor, Python's collector of garbage, and, at low load, a process that must first
# be woken and finds its caches cold. A generator that fell behind its own schedule says so: believe it, close what else is
# running, and run the cells again.
#
# ## Which knob brings it back within the limit?
#
# The service below needs 4 ms a call and 1 ms a row. Bring it to the edge, then back within the limit in three different
# ways: fewer requests, less spread, more servers. Your own measurement can be laid over it.

# %%
show("ch07_online")

# %% [markdown]
# ## What does a load test see when the service stands still?
#
# This service works for a second, stands still for a quarter of one, and so on, like a process that is collecting garbage. One
# user in a **closed loop** tests it: sends, waits for the answer, sends again.

# %%
predict(
    "ch07_online.p2",
    "A request takes 1 or 2 ms; 250 of every 1,250 ms the service stands still. Which p99 does the"
    " closed loop report?",
    unit="ms",
    low=0.1,
    high=2000,
)

# %% tags=["timing"]
with Service(path, stall_every_s=1.0, stall_ms=250) as stalling:
    tested = closed_loop(stalling.url, rows, users=1, seconds=1.4)
    lived = open_loop(stalling.url, poisson_times_s(100, seconds=1.4), rows)
p99_ms, requests = lived.percentile_ms(99), (tested.requests, lived.requests)
note = (
    f"That was the closed loop, {requests[0]} requests. The open loop, {requests[1]} requests, says"
    f" {p99_ms:.0f} ms."
)
reveal("ch07_online.p2", tested.percentile_ms(99), note=note)

# %% [markdown]
# While the service stands still, so does its only tester: one bad sample a stall, among hundreds of good ones. Travellers do not
# wait for each other; a fifth of them meets the stall. Tene calls it **coordinated omission** (2012), and Schroeder et al. (2006)
# show how far open and closed systems differ. Two rules: write the schedule first; count from the *intended* moment of sending.
#
# ## The queue is long: would more workers help?
#
# Somebody turns one worker into eight and lets each model call use all cores of the machine. What does that do
# to the throughput, with 32 users who never let the service rest?

# %%
predict(
    "ch07_online.p3",
    "With 8 workers instead of 1, and all cores for each call, the service answers …",
    choices=("many more requests a second", "about as many", "far fewer"),
)


# %% tags=["timing"]
def crowded(one):
    """Requests answered a second under 32 users, and ms of processor that each request cost."""
    before, run = one.stats(), closed_loop(one.url, rows, users=32, seconds=0.6)
    return run.throughput_per_s, 1000 * (one.stats()["cpu_s"] - before["cpu_s"]) / run.requests


one_per_s, one_ms = crowded(service)
with Service(path, policy="threads", workers=8, threads_per_call=os.cpu_count()) as crew:
    eight_per_s, eight_ms = crowded(crew)
ratio = eight_per_s / one_per_s
faster, slower = "many more requests a second", "far fewer"
answer = faster if ratio > 1.25 else slower if ratio < 0.8 else "about as many"
reveal(
    "ch07_online.p3",
    answer,
    note=f"One worker: {one_per_s:.0f} a second, {one_ms:.1f} ms of processor each; eight:"
    f" {eight_per_s:.0f} a second, {eight_ms:.1f} ms each.",
)

# %% [markdown]
# A thread is not a processor. The work is the same and so are the cores; more threads than cores take turns, wait for each other at
# the end of every call and push each other out of the cache, so each request *costs* more. As many threads in all as cores that
# are free. The queue belongs in front of them, where you can see it and count it.
#
# ## Batching: who waits for whom?
#
# A model call on 32 rows costs hardly more than a call on one. Requests that wait at the same time should share a call. This
# is the whole idea of **dynamic batching** (Crankshaw et al. 2017), and here is its core: whoever asks puts a row and a
# promise into the queue; one task takes what is there, calls the model once, and keeps the promises. Then forty flights
# ask at once, and the same forty one after the other.


# %%
class GreedyBatcher:
    def __init__(self, predict, max_batch=32):
        self.predict, self.max_batch = predict, max_batch
        self.waiting, self.sizes = asyncio.Queue(), []

    async def submit(self, row):
        answer = asyncio.get_running_loop().create_future()
        self.waiting.put_nowait((row, answer))
        return await answer

    async def run(self):
        while True:
            batch = [await self.waiting.get()]
            while self.waiting.qsize() and len(batch) < self.max_batch:
                batch.append(self.waiting.get_nowait())
            self.sizes.append(len(batch))
            probabilities = await asyncio.to_thread(self.predict, [row for row, _ in batch])
            for (_, answer), probability in zip(batch, probabilities, strict=True):
                answer.set_result(probability)


# %%
batcher = GreedyBatcher(lambda rows: model.predict_proba(rows)[:, 1])
task = asyncio.create_task(batcher.run())
together = await asyncio.gather(*(batcher.submit(row) for row in rows[:40]))
alone_each = [await batcher.submit(row) for row in rows[:40]]
task.cancel()
print(
    f"40 at once: batches of {batcher.sizes[:2]}; one after the other: {len(batcher.sizes) - 2}"
    " batches of 1"
)
print("same answers in the same order:", np.allclose(together, alone_each))

# %% [markdown]
# The batcher of the service is this one plus a deadline for each request, a limit on the queue, and a choice: **greedy** takes
# what waits; **windowed** holds on until the batch is full or its oldest request has waited `max_wait_ms`.

# %%
predict(
    "ch07_online.p4",
    "A call costs 4 ms plus 0.2 ms a row. Traffic is light: 20 requests a second. Which policy"
    " gives the lowest p99?",
    choices=("no batching", "greedy", "a window of 10 ms", "no batching and greedy alike"),
)

# %%
cost = BatchCost(4, 0.2)
policies = {
    "no batching": Station(),
    "greedy": Station(max_batch=32),
    "window 10 ms": Station(max_batch=32, max_wait_ms=10),
}
light = {
    name: simulate(Poisson(20), cost, station).percentile_ms(99)
    for name, station in policies.items()
}
said = ", ".join(f"{name} {p99_ms:.1f} ms" for name, p99_ms in light.items())
reveal("ch07_online.p4", "no batching and greedy alike", note=f"p99: {said}.")

# %%
for rate in (190, 300, 1200):
    for name, station in policies.items():
        run = simulate(Poisson(rate), cost, station)
        p99_ms = run.percentile_ms(99)
        p99_ms = f"{p99_ms:5.1f} ms" if p99_ms < 1000 else "grows without end"
        print(f"{rate:5d}/s  {name:12s}  {run.utilisation:4.0%} busy, p99 {p99_ms}")

# %% [markdown]
# **Greedy needs no knob**: alone, a request leaves at once; under load, the queue that builds up during a call *is* the next
# batch. A window makes everybody pay for company that may never come. It buys a less busy server: worth it where the
# processor is shared, or on a GPU that starves.
#
# Now for real, at a load that one request at a time cannot carry. The last rung does less work instead of arranging it:
# **ONNX Runtime** runs the same model compiled. It comes last because it changes the numbers a little (32-bit).

# %% tags=["timing"]
for size in (1, 32):
    print(
        f"a call with batch size {size:2d}: {np.median(service.time_calls(rows[:size], repeats=40)):.2f} ms"
    )


def measure(rate_per_s, seconds=0.8, **settings):
    """One service under open-loop load: what its clients saw, and what it counted itself."""
    with Service(path, **settings) as one:
        return open_loop(one.url, poisson_times_s(rate_per_s, seconds), rows), one.stats()


beyond = 1.25 * 1000 / service_ms
print("naive:", open_loop(service.url, poisson_times_s(beyond, seconds=0.8), rows).sentence)
for engine in ("sklearn", "onnx"):
    try:
        run, counted = measure(beyond, policy="greedy", engine=engine)
        print(f"greedy, {engine}, {counted['rows_per_call']:.1f} rows a call: {run.sentence}")
    except ImportError as missing:
        print(f"{engine}: skipped, and nothing below needs it. {missing}")
service.stop()

# %% [markdown]
# ## Ten seconds too much: how long is the outage?
#
# Work of 5 ms, 80 % load, and for ten seconds two and a half times as many requests. Clients give up after 300 ms and try up to
# three times more.

# %%
predict(
    "ch07_online.p5",
    "The rush lasts 10 s. For how long after it do fewer than half of the requests get an answer?",
    choices=("not at all", "about 10 s", "about a minute", "it does not recover"),
)

# %%
rush = Profile([160, 160, 400, *[160] * 9], step_s=10)


def answered(station):
    """Per cent of requests answered, in each 10 s."""
    run = simulate(rush, Exponential(5), station, requests=int(rush.mean_rate_per_s * 120), seed=1)
    tens = (run.arrival_ms // 10_000).astype(int)
    return [round(100 * np.mean(run.status[tens == ten] == 0)) for ten in range(12)]


clients = {"timeout_ms": 300, "retries": 3}
shares = answered(Station(**clients))
spoilt = sum(share < 50 for share in shares[3:])
actual = "it does not recover" if spoilt == len(shares[3:]) else f"about {10 * spoilt} s"
reveal(
    "ch07_online.p5",
    actual,
    note=f"Answered in each 10 s, per cent: {', '.join(map(str, shares))}.",
)

# %% [markdown]
# The rush is over and the outage stays. Everybody waits longer than 300 ms, so everybody gives up; the server does the work all
# the same, for nobody; retries make four requests of each. What gets the service out of it?

# %%
for name, station in {
    "no retries": Station(timeout_ms=300),
    "retry budget of 10 %": Station(**clients, retry_budget=0.1),
    "server drops the expired": Station(**clients, drop_expired=True),
    "at most 20 may wait": Station(**clients, queue_limit=20),
}.items():
    print(f"{name:25s}", *(f"{share:4d}" for share in answered(station)))

# %% [markdown]
# **Retries help against a fault of one server, never against overload.** A **retry budget** stops the multiplication, which alone is
# not enough: the queue is long and everybody in it too old. **Deadlines** sent along spare the server work for those who have
# left. Best is **admission control**: turn away at the door what cannot be answered in time.
#
# Turned away need not mean unanswered: the app can show the carrier's usual delay, a **fallback**. With a **circuit breaker** the
# client does so at once, without asking, for a while after several failures. The real service at 1.5 times what it can do:

# %% tags=["timing"]
run, counted = measure(
    1.5 * 1000 / service_ms, policy="threads", workers=1, queue_limit=10, fallback=0.2
)
print(
    f"{run.sentence} By the model {counted['answered']}, by the fallback {counted['overloaded']}."
)

# %% [markdown]
# ## A second try that helps, and a request that never arrives
#
# Overload is one cause of a slow request; the other is bad luck: this server was just busy with something else. Against luck,
# **hedging** works (Dean and Barroso 2013): no answer by the time that 95 % need, so ask a second server, take the first answer.
# And the cheapest request never arrives: a **cache** answers what was asked before. Near the edge a few hits remove most of the wait.

# %%
rng = np.random.default_rng(0)
first, second = (Lognormal(20, cv=1.5).sample_ms(100_000, rng) for _ in range(2))
after = np.percentile(first, 95)
hedged = np.where(first > after, np.minimum(first, after + second), first)
for percent in (50, 99, 99.9):
    alone_ms, hedged_ms = np.percentile(first, percent), np.percentile(hedged, percent)
    print(f"p{percent:<4}  alone {alone_ms:4.0f} ms, hedged {hedged_ms:4.0f} ms")
print(f"price: {np.mean(first > after):.0%} more requests")
for hits in (0, 0.25, 0.5):
    rate = 190 * (1 - hits)
    print(
        f"{hits:4.0%} hits: server {rate / 200:3.0%} busy, a miss takes"
        f" {closed.mm1_mean_ms(rate, 5):5.1f} ms"
    )

# %% [markdown]
# ## The autoscaler is always late
#
# After a restart the cache is empty, and the servers behind it get everything. More servers, then, and by themselves: an
# **autoscaler** watches utilisation and asks for servers. Each takes time to start. This morning has a slope and, near its end, a
# delayed bank of flights whose travellers all ask at once.

# %%
minutes = np.arange(0, 180, 0.25)
rates = 40 + 160 * np.exp(-(((minutes - 90) / 40) ** 2)) + 150 * ((minutes > 130) & (minutes < 140))
print("target  start-up  minutes missed   cost")
for target in (0.5, 0.7, 0.9):
    for start_s in (15, 120):
        run = autoscale(track_utilisation(target), rates, Pool(start_s=start_s))
        print(f"{target:5.0%} {start_s:7d} s {run.slo_minutes_missed:12d}      ${run.cost_usd:.2f}")

# %% [markdown]
# Target and start-up time decide together. The start holds the cold start that you measured plus a machine and an image; nothing
# that reacts is faster. So: keep **headroom** (the low target pays for it), shorten the start, **shed** in the meantime, and where
# the slope is known, scale by the clock. Gujarati et al. (2020) go furthest: they make every step predictable.
#
# ## How many servers are enough?
#
# An order: peak of **900 requests a second**, work of **12 ms** (CV 1), **99 % within 80 ms**, and it must hold while one server
# is being replaced. First the floor: rate × service time is the number of servers that work needs at 100 %.

# %%
rate_per_s, work, slo_ms = 900, Lognormal(12, cv=1), 80
floor = math.ceil(rate_per_s * work.mean_ms / 1000)
print(
    f"work for {rate_per_s * work.mean_ms / 1000:.1f} servers: {floor} would be busy all the time"
)
for servers in range(floor, floor + 4):
    run = simulate(Poisson(rate_per_s), work, Station(servers=servers), requests=100_000)
    wait_ms = closed.kingman_wait_ms(rate_per_s, work.mean_ms, 1, work.cv, servers)
    waits = f"wait {wait_ms:4.1f} ms by formula, {run.mean_wait_ms:4.1f} simulated"
    print(
        f"{servers} servers: {run.utilisation:3.0%} busy, {waits}, within 80 ms"
        f" {run.within(slo_ms):.1%}"
    )

# %% [markdown]
# Take the smallest number that keeps the promise and add one for the server that is being replaced. Then ask what the numbers
# leave out: is the peak the peak of a *second*? Is the CV from production or from a laptop? Do retries add load just then?
# A size with its assumptions beside it is a design; without them it is a guess.
#
# ## What did you keep?

# %%
self_check("ch07_online")

# %% [markdown]
# ## In short
#
# - Waiting grows with 1 / (1 − ρ), with variance, and falls with pooling. Mean work says little about p99.
# - Write the schedule first; count from the intended moment; distrust a generator that is late.
# - Greedy batching before windows; workers no more than free cores; the queue where you can see it, and bounded.
# - Against overload: admit less, drop the expired, budget retries, fall back. Against luck: hedge.
# - An autoscaler is as late as a server's start. Keep headroom.
# - Size: floor by rate × work, then the tail by simulation, then one to spare, then the assumptions.
#
# **Next:** the exercises of this chapter, then the mastery check. 08 Stream processing is to come: the same flights, when nobody asks
# and the world reports.
#
# ## Sources
#
# - J. Little, *A proof for the queuing formula L = λW*, 1961 · J. Kingman, *The single server queue in heavy traffic*, 1961
# - A. K. Erlang, *Solution of some problems in the theory of probabilities of significance in automatic telephone exchanges*, 1917
# - B. Schroeder, A. Wierman, M. Harchol-Balter, *Open versus closed: a cautionary tale*, NSDI 2006
# - G. Tene, *How not to measure latency*, QCon San Francisco 2012
# - J. Dean, L. A. Barroso, *The tail at scale*, CACM 2013 · M. Harchol-Balter, *Performance modeling and design of computer systems*, 2013
# - D. Crankshaw et al., *Clipper: a low-latency online prediction serving system*, NSDI 2017
# - A. Gujarati et al., *Serving DNNs like clockwork: performance predictability from the bottom up*, OSDI 2020
