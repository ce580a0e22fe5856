"""This machine, measured once in a few seconds: what chapters lay over their curves and size systems from.

`calibrate()` measures and keeps the result in the learner's record; `latest_calibration()` reads the newest one, or
returns typical values that say of themselves that nobody measured them. Those are its naive twin, `TYPICAL`: an order of
magnitude from a data sheet, the same for every machine.
"""

from mlsd_course.systems.calibration.calibration import TYPICAL, Calibration
from mlsd_course.systems.calibration.measure import calibrate, latest_calibration
from mlsd_course.systems.calibration.measured import MeasuredValue

__all__ = ["TYPICAL", "Calibration", "MeasuredValue", "calibrate", "latest_calibration"]
