"""What would happen: arrivals, service, stations, and the closed forms that check them."""

from mlsd_course.sim import closed
from mlsd_course.sim.arrivals import Bursty, Diurnal, Poisson, Regular, Trace
from mlsd_course.sim.engine import simulate
from mlsd_course.sim.result import Result
from mlsd_course.sim.service import BatchCost, Exponential, Fixed, Lognormal, Measured
from mlsd_course.sim.station import Station

__all__ = [
    "BatchCost",
    "Bursty",
    "Diurnal",
    "Exponential",
    "Fixed",
    "Lognormal",
    "Measured",
    "Poisson",
    "Regular",
    "Result",
    "Station",
    "Trace",
    "closed",
    "simulate",
]
