"""A real online service on this machine: the HTTP process, the load on it, and what both cost.

Its naive twin answers one request after the other inside the event loop: policy "naive". In production a model server
(Triton, KServe, BentoML …) runs the same batcher in front of many replicas; what changes is the address.

The names are loaded when they are used: the two processes behind them start sooner without what they do not need.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
