"""How long the server works on a request, or on a batch of n requests, in milliseconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeGuard

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlsd_course.errors import ParameterError
from mlsd_course.parameters import count, not_negative, positive


class ServiceTimes(Protocol):
    """Service times of single requests, with the mean and the spread that the formulas need."""

    @property
    def mean_ms(self) -> float:
        """Mean service time in ms."""
        ...

    @property
    def cv(self) -> float:
        """Coefficient of variation: standard deviation over mean."""
        ...

    def sample_ms(self, requests: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return `requests` independent service times in ms, in a new array."""
        ...


class BatchService(ServiceTimes, Protocol):
    """A service that can also answer n requests in one call."""

    def call_ms(self, rows: ArrayLike) -> NDArray[np.float64]:
        """Mean time of one call on `rows` rows, in ms; for an array of sizes an array of times."""
        ...

    def noise(self, calls: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return `calls` factors of mean 1 by which the times of calls vary."""
        ...


def in_batches(service: ServiceTimes) -> TypeGuard[BatchService]:
    """True where the service can answer several requests in one call."""
    return hasattr(service, "call_ms")


@dataclass(frozen=True)
class Fixed:
    """Every request takes exactly `mean_ms`."""

    mean_ms: float

    def __post_init__(self) -> None:
        positive("mean_ms", self.mean_ms)

    @property
    def cv(self) -> float:
        """Coefficient of variation: 0."""
        return 0.0

    def sample_ms(self, requests: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return `requests` service times in ms."""
        return np.full(requests, float(self.mean_ms))


@dataclass(frozen=True)
class Exponential:
    """Memoryless service with mean `mean_ms`: the M of M/M/c, coefficient of variation 1.

    >>> Exponential(mean_ms=5).sample_ms(3, np.random.default_rng(0)).round(1)
    array([3.4, 5.1, 0.1])
    """

    mean_ms: float

    def __post_init__(self) -> None:
        positive("mean_ms", self.mean_ms)

    @property
    def cv(self) -> float:
        """Coefficient of variation: 1."""
        return 1.0

    def sample_ms(self, requests: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return `requests` service times in ms."""
        times: NDArray[np.float64] = rng.standard_exponential(requests)
        return np.multiply(times, self.mean_ms, out=times)


@dataclass(frozen=True)
class Lognormal:
    """Many fast requests and a few slow ones: mean `mean_ms`, coefficient of variation `cv`."""

    mean_ms: float
    cv: float = 1.0

    def __post_init__(self) -> None:
        positive("mean_ms", self.mean_ms)
        not_negative("cv", self.cv)

    def sample_ms(self, requests: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return `requests` service times in ms."""
        sigma2 = np.log1p(self.cv**2)
        return rng.lognormal(np.log(self.mean_ms) - sigma2 / 2, np.sqrt(sigma2), requests)


@dataclass(frozen=True)
class Measured:
    """Service times drawn with replacement from times measured on a real machine."""

    samples_ms: tuple[float, ...]

    def __init__(self, samples_ms: object) -> None:
        try:
            samples = np.asarray(samples_ms, dtype=float).ravel()
        except (TypeError, ValueError):
            samples = np.empty(0)
        if len(samples) < 1 or not np.isfinite(samples).all() or (samples <= 0).any():
            raise ParameterError(
                "samples_ms",
                given=f"{len(samples)} values",
                allowed="at least one time, all above 0 ms",
                remedy="Leave out failed measurements",
            )
        object.__setattr__(self, "samples_ms", tuple(samples))

    @property
    def mean_ms(self) -> float:
        """Mean of the samples in ms."""
        return float(np.mean(self.samples_ms))

    @property
    def cv(self) -> float:
        """Standard deviation of the samples over their mean."""
        return float(np.std(self.samples_ms) / self.mean_ms)

    def sample_ms(self, requests: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return `requests` service times in ms."""
        return rng.choice(np.asarray(self.samples_ms), requests)


@dataclass(frozen=True)
class BatchCost:
    """A call on n rows takes `fixed_ms + per_item_ms * n`, times a lognormal noise of mean 1 and spread `cv`.

    >>> BatchCost(fixed_ms=4, per_item_ms=0.2).call_ms([1, 10, 32]).round(1)
    array([ 4.2,  6. , 10.4])
    """

    fixed_ms: float
    per_item_ms: float
    cv: float = 0.0

    def __post_init__(self) -> None:
        not_negative("fixed_ms", self.fixed_ms)
        not_negative("per_item_ms", self.per_item_ms)
        not_negative("cv", self.cv)
        positive("fixed_ms + per_item_ms", self.fixed_ms + self.per_item_ms)

    @property
    def mean_ms(self) -> float:
        """Mean time of a call on one row, in ms."""
        return self.fixed_ms + self.per_item_ms

    def call_ms(self, rows: ArrayLike) -> NDArray[np.float64]:
        """Mean time of one call on `rows` rows, in ms; for an array of sizes an array of times."""
        return self.fixed_ms + self.per_item_ms * np.asarray(rows, dtype=float)

    def capacity_per_s(self, rows: int) -> float:
        """Requests per second that one server can answer with full batches of `rows`."""
        return 1000.0 * count("rows", rows) / float(self.call_ms(rows))

    def noise(self, calls: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return the noise factors of `calls` calls, mean 1."""
        if self.cv == 0:
            return np.ones(calls)
        return Lognormal(1.0, self.cv).sample_ms(calls, rng)

    def sample_ms(self, requests: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return the times of `requests` calls on one row each, in ms."""
        return self.mean_ms * self.noise(requests, rng)


@dataclass(frozen=True)
class MeasuredBatches:
    """Batches as measured on a real machine: for some batch sizes, the times of calls in ms.

    The mean between two measured sizes is interpolated, and beyond the last two extended in a straight line. The spread is
    that of all samples together, each over the mean of its size: a machine whose small calls jitter more than its large
    ones is smoothed.
    """

    sizes: tuple[int, ...]
    means_ms: tuple[float, ...]
    factors: tuple[float, ...]

    def __init__(self, samples_ms: Mapping[int, ArrayLike]) -> None:
        if not samples_ms:
            raise ParameterError(
                "samples_ms",
                given=samples_ms,
                allowed="times for at least one batch size",
                remedy="Write {1: [5.1, 4.9], 32: [20.3]}",
            )
        parts = {count("batch size", size): Measured(times) for size, times in sorted(samples_ms.items())}
        object.__setattr__(self, "sizes", tuple(parts))
        object.__setattr__(self, "means_ms", tuple(part.mean_ms for part in parts.values()))
        factors = [np.asarray(part.samples_ms) / part.mean_ms for part in parts.values()]
        object.__setattr__(self, "factors", tuple(np.concatenate(factors).tolist()))

    @property
    def mean_ms(self) -> float:
        """Mean time of a call on one row, in ms."""
        return float(self.call_ms(1))

    @property
    def cv(self) -> float:
        """Standard deviation of a call's time over its mean."""
        return float(np.std(self.factors))

    def call_ms(self, rows: ArrayLike) -> NDArray[np.float64]:
        """Mean time of one call on `rows` rows, in ms; for an array of sizes an array of times."""
        rows, means = np.asarray(rows, dtype=float), self.means_ms
        inside = np.interp(rows, self.sizes, means)
        if len(self.sizes) == 1:
            return np.asarray(inside)
        slope = max(0.0, (means[-1] - means[-2]) / (self.sizes[-1] - self.sizes[-2]))
        return np.asarray(inside + slope * np.maximum(0.0, rows - self.sizes[-1]))

    def capacity_per_s(self, rows: int) -> float:
        """Requests per second that one server can answer with full batches of `rows`."""
        return 1000.0 * count("rows", rows) / float(self.call_ms(rows))

    def noise(self, calls: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return `calls` factors of mean 1 by which the times of calls vary."""
        return rng.choice(np.asarray(self.factors), calls)

    def sample_ms(self, requests: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return the times of `requests` calls on one row each, in ms, in a new array."""
        return self.mean_ms * self.noise(requests, rng)
