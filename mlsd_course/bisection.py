"""Bisection: where a condition that holds below some point and fails above it changes."""

from collections.abc import Callable


def bracket(holds: Callable[[float], bool], high: float) -> tuple[float, float]:
    """Return (low, high) with the change between them. `high` is doubled until the condition fails; `low` is the last `high` at which it held, or 0."""
    low = 0.0
    while holds(high):
        low, high = high, 2 * high
    return low, high


def bisect(holds: Callable[[float], bool], low: float, high: float, halvings: int = 60) -> tuple[float, float]:
    """Return the interval (low, high) around the change, after `halvings` halvings of the one given.

    >>> low, high = bisect(lambda x: x * x < 2, 0.0, 2.0)
    >>> round(low, 9), round(high, 9)
    (1.414213562, 1.414213562)
    """
    for _ in range(halvings):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low, high
