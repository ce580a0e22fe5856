"""Classical test theory: how hard an item is, whether it tells learners apart, whether the whole measures one thing.

Scores are a matrix, a row a learner and a column an item, each from 0 to 1. Lord and Novick 1968.
"""

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
_SAME = 1e-9  # what rounding in floating point may make of equal sums of points


def difficulty(scores: Scores) -> Scores:
    """Return the mean score of each item: the share that got it right; near 1 is easy."""
    return np.asarray(scores.mean(axis=0))


def item_total(scores: Scores) -> list[float | None]:
    """Return the correlation of each item with the total (point-biserial for items that are right or wrong)."""
    total = scores.sum(axis=1)
    return [_correlation(item, total) for item in scores.T]


def item_rest(scores: Scores) -> list[float | None]:
    """Return the correlation of each item with the sum of all others, so that it is not compared with itself."""
    total = scores.sum(axis=1)
    return [_correlation(item, total - item) for item in scores.T]


def reliability(scores: Scores) -> float | None:
    """Return Cronbach's alpha, for items that are right or wrong the same as KR-20; None where it cannot be told.

    That is for fewer than two items, or where all learners have the same total. At most 1; below 0 where items disagree.

    k / (k - 1) * (1 - sum of the items' variances / variance of the total). Kuder and Richardson 1937, Cronbach 1951.
    """
    items, total = scores.shape[1], scores.sum(axis=1)
    if items < 2 or np.ptp(total) < _SAME:
        return None
    return float(items / (items - 1) * (1 - float(scores.var(axis=0).sum()) / float(total.var())))


def _correlation(one: Scores, other: Scores) -> float | None:
    """None where one of them does not vary: everybody had the same."""
    if len(one) < 2 or np.ptp(one) < _SAME or np.ptp(other) < _SAME:
        return None
    return float(np.corrcoef(one, other)[0, 1])
