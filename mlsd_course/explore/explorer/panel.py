"""`ChartPanel`: a chart and its read-out, drawn once and moved in place."""

from collections.abc import Mapping
from typing import Any

from mlsd_course.explore.explorer.chart import chart, reach, redraw
from mlsd_course.explore.explorer.view import Axis, Curve, Limit, Line
from mlsd_course.explore.notebook.widgets import Readout


class ChartPanel:
    """One chart on one page. The browser asks for every point again once it has loaded the chart."""

    def __init__(
        self, title: str, columns: tuple[str, ...], lines: tuple[Line, ...], limit: Limit | None, x: Axis, y: Axis
    ) -> None:
        self.lines, self.limit, self.x, self.y = lines, limit, x, y
        self.figure = chart(lines, limit, x, y)
        self.readout = Readout(title=title, columns=list(columns))
        self.readout.on_msg(lambda *_: self._send_again())
        self._drawn: tuple[Mapping[str, Curve], float | None] = ({}, None)

    def draw(self, curves: Mapping[str, Curve], limit: float | None, readout: dict[str, Any]) -> None:
        """Move the lines and the limit, and show `readout`; limit: its value, None for no limit line."""
        self._drawn = (curves, limit)
        self._redraw(curves, limit)
        self.readout.now = readout

    def set_axes(self, x: Axis, y: Axis) -> None:
        """Move the ends of both axes."""
        self.x, self.y = x, y
        reach(self.figure, x, y)

    def _send_again(self) -> None:
        """Send every point again: what was sent while the browser was still loading the chart is lost."""
        self._redraw({}, None)  # plotly sends only what differs from the last state
        self._redraw(*self._drawn)

    def _redraw(self, curves: Mapping[str, Curve], limit: float | None) -> None:
        line = None if self.limit is None or limit is None else (self.limit, limit)
        redraw(self.figure, self.lines, curves, line, self.x, self.y)
