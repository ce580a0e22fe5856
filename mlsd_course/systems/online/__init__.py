"""A real online service on this machine: the HTTP process, the load on it, and what both cost.

Its naive twin answers one request after the other inside the event loop: policy "naive". In production a model server
(Triton, KServe, BentoML …) runs the same batcher in front of many replicas; what changes is the address.
"""

from mlsd_course.systems.online.batcher import Expired, MicroBatcher, Overloaded
from mlsd_course.systems.online.engine import export_onnx
from mlsd_course.systems.online.load import closed_loop, open_loop, poisson_times_s
from mlsd_course.systems.online.measurement import Measurement
from mlsd_course.systems.online.mini import MINI
from mlsd_course.systems.online.service import Service

__all__ = [
    "MINI",
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
