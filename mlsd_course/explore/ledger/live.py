"""The ledger's widgets: figures that are drawn once and moved when a prediction or an outcome is added."""

from typing import Any

import ipywidgets

from mlsd_course.explore.explorer.chart import chart, reach, redraw
from mlsd_course.explore.explorer.readout import readout_state
from mlsd_course.explore.ledger.pictures import TITLE, Picture, empty, pictures
from mlsd_course.explore.notebook.widgets import Readout
from mlsd_course.explore.prediction import ask
from mlsd_course.explore.state import Source


class LiveLedger:
    """The ledger on one page. `box` is what is displayed; `book` what it shows."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.note = ask._box(title=TITLE)
        self.box = ipywidgets.VBox([self.note])
        self._figures: dict[str, Figure] = {}
        self.book = source.ledger()
        self._draw()

    @property
    def comm(self) -> Any:
        """The box's way to the page; None once it is closed."""
        return self.box.comm

    def look(self) -> None:
        """Show what is new, if anything is."""
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
                self._figures[one.title] = Figure(one)
        said = " ".join([*self.source.trouble, *([] if drawn else [empty(self.book)])])
        self.note.show(said=said)
        figures = [self._figures[one.title].box for one in drawn]
        self.box.children = ([self.note] if said else []) + figures


class Figure:
    """One figure with its read-out, moved in place."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.figure = chart(picture.lines, None, picture.x, picture.y)
        self.readout = Readout(title=picture.title, columns=list(picture.columns))
        self.readout.on_msg(lambda *_: self._resend())
        self.box = ipywidgets.VBox([self.figure, self.readout])
        self.box.add_class("mlsd-figure")
        self.show(picture)

    def show(self, picture: Picture) -> None:
        """Move to another state."""
        self.picture = picture
        reach(self.figure, picture.x, picture.y)
        redraw(self.figure, picture.lines, picture.view.curves, None, picture.x, picture.y)
        self.readout.now = readout_state(picture.view, judged=False)

    def _resend(self) -> None:
        """Send every point anew: what was sent while the browser was still loading the chart is lost."""
        picture = self.picture
        redraw(self.figure, picture.lines, {}, None, picture.x, picture.y)
        self.show(picture)
