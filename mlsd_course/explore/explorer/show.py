"""`show` puts an explorer into the notebook, `chart` a figure that does not move."""

from mlsd_course.explore import record
from mlsd_course.explore.explorer.description import Explorer
from mlsd_course.explore.explorer.readout import readout_state, text_form
from mlsd_course.explore.explorer.registry import find
from mlsd_course.explore.explorer.view import Axis, Limit, Line, View
from mlsd_course.explore.notebook.display import put
from mlsd_course.headless import headless


def show(explorer: Explorer | str) -> None:
    """Show an explorer (or the registered one of that name); its title and sentence as text where there are no widgets.

    Raises ParameterError for a name that is not registered.

    >>> show("ch07_online")  # as text, where no learner watches
    One online service: the whole latency distribution
    Queueing binds: 94 % of the p99 of 111 ms is waiting; 98.2 % of requests are answered within 100 ms.
    """
    described = find(explorer) if isinstance(explorer, str) else explorer
    if headless():
        put(described.text())
        return
    record.visit(described.chapter)
    from mlsd_course.explore.explorer.live import Live

    put(described.text(), Live.of(described).box)


def chart(
    title: str,
    view: View,
    *,
    lines: tuple[Line, ...],
    x: Axis,
    y: Axis,
    columns: tuple[str, ...],
    limit: Limit | None = None,
) -> None:
    """Show one state as a figure with its sentence and its table; sentence and table as text where there are no widgets.

    lines, x, y, columns: as of an Explorer. limit: None for a figure without a limit line and without a verdict.
    """
    text = text_form(title, view, columns)
    if headless():
        put(text)
        return
    from mlsd_course.explore.explorer.chart import still
    from mlsd_course.explore.notebook.widgets import Readout

    picture = still(lines, view.curves, (limit, view.limit) if limit else None, x, y)
    readout = Readout(title=title, columns=list(columns), now=readout_state(view, judged=limit is not None))
    put(text, readout, picture)
