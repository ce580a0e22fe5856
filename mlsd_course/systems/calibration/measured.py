"""One measured figure: the median of many tries, with the middle half of them as its spread."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from mlsd_course.quantities import figure as digits


@dataclass(frozen=True)
class MeasuredValue:
    """A median and the middle half of the tries, `low` to `high`, in `unit`; tries 0: nobody measured it."""

    median: float
    low: float
    high: float
    unit: str
    tries: int = 0

    @classmethod
    def of(cls, values: Sequence[float], unit: str) -> "MeasuredValue":
        """Sum up the tries; a single one has no spread."""
        if len(values) < 2:
            return cls(values[0], values[0], values[0], unit, len(values))
        low, _, high = quantiles(values, n=4, method="inclusive")
        return cls(median(values), low, high, unit, len(values))

    def __str__(self) -> str:
        if not self.tries:
            return f"{digits(self.median)} {self.unit} (typical)"
        return f"{digits(self.median)} {self.unit} ({digits(self.low)} to {digits(self.high)})"


def times_s(work: Callable[[], object], seconds: float, at_least: int = 5, at_most: int = 2_000) -> list[float]:
    """Time `work` again and again for about `seconds`; the first call warms up and is not counted."""
    work()
    taken: list[float] = []
    end = time.perf_counter() + seconds
    while len(taken) < at_least or (time.perf_counter() < end and len(taken) < at_most):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return taken
