"""From a score to a decision: which cases are acted on, under how many reviews a day, and what the errors cost.

Acting on a case that was none is a false alarm; not acting on one that was is a miss. Right decisions cost nothing here.
Source: Elkan, The foundations of cost-sensitive learning, IJCAI 2001.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mlsd_course.errors import ParameterError
from mlsd_course.parameters import not_negative, share

ORDERS = ("riskiest first", "as they come")


@dataclass(frozen=True)
class Scored:
    """Cases in the order in which they come, day by day: the model's probability and what was true later.

    day: whole numbers that never fall. score: from 0 to 1. late: true or false. All of one length.
    """

    day: NDArray[np.int64]
    score: NDArray[np.float64]
    late: NDArray[np.bool_]

    def __post_init__(self) -> None:
        lengths = {len(self.day), len(self.score), len(self.late)}
        if len(lengths) != 1 or 0 in lengths:
            raise ParameterError(
                "Scored",
                given=sorted(lengths),
                allowed="three arrays of one length above 0",
                remedy="Give day, score and late of the same cases",
            )
        if (np.diff(self.day) < 0).any():
            raise ParameterError("day", allowed="days that never fall", remedy="Sort the cases by time first")

    @cached_property
    def days(self) -> int:
        """How many different days there are."""
        return int((np.diff(self.day) != 0).sum()) + 1

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """For each case, the position of the first case of its day."""
        first = np.flatnonzero(np.diff(self.day, prepend=self.day[0] - 1))
        return np.repeat(first, np.diff(np.append(first, len(self.day))))

    @cached_property
    def by_risk(self) -> NDArray[np.int64]:
        """Rank of each case within its day by falling score, from 0; of equal scores the earlier comes first."""
        order = np.lexsort((np.arange(len(self.day)), -self.score, self.day))
        ranks = np.empty(len(order), dtype=np.int64)
        ranks[order] = np.arange(len(order)) - self.starts
        return ranks

    def of_days(self, first: int, last: int) -> "Scored":
        """The cases of some days, both ends included."""
        keep = (self.day >= first) & (self.day <= last)
        return Scored(self.day[keep], self.score[keep], self.late[keep])


@dataclass(frozen=True)
class ThresholdOutcome:
    """What a policy did, in cases a day and dollars a day. Expected: by the scores themselves, as if they were calibrated."""

    acted_per_day: float
    found_per_day: float
    false_alarms_per_day: float
    missed_per_day: float
    cost_usd_per_day: float
    expected_usd_per_day: float

    @property
    def precision(self) -> float:
        """Share of actions that were right; 0 without an action."""
        return self.found_per_day / self.acted_per_day if self.acted_per_day else 0.0

    @property
    def recall(self) -> float:
        """Share of true cases that were acted on."""
        true = self.found_per_day + self.missed_per_day
        return self.found_per_day / true if true else 0.0


def best_threshold(false_alarm_usd: float, missed_usd: float) -> float:
    """The score from which acting is cheaper than not acting: FP / (FP + FN), for calibrated scores without a limit.

    >>> best_threshold(false_alarm_usd=10, missed_usd=90)
    0.1
    """
    wrong, missed = not_negative("false_alarm_usd", false_alarm_usd), not_negative("missed_usd", missed_usd)
    if wrong + missed == 0:
        raise ParameterError(
            "false_alarm_usd and missed_usd",
            given=(0, 0),
            allowed="at least one above 0",
            remedy="Price one of the errors",
        )
    return wrong / (wrong + missed)


def gain_usd(score: float, false_alarm_usd: float, missed_usd: float) -> float:
    """What acting on one case of this score saves on average, below 0 where it costs: p * FN - (1 - p) * FP."""
    p = share("score", score)
    return p * not_negative("missed_usd", missed_usd) - (1 - p) * not_negative("false_alarm_usd", false_alarm_usd)


def acted_on(scored: Scored, threshold: float, per_day: int | None = None, order: str = ORDERS[0]) -> NDArray[np.bool_]:
    """Which cases are acted on: from the threshold up, at most `per_day` of a day, in one of two orders.

    "riskiest first" needs the whole day's cases before the first action; "as they come" takes whoever is there.

    >>> day = Scored(day=np.zeros(4, int), score=np.array([0.2, 0.9, 0.6, 0.7]), late=np.array([False, True, False, True]))
    >>> acted_on(day, threshold=0.5, per_day=2)
    array([False,  True, False,  True])
    """
    if order not in ORDERS:
        raise ParameterError("order", given=order, allowed=" or ".join(map(repr, ORDERS)), remedy="Name one of them")
    if per_day is not None:
        not_negative("per_day", per_day)
    flagged: NDArray[np.bool_] = scored.score >= not_negative("threshold", threshold)
    if per_day is None:
        return flagged
    if order == ORDERS[0]:
        return flagged & (scored.by_risk < per_day)
    before: NDArray[np.int64] = np.cumsum(flagged, dtype=np.int64) - flagged
    return flagged & (before - before[scored.starts] < per_day)


def outcome(scored: Scored, acted: NDArray[np.bool_], false_alarm_usd: float, missed_usd: float) -> ThresholdOutcome:
    """Count the errors of a policy and price them."""
    late, days = scored.late, scored.days
    right, wrong = int((acted & late).sum()), int((acted & ~late).sum())
    missed = int((~acted & late).sum())
    expected_wrong = float((1 - scored.score)[acted].sum())
    expected_missed = float(scored.score[~acted].sum())
    return ThresholdOutcome(
        acted_per_day=(right + wrong) / days,
        found_per_day=right / days,
        false_alarms_per_day=wrong / days,
        missed_per_day=missed / days,
        cost_usd_per_day=(wrong * false_alarm_usd + missed * missed_usd) / days,
        expected_usd_per_day=(expected_wrong * false_alarm_usd + expected_missed * missed_usd) / days,
    )
