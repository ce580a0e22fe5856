"""Bisection finds where a condition changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlsd_course.bisection import bisect, bracket


@given(st.floats(1e-3, 1e6), st.floats(1e-3, 1e3))
def test_the_change_is_bracketed_and_found(change, start):
    """The condition holds at `low` and fails at `high`, before and after the halvings, and the change lies between."""

    def holds(value):
        return value < change

    low, high = bracket(holds, start)
    assert low < change <= high
    low, high = bisect(holds, low, high)
    assert low < change <= high
    assert high == pytest.approx(low, rel=1e-9)


def test_each_halving_halves():
    """The interval is as wide as the first one divided by two for each halving."""
    low, high = bisect(lambda value: value < 0.3, 0.0, 1.0, halvings=4)
    assert (low, high) == (0.25, 0.3125)
