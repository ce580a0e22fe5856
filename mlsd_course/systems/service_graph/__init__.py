"""An architecture that runs: each box has latency, capacity, failures and a price, and any box can be a real service.

`Graph(architecture).ask()` sends one request and shows where its time went; `.day(traffic)` runs a day of them in
virtual time; `.swap(name, call)` puts something real in the place of a box, and the rest does not notice. `added` is
the naive twin: it adds percentiles along the way, as a drawing invites one to do.
"""

from mlsd_course.systems.service_graph.clock import Clock, Signal
from mlsd_course.systems.service_graph.day import GraphDay
from mlsd_course.systems.service_graph.delivery import Consumer, Tally, deliver
from mlsd_course.systems.service_graph.graph import Graph
from mlsd_course.systems.service_graph.naive import added
from mlsd_course.systems.service_graph.trace import RequestTrace, Span

__all__ = ["Clock", "Consumer", "Graph", "GraphDay", "RequestTrace", "Signal", "Span", "Tally", "added", "deliver"]
