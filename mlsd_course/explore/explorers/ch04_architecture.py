"""Chapter 04: where a slow request spends its time, what redundancy buys, which architectures are not beaten."""

from collections.abc import Iterator

from mlsd_course.explore.explorer.controls import Choice, Slider, Toggle
from mlsd_course.explore.explorer.description import Explorer, Lock, Preset
from mlsd_course.explore.explorer.view import Axis, Curve, Limit, Line, View
from mlsd_course.explore.prediction.prediction import Question, quantity
from mlsd_course.sim.scenarios.pareto import Candidate, ParetoView, pareto
from mlsd_course.sim.scenarios.redundancy import PROVIDERS, PathsView, paths
from mlsd_course.sim.scenarios.request_path import LAYOUTS, BudgetView, budget

_PARTS = ("api", "flags", "features", "weather", "model")
_WHOLE = len(_PARTS) + 1
_HIGH_MS = 200.0

BUDGET_CONTROLS = (
    Slider("per_s", "Requests at the peak", 10, 400, 60, step=10, unit="/s", help="One model replica serves 150/s."),
    Choice(
        "layout",
        "Calls are made",
        dict(zip(LAYOUTS, ("one after another", "features and weather together", "weather copied every hour"), strict=True)),
        "row",
        help="Copied: the call leaves the request's way, and the weather is up to an hour old.",
    ),
    Slider("replicas", "Replicas of each part", 1, 4, 1, help="They share the load; the weather provider is one."),
    Choice(
        "timeout_ms",
        "Timeout of weather and model",
        {None: "none", 80: "80 ms", 50: "50 ms", 30: "30 ms"},
        None,
        help="A call that is cut off fails the request here.",
        folded=True,
    ),
    Slider("model_p99_ms", "p99 of the model", 10, 200, 25, step=5, unit="ms", help="Alone, with nobody waiting.", folded=True),
    Slider("limit_ms", "Limit for the p99", 20, 190, 100, step=5, unit="ms", help="Of the whole request.", folded=True),
)  # fmt: skip


def budget_view(state: BudgetView) -> View:
    """Return waterfall, table and sentence of one setting."""
    latency = state.budget
    own = {share.component: share for share in latency.shares}
    waits = {name: min(share.wait_ms, 2 * _HIGH_MS) for name, share in own.items()}
    added, steps, base = 0.0, [], 0.0
    work, wait = _Bars(), _Bars()
    for position, name in enumerate(_PARTS, 1):
        if name in own:
            work.add(position, base, own[name].work_ms)
            wait.add(position, base + own[name].work_ms, waits[name])
            base, added = base + own[name].work_ms + waits[name], added + own[name].own_ms
        steps += [(position - 0.4, added), (position + 0.4, added)]
    worked = sum(share.work_ms for share in latency.shares)
    work.add(_WHOLE, 0.0, worked)
    wait.add(_WHOLE, worked, sum(waits.values()))
    label = "no end" if latency.saturated else quantity(latency.total_ms, "ms")
    curves = {
        "work": work.curve,
        "wait": wait.curve,
        "added": Curve([at for at, _ in steps], [height for _, height in steps]),
        "whole": Curve([_WHOLE - 0.35], [min(base, 0.93 * _HIGH_MS)], [label]),
    }
    return View(curves, state.limit_ms, tuple(_budget_rows(state)), _budget_sentence(state), state.met)


def _budget_rows(state: BudgetView) -> Iterator[tuple[str, str, str, str, str]]:
    for share in state.budget.shares:
        full = share.component in state.budget.saturated
        wait = "grows" if full else _ms(share.wait_ms)
        total = "–" if full else _ms(share.ms)
        yield share.component, _ms(share.own_ms), _ms(share.work_ms), wait, total
    whole = "grows" if state.budget.saturated else _ms(state.budget.total_ms)
    worked = sum(share.work_ms for share in state.budget.shares)
    waited = "grows" if state.budget.saturated else _ms(state.budget.total_ms - worked)
    yield "whole request", f"{_ms(state.budget.added_ms)} added up", _ms(worked), waited, whole
    left = "–" if state.budget.saturated else _ms(state.limit_ms - state.budget.total_ms)
    yield "left of the limit", "–", "–", "–", f"{left} of {quantity(state.limit_ms, 'ms')}"
    yield "requests cut off by a timeout", "–", "–", "–", f"{100 * state.failed_share:.1f} %"


def _budget_sentence(state: BudgetView) -> str:
    latency = state.budget
    total, largest = quantity(latency.total_ms, "ms"), latency.largest
    added = f"its parts' p99s added up would say {quantity(latency.added_ms, 'ms')}"
    if latency.saturated:
        names = " and ".join(latency.saturated)
        use = max(share.utilisation for share in latency.shares)
        return f"Saturation binds: {names} gets {100 * use:.0f} % of what it can serve, and its queue grows as long as the peak lasts; {added}."
    of = f"{largest.component} takes {quantity(largest.ms)} of the {total} of a slow request"
    if state.binds == "waiting":
        return f"Waiting binds: {of}, {quantity(largest.wait_ms, 'ms')} of it in a queue that no part's own p99 shows; the limit is {quantity(state.limit_ms, 'ms')}; {added}."
    if state.binds == "work":
        return f"Work binds: {of}; the limit is {quantity(state.limit_ms, 'ms')}; {added}."
    return f"Nothing binds: the p99 is {total} of {quantity(state.limit_ms, 'ms')}; {of}; {added}."


class _Bars:
    """Bars that hang in the air."""

    def __init__(self) -> None:
        self.x: list[float] = []
        self.y: list[float] = []
        self.base: list[float] = []

    def add(self, position: float, base: float, height: float) -> None:
        """One more bar."""
        self.x.append(float(position))
        self.base.append(base)
        self.y.append(height)

    @property
    def curve(self) -> Curve:
        """All bars."""
        return Curve(self.x, self.y, base=self.base)


def _ms(value: float) -> str:
    return f"{value:.1f} ms"


BUDGET = Explorer(
    name="ch04_architecture_budget",
    title="A latency budget that adds up",
    question="Five parts answer one request. Which of them does a slow request wait for?",
    controls=BUDGET_CONTROLS,
    compute=budget,
    view=budget_view,
    x=Axis("", 0.4, _WHOLE + 0.6, ticks={**dict(enumerate(_PARTS, 1)), _WHOLE: "whole"}),
    y=Axis("Time of a p99 request, ms", 0, _HIGH_MS),
    lines=(
        Line("work", "Work", "bars"),
        Line("wait", "Waiting", "bars2"),
        Line("added", "All p99s added up", "third"),
        Line("whole", "Whole", "marks"),
    ),
    limit=Limit("Limit"),
    columns=("Part", "Own p99", "Work in a p99 request", "Waiting", "Together"),
    presets=(
        Preset("As first drawn", {}),
        Preset("Rush hour", {"per_s": 140}),
        Preset("Rush hour, twice of everything", {"per_s": 140, "replicas": 2}),
        Preset("Side by side", {"layout": "together"}),
        Preset("A slow model", {"model_p99_ms": 150, "layout": "copied"}),
    ),
    lock=Lock(
        Question(
            "ch04_architecture.budget",
            "One after another, the five parts have p99s of 10, 2, 12, 60 and 25 ms: 109 ms added up. What is the p99 of the whole at 60 requests a second, with one replica of each?",
            unit="ms",
            low=10,
            high=1000,
        ),
        "As first drawn",
        lambda state: state.budget.total_ms,
    ),
)  # fmt: skip

_HIGH_MIN = 450.0

PATHS_CONTROLS = (
    Slider("replicas", "Replicas of each part", 1, 4, 1, help="Of the parts of your own."),
    Choice("zones", "They stand in", {1: "one zone", 2: "two zones or more"}, 1, help="One zone: 10 % of failures hit all replicas; several: 5 %.", needs="two replicas or more", matters=lambda values: values["replicas"] > 1),
    Toggle("fallback", "Fallbacks", False, help="Each call of the api has a default to answer with."),
    Choice("provider", "Weather provider", dict(zip(PROVIDERS, ("one", "a second one when it fails", "copied every hour"), strict=True)), "one", help="99.5 % available each; nobody replicates it for you.", folded=True),
    Slider("per_s", "Requests at the peak", 20, 400, 60, step=20, unit="/s", help="A replica that the load needs is no spare; a model replica serves 150/s.", folded=True),
    Choice("promised", "Promised availability", {0.99: "99 %", 0.995: "99.5 %", 0.999: "99.9 %", 0.9995: "99.95 %"}, 0.999, help="Share of requests answered, over 30 days.", folded=True),
)  # fmt: skip


def paths_view(state: PathsView) -> View:
    """Return the waterfall of lost minutes, table and sentence of one setting."""
    lost, caught, naive, base, alone = _Bars(), _Bars(), [], 0.0, 0.0
    for position, name in enumerate(_PARTS, 1):
        minutes = state.lost_minutes.get(name, 0.0)
        if name in state.lost_minutes:
            lost.add(position, base, minutes)
        if name in state.caught_minutes:
            caught.add(position, base, state.caught_minutes[name])
        base, alone = base + minutes, alone + state.independent_minutes.get(name, 0.0)
        naive += [(position - 0.4, alone), (position + 0.4, alone)]
    lost.add(_WHOLE, 0.0, base)
    caught.add(_WHOLE, base, sum(state.caught_minutes.values()))
    curves = {
        "lost": lost.curve,
        "caught": caught.curve,
        "alone": Curve([at for at, _ in naive], [height for _, height in naive]),
        "whole": Curve([_WHOLE - 0.35], [min(base, 0.93 * _HIGH_MIN)], [_minutes(state.down_minutes)]),
    }
    return View(curves, state.allowed_minutes, tuple(_paths_rows(state)), _paths_sentence(state), state.met)


def _paths_rows(state: PathsView) -> Iterator[tuple[str, str, str, str, str]]:
    for name in _PARTS:
        if name in state.all_up:
            lost = "a fallback answers" if name in state.caught_minutes else _minutes(state.lost_minutes[name])
            yield name, _up(state.one_up[name]), str(state.spare[name]), _up(state.all_up[name]), lost
    yield (
        "whole request",
        "–",
        "–",
        _up(state.answered),
        f"{_minutes(state.down_minutes)} of {_minutes(state.allowed_minutes)}",
    )
    yield "with a fallback in it", "–", "–", "–", _minutes(sum(state.caught_minutes.values()))


def _paths_sentence(state: PathsView) -> str:
    text = f"{_up(state.answered)} of requests are answered: {_minutes(state.down_minutes)} a month without an answer, {_minutes(state.allowed_minutes)} allowed"
    share = state.lost_minutes[state.weakest] / state.down_minutes if state.down_minutes else 0.0
    spare = state.spare[state.weakest]
    weak = f"{100 * share:.0f} % of them come from {state.weakest}, which has {spare or 'no'} spare replica{'s' * (spare > 1)}"
    degraded = sum(state.caught_minutes.values())
    more = f"; for {_minutes(degraded)} a fallback answers" if degraded else ""
    binding = "Nothing" if state.met else state.weakest.capitalize()
    return f"{binding} binds: {text}; {weak}{more}."


def _minutes(value: float) -> str:
    return quantity(value, "min")


def _up(share: float) -> str:
    return f"{100 * share:.3f} %"


PATHS = Explorer(
    name="ch04_architecture_paths",
    title="What redundancy buys, in minutes a month",
    question="Every part is up 99.5 % of the time or more. How long is the whole without an answer, and which copy helps?",
    controls=PATHS_CONTROLS,
    compute=paths,
    view=paths_view,
    x=Axis("", 0.4, _WHOLE + 0.6, ticks={**dict(enumerate(_PARTS, 1)), _WHOLE: "whole"}),
    y=Axis("Minutes lost a month", 0, _HIGH_MIN),
    lines=(
        Line("lost", "No answer", "bars"),
        Line("caught", "A fallback answers", "bars2"),
        Line("alone", "If copies shared no cause", "third"),
        Line("whole", "Whole", "marks"),
    ),
    limit=Limit("Error budget"),
    columns=("Part", "One replica up", "Spare", "Part up", "Lost a month"),
    presets=(
        Preset("As first drawn", {}),
        Preset("Three of everything", {"replicas": 3}),
        Preset("Two, and a second provider", {"replicas": 2, "zones": 2, "provider": "two"}),
        Preset("Two, with fallbacks", {"replicas": 2, "zones": 2, "fallback": True}),
        Preset("Both needed at the peak", {"replicas": 2, "zones": 2, "provider": "copied", "per_s": 240}),
    ),
    lock=Lock(
        Question(
            "ch04_architecture.paths",
            "Five parts in a row are up 99.9, 99.95, 99.9, 99.5 and 99.8 % of the time. How many minutes of a 30-day month is the whole without an answer?",
            unit="min",
            low=0,
            high=43_200,
        ),
        "As first drawn",
        lambda state: state.down_minutes,
    ),
)

_AGES = {60: "1 min", 900: "15 min", 3600: "1 h", 10_800: "3 h", 172_800: "2 days"}
_PARETO_COLUMNS = ("Architecture", "p99", "Cost a month", "Age of input", "Hours a month", "Score")


def _weight(name: str, label: str, help_: str, default: int = 1, *, folded: bool = False) -> Slider:
    return Slider(name, label, 0, 10, default, help=help_, folded=folded)


PARETO_CONTROLS = (
    _weight("cost", "Weight of cost", "How much a factor in the monthly bill matters to you.", 3),
    _weight("freshness", "Weight of freshness", "How much a factor in the age of the inputs matters."),
    _weight("effort", "Weight of simplicity", "How much a factor in the hours to run it matters."),
    _weight("latency", "Weight of latency", "How much a factor in the p99 matters.", folded=True),
    Choice("age_limit_s", "Inputs at most", {age: f"{text} old" for age, text in _AGES.items()}, 3600, help="What was promised; weights know nothing of it.", folded=True),
    Choice("per_s", "Requests", {1: "1/s", 5: "5/s", 20: "20/s", 100: "100/s", 500: "500/s"}, 20, help="On average; the peak is three times that.", folded=True),
)  # fmt: skip


def pareto_view(state: ParetoView) -> View:
    """Return all architectures, the front and the choice of the weights."""
    names = {one.name for one in state.front}
    beaten = [one for one in state.every if one.name not in names]
    chosen = state.chosen
    curves = {
        "beaten": Curve([one.cost_usd_per_month for one in beaten], [one.age_s for one in beaten]),
        "front": Curve([one.cost_usd_per_month for one in state.front], [one.age_s for one in state.front]),
        "edge": _edge(state.front),
        "chosen": Curve([chosen.cost_usd_per_month], [chosen.age_s], [f"{chosen.pattern}, {chosen.host}"]),
    }
    return View(curves, state.age_limit_s, tuple(_pareto_rows(state)), _pareto_sentence(state), state.met)


def _edge(front: tuple[Candidate, ...]) -> Curve:
    """The stairs of the front as seen in these two values alone."""
    x: list[float] = []
    y: list[float] = []
    best = float("inf")
    for one in sorted(front, key=lambda one: (one.cost_usd_per_month, one.age_s)):
        if one.age_s < best:
            if x:
                x.append(one.cost_usd_per_month)
                y.append(best)
            x.append(one.cost_usd_per_month)
            y.append(one.age_s)
            best = one.age_s
    return Curve(x, y)


def _pareto_rows(state: ParetoView) -> Iterator[tuple[str, ...]]:
    for one, score in state.ranked[:5]:
        late = "" if one.age_s <= state.age_limit_s else " ✗"
        yield (
            one.name,
            f"{one.p99_ms:.0f} ms",
            f"${one.cost_usd_per_month:,.0f}",
            _age(one.age_s) + late,
            f"{one.hours:.0f}",
            f"{score:.3f}",
        )


def _pareto_sentence(state: ParetoView) -> str:
    chosen, second = state.chosen, state.ranked[1]
    lead = second[1] - state.ranked[0][1]
    text = f"The weights choose {chosen.name} ({chosen.pattern}; ${chosen.cost_usd_per_month:,.0f} a month, inputs up to {_age(chosen.age_s)} old), {lead:.3f} ahead of {second[0].name}; {len(state.front)} of {len(state.every)} architectures are on the front"
    if state.met:
        return text + "."
    kept = state.kept
    remedy = f"the first that keeps it is {kept[0][0].name}" if kept else "none keeps it"
    return f"{text}. Freshness binds: {_age(state.age_limit_s)} was promised; {remedy}."


def _age(seconds: float) -> str:
    for limit, unit, size in ((120, "s", 1), (7200, "min", 60), (172_800, "h", 3600)):
        if seconds < limit:
            return quantity(seconds / size, unit)
    return quantity(seconds / 86_400, "days")


PARETO = Explorer(
    name="ch04_architecture_pareto",
    title="Architectures that are not beaten, and the one that your weights choose",
    question="Eight choices make 22 architectures of one product. How many of them can be dismissed without knowing what you care about?",
    controls=PARETO_CONTROLS,
    compute=pareto,
    view=pareto_view,
    x=Axis("Cost, USD a month", 200, 150_000, log=True, ticks={300: "$300", 1_000: "$1,000", 3_000: "$3,000", 10_000: "$10,000", 30_000: "$30,000"}),
    y=Axis("Age of the older input", 4, 400_000, log=True, ticks={10: "10 s", 60: "1 min", 600: "10 min", 3600: "1 h", 86_400: "1 day"}),
    lines=(
        Line("beaten", "Beaten by another", "points"),
        Line("front", "On the front", "dots"),
        Line("edge", "Its edge in these two", "third"),
        Line("chosen", "Your weights", "marks"),
    ),
    limit=Limit("Promised age"),
    columns=_PARETO_COLUMNS,
    presets=(
        Preset("Only cost", {"cost": 10, "freshness": 0, "effort": 0, "latency": 0}),
        Preset("Freshness first", {"cost": 1, "freshness": 10, "effort": 1}),
        Preset("A small team", {"cost": 1, "freshness": 1, "effort": 10}),
        Preset("Five hundred a second", {"per_s": 500, "freshness": 6}),
    ),
    lock=Lock(
        Question(
            "ch04_architecture.pareto",
            "22 architectures are compared by latency, cost, freshness and effort. How many does no other one beat (at least as good in all four, better in one)?",
            unit="architectures",
            low=1,
            high=22,
        ),
        "Only cost",
        lambda state: len(state.front),
    ),
)  # fmt: skip

EXPLORERS = (BUDGET, PATHS, PARETO)
