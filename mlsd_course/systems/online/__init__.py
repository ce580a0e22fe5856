"""A real online service on this machine: the HTTP process, the load on it, and what both cost."""

from mlsd_course.systems.online.batcher import Expired, MicroBatcher, Overloaded
from mlsd_course.systems.online.engine import export_onnx
from mlsd_course.systems.online.load import closed_loop, open_loop, poisson_times_s
from mlsd_course.systems.online.measurement import Measurement
from mlsd_course.systems.online.service import Service

__all__ = [
    "Expired",
    "Measurement",
    "MicroBatcher",
    "Overloaded",
    "Service",
    "closed_loop",
    "export_onnx",
    "open_loop",
    "poisson_times_s",
]
