"""The browser part of the start page: it shows `now` and sends each press."""

from collections.abc import Callable
from typing import Any

import anywidget
import traitlets

from mlsd_course.errors import CourseError
from mlsd_course.explore.home import view
from mlsd_course.explore.home.export import exported
from mlsd_course.explore.memory import memory
from mlsd_course.explore.notebook.widgets import module, static
from mlsd_course.explore.state import RecordSource


class HomePage(anywidget.AnyWidget):
    """The start page. `now` is `view.page` with the result of the last press (`said`, `error`, `asking`)."""

    _esm = module("home.js")
    _css = static("explorer.css") + static("home.css")
    now = traitlets.Dict().tag(sync=True)

    def __init__(self, source: RecordSource) -> None:
        self.source = source
        self.review: Callable[[], None] = lambda: None
        super().__init__(now=self._page())
        self.on_msg(self._pressed)

    def look(self) -> None:
        """Show the state again where it may have changed."""
        try:
            if self.source.changed():
                self.show()
        except CourseError as trouble:
            self.show(error=str(trouble))

    def show(self, **more: Any) -> None:
        """Read the state and show it, with the result of a press."""
        self.now = self._page(**more)

    def _page(self, **more: Any) -> dict[str, Any]:
        state = self.source.home()
        kept = {name: self.now.get(name, empty) for name, empty in (("said", ""), ("asking", False))}
        return {**view.page(state, self.source.trouble, self.source.record.path), "error": "", **kept, **more}

    def _pressed(self, _: Any, content: dict[str, Any], __: Any) -> None:
        word = content.get("do") if isinstance(content, dict) else None
        try:
            if word == "review":
                self.review()
                self.show(said="The questions are below this page.", asking=False)
            elif word == "export":
                self._export(str(content.get("form")))
            elif word in ("ask", "keep"):
                self.show(said="", asking=word == "ask")
            elif word == "delete":
                self._delete()
        except CourseError as trouble:
            self.show(error=str(trouble), asking=False)

    def _export(self, form: str) -> None:
        events = self.source.events()
        file = exported(events, form)
        self.send(file)
        self.show(said=f"{len(events):,} events are in {file['file']}, in your browser's downloads.", asking=False)

    def _delete(self) -> None:
        gone = self.source.record.delete()
        memory().notes.clear()
        self.show(said=f"Your record is deleted ({len(gone)} file(s)). Notebooks and designs stay.", asking=False)
