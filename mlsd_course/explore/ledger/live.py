"""The ledger's widgets: figures that are drawn once and moved when a prediction or an outcome is added."""

from typing import Any

import ipywidgets

from mlsd_course.explore.explorer.panel import ChartPanel
from mlsd_course.explore.explorer.readout import readout_state
from mlsd_course.explore.ledger.pictures import TITLE, Picture, empty, pictures
from mlsd_course.explore.prediction.box import plain_box
from mlsd_course.explore.state import RecordSource


class LiveLedger:
    """The ledger on one page. `box` is what is displayed; `book` what it shows."""

    def __init__(self, source: RecordSource) -> None:
        self.source = source
        self.note = plain_box(title=TITLE)
        self.box = ipywidgets.VBox([self.note])
        self._figures: dict[str, LedgerChart] = {}
        self.book = source.ledger()
        self._draw()

    @property
    def comm(self) -> Any:
        """The box's way to the page; None once it is closed."""
        return self.box.comm

    def look(self) -> None:
        """Draw the ledger again where it has changed."""
        if self.source.changed():
            trouble = self.source.trouble
            before, self.book = self.book, self.source.ledger()
            if (self.book, self.source.trouble) != (before, trouble):
                self._draw()

    def _draw(self) -> None:
        drawn = list(pictures(self.book))
        for one in drawn:
            if one.title in self._figures:
                self._figures[one.title].show(one)
            else:
                self._figures[one.title] = LedgerChart(one)
        text = " ".join([*self.source.trouble, *([] if drawn else [empty(self.book)])])
        self.note.show(said=text)
        figures = [self._figures[one.title].box for one in drawn]
        self.box.children = ([self.note] if text else []) + figures


class LedgerChart:
    """One figure of the ledger with its read-out, moved in place. `box` is what is displayed."""

    def __init__(self, picture: Picture) -> None:
        self.panel = ChartPanel(picture.title, picture.columns, picture.lines, None, picture.x, picture.y)
        self.box = ipywidgets.VBox([self.panel.figure, self.panel.readout])
        self.box.add_class("mlsd-figure")
        self.show(picture)

    def show(self, picture: Picture) -> None:
        """Move to another state."""
        self.panel.set_axes(picture.x, picture.y)
        self.panel.draw(picture.view.curves, None, readout_state(picture.view, judged=False))
