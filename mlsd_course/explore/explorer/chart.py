"""The chart: one plotly FigureWidget, made once and updated in place."""

import json
from collections.abc import Mapping
from math import log10
from typing import Any

import plotly.graph_objects as go
import traitlets

from mlsd_course.explore.explorer.view import Axis, Curve, Limit, Line
from mlsd_course.explore.notebook.widgets import static

# Each role differs in colour, dash and symbol; every colour keeps 3:1 on JupyterLab's white and on its black.
_STYLES: dict[str, dict[str, Any]] = {
    "main": {"mode": "lines", "line": {"color": "#3b82d6", "width": 3}},
    "second": {"mode": "lines", "line": {"color": "#d9730d", "width": 2.5, "dash": "dashdot"}},
    "third": {"mode": "lines", "line": {"color": "#a56de2", "width": 2.5, "dash": "longdash"}},
    "formula": {"mode": "lines", "line": {"color": "#d9730d", "width": 2.5, "dash": "dash"}},
    "measured": {
        "mode": "lines+markers",
        "line": {"color": "#2f9e62", "width": 1.5, "dash": "dot"},
        "marker": {"color": "#2f9e62", "size": 10, "symbol": "diamond"},
    },
    "marks": {
        "mode": "markers+text",
        "marker": {"color": "#3b82d6", "size": 10, "symbol": "circle"},
        "textposition": "top right",
        "cliponaxis": False,
    },
    "band": {
        "mode": "lines",
        "line": {"color": "#3b82d6", "width": 1},
        "fill": "toself",
        "fillcolor": "rgba(59, 130, 214, 0.2)",
    },
    "points": {"mode": "markers", "marker": {"color": "#808080", "size": 7, "symbol": "circle-open"}},
    "dots": {"mode": "markers", "marker": {"color": "#a56de2", "size": 9, "symbol": "square"}},
}
_BARS: dict[str, dict[str, Any]] = {
    "bars": {"marker": {"color": "#3b82d6", "pattern": {"shape": ""}}},
    "bars2": {"marker": {"color": "#d9730d", "pattern": {"shape": "/", "fillmode": "replace", "size": 6}}},
}
_LIMIT = {"color": "#e5484d", "width": 2, "dash": "dot"}
_QUIET = "#808080"
CONFIG = {"displayModeBar": False, "displaylogo": False, "responsive": True, "scrollZoom": False}


class Chart(go.FigureWidget):
    """A FigureWidget whose browser part may take its time to load. `bundle`: plotly's own, which draws it."""

    _esm = static("chart.js")
    bundle = traitlets.Unicode(str(go.FigureWidget._esm), read_only=True).tag(sync=True)  # noqa: SLF001 plotly keeps its browser part there; test_upstream names it


def chart(lines: tuple[Line, ...], limit: Limit | None, x: Axis, y: Axis) -> go.FigureWidget:
    """Return a chart with one empty trace for each line and one for the limit, drawn last."""
    figure = Chart(_blank(lines, limit, x, y))
    figure._config = {**figure._config, **CONFIG}  # noqa: SLF001 plotly has no public way to set it; test_upstream names it
    figure.add_class("mlsd-chart")
    return figure


def still(
    lines: tuple[Line, ...],
    curves: Mapping[str, Curve],
    limit: tuple[Limit, float] | None,
    x: Axis,
    y: Axis,
) -> dict[str, Any]:
    """Return a chart that never moves as plotly's JSON, which JupyterLab draws without a widget."""
    figure = _blank(lines, limit[0] if limit else None, x, y)
    redraw(figure, lines, curves, limit, x, y)
    return {**json.loads(figure.to_json()), "config": CONFIG}


def _blank(lines: tuple[Line, ...], limit: Limit | None, x: Axis, y: Axis) -> go.Figure:
    figure = go.Figure(data=[*map(_trace, lines), *([_limit_trace(limit)] if limit else [])])
    figure.update_layout(
        template="none",
        height=300,
        autosize=True,
        margin={"l": 64, "r": 24, "t": 34, "b": 46},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": _QUIET, "size": 12},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "xanchor": "left"},
        hovermode="closest",
        barmode="overlay",
        dragmode=False,
        xaxis=_axis(x),
        yaxis=_axis(y),
    )
    return figure


def redraw(
    figure: go.Figure,
    lines: tuple[Line, ...],
    curves: Mapping[str, Curve],
    limit: tuple[Limit, float] | None,
    x: Axis,
    y: Axis,
) -> None:
    """Move every trace to its new points in one update; a line without a curve is emptied and leaves the legend."""
    with figure.batch_update():
        for trace, line in zip(figure.data, lines, strict=False):
            curve = curves.get(line.name, Curve())
            trace.x, trace.y = list(curve.x), list(curve.y)
            if line.role in _BARS:
                trace.base = list(curve.base) or None
            if line.role == "marks":
                trace.text = list(curve.text)
            elif trace.showlegend != bool(len(curve.x)):
                trace.showlegend = bool(len(curve.x))
        if limit is None:
            for trace in figure.data[len(lines) :]:
                trace.x, trace.y = [], []
        else:
            where, value = limit
            other = y if where.axis == "x" else x
            along, across = [value, value], [other.low, other.high]
            trace = figure.data[len(lines)]
            trace.x, trace.y = (along, across) if where.axis == "x" else (across, along)


def reach(figure: go.Figure, x: Axis, y: Axis) -> None:
    """Move the ends of both axes, where the points need other ones than before."""
    for axis, wanted in ((figure.layout.xaxis, _axis(x)), (figure.layout.yaxis, _axis(y))):
        if list(axis.range) != wanted["range"]:
            axis.range = wanted["range"]


def _trace(line: Line) -> go.Scatter | go.Bar:
    if line.role in _BARS:
        return go.Bar(name=line.label, **_BARS[line.role])
    style = _STYLES[line.role]
    return go.Scatter(name=line.label, showlegend=line.role != "marks", **style)


def _limit_trace(limit: Limit) -> go.Scatter:
    return go.Scatter(name=limit.label, mode="lines", line=_LIMIT, hoverinfo="name")


def _axis(axis: Axis) -> dict[str, Any]:
    ends = [log10(axis.low), log10(axis.high)] if axis.log else [axis.low, axis.high]
    ticks: dict[str, Any] = {"dtick": 1} if axis.log else {}
    if axis.ticks:
        ticks = {"tickmode": "array", "tickvals": list(axis.ticks), "ticktext": list(axis.ticks.values())}
    return {
        "title": {"text": axis.label},
        "type": "log" if axis.log else "linear",
        "range": ends,
        "fixedrange": True,
        "gridcolor": _QUIET,
        "zeroline": False,
        "automargin": True,
        "ticklabelstandoff": 4,
        **ticks,
    }
