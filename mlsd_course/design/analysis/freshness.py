"""Freshness: how old the newest information from a source can be where it is used.

Along a way from source to use, every transfer waits for its schedule (`every_s`, worst case a full period), then for
the job (`run_s`) and the lag. Information takes the quickest way, so the age is the shortest path (Dijkstra 1959).
"""

from dataclasses import dataclass
from heapq import heappop, heappush
from math import inf

from mlsd_course.design.model.architecture import Architecture


@dataclass(frozen=True)
class Age:
    """The worst-case age in seconds of news from `source` at `at`, and the way that it took."""

    source: str
    at: str
    age_s: float
    way: tuple[str, ...]


def ages(architecture: Architecture, source: str) -> dict[str, Age]:
    """The worst-case age of the source's news at every component that they reach."""
    by_place: dict[str, Age] = {}
    queue: list[tuple[float, str, tuple[str, ...]]] = [(0.0, source, (source,))]
    while queue:
        age, name, way = heappop(queue)
        if name not in by_place:
            by_place[name] = Age(source, name, age, way)
            for target, delay in _steps(architecture, name):
                if target not in by_place:
                    heappush(queue, (age + delay, target, (*way, target)))
    return by_place


def _steps(architecture: Architecture, name: str) -> list[tuple[str, float]]:
    """Where news can go from a component: along every flow, and against sync flows, for a caller reads its answer."""
    by_name, steps = architecture.by_name, []
    for flow in architecture.flows_from[name]:
        steps.append((flow.target, flow.every_s + flow.lag_s + by_name[flow.target].run_s))
    for flow in architecture.flows_to[name]:
        if flow.kind == "sync":
            steps.append((flow.source, flow.lag_s))
    return steps


def freshness(architecture: Architecture, at: str, source: str = "") -> Age | None:
    """The age of news from a source, or of the slowest source that reaches `at`; None where nothing reaches it."""
    if at not in architecture.by_name or (source and source not in architecture.by_name):
        return None
    starts = [source] if source else [part.name for part in architecture.sources]
    reached = [
        by_place[at]
        for by_place in (ages(architecture, start) for start in starts)
        if at in by_place and by_place[at].age_s < inf
    ]
    return max(reached, key=lambda age: age.age_s, default=None)
