"""What a simulated station did: every request's fate, and the numbers that people ask for."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlsd_course.errors import ParameterError
from mlsd_course.sim.queueing.kernels import REJECTED, SERVED, TIMED_OUT
from mlsd_course.sim.queueing.station import Station

Array = NDArray[np.float64]
_BATCHES = 20
_T_95 = 2.093  # Student t, 19 degrees of freedom, two-sided 95 %


@dataclass(frozen=True)
class Result:
    """One run. Arrays have one entry per request, in order of first arrival; times are in ms.

    arrival_ms: first attempt; start_ms: service began (NaN where it never did, or for clients with timeouts and retries,
    whose attempts overlap); end_ms: answered or finally lost; status: SERVED, REJECTED or TIMED_OUT; attempts: tries made.
    busy_ms: work of all servers together, `span_ms`: the time that was watched.
    """

    station: Station
    arrival_ms: Array
    start_ms: Array
    end_ms: Array
    status: NDArray[np.int8]
    attempts: NDArray[np.int16]
    busy_ms: float
    span_ms: float

    @property
    def latency_ms(self) -> Array:
        """Time in system of the requests that were answered, from the first attempt on."""
        if self.station.loses_nothing:
            return self.end_ms - self.arrival_ms
        served = self.status == SERVED
        return self.end_ms[served] - self.arrival_ms[served]

    @property
    def wait_ms(self) -> Array:
        """Time between arrival and start of service, of all requests (NaN where it is not defined)."""
        return self.start_ms - self.arrival_ms

    @property
    def requests(self) -> int:
        """Requests offered."""
        return len(self.arrival_ms)

    @property
    def mean_ms(self) -> float:
        """Mean latency of answered requests."""
        return float(self.latency_ms.mean()) if len(self.latency_ms) else float("nan")

    @property
    def mean_wait_ms(self) -> float:
        """Mean time between arrival and start of service, of answered requests."""
        waits = self.wait_ms[self.status == SERVED]
        return float(waits.mean()) if len(waits) else float("nan")

    def percentile_ms(self, percent: float) -> float:
        """Latency that `percent` of the answered requests stay under, in ms (NaN when none was answered)."""
        if not 0 <= percent <= 100:
            raise ParameterError("percent", given=percent, allowed="from 0 to 100", remedy="Write 99 for the p99")
        return float(np.percentile(self.latency_ms, percent)) if len(self.latency_ms) else float("nan")

    def percentile_interval_ms(self, percent: float) -> tuple[float, float]:
        """95 % confidence interval of a percentile from 20 batches: neighbours in a queue are not independent.

        NaN where a batch has fewer than one latency beyond the percentile: its percentile would be its maximum.
        """
        parts = np.array_split(self.latency_ms, _BATCHES)
        if min(map(len, parts)) < 100 / max(100 - percent, 1e-9):
            return float("nan"), float("nan")
        return _interval([float(np.percentile(part, percent)) for part in parts])

    def mean_interval_ms(self) -> tuple[float, float]:
        """95 % confidence interval of the mean latency, from 20 batch means."""
        return _interval([float(part.mean()) for part in np.array_split(self.latency_ms, _BATCHES) if len(part)])

    def within(self, limit_ms: float) -> float:
        """Share of all offered requests that were answered within `limit_ms`."""
        return float((self.latency_ms <= limit_ms).sum() / self.requests)

    @property
    def utilisation(self) -> float:
        """Share of the servers' time that was spent working."""
        return self.busy_ms / (self.station.servers * self.span_ms)

    @property
    def throughput_per_s(self) -> float:
        """Answered requests per second: the goodput."""
        return 1000.0 * int((self.status == SERVED).sum()) / self.span_ms

    @property
    def offered_per_s(self) -> float:
        """First attempts per second."""
        return 1000.0 * self.requests / self.span_ms

    @property
    def attempts_per_request(self) -> float:
        """Mean number of attempts: 1 without retries, more in a retry storm."""
        return float(self.attempts.mean())

    @property
    def dropped_share(self) -> float:
        """Share of requests that were turned away for good."""
        return float((self.status == REJECTED).mean())

    @property
    def timed_out_share(self) -> float:
        """Share of requests whose client gave up for good."""
        return float((self.status == TIMED_OUT).mean())

    @property
    def answered_share(self) -> float:
        """Share of requests that were answered in the end."""
        return float((self.status == SERVED).mean())

    @property
    def mean_in_system(self) -> float:
        """Time average of the number of requests in the system over the run: the L of Little's law."""
        return float((self.end_ms - self.arrival_ms).sum() / self.span_ms)

    @property
    def cost_usd_per_million(self) -> float:
        """Price of the servers per million answered requests."""
        if self.throughput_per_s == 0:
            return float("inf")
        return self.station.servers * self.station.usd_per_server_hour / 3600.0 / self.throughput_per_s * 1e6


def _interval(parts: list[float]) -> tuple[float, float]:
    if len(parts) < _BATCHES:
        return float("nan"), float("nan")
    mean, half = float(np.mean(parts)), _T_95 * float(np.std(parts, ddof=1)) / _BATCHES**0.5
    return mean - half, mean + half
