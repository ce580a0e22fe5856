"""A threshold at one setting, on the late-arrival model's own scores over months it had not seen: what its errors cost."""

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np

from mlsd_course.errors import ParameterError
from mlsd_course.parameters import not_negative, positive, share
from mlsd_course.sim.decision_threshold import (
    ORDERS,
    Scored,
    ThresholdOutcome,
    acted_on,
    best_threshold,
    gain_usd,
    outcome,
)

MISSED_USD = 100.0
"""What a late arrival costs that nobody acted on; a round figure, to be replaced by the business's own."""
THRESHOLDS = tuple(round(step / 100, 2) for step in range(0, 101, 4))
TABLE = "late_scores.npz"


@cache
def late_scores() -> Scored:
    """The model's scores for flights of months after its training, in the order of departure, with what happened.

    A table among the data's files, rounded to whole per cent, made by mlsd_course/data/make_late_scores.py.
    day: day of the year 2013, from 1.
    """
    with files("mlsd_course").joinpath("data", "files", TABLE).open("rb") as file, np.load(file) as table:
        day, percent, late = table["day"], table["percent"], table["late"]
    return Scored(day.astype(np.int64), percent / 100.0, np.unpackbits(late, count=len(day)).astype(bool))


@cache
def months() -> dict[int, tuple[int, int]]:
    """First and last day of the year of each month in the table."""
    first = np.cumsum([1, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    seen = np.unique(late_scores().day)
    bounds = {month: (int(first[month - 1]), int(first[month]) - 1) for month in range(1, 13)}
    return {month: (low, high) for month, (low, high) in bounds.items() if ((low <= seen) & (seen <= high)).any()}


@cache
def _of_month(month: int) -> Scored:
    if month == 0:
        return late_scores()
    if month not in months():
        raise ParameterError(
            "month",
            given=month,
            allowed="0 (all) or " + ", ".join(map(str, months())),
            remedy="Choose one of these months",
        )
    return late_scores().of_days(*months()[month])


@lru_cache(maxsize=4_096)
def _run(month: int, at: float, limit: int | None, order: str, price: float) -> ThresholdOutcome:
    scored = _of_month(month)
    return outcome(scored, acted_on(scored, at, limit, order), price, MISSED_USD)


@dataclass(frozen=True)
class ThresholdView:
    """One policy, and all the others at the same prices. Money in USD a day.

    curve: outcome at each of THRESHOLDS under the limit. free: the same without a limit on reviews. best: the threshold
    of the cheapest point of `curve`, by what happened. formula: FP / (FP + FN). nothing_usd, expected_nothing_usd: the cost of doing nothing, as it happened and by the scores.
    full_days: share of days on which more cases are flagged than can be reviewed. next_usd: what one more review a day
    would save, on average over days. binds: "nothing", "reviews" (the limit on them), "too eager" or "too shy" (the threshold is too low or too high).
    """

    threshold: float
    per_day: int | None
    order: str
    false_alarm_usd: float
    now: ThresholdOutcome
    curve: tuple[ThresholdOutcome, ...]
    free: tuple[ThresholdOutcome, ...]
    best: float
    best_usd: float
    formula: float
    nothing_usd: float
    expected_nothing_usd: float
    full_days: float
    next_usd: float

    @property
    def met(self) -> bool:
        """True where acting costs no more than doing nothing."""
        return self.now.cost_usd_per_day <= self.nothing_usd

    @property
    def saved_usd(self) -> float:
        """What acting saves against doing nothing, below 0 where it loses."""
        return self.nothing_usd - self.now.cost_usd_per_day

    @property
    def wasted_usd(self) -> float:
        """What this threshold costs above the best one under the same limit."""
        return max(0.0, self.now.cost_usd_per_day - self.best_usd)

    @property
    def binds(self) -> str:
        """What keeps the cost from falling further."""
        if self.wasted_usd > 0.02 * self.nothing_usd:
            return "too eager" if self.threshold < self.best else "too shy"
        return "reviews" if self.full_days > 0.1 and self.next_usd > 0 else "nothing"


def threshold(
    threshold: float,
    per_day: int | None = None,
    false_alarm_usd: float = 25.0,
    order: str = ORDERS[1],
    month: int = 0,
) -> ThresholdView:
    """Act on every flight from `threshold` up, at most `per_day` of a day, and price the errors.

    A flight that lands late and was not acted on costs MISSED_USD, one that was acted on and lands in time costs
    `false_alarm_usd`. month: 0 for all months of the table. Raises ParameterError for numbers out of range.
    """
    scored = _of_month(month)
    price = positive("false_alarm_usd", false_alarm_usd)
    share("threshold", threshold)
    if per_day is not None:
        not_negative("per_day", per_day)

    def run(at: float, limit: int | None) -> ThresholdOutcome:
        return _run(month, at, limit, order, price)

    curve = tuple(run(at, per_day) for at in THRESHOLDS)
    costs = [point.cost_usd_per_day for point in curve]
    now = run(threshold, per_day)
    best = int(np.argmin(costs))
    lowest, where = min((costs[best], THRESHOLDS[best]), (now.cost_usd_per_day, threshold))
    full, extra = _one_more(scored, threshold, per_day, order, price)
    return ThresholdView(
        threshold=threshold,
        per_day=per_day,
        order=order,
        false_alarm_usd=price,
        now=now,
        curve=curve,
        free=curve if per_day is None else tuple(run(at, None) for at in THRESHOLDS),
        best=where,
        best_usd=lowest,
        formula=best_threshold(price, MISSED_USD),
        nothing_usd=float(scored.late.sum()) * MISSED_USD / scored.days,
        expected_nothing_usd=float(scored.score.sum()) * MISSED_USD / scored.days,
        full_days=full,
        next_usd=extra,
    )


def _one_more(scored: Scored, at: float, per_day: int | None, order: str, price: float) -> tuple[float, float]:
    """Share of days with more flagged cases than reviews, and what one more review a day would save by the scores."""
    if per_day is None:
        return 0.0, 0.0
    extra = acted_on(scored, at, per_day + 1, order) & ~acted_on(scored, at, per_day, order)
    saved = sum(gain_usd(float(score), price, MISSED_USD) for score in scored.score[extra])
    return float(extra.sum()) / scored.days, saved / scored.days
