"""Chapter 07: load, variability, servers and batch window move the whole latency distribution."""

import math
from typing import Any

import numpy as np

from mlsd_course.explore.explorer.controls import Choice, Slider
from mlsd_course.explore.explorer.description import Explorer, Lock, Overlay, Preset
from mlsd_course.explore.explorer.view import Axis, Curve, Limit, Line, View
from mlsd_course.explore.prediction.prediction import Question, quantity
from mlsd_course.sim import Result
from mlsd_course.sim.scenarios.online import ARRIVALS, PROMISE, SERVICE_MS, OnlineView, online

_TIMES_MS = np.geomspace(1.0, 10_000.0, 97)
_FLOOR = 0.1

CONTROLS = (
    Slider(
        "load", "Load", 0.05, 1.2, 0.8, step=0.01, percent=True, help="Offered work, as a share of all servers' time."
    ),
    Slider("cv", "Variability", 0.0, 3.0, 1.0, step=0.1, help="CV of the service time: 0 fixed, 1 exponential."),
    Slider("servers", "Servers", 1, 16, 1, help="One shared queue; the arrival rate grows with them."),
    Choice(
        "max_batch",
        "Max batch",
        {n: ("1 (no batching)" if n == 1 else f"{n} rows") for n in (1, 2, 4, 8, 16, 32)},
        1,
        help="A call on n rows takes 4 + n ms.",
        folded=True,
    ),
    Slider(
        "window_ms",
        "Batch window",
        0,
        20,
        0,
        unit="ms",
        help="How long an idle server waits for more rows; 0 is greedy.",
        folded=True,
        needs="a max batch above 1",
        matters=lambda values: values["max_batch"] > 1,
    ),
    Choice(
        "queue_limit",
        "Queue limit",
        {None: "no limit", 50: "50 waiting", 20: "20 waiting", 10: "10 waiting", 5: "5 waiting"},
        None,
        help="Requests beyond it are turned away at once.",
        folded=True,
    ),
    Choice(
        "timeout_ms",
        "Client timeout",
        {None: "never", 500: "500 ms", 200: "200 ms", 100: "100 ms", 50: "50 ms"},
        None,
        help="The client goes away; the server works on.",
        folded=True,
    ),
    Slider(
        "retries",
        "Retries",
        0,
        3,
        0,
        help="Tries after the first, at once.",
        folded=True,
        needs="a queue limit or a client timeout",
        matters=lambda values: values["queue_limit"] is not None or values["timeout_ms"] is not None,
    ),
    Choice(
        "arrivals",
        "Arrivals",
        dict(
            zip(
                ARRIVALS,
                ("Poisson", "regular", "bursty"),
                strict=True,
            )
        ),
        "Poisson",
        help="Independent users; a metronome; double for 0.5 s.",
        folded=True,
    ),
    Slider(
        "limit_ms",
        "Limit",
        10,
        1_000,
        100,
        unit="ms",
        scale="log",
        help="99 % must be answered within it.",
        folded=True,
    ),
)


def view(online_view: OnlineView) -> View:
    """Return curves, table and sentence of one setting."""
    times, shares = online_view.tail()
    marks = [(online_view.latency_ms(p), 100.0 - p, p) for p in (50, 95, 99)]
    marks = [mark for mark in marks if math.isfinite(mark[0])]
    curves = {
        "simulated": Curve(times, 100 * shares),
        "marks": Curve(
            [m[0] for m in marks], [m[1] for m in marks], [f"p{m[2]} {quantity(m[0], 'ms')}" for m in marks]
        ),
    }
    formula = 100 * online_view.formula_tail(_TIMES_MS)
    if len(formula):
        seen = formula >= _FLOOR
        curves["formula"] = Curve(_TIMES_MS[seen], formula[seen])
    return View(curves, online_view.limit_ms, _rows(online_view), _sentence(online_view), online_view.met)


def _rows(v: OnlineView) -> tuple[tuple[str, str, str], ...]:
    result = v.result
    mean = "–" if v.formula_mean_ms is None else quantity(v.formula_mean_ms, "ms")
    percentiles = [(f"p{p}", _time(v.latency_ms(p)), _maybe(v.formula_percentile_ms(p))) for p in (50, 95, 99)]
    return (
        ("Mean of answered", _mean(result), mean),
        *percentiles,
        (f"Answered within {quantity(v.limit_ms)} ms", _share(v.within_share), "–"),
        ("Turned away · gave up", f"{_share(result.dropped_share)} · {_share(result.timed_out_share)}", "–"),
        (
            "Servers' time in use",
            _share(result.utilisation),
            _share(min(v.load, 1.0)) if result.station.max_batch == 1 and result.station.loses_nothing else "–",
        ),
        ("Cost per million answers", _usd(result.cost_usd_per_million), "–"),
    )


def _sentence(v: OnlineView) -> str:
    result, p99 = v.result, v.latency_ms(99)
    waiting = f"{v.wait_share:.0%}".replace("%", " %")
    within = f"{_share(v.within_share)} of requests are answered within {quantity(v.limit_ms)} ms"
    detail = {
        "nothing": f"Nothing binds: the p99 is {_time(p99)}, of which {waiting} is waiting; {within}.",
        "service": f"Service time binds: {waiting} of the p99 of {_time(p99)} is waiting, the rest is work; {within}.",
        "queue": f"Queueing binds: {waiting} of the p99 of {_time(p99)} is waiting; {within}.",
        "batch window": f"The batch window binds: {waiting} of the p99 of {_time(p99)} is waiting, most of it for the batch to fill; {within}.",
        "overload": f"Overload binds: the servers are busy {_share(result.utilisation)} of the time and the queue grows as long as the load lasts; after {result.requests:,} requests the p99 is {_time(p99)}; {within}.",
        "turned away": f"The queue limit binds: {_share(result.dropped_share)} of requests are turned away; {within}.",
        "timeouts": f"The client's timeout binds: {_share(result.timed_out_share)} of requests get no answer, with {quantity(result.attempts_per_request)} tries each; {within}.",
    }
    return detail[v.binds]


def _mean(result: Result) -> str:
    low, high = result.mean_interval_ms()
    spread = f" ± {float(f'{(high - low) / 2:.2g}'):g} ms" if math.isfinite(low) else ""
    return quantity(result.mean_ms) + (spread or " ms")


def _time(value_ms: float) -> str:
    return quantity(value_ms, "ms") if math.isfinite(value_ms) else "never"


def _maybe(value_ms: float | None) -> str:
    return "–" if value_ms is None else quantity(value_ms, "ms")


def _share(share: float) -> str:
    return f"{100 * share:.1f} %"


def _usd(cost: float) -> str:
    return f"${cost:.3f}" if math.isfinite(cost) else "–"


def _measured(events: list[Any]) -> Curve | None:
    """Return p50, p95 and p99 of the newest measurement that carries them (data: p50_ms, p95_ms, p99_ms)."""
    for event in reversed(events):
        points = [(event.data[f"p{p}_ms"], 100.0 - p) for p in (50, 95, 99) if f"p{p}_ms" in event.data]
        if len(points) >= 2:
            return Curve([x for x, _ in points], [y for _, y in points])
    return None


ONLINE = Explorer(
    name="ch07_online",
    title="One online service: the whole latency distribution",
    question=f"A call takes {quantity(SERVICE_MS)} ms on average. What makes one request in a hundred slow?",
    controls=CONTROLS,
    compute=online,
    view=view,
    x=Axis("Latency", 1, 10_000, log=True, ticks={1: "1 ms", 10: "10 ms", 100: "100 ms", 1000: "1 s", 10_000: "10 s"}),
    y=Axis("Not answered yet", _FLOOR, 100, log=True, ticks={0.1: "0.1 %", 1: "1 %", 10: "10 %", 100: "100 %"}),
    lines=(
        Line("simulated", "Simulated"),
        Line("formula", "Formula (M/M/c)", "formula"),
        Line("marks", "Percentiles", "marks"),
    ),
    limit=Limit(f"Limit for {PROMISE:.0%}".replace("%", " %"), axis="x"),
    columns=("Quantity", "Simulated", "Formula"),
    presets=(
        Preset("Quiet", {"load": 0.5}),
        Preset("Near the edge", {"load": 0.97, "cv": 2.0}),
        Preset("Same load, 8 servers", {"load": 0.8, "servers": 8}),
        Preset("Overloaded, retrying", {"load": 1.1, "timeout_ms": 200, "retries": 3}),
        Preset("Overloaded, shedding", {"load": 1.1, "queue_limit": 10}),
        Preset("Batched", {"load": 1.2, "max_batch": 16}),
    ),
    lock=Lock(
        Question(
            "ch07_online.explorer",
            "At 50 % load the p99 is 46 ms. The load rises to 97 % and service times spread out (CV 2). What is the p99?",
            unit="ms",
            low=1,
            high=100_000,
        ),
        "Near the edge",
        lambda result: result.latency_ms(99),
    ),
    overlay=Overlay(
        "Your machine (measured)",
        _measured,
        "No measurement of yours yet: run the cells that measure the service, then this cell again.",
    ),
)

EXPLORERS = (ONLINE,)
