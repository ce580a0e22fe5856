"""Checks of a chosen threshold: the reviews suffice, no review is wasted on a case that does not pay, and none is missing."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence

ChooseThreshold = Callable[[list[float], float, float, int], float]
"""(scores of one day, false_alarm_usd, missed_usd, reviews) -> threshold; every score of at least that is reviewed."""


def enough_reviews(choose: ChooseThreshold) -> None:
    """Where reviews are plenty, prices alone decide."""
    _judge(choose, [0.05, 0.15, 0.25, 0.4, 0.9], 25, 100, 5, "reviews are plenty, so prices alone decide")
    _judge(choose, [0.05, 0.15, 0.25, 0.4, 0.9], 60, 40, 5, "a false alarm costs more than a miss")


def few_reviews(choose: ChooseThreshold) -> None:
    """Where reviews are few, the riskiest get them."""
    _judge(choose, [0.3, 0.9, 0.5, 0.25, 0.7], 25, 100, 2, "five flights would pay and two can be reviewed")
    _judge(choose, [0.3, 0.9, 0.5], 25, 100, 0, "nobody is there to review")


def nothing_that_does_not_pay(choose: ChooseThreshold) -> None:
    """A free review is no reason to act on a flight that costs more than it saves."""
    _judge(choose, [0.1, 0.12, 0.15], 25, 100, 3, "no flight reaches the score from which acting pays")
    _judge(choose, [0.8, 0.1, 0.12], 25, 100, 2, "one flight pays and a second review is free")


def equal_scores(choose: ChooseThreshold) -> None:
    """Flights of one score are reviewed together or not at all: a threshold cannot tell them apart."""
    _judge(choose, [0.9, 0.6, 0.6, 0.6, 0.3], 25, 100, 3, "three flights share the score at the edge")
    _judge(choose, [0.6, 0.6], 25, 100, 1, "two flights share one score and one can be reviewed")


def random_days(choose: ChooseThreshold, seed: int = 0) -> None:
    """On random days, prices and limits no other threshold is cheaper."""
    rng = random.Random(seed)
    for number in range(60):
        digits = rng.choice([1, 2, 6])
        scores = [round(rng.betavariate(1, 3), digits) for _ in range(rng.randint(1, 40))]
        wrong, missed = rng.choice([5, 25, 60, 100]), rng.choice([20, 100, 400])
        _judge(choose, scores, wrong, missed, rng.randint(0, 45), f"random day {number}")


def _judge(choose: ChooseThreshold, scores: list[float], wrong: float, missed: float, reviews: int, case: str) -> None:
    at = choose(list(scores), wrong, missed, reviews)
    case_text = f"Day of {len(scores)} flights, false alarm ${wrong:g}, miss ${missed:g}, {reviews} reviews ({case})"
    number = float(at) if hasattr(at, "__float__") else math.nan
    assert not math.isnan(number), f"{case_text}: you returned {at!r}. Expected a number to compare scores with."
    reviewed = [score for score in scores if score >= number]
    assert len(reviewed) <= reviews, (
        f"{case_text}: {len(reviewed)} flights reach your threshold of {number:.6g}. Expected at most {reviews}: the rest would be "
        f"flagged and never looked at. The highest scores are {_highest(scores)}."
    )
    yours, least = _cost(scores, number, wrong, missed), _least(scores, wrong, missed, reviews)
    paying = wrong / (wrong + missed)
    assert yours <= least + 1e-6, (
        f"{case_text}: your threshold of {number:.6g} costs ${yours:.2f} on average, and ${least:.2f} is possible. Acting pays "
        f"from a score of {paying:.3g} up, and {len(reviewed)} flights are reviewed. "
        + ("Some of them do not pay." if any(score < paying for score in reviewed) else "More of them would pay.")
    )


def _cost(scores: Sequence[float], at: float, wrong: float, missed: float) -> float:
    return sum((1 - score) * wrong if score >= at else score * missed for score in scores)


def _least(scores: Sequence[float], wrong: float, missed: float, reviews: int) -> float:
    candidates = [*sorted(set(scores)), math.inf]
    allowed = [at for at in candidates if sum(score >= at for score in scores) <= reviews]
    return min(_cost(scores, at, wrong, missed) for at in allowed)


def _highest(scores: Sequence[float]) -> str:
    highest = ", ".join(f"{score:.6g}" for score in sorted(scores, reverse=True)[:6])
    return highest + (" …" if len(scores) > 6 else "")
