"""The three browser parts: controls, read-out, box. Their state is plain data; their logic is elsewhere."""

import functools
from pathlib import Path
from typing import Any

import anywidget
import traitlets

_STATIC = Path(__file__).parents[1] / "static"


@functools.cache
def static(name: str) -> str:
    """Return the text of a browser file."""
    return (_STATIC / name).read_text(encoding="utf-8")


def module(name: str) -> str:
    """Return a browser module with what all of them share before it."""
    return static("element.js") + static(name)


class Controls(anywidget.AnyWidget):
    """Inputs and presets. `state`: stop index by control name; `idle`: names of controls without effect now."""

    _esm = module("controls.js")
    _css = static("explorer.css")
    specs: traitlets.List[Any] = traitlets.List().tag(sync=True)
    presets: traitlets.List[Any] = traitlets.List().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    idle: traitlets.List[Any] = traitlets.List().tag(sync=True)


class Readout(anywidget.AnyWidget):
    """The sentence and the table. `now`: {sentence, verdict, met, rows}."""

    _esm = module("readout.js")
    _css = static("explorer.css")
    title = traitlets.Unicode().tag(sync=True)
    columns: traitlets.List[Any] = traitlets.List().tag(sync=True)
    now = traitlets.Dict().tag(sync=True)


class Box(anywidget.AnyWidget):
    """A title, a question to answer or skip, and a sentence. `now`: {title, question, ask, said, error}."""

    _esm = module("box.js")
    _css = static("explorer.css")
    now = traitlets.Dict().tag(sync=True)

    def show(self, **parts: Any) -> None:
        """Replace some parts of what is shown."""
        self.now = {**self.now, "error": "", **parts}
