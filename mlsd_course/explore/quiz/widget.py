"""The browser part of a quiz. Thin: it shows `now` and sends what was pressed; the rest is in a session."""

from typing import Any, Protocol

import anywidget
import traitlets

from mlsd_course.explore.notebook.widgets import module, static


class Session(Protocol):
    """What a quiz is about: practice, or the mastery check."""

    def now(self) -> dict[str, Any]:
        """Return what to show, as plain data."""
        ...

    def do(self, content: dict[str, Any]) -> None:
        """Take what was pressed; CourseError or ValueError with a sentence for what cannot be done."""
        ...


class Quiz(anywidget.AnyWidget):
    """Questions, one at a time. `now` is what `Session.now` returns."""

    _esm = module("quiz.js")
    _css = static("explorer.css") + static("quiz.css")
    now = traitlets.Dict().tag(sync=True)

    def __init__(self, session: Session) -> None:
        super().__init__(now={**session.now(), "error": ""})
        self.session = session
        self.on_msg(self._pressed)

    def _pressed(self, _: Any, content: dict[str, Any], __: Any) -> None:
        from mlsd_course.errors import CourseError

        error = ""
        try:
            self.session.do(content if isinstance(content, dict) else {})
        except (CourseError, ValueError) as trouble:
            error = str(trouble).rstrip(".") + "."
        self.now = {**self.session.now(), "error": error}
