"""When requests arrive: each process draws the arrival times of n requests, in milliseconds from 0."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlsd_course.errors import ParameterError
from mlsd_course.parameters import count, positive

Times = NDArray[np.float64]


class Arrivals(Protocol):
    """Anything that can say when n requests arrive."""

    @property
    def mean_rate_per_s(self) -> float:
        """Long-run arrival rate, requests per second."""
        ...

    def times_ms(self, requests: int, rng: np.random.Generator) -> Times:
        """Return `requests` arrival times in ms, ascending."""
        ...


@dataclass(frozen=True)
class Poisson:
    """Independent users: exponential gaps, coefficient of variation 1.

    >>> Poisson(rate_per_s=100).times_ms(3, np.random.default_rng(0)).round(1)
    array([ 6.8, 17. , 17.2])
    """

    rate_per_s: float

    def __post_init__(self) -> None:
        positive("rate_per_s", self.rate_per_s)

    @property
    def mean_rate_per_s(self) -> float:
        """Long-run arrival rate, requests per second."""
        return self.rate_per_s

    def times_ms(self, requests: int, rng: np.random.Generator) -> Times:
        """Return `requests` arrival times in ms, ascending."""
        times: Times = rng.standard_exponential(requests)
        np.cumsum(times, out=times)
        return np.multiply(times, 1000.0 / self.rate_per_s, out=times)


@dataclass(frozen=True)
class Regular:
    """A metronome: equal gaps, coefficient of variation 0."""

    rate_per_s: float

    def __post_init__(self) -> None:
        positive("rate_per_s", self.rate_per_s)

    @property
    def mean_rate_per_s(self) -> float:
        """Long-run arrival rate, requests per second."""
        return self.rate_per_s

    def times_ms(self, requests: int, rng: np.random.Generator) -> Times:
        """Return `requests` arrival times in ms, ascending."""
        return np.arange(1.0, requests + 1.0) * (1000.0 / self.rate_per_s)


@dataclass(frozen=True)
class Bursty:
    """Poisson whose rate switches between a calm and a burst state (a two-state Markov-modulated Poisson process).

    The burst rate is `burst_factor` times the calm rate; the source is in a burst for `burst_share` of the time, for
    `burst_ms` on average. `rate_per_s` is the long-run mean.
    """

    rate_per_s: float
    burst_factor: float = 5.0
    burst_share: float = 0.1
    burst_ms: float = 500.0

    def __post_init__(self) -> None:
        positive("rate_per_s", self.rate_per_s)
        positive("burst_ms", self.burst_ms)
        if positive("burst_factor", self.burst_factor) < 1:
            raise ParameterError(
                "burst_factor",
                given=self.burst_factor,
                allowed="1 or more",
                remedy="Write 5 for bursts at 5 times the calm rate",
            )
        if not 0 < self.burst_share < 1:
            raise ParameterError(
                "burst_share",
                given=self.burst_share,
                allowed="a share between 0 and 1, both excluded",
                remedy="Use Poisson for traffic without bursts",
            )

    @property
    def mean_rate_per_s(self) -> float:
        """Long-run arrival rate, requests per second."""
        return self.rate_per_s

    @property
    def index_of_dispersion(self) -> float:
        """Variance over mean of the number of arrivals in a long interval; 1 for Poisson. Heffes and Lucantoni 1986."""
        calm, burst = self.calm_rate_per_s / 1000.0, self.calm_rate_per_s * self.burst_factor / 1000.0
        calm_share, leaving = (
            1 - self.burst_share,
            1 / self.burst_ms + self.burst_share / (1 - self.burst_share) / self.burst_ms,
        )
        spread = calm_share * self.burst_share * (burst - calm) ** 2
        return 1 + 2000.0 * spread / (self.rate_per_s * leaving)

    @property
    def calm_rate_per_s(self) -> float:
        """Arrival rate outside bursts, requests per second."""
        return self.rate_per_s / (1 - self.burst_share + self.burst_share * self.burst_factor)

    def times_ms(self, requests: int, rng: np.random.Generator) -> Times:
        """Return `requests` arrival times in ms, ascending.

        Arrivals of a unit-rate Poisson process are mapped through the inverse of the integrated rate.
        """
        work = np.cumsum(rng.standard_exponential(requests))
        calm_per_ms = self.calm_rate_per_s / 1000.0
        calm_ms = self.burst_ms * (1 - self.burst_share) / self.burst_share
        cycle_work = calm_per_ms * (calm_ms + self.burst_ms * self.burst_factor)
        cycles = int(work[-1] / cycle_work) + 8
        edges_ms, edges_work = np.zeros(1), np.zeros(1)
        while edges_work[-1] < work[-1]:
            lengths = np.empty(2 * cycles)
            lengths[0::2] = rng.exponential(calm_ms, cycles)
            lengths[1::2] = rng.exponential(self.burst_ms, cycles)
            rates = np.tile([calm_per_ms, calm_per_ms * self.burst_factor], cycles)
            edges_ms = np.concatenate([edges_ms, edges_ms[-1] + np.cumsum(lengths)])
            edges_work = np.concatenate([edges_work, edges_work[-1] + np.cumsum(lengths * rates)])
        return np.interp(work, edges_work, edges_ms)


@dataclass(frozen=True)
class Diurnal:
    """Poisson whose rate follows a daily sine: mean `rate_per_s`, peak `peak_to_mean` times the mean.

    The period is `day_s` seconds (86,400 by default); the trough is at time 0.
    """

    rate_per_s: float
    peak_to_mean: float = 1.6
    day_s: float = 86_400.0

    def __post_init__(self) -> None:
        positive("rate_per_s", self.rate_per_s)
        positive("day_s", self.day_s)
        if not 1 <= self.peak_to_mean <= 2:
            raise ParameterError(
                "peak_to_mean",
                given=self.peak_to_mean,
                allowed="from 1 (flat) to 2 (nothing at night)",
                remedy="Use Profile for steeper days",
            )

    @property
    def mean_rate_per_s(self) -> float:
        """Long-run arrival rate, requests per second."""
        return self.rate_per_s

    def rate_at(self, time_s: NDArray[np.float64] | float) -> NDArray[np.float64] | float:
        """Arrival rate at `time_s`, requests per second."""
        swing = (self.peak_to_mean - 1) * np.cos(2 * np.pi * np.asarray(time_s) / self.day_s)
        return self.rate_per_s * (1 - swing)

    def times_ms(self, requests: int, rng: np.random.Generator) -> Times:
        """Return `requests` arrival times in ms, ascending, by the inverse of the integrated rate."""
        work = np.cumsum(rng.standard_exponential(requests))
        days = int(np.ceil(work[-1] / (self.rate_per_s * self.day_s))) + 1
        grid_s = np.linspace(0, days * self.day_s, 1_440 * days + 1)
        phase = 2 * np.pi / self.day_s
        done = self.rate_per_s * (grid_s - (self.peak_to_mean - 1) * np.sin(phase * grid_s) / phase)
        return np.interp(work, done, grid_s) * 1000.0


@dataclass(frozen=True)
class Profile:
    """Poisson whose rate follows a list: `rates_per_s[i]` during step i of `step_s` seconds; then from the start again."""

    rates_per_s: tuple[float, ...]
    step_s: float

    def __init__(self, rates_per_s: ArrayLike, step_s: float = 60.0) -> None:
        try:
            rates = np.asarray(rates_per_s, dtype=float)
        except (TypeError, ValueError):
            rates = np.array([np.nan])
        if rates.ndim != 1 or not len(rates) or not np.isfinite(rates).all() or rates.min() < 0 or rates.max() == 0:
            raise ParameterError(
                "rates_per_s",
                given=rates_per_s if np.size(rates_per_s) < 5 else f"{np.size(rates_per_s)} values",
                allowed="a list of rates of at least 0 per second, not all of them 0",
                remedy="Check the list for negative and missing values",
            )
        object.__setattr__(self, "rates_per_s", tuple(rates.tolist()))
        object.__setattr__(self, "step_s", positive("step_s", step_s))

    @property
    def mean_rate_per_s(self) -> float:
        """Long-run arrival rate, requests per second."""
        return float(np.mean(self.rates_per_s))

    def times_ms(self, requests: int, rng: np.random.Generator) -> Times:
        """Return `requests` arrival times in ms, ascending, by the inverse of the integrated rate."""
        work = np.cumsum(rng.standard_exponential(requests))
        period = self._work[-1]
        rounds = np.floor(work / period)
        return (np.interp(work - rounds * period, self._work, self._edges_s) + rounds * self._edges_s[-1]) * 1000.0

    def one_round_ms(self, rng: np.random.Generator) -> Times:
        """Return the arrival times in ms of the list gone through once; their number is random."""
        work = np.sort(rng.uniform(0.0, self._work[-1], rng.poisson(self._work[-1])))
        return np.interp(work, self._work, self._edges_s) * 1000.0

    @property
    def _edges_s(self) -> Times:
        return np.arange(len(self.rates_per_s) + 1.0) * self.step_s

    @property
    def _work(self) -> Times:
        return np.concatenate([[0.0], np.cumsum(self.rates_per_s) * self.step_s])


@dataclass(frozen=True)
class Trace:
    """Replayed arrivals: times in seconds, sorted or not; the trace is repeated when more requests are asked for."""

    times_s: tuple[float, ...]

    def __init__(self, times_s: object) -> None:
        try:
            times = np.sort(np.atleast_1d(np.asarray(times_s, dtype=float)))
        except (TypeError, ValueError):
            times = np.empty(0)
        if times.ndim != 1 or len(times) < 2 or not np.isfinite(times).all():
            raise ParameterError(
                "times_s",
                given=f"{times.shape} values",
                allowed="at least two finite times in seconds",
                remedy="Leave out missing times",
            )
        if times[-1] <= times[0]:
            raise ParameterError(
                "times_s", given="equal times", allowed="times that span more than 0 s", remedy="Check their unit"
            )
        object.__setattr__(self, "times_s", tuple(times - times[0]))

    @property
    def mean_rate_per_s(self) -> float:
        """Mean rate over the trace, requests per second."""
        return (len(self.times_s) - 1) / self.times_s[-1]

    def times_ms(self, requests: int, rng: np.random.Generator) -> Times:
        """Return `requests` arrival times in ms, ascending."""
        times = np.asarray(self.times_s)
        rounds = -(-count("requests", requests) // len(times))
        period = times[-1] + 1.0 / self.mean_rate_per_s
        return (np.tile(times, rounds) + np.repeat(np.arange(rounds) * period, len(times)))[:requests] * 1000.0
