"""`Live`: an Explorer's description turned into widgets that follow one another."""

from collections.abc import Mapping
from typing import Any

import ipywidgets

from mlsd_course.errors import CourseError
from mlsd_course.explore.explorer.controls import Control, Slider, Toggle
from mlsd_course.explore.explorer.description import MINE, Explorer
from mlsd_course.explore.explorer.gate import PredictionGate
from mlsd_course.explore.explorer.measured_line import MeasuredLine
from mlsd_course.explore.explorer.panel import ChartPanel
from mlsd_course.explore.explorer.readout import readout_state
from mlsd_course.explore.notebook.widgets import Controls


class Live:
    """One explorer on one page. `box` is what is displayed; it shows the chart once the gate is open."""

    def __init__(self, explorer: Explorer, gate: PredictionGate, measured: MeasuredLine) -> None:
        self.explorer, self.gate, self.measured = explorer, gate, measured
        self.moving: tuple[Control, ...] = (*explorer.controls, *measured.controls)
        self.controls = Controls(
            specs=[_spec(control) for control in self.moving],
            presets=[self._preset(label, values) for label, values in self._presets()],
            state={control.name: control.index(control.default) for control in self.moving},
        )
        self.panel = ChartPanel(
            explorer.title, explorer.columns, explorer.all_lines, explorer.limit, explorer.x, explorer.y
        )
        self.refresh()
        self.controls.observe(lambda _: self.refresh(), names="state")
        self.box = ipywidgets.VBox([gate.head])
        self.box.add_class("mlsd-explorer")
        gate.when_open(self._open)

    @classmethod
    def of(cls, explorer: Explorer) -> "Live":
        """Return the explorer with its prediction gate and the line that the learner has measured."""
        return cls(explorer, PredictionGate(explorer), MeasuredLine(explorer))

    @property
    def values(self) -> dict[str, Any]:
        """The current value of every control, by name."""
        state = self.controls.state
        return {c.name: c.stops[_position(state.get(c.name), c)] for c in self.moving}

    @property
    def open(self) -> bool:
        """True where controls and chart are shown."""
        return len(self.box.children) > 1

    def set(self, **values: Any) -> None:
        """Move controls from code; ParameterError for a value off the stops."""
        moved = {name: self._control(name).index(value) for name, value in values.items()}
        self.controls.state = {**self.controls.state, **moved}

    def refresh(self) -> None:
        """Compute the current state and move figure, table and sentence; where it cannot be, the sentence says why."""
        explorer, values = self.explorer, self.values
        measured = self.measured.curves(values)
        values.pop(MINE, None)
        self.controls.idle = [c.name for c in explorer.controls if c.matters and not c.matters(values)]
        try:
            view = explorer.view(explorer.compute(**values))
        except CourseError as refusal:  # raised in a callback it would end in a log, and the old figure would stand
            refused = {"sentence": str(refusal), "verdict": "✗ Cannot be.", "met": False, "rows": []}
            self.panel.draw({}, None, refused)
            return
        self.panel.draw({**view.curves, **measured}, view.limit, readout_state(view))

    def _open(self, values: Mapping[str, Any]) -> None:
        self.set(**values)
        self.box.children = (self.gate.head, self.controls, self.panel.figure, self.panel.readout)

    def _control(self, name: str) -> Control:
        return next((c for c in self.moving if c.name == name), None) or self.explorer.control(name)

    def _presets(self) -> list[tuple[str, Mapping[str, Any]]]:
        return [*((p.label, self.explorer.values(p)) for p in self.explorer.presets), ("Reset", self.explorer.defaults)]

    def _preset(self, label: str, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"label": label, "state": {name: self._control(name).index(value) for name, value in values.items()}}


def _spec(control: Control) -> dict[str, Any]:
    kind = "slider" if isinstance(control, Slider) else "toggle" if isinstance(control, Toggle) else "choice"
    return {
        "name": control.name,
        "label": control.label,
        "kind": kind,
        "texts": [control.text(stop) for stop in control.stops],
        "help": control.help,
        "needs": control.needs,
        "place": "row" if control.name == MINE and not control.folded else "folded" if control.folded else "sight",
    }


def _position(index: Any, control: Control) -> int:
    whole = isinstance(index, int) and 0 <= index < len(control.stops)
    return index if whole else control.index(control.default)
