"""Chapter 01: how many calls a page makes, and how, decides what its users wait for."""

from typing import Any

import numpy as np

from mlsd_course.explore.explorer.controls import Choice, Slider
from mlsd_course.explore.explorer.description import Explorer, Lock, Overlay, Preset
from mlsd_course.explore.explorer.view import Axis, Curve, Limit, Line, View
from mlsd_course.explore.prediction.prediction import Question, quantity
from mlsd_course.sim.scenarios.fan_out import MOST_CALLS, MOST_SLOW, PATTERNS, FanOutView, fan_out

_LOW_MS, _HIGH_MS, _FLOOR = 1.0, 20_000.0, 0.01
_TIMES_MS = np.geomspace(_LOW_MS, _HIGH_MS, 100)

CONTROLS = (
    Slider("calls", "Calls per page", 1, MOST_CALLS, 5, scale="log", per_decade=12, help="All calls are equal."),
    Slider(
        "sigma", "Spread", 0.3, 2.0, 1.0, step=0.1, help="Sigma of a call's log time; its p99 stays where you set it."
    ),
    Choice(
        "pattern",
        "Calls are made",
        dict(zip(PATTERNS, ("side by side (fan-out)", "one after another (chain)"), strict=True)),
        "fan-out",
        help="A fan-out waits for the slowest call, a chain for their sum.",
    ),
    Choice(
        "hedge_percent",
        "Second try",
        {None: "never", 99: "after the p99", 95: "after the p95", 90: "after the p90", 75: "after the p75"},
        None,
        help="A hedge: a second, equal call; the first answer counts.",
        folded=True,
    ),
    Slider(
        "shared",
        "Common cause",
        0.0,
        0.9,
        0.0,
        step=0.1,
        percent=True,
        help="Part of a call's variance that all calls of a page share: one switch, one disk.",
        folded=True,
        needs="more than one call, or a second try",
        matters=lambda values: values["calls"] > 1 or values["hedge_percent"] is not None,
    ),
    Slider(
        "p99_ms",
        "p99 of one call",
        1.0,
        1_000.0,
        100.0,
        unit="ms",
        scale="log",
        help="1 in 100 calls is slower.",
        folded=True,
    ),
    Slider(
        "limit_ms",
        "A page is slow after",
        20.0,
        2_000.0,
        100.0,
        unit="ms",
        scale="log",
        help=f"At most {MOST_SLOW:.0%} of pages may be slow.".replace("%", " %"),
        folded=True,
    ),
)


def view(page: FanOutView) -> View:
    """Return curves, table and sentence of one setting."""
    levels = np.concatenate([np.linspace(1.0, 0.1, 31)[:-1], np.geomspace(0.1, 0.001, 41)])
    one, formula = 100 * page.call.slower_share(_TIMES_MS), 100 * page.formula_tail(_TIMES_MS)
    slow = 100 * page.slow_share
    curves = {
        "call": _drawn(_TIMES_MS, one),
        "page": _drawn(np.quantile(page.pages_ms, 1 - levels), 100 * levels),
        "slow": Curve([page.limit_ms], [slow], [f"{_share(page.slow_share)} slow"]) if slow > _FLOOR else Curve(),
    }
    if len(formula):
        curves["formula"] = _drawn(_TIMES_MS, formula)
    return View(curves, page.limit_ms, _rows(page), _sentence(page), page.met)


def _drawn(times_ms: np.ndarray, shares: np.ndarray) -> Curve:
    seen = (shares >= _FLOOR) & (times_ms >= _LOW_MS) & (times_ms <= _HIGH_MS)
    return Curve(times_ms[seen], shares[seen])


def _rows(page: FanOutView) -> tuple[tuple[str, str, str], ...]:
    limit, by_formula = quantity(page.limit_ms, "ms"), page.formula_tail(np.array([page.limit_ms]))
    percentiles = [
        (f"Page p{p}", quantity(page.percentile_ms(p), "ms"), _maybe(page.formula_percentile_ms(p))) for p in (50, 99)
    ]
    return (
        (
            f"Pages slower than {limit}",
            _share(page.simulated_slow_share),
            _share(float(by_formula[0])) if len(by_formula) else "–",
        ),
        (f"Calls slower than {limit}", "–", _share(page.call_slow_share)),
        *percentiles,
        ("All p99s added up", "–", quantity(page.calls * page.call.percentile_ms(99), "ms")),
        ("Calls sent per page", "–", quantity(page.calls_sent)),
    )


def _sentence(page: FanOutView) -> str:
    slow, limit = _share(page.slow_share), quantity(page.limit_ms, "ms")
    calls = "one call" if page.calls == 1 else f"{page.calls} calls"
    one = _share(page.call_slow_share)
    tail = f"the page's p99 is {quantity(page.p99_ms, 'ms')}"
    paid = (
        f"; hedging sends {page.call.attempts - 1:.0%} more calls".replace("%", " %") if page.call.hedge_percent else ""
    )
    if page.binds == "call":
        return f"One call binds: it is slower than {limit} {one} of the time by itself; {slow} of pages are slow, {tail}{paid}."
    if page.binds == "common cause":
        return f"The common cause binds: first and second try are slow together, so {slow} of pages are slow, {tail}{paid}."
    if page.binds == "fan-out":
        return f"Fan-out binds: {slow} of pages wait for a call slower than {limit}, though only {one} of calls are; {tail}{paid}."
    summed = quantity(page.calls * page.call.percentile_ms(99), "ms")
    if page.binds == "chain":
        return f"The chain binds: {slow} of pages need more than {limit} for {calls} in a row; {tail}, where adding p99s gives {summed}{paid}."
    added = f", where adding p99s gives {summed}" if page.pattern == "chain" else ""
    return (
        f"Nothing binds: {slow} of pages are slower than {limit} with {calls}, and {one} of calls; {tail}{added}{paid}."
    )


def _measured(events: list[Any]) -> Curve | None:
    """Return p50, p95 and p99 of the newest measured page of five calls in a row (data: p50_ms, p95_ms, p99_ms)."""
    for event in reversed(events):
        if event.kind == "measurement" and event.key == "page":
            return Curve([event.data[f"p{p}_ms"] for p in (50, 95, 99)], [100.0 - p for p in (50, 95, 99)])
    return None


def _maybe(value_ms: float | None) -> str:
    return "–" if value_ms is None else quantity(value_ms, "ms")


def _share(share: float) -> str:
    percent = 100 * share
    if 99.95 <= percent < 100:
        return "> 99.9 %"
    if percent >= 0.1:
        return f"{percent:.1f} %".replace("100.0", "100")
    return f"{percent:.2g} %" if percent >= 0.001 else "less than 0.001 %"


FAN_OUT = Explorer(
    name="ch01_system_thinking",
    chapter="ch01_system_thinking",
    title="One page, many calls: the chance that a page is slow",
    question="Every call is fast 99 times in 100. How many pages are?",
    controls=CONTROLS,
    compute=fan_out,
    view=view,
    x=Axis(
        "Time", _LOW_MS, _HIGH_MS, log=True, ticks={1: "1 ms", 10: "10 ms", 100: "100 ms", 1000: "1 s", 10000: "10 s"}
    ),
    y=Axis(
        "Not answered yet",
        _FLOOR,
        200,  # room for the label of a mark at 100 %
        log=True,
        ticks={0.01: "0.01 %", 0.1: "0.1 %", 1: "1 %", 10: "10 %", 100: "100 %"},
    ),
    lines=(
        Line("page", "Pages, simulated"),
        Line("formula", "Pages, formula", "formula"),
        Line("call", "One call", "third"),
        Line("slow", "Slow pages", "marks"),
    ),
    limit=Limit("A page is slow", axis="x"),
    columns=("Quantity", "Simulated", "Formula"),
    presets=(
        Preset("Five calls", {"calls": 5}),
        Preset("A hundred calls", {"calls": 100}),
        Preset("A hundred, hedged", {"calls": 100, "hedge_percent": 90}),
        Preset("Hedged, common cause", {"calls": 100, "hedge_percent": 90, "shared": 0.5}),
        Preset("Five in a row", {"calls": 5, "pattern": "chain"}),
        Preset("Five in a row, 250 ms", {"calls": 5, "pattern": "chain", "limit_ms": 250.0}),
    ),
    lock=Lock(
        Question(
            "ch01_system_thinking.explorer",
            "A page asks 100 services side by side and waits for all of them. Each service answers within 100 ms 99 times in 100. What share of pages takes longer than 100 ms?",
            unit="%",
            low=0,
            high=100,
        ),
        "A hundred calls",
        lambda page: 100 * page.slow_share,
    ),
    overlay=Overlay(
        "Yours, five in a row",
        _measured,
        "No measurement of yours yet: run the cell that times five calls in a row, then this cell again.",
    ),
)

EXPLORERS = (FAN_OUT,)
