"""`Explorer`: the declarative description of a trade-off that a person can turn knobs on. No widget in here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mlsd_course.errors import ParameterError
from mlsd_course.explore.explorer.controls import Control
from mlsd_course.explore.explorer.view import Axis, Curve, Limit, Line, View
from mlsd_course.explore.prediction.prediction import Question

IN_SIGHT = 3
MINE = "mine"


@dataclass(frozen=True)
class Preset:
    """A named state: the defaults, with `values` on top."""

    label: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Lock:
    """The prediction that opens the explorer.

    question: asked first. preset: the label of the preset that answers it. answer: the number, from compute's result.
    """

    question: Question
    preset: str
    answer: Callable[[Any], float]


@dataclass(frozen=True)
class Overlay:
    """The learner's own measurements as one more line.

    line: its legend text. read: from the record's measurement and calibration events to a Curve, or None where there is
    nothing to draw. missing: what to do to have some.
    """

    line: str
    read: Callable[[list[Any]], Curve | None]
    missing: str


@dataclass(frozen=True)
class Explorer:
    """A pure function and how to show it.

    name: "<chapter slug>" or "<chapter slug>_<noun>". compute: pure, takes every control by name, lives in `sim` or
    `design`. view: pure, makes a View of compute's result. columns: heads of the table. presets: at least one that keeps
    the limit and one that breaks it.
    """

    name: str
    title: str
    question: str
    controls: tuple[Control, ...]
    compute: Callable[..., Any]
    view: Callable[[Any], View]
    x: Axis
    y: Axis
    lines: tuple[Line, ...]
    limit: Limit
    columns: tuple[str, ...]
    presets: tuple[Preset, ...]
    lock: Lock | None = None
    overlay: Overlay | None = None
    chapter: str = field(default="")

    def __post_init__(self) -> None:
        names = [control.name for control in self.controls]
        if len(set(names)) != len(names):
            raise ParameterError(f"Controls of {self.name!r}", given=names, allowed="each name once")
        if len(self.in_sight) > IN_SIGHT:
            raise ParameterError(
                f"Controls in sight of {self.name!r}",
                given=len(self.in_sight),
                allowed=f"at most {IN_SIGHT}",
                remedy="Pass folded=True to the others",
            )
        for preset in self.presets:
            self.values(preset)
        if self.lock:
            self.preset(self.lock.preset)
        if not self.chapter:
            object.__setattr__(self, "chapter", "_".join(self.name.split("_")[:2]))

    @property
    def in_sight(self) -> tuple[Control, ...]:
        """The controls that are not folded away."""
        return tuple(control for control in self.controls if not control.folded)

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """The state at the start and after Reset."""
        return {control.name: control.default for control in self.controls}

    def control(self, name: str) -> Control:
        """Return the control of that name; ParameterError where there is none."""
        for control in self.controls:
            if control.name == name:
                return control
        raise ParameterError(f"Control of {self.name!r}", given=name, allowed=", ".join(self.defaults))

    def preset(self, label: str) -> Preset:
        """Return the preset of that label; ParameterError where there is none."""
        for preset in self.presets:
            if preset.label == label:
                return preset
        raise ParameterError(
            f"Preset of {self.name!r}", given=label, allowed=", ".join(preset.label for preset in self.presets)
        )

    def values(self, preset: Preset) -> dict[str, Any]:
        """Return the full state of a preset; ParameterError for an unknown control or a value off its stops."""
        for name, value in preset.values.items():
            self.control(name).index(value)
        return {**self.defaults, **preset.values}

    def at(self, **values: Any) -> View:
        """Return the view at the given state; what is not given is at its default."""
        return self.view(self.compute(**{**self.defaults, **values}))

    def text(self) -> str:
        """Return the plain-text form: title and the sentence of the starting state."""
        return f"{self.title}\n{self.at().sentence}"

    @property
    def all_lines(self) -> tuple[Line, ...]:
        """The declared lines, and the learner's own where there is an overlay."""
        return (*self.lines, Line(MINE, self.overlay.line, "measured")) if self.overlay else self.lines
