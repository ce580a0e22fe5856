"""Chapter 05: canary share, effect and traffic decide how soon a bad release is found and how many users it harms."""

import math

import numpy as np

from mlsd_course.explore.explorer.controls import Choice, Slider, Toggle
from mlsd_course.explore.explorer.description import Explorer, Lock, Preset
from mlsd_course.explore.explorer.view import Axis, Curve, Limit, Line, View
from mlsd_course.explore.prediction.prediction import Question, quantity
from mlsd_course.sim.scenarios.canary import POINTS, SHARES, CanaryView, canary

CONTROLS = (
    Slider(
        "canary_share",
        "Canary share",
        0.001,
        0.5,
        0.05,
        percent=True,
        scale="log",
        help="Share of the traffic that gets the new release.",
    ),
    Slider(
        "effect",
        "Damage",
        0.05,
        5.0,
        0.5,
        percent=True,
        scale="log",
        help="How many more bad outcomes the release causes: 50 % is half as many again.",
    ),
    Slider(
        "requests_per_h",
        "Traffic",
        100,
        1_000_000,
        10_000,
        unit="/h",
        scale="log",
        help="Requests an hour, both versions together.",
    ),
    Choice(
        "label_delay_h",
        "Label delay",
        {0: "known at once", 1: "1 h", 4: "4 h", 12: "12 h", 24: "1 day"},
        0,
        help="How long until an outcome is known to be bad.",
        folded=True,
    ),
    Choice(
        "hours",
        "Stage lasts",
        {6: "6 h", 24: "1 day", 72: "3 days", 168: "1 week"},
        24,
        help="Then the release is promoted.",
        folded=True,
    ),
    Choice(
        "look_every_h",
        "Looks",
        {0.25: "every 15 min", 1: "every hour", 6: "every 6 h"},
        1,
        help="How often the two counts are compared.",
        folded=True,
    ),
    Choice(
        "bad_share",
        "Bad today",
        {0.001: "0.1 %", 0.005: "0.5 %", 0.02: "2 %", 0.1: "10 %", 0.15: "15 %"},
        0.02,
        help="Share of outcomes that are bad with the stable version.",
        folded=True,
    ),
    Toggle(
        "corrected",
        "Share alpha over the looks",
        default=True,
        help="Off: every look may raise a false alarm in 5 % of cases.",
        folded=True,
    ),
    Slider(
        "budget",
        "Harm budget",
        5,
        5_000,
        100,
        unit="users",
        scale="log",
        help="Users that one bad release may harm.",
        folded=True,
    ),
)
_LOW, _HIGH = 1.0, 100_000.0


def view(v: CanaryView) -> View:
    """Return curve, points, table and sentence of one setting."""
    drawn = np.isfinite(v.curve)
    simulated = np.isfinite(v.points)
    here = min(max(v.harmed, _LOW), _HIGH)
    curves = {
        "simulated": Curve(100 * np.array(POINTS)[simulated], v.points[simulated]),
        "formula": Curve(100 * SHARES[drawn], v.curve[drawn]),
        "here": Curve([100 * v.canary.canary_share], [here], [f"{quantity(v.harmed)} harmed"]),
    }
    return View(curves, v.budget, _rows(v), _sentence(v), v.met)


def _rows(v: CanaryView) -> tuple[tuple[str, str, str], ...]:
    stage = v.canary
    return (
        ("Time to find it, median", _time(v.bad.hours()), _time(v.formula_h)),
        ("… 9 of 10 found within", _time(v.bad.hours(90)), "–"),
        ("Users harmed, mean", quantity(v.harmed), quantity(v.formula_harmed)),
        ("Harm budget", quantity(v.budget), "–"),
        ("Bad releases found", _share(v.found_share), "–"),
        ("Harmless ones rolled back", _share(v.harmless.rolled_back_share), f"at most {_most(v)}"),
        ("Looks · alpha at each", f"{len(stage.looks_h)}", _share(stage.alpha_per_look, 2)),
        ("Requests on the canary an hour", quantity(stage.canary_share * stage.requests_per_h), "–"),
    )


def _most(v: CanaryView) -> str:
    """The bound of Bonferroni; without correction each look adds its own alpha."""
    stage = v.canary
    return _share(min(1.0, stage.alpha if stage.corrected else stage.alpha * len(stage.looks_h)))


def _sentence(v: CanaryView) -> str:
    stage, lasts = v.canary, _time(v.canary.hours)
    detection = f"{_share(v.found_share)} of bad releases are found, half of them within {_time(v.bad.hours())}"
    harm = f"{quantity(v.harmed)} users are harmed on average; the budget is {quantity(v.budget)}"
    alarms = f"{_share(v.harmless.rolled_back_share)} of harmless ones are rolled back too"
    if v.binds == "stage":
        why = "the labels come too late" if not len(stage.looks_h) else "the evidence does not suffice"
        return f"The stage binds: it lasts {lasts}, {why}, and only {_share(v.found_share)} of bad releases are found; {harm}; {alarms}."
    if v.binds == "nothing":
        return f"Nothing binds: {detection}; {harm}; {alarms}."
    words = {
        "false alarms": f"False alarms bind: {len(stage.looks_h)} looks, each with a chance of {_share(stage.alpha_per_look, 2)}, add up",
        "label delay": f"The label delay binds: nothing is known for {_time(stage.label_delay_h)}, and a smaller share would harm fewer meanwhile",
        "looks": f"The looks bind: one every {_time(stage.look_every_h)} is slower than the evidence",
        "evidence": "Evidence binds: so many bad outcomes are needed to tell damage from chance, at any share",
    }
    return f"{words[v.binds]}; {detection}; {harm}; {alarms}."


def _time(hours: float) -> str:
    if not math.isfinite(hours):
        return "not found"
    return quantity(hours, "h") if hours < 48 else quantity(hours / 24, "days")


def _share(share: float, digits: int = 1) -> str:
    return f"{100 * share:.{digits}f} %"


CANARY = Explorer(
    name="ch05_strategy_canary",
    title="A canary: how soon a bad release is found, and at whose cost",
    question="Which share of the traffic should see a new release first?",
    controls=CONTROLS,
    compute=canary,
    view=view,
    x=Axis(
        "Canary share",
        0.1,
        50,
        log=True,
        ticks={0.1: "0.1 %", 0.5: "0.5 %", 1: "1 %", 5: "5 %", 10: "10 %", 50: "50 %"},
    ),
    y=Axis("Users harmed", _LOW, _HIGH, log=True, ticks={10: "10", 100: "100", 1e3: "1,000", 1e4: "10,000"}),
    lines=(
        Line("simulated", "Simulated"),
        Line("formula", "Formula", "formula"),
        Line("here", "This canary", "marks"),
    ),
    limit=Limit("Harm budget", axis="y"),
    columns=("Quantity", "Simulated", "Formula"),
    presets=(
        Preset("Small share", {"canary_share": 0.005, "hours": 168}),
        Preset("Half of the traffic", {"canary_share": 0.5, "effect": 2.0, "look_every_h": 6}),
        Preset("Labels come next day", {"canary_share": 0.2, "label_delay_h": 24, "hours": 72}),
        Preset("Slight damage", {"effect": 0.1, "hours": 24}),
        Preset("Too little traffic", {"requests_per_h": 200, "hours": 24}),
        Preset("Peeking, uncorrected", {"corrected": False, "look_every_h": 0.25}),
    ),
    lock=Lock(
        Question(
            "ch05_strategy.explorer",
            "A canary of 5 % harms about 25 users before a release with 50 % more bad outcomes is found. How many does a canary of 0.5 % harm?",
            unit="users",
            low=1,
            high=1_000,
        ),
        "Small share",
        lambda result: result.harmed,
    ),
)

EXPLORERS = (CANARY,)
