"""`calibration_chart`: what one more row costs on this machine, by the size of the batch."""

from typing import TYPE_CHECKING

from mlsd_course.explore.explorer.show import chart
from mlsd_course.explore.explorer.view import Axis, Curve, Line, View

if TYPE_CHECKING:
    from mlsd_course.systems.calibration import Calibration

COLUMNS = ("Batch", "Time of a call", "Per row")
LINES = (Line("typical", "typical", "formula"), Line("mine", "this machine", "measured"))


def calibration_chart(mine: "Calibration") -> None:
    """Show the time per row of a calibration over its batch sizes, beside typical values."""
    chart(
        "What one row costs",
        batch_view(mine),
        lines=LINES,
        x=Axis("Rows in a batch", 0.8, 1300, log=True),
        y=Axis("Time per row, µs", 1, 10_000, log=True),
        columns=COLUMNS,
    )


def batch_view(mine: "Calibration") -> View:
    """Return the curve, its table, and from which batch on a row is nearly as cheap as it gets."""
    from mlsd_course.systems.calibration import TYPICAL

    sizes, each_us = list(mine.predict_ms), _per_row_us(mine)
    enough = min(size for size in sizes if each_us[size] <= 2 * each_us[max(sizes)])
    typical_us = _per_row_us(TYPICAL)
    return View(
        {
            "mine": Curve(sizes, list(each_us.values())),
            "typical": Curve(list(typical_us), list(typical_us.values())),
        },
        0,
        tuple((f"{size:,}", str(mine.predict_ms[size]), f"{each_us[size]:,.1f} µs") for size in sizes),
        f"From {enough:,} rows in a batch on, a row costs at most twice what it costs in the largest batch.",
        True,
    )


def _per_row_us(one: "Calibration") -> dict[int, float]:
    return {size: 1000 * time.median / size for size, time in one.predict_ms.items()}
