"""Output of a cell: a widget for the learner, the same words as plain text for everything else."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlsd_course.explore.session import session
from mlsd_course.headless import headless

if TYPE_CHECKING:
    import ipywidgets

PLOTLY = "application/vnd.plotly.v1+json"
WIDGET = "application/vnd.jupyter.widget-view+json"


@dataclass
class CellWidgets:
    """What each cell's last run has shown: the run's message id and its widgets, by the cell's id."""

    by_cell: dict[str, tuple[str, list["ipywidgets.Widget"]]] = field(default_factory=dict)


def put(text: str, widget: "ipywidgets.DOMWidget | None" = None, picture: dict[str, Any] | None = None) -> None:
    """Display `picture` (plotly's JSON), then `widget`, with `text` as its plain form; only the text while headless or outside a notebook."""
    from IPython.core.getipython import get_ipython
    from IPython.display import display

    shell = get_ipython()
    if shell is None:
        print(text)
        return
    bundle: dict[str, Any] = {"text/plain": text}
    if widget is not None and not headless():
        if picture is not None:
            display({PLOTLY: picture, "text/plain": ""}, raw=True)
        _replace(shell, widget)
        bundle[WIDGET] = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    display(bundle, raw=True)


def _replace(shell: Any, widget: "ipywidgets.DOMWidget") -> None:
    """Close what an earlier run of the same cell has shown: a chart is 5 MB that a reloaded page would fetch again."""
    request: dict[str, Any] = getattr(shell, "get_parent", dict)() or {}
    cell, run = request.get("metadata", {}).get("cellId", ""), request.get("header", {}).get("msg_id", "")
    if not cell:
        return
    by_cell = session().part(CellWidgets).by_cell
    earlier_run, widgets = by_cell.get(cell, ("", []))
    if earlier_run != run:
        for old in _family(widgets):
            old.close()
        widgets = []
    by_cell[cell] = (run, [*widgets, widget])


def _family(widgets: Iterable[Any]) -> list[Any]:
    """Return the widgets with their layouts and all their children; a chart's `layout` is plotly's and no widget."""
    members: list[Any] = []
    for widget in widgets:
        members += [widget, *_family(getattr(widget, "children", ()))]
        members += [widget.layout] if hasattr(widget.layout, "comm") else []
    return members
