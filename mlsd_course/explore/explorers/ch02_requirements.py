"""Chapter 02: error budget against release rate and time to repair; threshold against money with few reviewers."""

from mlsd_course.explore.controls import Choice, Slider
from mlsd_course.explore.explorer import Explorer, Lock, Preset
from mlsd_course.explore.prediction import Question, quantity
from mlsd_course.explore.view import Axis, Curve, Limit, Line, View
from mlsd_course.sim.view_error_budget import RATES_PER_WEEK, WANTED, ErrorBudgetView, error_budget

TARGETS = {0.99: "99 %", 0.995: "99.5 %", 0.999: "99.9 %", 0.9995: "99.95 %", 0.9999: "99.99 %"}


def budget_view(v: ErrorBudgetView) -> View:
    """Return curves, table and sentence of one error budget."""
    kept = f"{_percent(v.keep_formula)} kept"
    curves = {
        "simulated": Curve(RATES_PER_WEEK, 100 * v.simulated),
        "formula": Curve(RATES_PER_WEEK, 100 * v.formula),
        "marks": Curve([max(v.releases_per_week, RATES_PER_WEEK[0])], [100 * v.keep_formula], [kept]),
    }
    return View(curves, 100 * WANTED, _budget_rows(v), _budget_sentence(v), v.met)


def _budget_rows(v: ErrorBudgetView) -> tuple[tuple[str, ...], ...]:
    window = f"{v.window_days:g} days"
    simulated = float(v.lost_minutes.mean())
    return (
        (f"Budget in {window}", _minutes(v.budget_minutes), "–"),
        (f"Failures in {window}", quantity(v.incidents), "–"),
        ("Full failure of each", _minutes(v.each_minutes), "–"),
        (f"Lost in {window}, mean", _minutes(v.expected_minutes), _minutes(simulated)),
        ("Share of budget, mean", _percent(v.expected_minutes / v.budget_minutes), _percent(simulated / v.budget_minutes)),
        ("Windows that keep it", _percent(v.keep_formula), _percent(v.keep_simulated)),
        (f"Releases a week for {_percent(WANTED)}", _rate(v.most_per_week), "–"),
    )  # fmt: skip


def _budget_sentence(v: ErrorBudgetView) -> str:
    budget, each = _minutes(v.budget_minutes), _minutes(v.each_minutes)
    kept = f"{_percent(v.keep_formula)} of windows keep the budget of {budget}"
    now = f"{quantity(v.releases_per_week)} releases a week"
    detail = {
        "nothing": f"Nothing binds: with {now} {kept}; up to {_rate(v.most_per_week)} a week would do.",
        "repair": f"Time to repair binds: one failure costs {each}, more than the whole budget; with {now} {kept}.",
        "other incidents": f"Other incidents bind: even without a release too many windows overspend; with {now} {kept}.",
        "releases": f"The release rate binds: {now} lose {_minutes(v.expected_minutes)} on average and {kept}; {_rate(v.most_per_week)} a week would do.",
    }
    return detail[v.binds]


def _minutes(value: float) -> str:
    return quantity(value, "min")


def _rate(per_week: float) -> str:
    return "any number" if per_week == float("inf") else quantity(per_week)


def _percent(share: float) -> str:
    shown = f"{100 * share:.1f}"
    return ("> 99.9" if shown == "100.0" and share < 1 else shown.removesuffix(".0")) + " %"


ERROR_BUDGET = Explorer(
    name="ch02_requirements_budget",
    title="An error budget: how many releases does it pay for?",
    question="How often can a team release and still keep its promise in nine windows of ten?",
    controls=(
        Choice("target", "Target", TARGETS, 0.999, help="Share of requests that must be answered well in the window."),
        Slider("releases_per_week", "Releases a week", 1.0, 100.0, 5.0, scale="log", help="Every release can fail."),
        Slider("repair_minutes", "Time to repair", 5, 240, 60, step=5, unit="min",
               help="Mean time from failure to repair: noticing, deciding, rolling back."),
        Slider("bad_share", "Releases that fail", 0.0, 0.3, 0.05, step=0.01, percent=True, folded=True,
               help="The change failure rate."),
        Slider("users_share", "Users who meet it", 0.05, 1.0, 1.0, step=0.05, percent=True, folded=True,
               help="A canary shows a release to few users first."),
        Slider("other_incidents", "Other failures", 0.0, 5.0, 0.0, step=0.5, folded=True,
               help="Failures in a window that no release caused."),
        Choice("window_days", "Window", {7.0: "7 days", 30.0: "30 days", 90.0: "90 days"}, 30.0, folded=True,
               help="The promise holds over this time."),
    ),
    compute=error_budget,
    view=budget_view,
    x=Axis("Releases a week", 0.5, 100, log=True, ticks={0.5: "0.5", 1: "1", 5: "5", 10: "10", 50: "50", 100: "100"}),
    y=Axis("Windows that keep the budget", 0, 100, ticks={0: "0 %", 50: "50 %", 90: "90 %", 100: "100 %"}),
    lines=(
        Line("simulated", "Simulated windows"),
        Line("formula", "Formula", "formula"),
        Line("marks", "You are here", "marks"),
    ),
    limit=Limit("Wanted: 90 % of windows"),
    columns=("Quantity", "Formula", "Simulated"),
    presets=(
        Preset("One more nine", {"target": 0.9999}),
        Preset("Roll back in 10 min", {"repair_minutes": 10}),
        Preset("Canary: 10 % of users", {"users_share": 0.1}),
        Preset("Release less often", {"releases_per_week": 1.0}),
    ),
    lock=Lock(
        Question(
            "ch02_requirements.budget",
            "99.9 % over 30 days, 5 % of releases fail, a repair takes 60 min: about one release a week keeps the budget "
            "in nine windows of ten. The repair shrinks to 10 min. How many releases a week now?",
            unit="releases a week", low=0.1, high=1000,
        ),
        "Roll back in 10 min",
        lambda v: v.most_per_week,
    ),
)  # fmt: skip

EXPLORERS = (ERROR_BUDGET,)
