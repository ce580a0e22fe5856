"""Parameter checks: what passes comes back as a plain number, and anything else is named with what is allowed."""

import math

import numpy as np
import pytest

from mlsd_course.errors import ParameterError
from mlsd_course.parameters import count, not_negative, positive, share

NO_NUMBER = [True, "3", None, math.nan, math.inf, -math.inf]


@pytest.mark.parametrize(
    ("check", "value"),
    [(positive, 1e-9), (positive, 5), (not_negative, 0), (share, 0), (share, 1), (share, np.float64(0.5)), (count, 1)],
)
def test_what_is_allowed_comes_back(check, value):
    """A number within the bounds, the bounds included where they are allowed, comes back with the same value."""
    assert check("value", value) == value


@pytest.mark.parametrize(
    ("check", "value", "allowed"),
    [
        *((check, value, "") for check in (positive, not_negative, count, share) for value in NO_NUMBER),
        (positive, 0, "a number above 0"),
        (positive, -1, "a number above 0"),
        (not_negative, -1e-9, "a number of at least 0"),
        (count, 0, "a whole number of at least 1"),
        (count, 2.5, "a whole number of at least 1"),
        (share, -0.01, "a share from 0 to 1"),
        (share, 1.01, "a share from 0 to 1"),
    ],
)
def test_what_is_not_allowed_is_named(check, value, allowed):
    """Anything else raises ParameterError with the parameter's name, what was given and what is allowed."""
    with pytest.raises(ParameterError) as error:
        check("repairs", value)
    assert "repairs" in str(error.value)
    assert value is None or repr(value) in str(error.value)
    assert allowed in str(error.value)


def test_types_are_plain():
    """NumPy's numbers come back as Python's, so that they print and serialise as numbers."""
    assert type(positive("value", np.float64(2))) is float
    assert type(count("value", np.int64(2))) is int
    assert type(count("value", 2.0)) is int


def test_count_has_bounds_of_its_own():
    """`least` and `most` are allowed, one beyond is not, and both are named."""
    assert [count("calls", value, least=0, most=3) for value in (0, 3)] == [0, 3]
    for value in (-1, 4):
        with pytest.raises(ParameterError, match="at least 0 and at most 3"):
            count("calls", value, least=0, most=3)


def test_the_remedy_can_be_the_callers():
    """A caller that knows better says what to do."""
    with pytest.raises(ParameterError, match="Measure it first"):
        positive("service_ms", 0, remedy="Measure it first")
