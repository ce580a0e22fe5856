"""A day of traffic: how many requests, when, and what breaks meanwhile."""

from dataclasses import dataclass, field
from math import cos, pi

from mlsd_course.errors import ParameterError

SHAPES = ("daily", "flat")


@dataclass(frozen=True)
class Burst:
    """A time in which `factor` times the usual traffic comes."""

    at_hour: float
    minutes: float
    factor: float

    def __post_init__(self) -> None:
        _within("Burst.at_hour", self.at_hour, 0, 24)
        _within("Burst.minutes", self.minutes, 0, 24 * 60)
        _within("Burst.factor", self.factor, 0, 1000)


@dataclass(frozen=True)
class Outage:
    """A time in which a component answers nothing."""

    component: str
    at_hour: float
    minutes: float

    def __post_init__(self) -> None:
        _within("Outage.at_hour", self.at_hour, 0, 24)
        _within("Outage.minutes", self.minutes, 0, 24 * 60)


@dataclass(frozen=True)
class Traffic:
    """A day of user requests.

    `mean_per_s` is the mean over the day; with the `daily` shape the rate follows a cosine between a quiet night and a
    peak of `peak_ratio` times the mean at `peak_hour` (raised to a power, so that the mean holds).
    """

    mean_per_s: float
    peak_ratio: float = 3.0
    shape: str = "daily"
    peak_hour: float = 20.0
    bursts: tuple[Burst, ...] = ()
    outages: tuple[Outage, ...] = ()
    slots: int = 96
    _weights: tuple[float, ...] = field(default=(), init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _within("Traffic.mean_per_s", self.mean_per_s, 0, 1e9)
        _within("Traffic.peak_ratio", self.peak_ratio, 1, 20)
        _within("Traffic.peak_hour", self.peak_hour, 0, 24)
        _within("Traffic.slots", self.slots, 24, 1440)
        if self.shape not in SHAPES:
            raise ParameterError("Traffic.shape is not known", given=self.shape, allowed=", ".join(SHAPES))
        object.__setattr__(self, "bursts", tuple(self.bursts))
        object.__setattr__(self, "outages", tuple(self.outages))
        object.__setattr__(self, "_weights", self._shape())

    @property
    def slot_s(self) -> float:
        """Seconds in one slot."""
        return 86_400 / self.slots

    def hour(self, slot: int) -> float:
        """The hour at which a slot starts."""
        return 24 * slot / self.slots

    def rate_per_s(self, slot: int) -> float:
        """The mean rate of user requests in a slot, bursts included."""
        rate = self.mean_per_s * self._weights[slot]
        for burst in self.bursts:
            rate *= 1 + (burst.factor - 1) * self._overlap(slot, burst.at_hour, burst.minutes)
        return rate

    def down(self, slot: int) -> dict[str, float]:
        """The share of a slot in which each component is out."""
        shares: dict[str, float] = {}
        for outage in self.outages:
            share = self._overlap(slot, outage.at_hour, outage.minutes)
            if share:
                shares[outage.component] = min(1.0, shares.get(outage.component, 0.0) + share)
        return shares

    def _overlap(self, slot: int, at_hour: float, minutes: float) -> float:
        start, stop = self.hour(slot), self.hour(slot + 1)
        return max(0.0, min(stop, at_hour + minutes / 60) - max(start, at_hour)) / (stop - start)

    def _shape(self) -> tuple[float, ...]:
        if self.shape == "flat" or self.peak_ratio == 1:
            return (1.0,) * self.slots
        middles = [(24 * (slot + 0.5) / self.slots - self.peak_hour) / 24 * 2 * pi for slot in range(self.slots)]
        raised = [(1 + cos(angle)) / 2 for angle in middles]
        low, high = 1e-3, 400.0
        for _ in range(60):
            power = (low * high) ** 0.5
            weights = [value**power for value in raised]
            low, high = (power, high) if max(weights) * len(weights) / sum(weights) < self.peak_ratio else (low, power)
        scale = len(weights) / sum(weights)
        return tuple(weight * scale for weight in weights)


def _within(label: str, value: float, low: float, high: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ParameterError(f"{label} is out of range", given=value, allowed=f"{low:g} to {high:g}")
