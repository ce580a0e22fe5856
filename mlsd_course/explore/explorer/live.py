"""`Live`: an Explorer's description turned into widgets that follow one another."""

from collections.abc import Mapping
from typing import Any

import ipywidgets

from mlsd_course.errors import CourseError
from mlsd_course.explore import record
from mlsd_course.explore.explorer.chart import chart, redraw
from mlsd_course.explore.explorer.controls import Control, Slider, Toggle
from mlsd_course.explore.explorer.description import MINE, Explorer, overlay_toggle
from mlsd_course.explore.explorer.readout import readout_state
from mlsd_course.explore.explorer.view import Curve
from mlsd_course.explore.notebook.widgets import Box, Controls, Readout
from mlsd_course.explore.prediction import ask
from mlsd_course.explore.prediction.prediction import Given, compared, note_reveal


class Live:
    """One explorer on one page. `box` is what is displayed; it shows the chart once the lock is open."""

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer
        self.mine = self._overlay()
        self.moving = self._controls()
        self.controls = Controls(
            specs=[_spec(control) for control in self.moving],
            presets=[self._preset(label, values) for label, values in self._presets()],
            state={control.name: control.index(control.default) for control in self.moving},
        )
        self.figure = chart(explorer.all_lines, explorer.limit, explorer.x, explorer.y)
        self.readout = Readout(title=explorer.title, columns=list(explorer.columns))
        self.readout.on_msg(lambda *_: self._resend())
        self.refresh()
        self.controls.observe(lambda _: self.refresh(), names="state")
        self.head = self._head()
        self.box = ipywidgets.VBox([self.head])
        self.box.add_class("mlsd-explorer")
        if explorer.lock is None:
            self._open()
        else:
            ask.when_given(explorer.lock.question, self._unlock)

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
        shown = values.pop(MINE, False)
        self.controls.idle = [c.name for c in explorer.controls if c.matters and not c.matters(values)]
        try:
            view = explorer.view(explorer.compute(**values))
        except CourseError as trouble:  # raised in a callback it would end in a log, and the old figure would stand
            redraw(self.figure, explorer.all_lines, {}, None, explorer.x, explorer.y)
            self.readout.now = {"sentence": str(trouble), "verdict": "✗ Cannot be.", "met": False, "rows": []}
            return
        curves = {**view.curves, **({MINE: self.mine} if shown and self.mine else {})}
        redraw(self.figure, explorer.all_lines, curves, (explorer.limit, view.limit), explorer.x, explorer.y)
        self.readout.now = readout_state(view)

    def _resend(self) -> None:
        """Send every point anew: what was sent while the browser was still loading the chart is lost."""
        explorer = self.explorer
        redraw(self.figure, explorer.all_lines, {}, None, explorer.x, explorer.y)
        self.refresh()

    def _head(self) -> Box:
        lock, title = self.explorer.lock, self.explorer.title
        if lock is None:
            return ask._box(title=title, question=self.explorer.question)
        return ask.box(
            lock.question,
            title=title,
            wait=f"{self.explorer.question} Commit a prediction first; the chart opens then.",
            done=lambda prediction: compared(lock.question, prediction, self._answer()),
        )

    def _answer(self) -> float:
        lock = self.explorer.lock
        assert lock is not None
        return lock.answer(self.explorer.compute(**self.explorer.values(self.explorer.preset(lock.preset))))

    def _unlock(self, prediction: Given) -> None:
        lock = self.explorer.lock
        assert lock is not None
        note_reveal(lock.question, self._answer())
        self.set(**self.explorer.values(self.explorer.preset(lock.preset)))
        self._open()

    def _open(self) -> None:
        self.box.children = (self.head, self.controls, self.figure, self.readout)

    def _overlay(self) -> Curve | None:
        overlay = self.explorer.overlay
        return None if overlay is None else overlay.read(record.measured(self.explorer.chapter))

    def _controls(self) -> tuple[Control, ...]:
        own = (overlay_toggle(self.explorer, self.mine is not None),) if self.explorer.overlay else ()
        return (*self.explorer.controls, *own)

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
