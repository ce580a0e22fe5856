"""Formula, simulation and measurement in one figure: the band, the sentence and the table say the same."""

import numpy as np
import pytest

from mlsd_course.errors import ParameterError
from mlsd_course.explore import Axis, Curve, three_ways

X, Y = Axis("Load, %", 0, 100), Axis("Mean, ms", 0, 100)
FORMULA = Curve([0, 100], [10, 30])


@pytest.fixture(autouse=True)
def _as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLSD_HEADLESS", "1")


def shown(capsys: pytest.CaptureFixture[str], measured: list[float], runs: object) -> str:
    """Return what is shown of two measurements at 50 and 80 %."""
    three_ways("Three ways", Curve([50, 80], measured), runs, FORMULA, formula_name="M/G/1", x=X, y=Y)
    return capsys.readouterr().out


def test_the_sentence_counts_what_lies_within_the_band(capsys: pytest.CaptureFixture[str]) -> None:
    """One measurement inside, one at twice the middle run; formula and simulation differ by what the figure shows."""
    runs = [np.linspace(18, 22, 101), np.linspace(24, 26, 101)]
    text = shown(capsys, [21.0, 50.0], runs)
    assert "1 of 2 measurements lie within the band" in text
    assert "the farthest is 2 times the middle run" in text
    assert "differ by 4 % at most" in text
    assert "18.2 to 21.8" in text


def test_a_measurement_that_is_too_fast_is_far_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    """A factor of a half is as far as one of two."""
    runs = [np.full(5, 20.0), np.full(5, 26.0)]
    assert "the farthest is 0.4 times" in shown(capsys, [8.0, 40.0], runs)


def test_runs_that_do_not_fit_are_refused() -> None:
    """A list of runs for each setting, no more and no less."""
    with pytest.raises(ParameterError, match="for each of the 2 settings"):
        three_ways("x", Curve([50, 80], [1, 2]), [[1.0, 2.0]], FORMULA, formula_name="f", x=X, y=Y)
