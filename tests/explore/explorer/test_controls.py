"""Controls are rows of stops: what a learner can reach, and how it reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlsd_course.errors import ParameterError
from mlsd_course.explore import Choice, Slider, Toggle


def test_a_linear_slider_of_whole_numbers_has_whole_stops() -> None:
    """From low to high, both included, each an int."""
    slider = Slider("n", "N", 1, 5, 2)
    assert slider.stops == (1, 2, 3, 4, 5)
    assert all(isinstance(stop, int) for stop in slider.stops)


def test_a_fine_slider_has_no_rounding_dust() -> None:
    """0.1 steps give 0.3, not 0.30000000000000004, so that a preset can name a stop."""
    assert Slider("x", "X", 0.0, 1.0, 0.3, step=0.1).stops[3] == 0.3


@given(low=st.floats(0.001, 10), decades=st.integers(1, 5), per_decade=st.integers(2, 12))
def test_log_stops_rise_by_about_the_same_factor(low: float, decades: int, per_decade: int) -> None:
    """The stops of a log slider ascend from low to high, at two digits."""
    low = float(f"{low:.2g}")
    slider = Slider("x", "X", low, low * 10**decades, low, scale="log", per_decade=per_decade)
    stops = slider.stops
    assert list(stops) == sorted(set(stops))
    assert stops[0] == low
    assert stops[-1] == pytest.approx(low * 10**decades, rel=0.01)
    assert all(float(f"{stop:.2g}") == stop for stop in stops)


def test_values_read_with_their_unit() -> None:
    """A person reads the unit, per cent for a share, the option's words for a choice, on or off for a toggle."""
    assert Slider("x", "X", 1, 5000, 1500, unit="ms", step=1).text(1500) == "1,500 ms"
    assert Slider("x", "X", 0.0, 1.0, 0.5, step=0.01, percent=True).text(0.29) == "29 %"
    assert Choice("c", "C", {None: "no limit", 5: "five"}, None).text(None) == "no limit"
    assert [Toggle("t", "T").text(stop) for stop in Toggle("t", "T").stops] == ["off", "on"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Slider("x", "X", 5, 1, 2),
        lambda: Slider("x", "X", 0, 10, 3.5),
        lambda: Slider("x", "X", 0, 10, 1, scale="log"),
        lambda: Slider("x", "X", 1, 10, 1, scale="cubic"),
        lambda: Slider("x", "X", 1, 10, 1, step=0),
        lambda: Choice("c", "C", {1: "one"}, 2),
    ],
)
def test_a_control_that_makes_no_sense_is_refused(make: object) -> None:
    """A range upside down, a default off the stops, a log scale from 0: each a ParameterError."""
    with pytest.raises(ParameterError):
        make()  # type: ignore[operator]
