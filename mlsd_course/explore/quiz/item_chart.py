"""Item analysis as a picture: how hard each item is, and how well it tells learners apart."""

from collections.abc import Sequence
from typing import Any, Protocol

from mlsd_course.explore.explorer.show import chart
from mlsd_course.explore.explorer.view import Axis, Curve, Limit, Line, View

LINES = (Line("items", "items", "marks"),)
X, Y = Axis("share of learners who have it right", 0, 1), Axis("correlation with the other items", -1, 1)
WEAK = Limit("below: tells learners apart badly")
COLUMNS = ("item", "right", "item–total", "item–rest")
TITLE = "How hard is each item, and does it tell learners apart?"
LEAST = 0.1


class Row(Protocol):
    """One item of an analysis."""

    @property
    def name(self) -> str: ...  # noqa: D102 - as in `grading.ItemRow`
    @property
    def difficulty(self) -> float: ...  # noqa: D102
    @property
    def item_total(self) -> float | None: ...  # noqa: D102
    @property
    def item_rest(self) -> float | None: ...  # noqa: D102


class Analysis(Protocol):
    """What `grading.item_analysis` returns."""

    @property
    def items(self) -> Sequence[Row]: ...  # noqa: D102
    @property
    def sentence(self) -> str: ...  # noqa: D102


def item_chart(analysis: Analysis) -> None:
    """Show an analysis as a figure with its sentence and its table."""
    chart(TITLE, item_view(analysis), lines=LINES, x=X, y=Y, columns=COLUMNS, limit=WEAK)


def item_page(analysis: Analysis) -> str:
    """Return the figure as a web page that needs no network (about 5 MB)."""
    import plotly.graph_objects as go

    from mlsd_course.explore.explorer.chart import still

    view = item_view(analysis)
    picture: dict[str, Any] = still(LINES, view.curves, (WEAK, view.limit), X, Y)
    picture.pop("config")
    figure = go.Figure(picture)
    figure.update_layout(title={"text": view.sentence, "y": 0.99}, height=560, paper_bgcolor="white", margin={"t": 90})
    figure.update_layout(font={"color": "#222"}, xaxis={"gridcolor": "#ddd"}, yaxis={"gridcolor": "#ddd"})
    return str(figure.to_html(full_html=True, include_plotlyjs=True))


def item_view(analysis: Analysis) -> View:
    """Return the figure's points, its table and its sentence; an item on which all agree has no correlation."""
    placed = [(number, row) for number, row in enumerate(analysis.items, 1) if row.item_rest is not None]
    points = Curve(
        x=[row.difficulty for _, row in placed],
        y=[row.item_rest or 0.0 for _, row in placed],
        text=[str(number) for number, _ in placed],
    )
    weak = [str(number) for number, row in placed if (row.item_rest or 0.0) < LEAST]
    sentence = f"{analysis.sentence} Items below the line: {', '.join(weak) or 'none'}."
    rows = tuple(
        (f"{number} {row.name}", f"{row.difficulty:.0%}", _two(row.item_total), _two(row.item_rest))
        for number, row in enumerate(analysis.items, 1)
    )
    return View({"items": points}, LEAST, rows, sentence, not weak)


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
