"""Chapter 03: what is possible at all, and which constraint says no; move the data or move the compute."""

import math
from typing import Any

import numpy as np

from mlsd_course.explore.explorer.controls import Choice, Slider
from mlsd_course.explore.explorer.description import Explorer, Lock, Overlay, Preset
from mlsd_course.explore.explorer.view import Axis, Curve, Limit, Line, View
from mlsd_course.explore.prediction.prediction import Question, quantity
from mlsd_course.sim import estimation
from mlsd_course.sim.scenarios.data_gravity import GravityView, gravity
from mlsd_course.sim.scenarios.feasibility import (
    BUSY,
    CALL_OVERHEAD_MS,
    LINK_USE,
    MACHINES,
    SIZES,
    FeasibilityView,
    feasibility,
)

_LOW, _HIGH = 0.1, 1_000_000.0
_PARAMETERS = {
    1e6: "1 M", 3e6: "3 M", 1e7: "10 M", 3e7: "30 M", 1e8: "100 M", 3e8: "300 M", 1e9: "1 B", 3e9: "3 B", 7e9: "7 B",
    1.3e10: "13 B", 3e10: "30 B", 7e10: "70 B", 1.8e11: "180 B", 5e11: "500 B",
}  # fmt: skip

FEASIBILITY_CONTROLS = (
    Slider("per_s", "Traffic", 1.0, 100_000.0, 100.0, unit="/s", scale="log", help="Requests a second at the peak."),
    Choice("parameters", "Model size", _PARAMETERS, 1e8, help="Parameters of a dense model: 2 operations each a row."),
    Choice(
        "machine",
        "Machine",
        {name: machine.label for name, machine in MACHINES.items()},
        "cpu",
        help="Sets arithmetic, memory rate, memory size and price.",
    ),
    Choice(
        "batch",
        "Batch",
        {n: ("1 row" if n == 1 else f"{n} rows") for n in (1, 4, 16, 64, 256)},
        1,
        help="Rows of one call: the weights are read once for all of them.",
        folded=True,
    ),
    Choice(
        "bytes_each",
        "Weights",
        {4.0: "32 bits", 2.0: "16 bits", 1.0: "8 bits", 0.5: "4 bits"},
        2.0,
        help="Bits of one weight: what is stored and read.",
        folded=True,
    ),
    Slider(
        "sustained",
        "Sustained",
        0.1,
        1.0,
        0.4,
        step=0.05,
        percent=True,
        help="Share of the data sheet's peak that code reaches.",
        folded=True,
    ),
    Slider(
        "budget_usd",
        "Budget",
        100.0,
        1_000_000.0,
        5_000.0,
        unit="USD a month",
        scale="log",
        help="For machines.",
        folded=True,
    ),
    Choice(
        "machines_at_most",
        "Machines there are",
        {n: f"{n:,}" for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)},
        50,
        help="On your own premises, or the cloud's quota.",
        folded=True,
    ),
    Slider("request_kb", "Request", 1.0, 10_000.0, 10.0, unit="kB", scale="log", help="Bytes in and out.", folded=True),
    Choice(
        "gigabits_per_s",
        "Link",
        {0.1: "100 Mb/s", 1.0: "1 Gb/s", 10.0: "10 Gb/s", 100.0: "100 Gb/s"},
        10.0,
        help="Of the whole site, in bits.",
        folded=True,
    ),
    Slider(
        "limit_ms", "Latency limit", 10.0, 10_000.0, 500.0, unit="ms", scale="log", help="Of one call.", folded=True
    ),
)


def feasibility_view(v: FeasibilityView) -> View:
    """Return map, table and sentence of one setting."""
    possible = v.curves["possible"]
    there = possible > 0
    edge = np.clip(possible[there], _LOW, _HIGH)
    outline = Curve(
        [*SIZES[there], *SIZES[there][::-1]], [*edge, *np.full(len(edge), _LOW)]
    ) if there.any() else Curve()  # fmt: skip
    curves = {
        "possible": outline,
        "fleet": _inside(v.curves["fleet"]),
        "cost": _inside(v.curves["cost"]),
        "network": _inside(v.curves["network"]),
        "here": Curve([v.parameters], [v.per_s], [f"{v.binds} binds"]),
    }
    return View(curves, max(_LOW, min(v.ceiling_per_s, _HIGH)), _feasibility_rows(v), _feasibility_sentence(v), v.met)


def _inside(most: Any) -> Curve:
    seen = (most >= _LOW) & (most <= _HIGH)
    return Curve(SIZES[seen], most[seen])


def _feasibility_rows(v: FeasibilityView) -> tuple[tuple[str, str, str], ...]:
    machine = v.machine
    rows = (
        ("memory", f"{_gb(v.weights_gb)} of {_gb(machine.memory_gb)}", "holds the model"),
        ("latency", f"{quantity(v.call_ms, 'ms')} a call", "in time"),
        ("arithmetic", f"{quantity(v.arithmetic_ms, 'ms')} a call", _rate(v.roofs_per_s["arithmetic"])),
        ("memory bandwidth", f"{quantity(v.reading_ms, 'ms')} a call", _rate(v.roofs_per_s["memory bandwidth"])),
        ("network", f"{_share(v.link_share)} of the link", _rate(v.most_per_s["network"])),
        ("cost", f"${v.cost_usd_per_month:,.0f} a month", _rate(v.most_per_s["cost"])),
    )
    named = [
        (
            ("→ " if word == v.binds else "") + word.capitalize(),
            detail,
            "nothing" if v.most_per_s.get(word) == 0 else most,
        )
        for word, detail, most in rows
    ]
    return (
        *named,
        ("Machines", f"{v.needed:,} needed, {v.machines_at_most:,} there", f"{_rate(v.capacity_per_s)} each"),
        ("Simulated p99", *_simulated(v)),
    )


def _rate(per_s: float) -> str:
    return f"{quantity(per_s)}/s"


def _simulated(v: FeasibilityView) -> tuple[str, str]:
    if v.run is None:
        return "cannot be loaded", "–"
    offered = f"{_rate(v.offered_per_s)} at each"
    if v.offered_per_s >= v.capacity_per_s:
        return offered, "without end"
    return offered, quantity(v.run.percentile_ms(99), "ms")


def _feasibility_sentence(v: FeasibilityView) -> str:
    demand = f"{quantity(v.per_s)} requests/s"
    size = f"a model of {_gb(v.weights_gb)}"
    if v.binds == "memory" and not v.ceiling_per_s:
        return f"Memory binds: {size} does not fit into the {_gb(v.machine.memory_gb)} of one machine, so not one request is possible; fewer bits a weight, a larger machine, or a model that is split."
    if v.binds == "latency" and not v.ceiling_per_s:
        return f"Latency binds: one call takes {quantity(v.call_ms, 'ms')}, too long before the first request waits; more machines do not help, a faster one or a smaller model does."
    verdict = "are possible" if v.met else "are not possible"
    needed = f"{v.needed:,} machines are" if v.needed > 1 else "1 machine is"
    room = f"up to {quantity(v.ceiling_per_s)}/s"
    why = {
        "network": f"{_share(v.link_share)} of the link would be used, and {_share(LINK_USE)} may be",
        "cost": f"{v.needed:,} machine{'s' * (v.needed > 1)} cost{'s' * (v.needed == 1)} ${v.cost_usd_per_month:,.0f} a month",
        "arithmetic": f"computing takes longer than reading the weights: {needed} needed, there are {v.machines_at_most:,}",
        "memory bandwidth": f"reading the weights takes longer than computing with them: {needed} needed, there are {v.machines_at_most:,}",
    }[v.binds]
    used = f", {quantity(100 * v.use)} % of what it allows" if v.met else ""
    return f"{v.binds.capitalize()} binds ({room}): {demand} for {size} {verdict}{used}; {why}."


def _gb(gigabytes: float) -> str:
    return f"{quantity(1000 * gigabytes)} MB" if gigabytes < 1 else f"{quantity(gigabytes)} GB"


def _share(share: float) -> str:
    return f"{quantity(100 * share)} %"


def _my_machine(events: list[Any]) -> Curve | None:
    """Return what the learner's machine could serve by its measured roofs: all cores, batches of one, 32 bits."""
    for event in reversed(events):
        try:
            cores = int(event.data["cores"])
            gflop, gigabytes = (float(event.data[name]["median"]) for name in ("gflop_per_s", "memory_gb_per_s"))
        except (KeyError, TypeError, ValueError):
            continue
        calls = [
            max(estimation.call_ms(size, 1, cores * gflop / 1000, gigabytes, 4.0)) + CALL_OVERHEAD_MS / cores
            for size in SIZES
        ]
        most = BUSY * 1000 / np.array(calls)
        seen = (most >= _LOW) & (SIZES <= 1e11)
        return Curve(SIZES[seen][::6], most[seen][::6])
    return None


FEASIBILITY = Explorer(
    name="ch03_constraints",
    title="What is possible: traffic × model size",
    question="Can this model be served at this rate on these machines, and what says no first?",
    controls=FEASIBILITY_CONTROLS,
    compute=feasibility,
    view=feasibility_view,
    x=Axis("Model size (parameters)", 1e6, 1e12, log=True, ticks={1e6: "1 M", 1e8: "100 M", 1e9: "1 B", 1e10: "10 B", 1e12: "1 T"}),
    y=Axis("Requests a second", _LOW, _HIGH, log=True, ticks={0.1: "0.1", 1: "1", 100: "100", 1e4: "10,000", 1e6: "1 M"}),
    lines=(
        Line("possible", "Possible", "band"),
        Line("fleet", "All machines", "main"),
        Line("cost", "Budget", "second"),
        Line("network", "Link", "third"),
        Line("here", "Asked", "marks"),
    ),
    limit=Limit("Ceiling at this size", axis="y"),
    columns=("Constraint", "Arithmetic", "Allows"),
    presets=(
        Preset("Memory", {"parameters": 7e10, "machine": "large_gpu"}),
        Preset("Latency", {"parameters": 1.3e10, "bytes_each": 1.0, "per_s": 1}),
        Preset("Network", {"parameters": 1e6, "per_s": 10_000, "request_kb": 100}),
        Preset("Cost", {"parameters": 7e9, "machine": "large_gpu", "per_s": 100}),
        Preset("Memory bandwidth", {"parameters": 1e9, "machine": "small_gpu", "per_s": 1_000, "budget_usd": 100_000, "machines_at_most": 10}),
        Preset("… in batches", {"parameters": 1e9, "machine": "small_gpu", "per_s": 1_000, "budget_usd": 100_000, "machines_at_most": 10, "batch": 64}),
        Preset("Arithmetic", {"parameters": 7e9, "machine": "large_gpu", "per_s": 50_000, "budget_usd": 100_000, "machines_at_most": 5, "batch": 256}),
    ),
    lock=Lock(
        Question(
            "ch03_constraints.explorer",
            "One small GPU: 120 TFLOP/s and 300 GB/s on the data sheet, 40 % of both sustained. A model of 1 billion parameters in 16 bits, one row a call, 70 % busy. How many rows a second do 10 of them serve?",
            unit="rows a second",
            low=10,
            high=1_000_000,
        ),
        "Memory bandwidth",
        lambda result: result.most_per_s["memory bandwidth"],
    ),
    overlay=Overlay(
        "Your machine (measured)",
        _my_machine,
        "No calibration of yours yet: run calibrate() in this chapter or on the start page, then this cell again.",
    ),
)  # fmt: skip

GRAVITY_CONTROLS = (
    Slider("terabytes", "Data", 1.0, 10_000.0, 50.0, unit="TB", scale="log", help="What the job reads."),
    Choice(
        "gigabits_per_s",
        "Link",
        {0.1: "100 Mb/s", 1.0: "1 Gb/s", 10.0: "10 Gb/s", 100.0: "100 Gb/s"},
        10.0,
        help="Gigabits, not gigabytes.",
    ),
    Choice(
        "runs",
        "Runs",
        {n: f"{n:,}" for n in (1, 2, 5, 10, 30, 100, 300, 1_000)},
        1,
        help="How often the job is run over these data.",
    ),
    Slider(
        "sustained",
        "Left for you",
        0.1,
        1.0,
        1.0,
        step=0.05,
        percent=True,
        help="Share of the link that others leave, on average.",
        folded=True,
    ),
    Slider(
        "usd_per_gb",
        "Egress",
        0.0,
        0.15,
        0.08,
        step=0.01,
        unit="USD/GB",
        help="Paid for each GB that leaves.",
        folded=True,
    ),
    Slider(
        "changed",
        "Changed",
        0.0,
        1.0,
        0.0,
        step=0.05,
        percent=True,
        help="Share of the data that is new before each further run.",
        folded=True,
        needs="more than one run",
        matters=lambda values: values["runs"] > 1,
    ),
    Slider(
        "dearer",
        "Machines there",
        1.0,
        10.0,
        1.5,
        step=0.5,
        unit="x as dear",
        help="Price of compute where the data lie, over the price at home.",
        folded=True,
    ),
    Choice(
        "deadline_h",
        "Deadline",
        {1.0: "1 h", 8.0: "8 h", 24.0: "1 day", 168.0: "1 week", 720.0: "30 days"},
        24.0,
        help="Until the last run is done.",
        folded=True,
    ),
)
_WAYS = {"data": "Move the data", "compute": "Move the compute", "disks": "Send disks"}
_H_LOW, _H_HIGH, _USD_LOW, _USD_HIGH = 0.02, 100_000.0, 1.0, 10_000_000.0


def gravity_view(v: GravityView) -> View:
    """Return lines, points, table and sentence of one setting."""
    data = v.ways["data"]
    drawn = {name: _clipped(hours, usd) for name, (hours, usd) in v.lines.items()}
    trials = v.trials_h + data.hours - data.moving_h
    chosen = v.best or min(v.ways, key=lambda name: v.ways[name].hours)
    marks = [(option.hours, max(option.usd, _USD_LOW), name) for name, option in v.ways.items()]
    curves = {
        **drawn,
        "trials": Curve(trials, np.full(len(trials), max(data.usd, _USD_LOW))),
        "here": Curve([m[0] for m in marks], [m[1] for m in marks], [m[2] if m[2] == chosen else "" for m in marks]),
    }
    return View(curves, v.deadline_h, _gravity_rows(v), _gravity_sentence(v), v.met)


def _clipped(hours: Any, usd: Any) -> Curve:
    seen = (hours >= _H_LOW) & (hours <= _H_HIGH) & (usd >= _USD_LOW) & (usd <= _USD_HIGH)
    return Curve(hours[seen], usd[seen])


def _gravity_rows(v: GravityView) -> tuple[tuple[str, str, str], ...]:
    rows = []
    for name, option in v.ways.items():
        rows.append((("→ " if name == v.best else "") + _WAYS[name], _hours(option.hours), f"${option.usd:,.0f}"))
        rows.append(("… of which moving", _hours(option.moving_h), f"${option.moving_usd:,.0f}"))
    middle, worst = np.median(v.trials_h), np.max(v.trials_h)
    even = f"{quantity(math.ceil(v.even_runs))} runs" if math.isfinite(v.even_runs) and v.even_runs > 0 else "never"
    return (
        *rows,
        ("Moving the data, simulated", f"{_hours(float(middle))}, slowest {_hours(float(worst))}", "–"),
        ("Moving the data is cheaper from", even, "–"),
    )


def _gravity_sentence(v: GravityView) -> str:
    data, compute = v.ways["data"], v.ways["compute"]
    moving = f"{quantity(v.terabytes)} TB over {quantity(v.gigabits_per_s)} Gb/s take {_hours(data.moving_h)} and ${data.moving_usd:,.0f} of egress"
    if v.best is None:
        fastest = min(v.ways, key=lambda name: v.ways[name].hours)
        return f"The deadline binds: even the fastest way ({_WAYS[fastest].lower()}) needs {_hours(v.ways[fastest].hours)} of {_hours(v.deadline_h)}; {moving}."
    others = f"moving the compute costs ${compute.usd:,.0f}, moving the data ${data.usd:,.0f}"
    late = [_WAYS[name].lower() for name in v.ways if name not in v.in_time]
    tail = f"; it would be too late to {' or to '.join(late)}" if late else ""
    return f"{_WAYS[v.best]}: cheapest within {_hours(v.deadline_h)}; {moving}; {others}{tail}."


def _hours(hours: float) -> str:
    if hours < 1:
        return quantity(60 * hours, "min") if hours > 1 / 60 else quantity(3600 * hours, "s")
    return quantity(hours, "h") if hours < 100 else quantity(hours / 24, "days")


GRAVITY = Explorer(
    name="ch03_constraints_gravity",
    title="Move the data, or move the compute",
    question="The data lie in one cloud, your machines in another. What do you move?",
    controls=GRAVITY_CONTROLS,
    compute=gravity,
    view=gravity_view,
    x=Axis("Until the results are there", _H_LOW, _H_HIGH, log=True, ticks={1 / 60 * 3: "3 min", 1: "1 h", 24: "1 day", 720: "30 days", 8760: "1 year"}),
    y=Axis("Cost, USD", _USD_LOW, _USD_HIGH, log=True, ticks={1: "1", 100: "100", 1e4: "10,000", 1e6: "1 M"}),
    lines=(
        Line("data", "Move the data", "main"),
        Line("compute", "Move the compute", "second"),
        Line("disks", "Send disks", "third"),
        Line("trials", "Data, simulated", "points"),
        Line("here", "This size", "marks"),
    ),
    limit=Limit("Deadline", axis="x"),
    columns=("Way", "Time", "Cost"),
    presets=(
        Preset("50 TB, 100 Gb/s", {"gigabits_per_s": 100.0}),
        Preset("A busy link", {"sustained": 0.5, "deadline_h": 8.0}),
        Preset("Many runs, dear machines", {"runs": 1_000, "dearer": 5.0, "deadline_h": 720.0}),
        Preset("Data that change", {"runs": 100, "changed": 0.1, "dearer": 3.0, "deadline_h": 168.0}),
        Preset("A petabyte in a day", {"terabytes": 1_000, "gigabits_per_s": 1.0, "runs": 10}),
    ),
    lock=Lock(
        Question(
            "ch03_constraints.explorer_gravity",
            "50 TB over 10 Gb/s take 11.1 h. Others use half of the link, mostly by day. How long does the slowest of 40 transfers take?",
            unit="h",
            low=1,
            high=1_000,
        ),
        "A busy link",
        lambda result: float(np.max(result.trials_h)),
    ),
)  # fmt: skip

EXPLORERS = (FEASIBILITY, GRAVITY)
