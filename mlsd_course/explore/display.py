"""Showing things in a notebook: a widget for the learner, the same words as text for everything else."""

from typing import Any

from mlsd_course.explore.switch import headless

WIDGET = "application/vnd.jupyter.widget-view+json"


def put(text: str, widget: Any = None) -> None:
    """Display `widget` with `text` as its plain form; only the text while headless or outside a notebook."""
    from IPython.core.getipython import get_ipython
    from IPython.display import display

    if get_ipython() is None:
        print(text)
        return
    bundle: dict[str, Any] = {"text/plain": text}
    if widget is not None and not headless():
        view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
        bundle[WIDGET] = view
    display(bundle, raw=True)
