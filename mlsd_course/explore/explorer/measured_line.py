"""`MeasuredLine`: the learner's own measurements as one more line of an explorer, and the switch that shows it."""

from collections.abc import Mapping
from typing import Any

from mlsd_course.explore import record
from mlsd_course.explore.explorer.controls import Control, Toggle
from mlsd_course.explore.explorer.description import MINE, Explorer
from mlsd_course.explore.explorer.view import Curve


class MeasuredLine:
    """The line of one explorer on one page, read from the record when the object is made.

    curve: its points; None where the explorer has no overlay or the record no measurement for it.
    controls: the switch; empty where the explorer has no overlay.
    """

    def __init__(self, explorer: Explorer) -> None:
        self.curve: Curve | None = None
        self.controls: tuple[Control, ...] = ()
        if explorer.overlay is not None:
            self.curve = explorer.overlay.read(record.measured(explorer.chapter))
            self.controls = (_switch(explorer.overlay.missing, self.curve),)

    def curves(self, values: Mapping[str, Any]) -> dict[str, Curve]:
        """Return the line by its name; nothing where it is switched off in `values` or has no points."""
        return {MINE: self.curve} if values.get(MINE) and self.curve else {}


def _switch(missing: str, curve: Curve | None) -> Toggle:
    """Return the switch. Without a curve it is off and folded away, and its help says what to do to have one."""
    measured = curve is not None
    return Toggle(MINE, "My machine", default=measured, help="" if measured else missing, folded=not measured)
