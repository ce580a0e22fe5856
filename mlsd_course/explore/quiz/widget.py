"""The browser part of a quiz. It shows `now` and sends each press; a `QuizModel` decides what follows."""

from typing import Any, Protocol

import anywidget
import traitlets

from mlsd_course.explore.notebook.widgets import module, static


class QuizModel(Protocol):
    """The questions behind a quiz widget: practice, due reviews or the mastery check."""

    def now(self) -> dict[str, Any]:
        """Return what to show, as plain data."""
        ...

    def do(self, content: dict[str, Any]) -> None:
        """Take a press; CourseError or ValueError, with a sentence, where it cannot be done."""
        ...


class Quiz(anywidget.AnyWidget):
    """Questions, one at a time. `now` is what `QuizModel.now` returns."""

    _esm = module("quiz.js")
    _css = static("explorer.css") + static("quiz.css")
    now = traitlets.Dict().tag(sync=True)

    def __init__(self, model: QuizModel) -> None:
        super().__init__(now={**model.now(), "error": ""})
        self.model = model
        self.on_msg(self._pressed)

    def _pressed(self, _: Any, content: dict[str, Any], __: Any) -> None:
        from mlsd_course.errors import CourseError

        error = ""
        try:
            self.model.do(content if isinstance(content, dict) else {})
        except (CourseError, ValueError) as trouble:
            error = str(trouble).rstrip(".") + "."
        self.now = {**self.model.now(), "error": error}
