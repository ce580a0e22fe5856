"""A real online service on this machine: the HTTP process, the load on it, and what both cost.

Its naive twin answers one request after the other inside the event loop: policy "naive". In production a model server
(Triton, KServe, BentoML …) runs the same batcher in front of many replicas; what changes is the address.

The names are loaded when they are used: the two processes behind them start sooner without what they do not need.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlsd_course.systems.online.batcher import Expired, MicroBatcher, Overloaded
    from mlsd_course.systems.online.engine import export_onnx
    from mlsd_course.systems.online.load import closed_loop, open_loop, poisson_times_s
    from mlsd_course.systems.online.measurement import Measurement
    from mlsd_course.systems.online.mini import MINI
    from mlsd_course.systems.online.service import Service

_HOMES = {
    "MINI": "mini",
    "Expired": "batcher",
    "Measurement": "measurement",
    "MicroBatcher": "batcher",
    "Overloaded": "batcher",
    "Service": "service",
    "closed_loop": "load",
    "export_onnx": "engine",
    "open_loop": "load",
    "poisson_times_s": "load",
}

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


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
