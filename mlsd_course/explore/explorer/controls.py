"""What a learner can move. Every control is a finite row of stops, so that each state has a name and can be tested."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mlsd_course.errors import ParameterError

Values = Mapping[str, Any]


@dataclass(frozen=True)
class _Control:
    """Common to all controls.

    name: the parameter of the compute function. help: one short line. folded: shown under "More".
    needs, matters: what must be so for the control to have an effect, as a phrase and as a test of the current values.
    """

    name: str
    label: str

    @property
    def stops(self) -> tuple[Any, ...]:
        """All values that the control can take, in order."""
        raise NotImplementedError

    def text(self, value: Any) -> str:
        """Return the value as a person reads it, with its unit."""
        raise NotImplementedError

    def index(self, value: Any) -> int:
        """Return the position of `value` among the stops; ParameterError where it is none of them."""
        if value not in self.stops:
            raise ParameterError(f"Control {self.name!r}", given=value, allowed=f"one of {_short(self.stops)}")
        return self.stops.index(value)


@dataclass(frozen=True)
class Slider(_Control):
    """A number from `low` to `high`, both included; arrows move it by one stop.

    scale "linear": stops every `step` (int or float). scale "log": `per_decade` stops a decade, at two digits.
    percent: a share that is shown in per cent.
    """

    low: float
    high: float
    default: float
    step: float = 1
    unit: str = ""
    scale: str = "linear"
    per_decade: int = 10
    percent: bool = False
    help: str = ""
    folded: bool = False
    needs: str = ""
    matters: Callable[[Values], bool] | None = None

    def __post_init__(self) -> None:
        if self.scale not in ("linear", "log"):
            raise ParameterError(f"scale of {self.name!r}", given=self.scale, allowed="linear or log")
        if not self.low < self.high or (self.scale == "log" and self.low <= 0) or self.step <= 0:
            raise ParameterError(
                f"Range of {self.name!r}", given=(self.low, self.high), allowed="low < high, above 0 on a log scale"
            )
        self.index(self.default)

    @cached_property
    def stops(self) -> tuple[Any, ...]:
        """All values that the slider can take, ascending."""
        whole = isinstance(self.low, int) and isinstance(self.step, int)
        if self.scale == "log":
            count = round(math.log10(self.high / self.low) * self.per_decade)
            raw = [self.low * (self.high / self.low) ** (i / count) for i in range(count + 1)]
            return tuple(sorted({round(v) if whole else float(f"{v:.2g}") for v in raw}))
        count = math.floor((self.high - self.low) / self.step + 1e-9)
        return tuple((round if whole else _tidy)(self.low + i * self.step) for i in range(count + 1))

    def text(self, value: float) -> str:
        """Return the value with its unit."""
        if self.percent:
            return f"{_number(_tidy(100 * value))} %"
        return f"{_number(value)} {self.unit}".strip()


@dataclass(frozen=True)
class Choice(_Control):
    """One of a few options: a mapping from value to what a person reads."""

    options: Mapping[Any, str]
    default: Any
    help: str = ""
    folded: bool = False
    needs: str = ""
    matters: Callable[[Values], bool] | None = None

    def __post_init__(self) -> None:
        self.index(self.default)

    @property
    def stops(self) -> tuple[Any, ...]:
        """The options' values, in order."""
        return tuple(self.options)

    def text(self, value: Any) -> str:
        """Return the option's words."""
        return self.options[value]


@dataclass(frozen=True)
class Toggle(_Control):
    """On or off."""

    default: bool = False
    help: str = ""
    folded: bool = False
    needs: str = ""
    matters: Callable[[Values], bool] | None = None

    @property
    def stops(self) -> tuple[Any, ...]:
        """Off, then on."""
        return (False, True)

    def text(self, value: bool) -> str:
        """Return "on" or "off"."""
        return "on" if value else "off"


Control = Slider | Choice | Toggle


def _tidy(value: float) -> float:
    return float(f"{value:.10g}")


def _number(value: float) -> str:
    return f"{value:,.10g}"


def _short(stops: tuple[Any, ...]) -> str:
    texts = [str(stop) for stop in stops]
    return ", ".join(texts if len(texts) <= 8 else [*texts[:3], "…", *texts[-2:]])
