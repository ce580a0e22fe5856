"""Waiting in front of a component: what a queue model is asked, and the closed form that answers it."""

from dataclasses import dataclass
from math import inf, log, sqrt
from statistics import NormalDist
from typing import Protocol

from mlsd_course.design.analysis.erlang import erlang_c
from mlsd_course.design.model.architecture import Component
from mlsd_course.design.model.response import evenly

MANY_SERVERS = 5_000


@dataclass(frozen=True)
class StationLoad:
    """What a queue model needs of a component: load, servers and the time for which one call holds a server."""

    name: str
    arrival_rate_per_s: float
    servers: int
    holding_ms: float
    squared_variation: float

    @property
    def utilisation(self) -> float:
        """Load over capacity."""
        return self.arrival_rate_per_s * self.holding_ms / 1000 / self.servers


def station_load(component: Component, load_per_s: float) -> StationLoad | None:
    """The component as a station under a load, or None where its capacity is unknown."""
    if component.capacity_per_s is None:
        return None
    variation = component.response.squared_variation if component.response else 1.0
    holding_ms = component.slots / component.capacity_per_s * 1000
    return StationLoad(component.name, load_per_s, component.slots * component.replicas, holding_ms, variation)


class QueueModel(Protocol):
    """Gives waiting times at a station; `mlsd_course.sim.design_queue.EventQueue` is the event-driven one."""

    def waiting_ms(self, station: StationLoad, points: int, stream: int) -> list[float] | None:
        """`points` waiting times in ms, or None for no waiting at all; infinite where the load exceeds the capacity."""


class ClosedForm:
    """Erlang C with the Allen–Cunneen correction: exact for M/M/c, close for other service times at high load.

    P(wait > t) = C(c, a) exp(-(c mu - lambda) t / k) with k = (1 + CV²) / 2 and Poisson arrivals.
    """

    def waiting_ms(self, station: StationLoad, points: int, stream: int) -> list[float] | None:
        """Waiting times in ms by the formula."""
        if station.utilisation >= 1:
            return [inf] * points
        waits = waiting_probability(station.servers, station.utilisation * station.servers)
        if waits < 1 / points:
            return None
        spare_per_ms = station.servers / station.holding_ms - station.arrival_rate_per_s / 1000
        scale = (1 + station.squared_variation) / 2 / spare_per_ms
        return [scale * log(waits / part) if part < waits else 0.0 for part in evenly(points, stream)]


def waiting_probability(servers: int, offered_erlang: float) -> float:
    """Erlang C; above 5,000 servers the limit of Halfin & Whitt (Operations Research 1981), there within 1 % of it."""
    if servers <= MANY_SERVERS or offered_erlang >= servers:
        return erlang_c(servers, offered_erlang)
    spare = (1 - offered_erlang / servers) * sqrt(servers)
    normal = NormalDist()
    return 1 / (1 + spare * normal.cdf(spare) / normal.pdf(spare)) if spare < 30 else 0.0
