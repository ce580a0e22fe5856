"""`three_ways`: formula, simulation and measurement of one quantity in one figure, with the band of nine in ten simulated runs."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlsd_course.errors import ParameterError
from mlsd_course.explore.explorer.show import chart
from mlsd_course.explore.explorer.view import Axis, Curve, Line, View
from mlsd_course.explore.prediction.prediction import quantity

_BAND = (5, 50, 95)


def three_ways(
    title: str, measured: Curve, runs: ArrayLike, formula: Curve, *, formula_name: str, x: Axis, y: Axis
) -> None:
    """Show a measured quantity beside the formula and beside simulated runs of the same length.

    measured: one point for each setting. runs: for each of these settings the same quantity in many simulated runs; the
    band holds nine in ten of them. formula: its curve, over a range of x that holds the settings.
    """
    settings, measured_y = np.asarray(measured.x, dtype=float), np.asarray(measured.y, dtype=float)
    simulated = np.asarray(runs, dtype=float)
    if simulated.ndim != 2 or len(simulated) != len(settings):
        raise ParameterError(
            "runs", given=simulated.shape, allowed=f"a list of runs for each of the {len(settings)} settings"
        )
    low, middle, high = np.percentile(simulated, _BAND, axis=1)
    expected = np.interp(settings, formula.x, formula.y)
    curves = {
        "formula": formula,
        "band": Curve([*settings, *settings[::-1], settings[0]], [*low, *high[::-1], low[0]]),
        "simulated": Curve(settings, middle),
        "measured": measured,
    }
    rows = tuple(
        (quantity(setting), quantity(f), f"{quantity(a)} to {quantity(b)}", quantity(m))
        for setting, f, a, b, m in zip(settings, expected, low, high, measured_y, strict=True)
    )
    chart(
        title,
        View(curves, 0.0, rows, _sentence(expected, (low, middle, high), measured_y), True),
        lines=(
            Line("formula", f"Formula ({formula_name})", "formula"),
            Line("band", "9 in 10 simulated runs", "band"),
            Line("simulated", "Simulated, middle run"),
            Line("measured", "Measured on your machine", "measured"),
        ),
        x=x,
        y=y,
        columns=(x.label, "Formula", "9 in 10 simulated", "Measured"),
    )


def _sentence(
    expected: NDArray[np.float64], band: tuple[NDArray[np.float64], ...], measured_y: NDArray[np.float64]
) -> str:
    low, middle, high = band
    inside = int(np.sum((low <= measured_y) & (measured_y <= high)))
    apart = float(np.max(np.abs(expected / middle - 1)))
    ratio = measured_y / middle
    farthest = float(ratio[np.argmax(np.abs(np.log(ratio)))])
    return (
        f"Formula and simulation differ by {100 * apart:.0f} % at most; {inside} of {len(measured_y)} measurements lie within the "
        f"band, and the farthest is {quantity(farthest)} times the middle run."
    )
