"""Chapter 02: error budget against release rate and time to repair; threshold against money with few reviewers."""

from mlsd_course.explore.explorer.controls import Choice, Slider
from mlsd_course.explore.explorer.description import Explorer, Lock, Preset
from mlsd_course.explore.explorer.view import Axis, Curve, Limit, Line, View
from mlsd_course.explore.prediction.prediction import Question, quantity
from mlsd_course.sim.decision_threshold import ORDERS
from mlsd_course.sim.scenarios.error_budget import RATES_PER_WEEK, WANTED, ErrorBudgetView, error_budget
from mlsd_course.sim.scenarios.threshold import MISSED_USD, THRESHOLDS, ThresholdView, threshold

MONTHS = {0: "September to December", 9: "September", 10: "October", 11: "November", 12: "December"}
REVIEWS = {None: "no limit", 400: "400", 300: "300", 200: "200", 100: "100", 50: "50", 20: "20"}
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
    rate = f"{quantity(v.releases_per_week)} releases a week"
    detail = {
        "nothing": f"Nothing binds: with {rate} {kept}; up to {_rate(v.most_per_week)} a week would do.",
        "repair": f"Time to repair binds: one failure costs {each}, more than the whole budget; with {rate} {kept}.",
        "other incidents": f"Other incidents bind: even without a release too many windows overspend; with {rate} {kept}.",
        "releases": f"The release rate binds: {rate} lose {_minutes(v.expected_minutes)} on average and {kept}; {_rate(v.most_per_week)} a week would do.",
    }
    return detail[v.binds]


def _minutes(value: float) -> str:
    return quantity(value, "min")


def _rate(per_week: float) -> str:
    return "any number" if per_week == float("inf") else quantity(per_week)


def _percent(share: float) -> str:
    percent = f"{100 * share:.1f}"
    return ("> 99.9" if percent == "100.0" and share < 1 else percent.removesuffix(".0")) + " %"


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
    y=Axis("Windows that keep the budget", 0, 112, ticks={0: "0 %", 50: "50 %", 90: "90 %", 100: "100 %"}),
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


def threshold_view(v: ThresholdView) -> View:
    """Return curves, table and sentence of one threshold."""
    percents = [100 * at for at in THRESHOLDS]
    curves = {
        "happened": Curve(percents, [v.nothing_usd - point.cost_usd_per_day for point in v.curve]),
        "expected": Curve(percents, [v.expected_nothing_usd - point.expected_usd_per_day for point in v.curve]),
        "marks": Curve([100 * v.threshold], [v.saved_usd], [_usd(v.saved_usd)]),
    }
    if v.per_day is not None:
        curves["free"] = Curve(percents, [v.nothing_usd - point.cost_usd_per_day for point in v.free])
    return View(curves, 0.0, _threshold_rows(v), _threshold_sentence(v), v.met)


def _threshold_rows(v: ThresholdView) -> tuple[tuple[str, ...], ...]:
    current = v.now
    best = current if v.best == v.threshold else v.curve[THRESHOLDS.index(v.best)]
    limit = "no limit" if v.per_day is None else f"{v.per_day} a day"
    return (
        ("Threshold", _percent(v.threshold), _percent(v.best)),
        ("Formula FP / (FP + FN)", _percent(v.formula), "–"),
        (f"Reviewed a day ({limit})", quantity(current.acted_per_day), quantity(best.acted_per_day)),
        ("Precision", _percent(current.precision), _percent(best.precision)),
        ("Recall", _percent(current.recall), _percent(best.recall)),
        ("Errors cost a day", _usd(current.cost_usd_per_day), _usd(v.best_usd)),
        ("Doing nothing costs a day", _usd(v.nothing_usd), _usd(v.nothing_usd)),
        ("Saved a day, as it happened", _usd(v.saved_usd), _usd(v.nothing_usd - v.best_usd)),
        (
            "Saved a day, by the scores",
            _usd(v.expected_nothing_usd - current.expected_usd_per_day),
            _usd(v.expected_nothing_usd - best.expected_usd_per_day),
        ),
        ("One more review a day saves", _usd(v.next_usd), "–"),
    )


def _threshold_sentence(v: ThresholdView) -> str:
    saved = f"acting saves {_usd(v.saved_usd)} of the {_usd(v.nothing_usd)} a day that doing nothing costs"
    if v.saved_usd < 0:
        saved = f"acting loses {_usd(-v.saved_usd)} a day more than doing nothing"
    more = f"on {_percent(v.full_days)} of days more is flagged than can be reviewed"
    full = "nothing limits the reviews" if v.per_day is None else more
    better = f"{_percent(v.best)} would save {_usd(v.wasted_usd)} a day more"
    detail = {
        "nothing": f"Nothing binds: from {_percent(v.threshold)} on {saved}.",
        "reviews": f"The reviewers bind: {full}, and one more review a day would save {_usd(v.next_usd)}; {saved}.",
        "too eager": f"The threshold binds: {_percent(v.threshold)} is too low, {better}; {full}; {saved}.",
        "too shy": f"The threshold binds: {_percent(v.threshold)} is too high, {better}; {saved}.",
    }
    return detail[v.binds]


def _usd(value: float) -> str:
    return f"-${-value:,.0f}" if value < -0.5 else f"${abs(value):,.0f}"


THRESHOLD = Explorer(
    name="ch02_requirements_threshold",
    title="A threshold: how much does acting save?",
    question=f"A late arrival nobody acted on costs ${MISSED_USD:.0f}. From which score should an agent look at a flight?",
    controls=(
        Slider("threshold", "Threshold", 0.0, 1.0, 0.5, step=0.01, percent=True, help="Flights of this score or more are flagged."),
        Choice("per_day", "Reviews a day", REVIEWS, None, help="How many flagged flights the agents can look at."),
        Slider("false_alarm_usd", "Cost of a false alarm", 15, 60, 25, step=5, unit="USD", help="An agent's time, and trust."),
        Choice("order", "Who is reviewed", dict(zip(ORDERS, ("the riskiest of the day", "first come, first served"), strict=True)),
               ORDERS[1], help="The riskiest first needs the whole day's scores before it starts.", folded=True,
               needs="a limit on reviews", matters=lambda values: values["per_day"] is not None),
        Choice("month", "Months", MONTHS, 0, folded=True, help="The model learned from January to August."),
    ),
    compute=threshold,
    view=threshold_view,
    x=Axis("Threshold on the score", 0, 100, ticks={0: "0 %", 20: "20 %", 40: "40 %", 60: "60 %", 80: "80 %", 100: "100 %"}),
    y=Axis("Saved a day", -5_000, 15_000, ticks={-5_000: "-$5k", 0: "$0", 5_000: "$5k", 10_000: "$10k", 15_000: "$15k"}),
    lines=(
        Line("happened", "As it happened"),
        Line("free", "Without a limit on reviews", "third"),
        Line("expected", "By the scores (formula)", "formula"),
        Line("marks", "You are here", "marks"),
    ),
    limit=Limit("Doing nothing"),
    columns=("Quantity", "Now", "At the cheapest"),
    presets=(
        Preset("By the formula", {"threshold": 0.2}),
        Preset("Same, 100 reviews a day", {"threshold": 0.2, "per_day": 100}),
        Preset("Higher, 100 reviews", {"threshold": 0.44, "per_day": 100}),
        Preset("Riskiest first", {"threshold": 0.2, "per_day": 100, "order": ORDERS[0]}),
        Preset("Take whoever comes", {"threshold": 0.0, "per_day": 100}),
    ),
    lock=Lock(
        Question(
            "ch02_requirements.threshold",
            "A false alarm costs $25, a miss $100; without a limit the cheapest threshold is 20 %. Now only 100 flagged "
            "flights a day can be reviewed, first come, first served. Which threshold is the cheapest?",
            unit="%", low=0, high=100,
        ),
        "Higher, 100 reviews",
        lambda v: 100 * v.best,
    ),
)  # fmt: skip

EXPLORERS = (THRESHOLD, ERROR_BUDGET)
