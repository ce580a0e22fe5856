"""The event simulator behind a design's simulated day: waiting times from events where the design uses a formula.

design.simulate(traffic, queues=EventQueue())
"""

import numpy as np

from mlsd_course.design.analysis.queue_model import StationLoad
from mlsd_course.errors import ParameterError
from mlsd_course.sim.queueing.arrivals import Poisson
from mlsd_course.sim.queueing.service import Exponential, Fixed, Lognormal
from mlsd_course.sim.queueing.simulate import simulate
from mlsd_course.sim.queueing.station import Station


class EventQueue:
    """Waiting times of Poisson arrivals at a station, by simulating `requests` events of it once per load.

    Service times are fixed, exponential or lognormal by the station's squared variation. Deterministic by `seed`.
    """

    def __init__(self, requests: int = 20_000, seed: int = 0) -> None:
        if requests < 1_000:
            raise ParameterError(
                "requests is too small for a tail",
                given=requests,
                allowed="at least 1000",
                remedy="Leave it out for 20,000",
            )
        self.requests, self.seed = requests, seed
        self._waits: dict[tuple[float, int, float, float], np.ndarray] = {}

    def waiting_ms(self, station: StationLoad, points: int, stream: int) -> list[float] | None:
        """`points` waiting times in ms, drawn from the simulated ones in the order of a stream; None for no waiting."""
        key = (round(station.arrival_rate_per_s, 6), station.servers, station.holding_ms, station.squared_variation)
        if station.utilisation >= 1:
            return [float("inf")] * points
        if key not in self._waits:
            self._waits[key] = np.sort(self._run(station))
        waits = self._waits[key]
        if waits[-1] == 0:
            return None
        order = np.random.default_rng([self.seed, stream]).permutation(points)
        return [float(value) for value in waits[((order + 0.5) / points * len(waits)).astype(int)]]

    def _run(self, station: StationLoad) -> np.ndarray:
        mean, variation = station.holding_ms, station.squared_variation
        service = (
            Fixed(mean)
            if variation < 1e-9
            else Exponential(mean)
            if variation == 1
            else Lognormal(mean, variation**0.5)
        )
        result = simulate(
            Poisson(station.arrival_rate_per_s),
            service,
            Station(servers=station.servers),
            requests=self.requests,
            seed=self.seed,
        )
        waits: np.ndarray = result.wait_ms[len(result.wait_ms) // 10 :]
        return np.maximum(0.0, waits)
