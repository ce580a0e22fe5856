"""The boxes on the page: one that asks a question, and one that only says something."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mlsd_course.errors import CourseError
from mlsd_course.explore.prediction.prediction import (
    CONFIDENCES,
    Given,
    Question,
    commit,
    given,
    prediction_sentence,
    skip,
)
from mlsd_course.explore.prediction.waiting import deliver, wait_for

if TYPE_CHECKING:
    from mlsd_course.explore.notebook.widgets import Box


def plain_box(**parts: Any) -> "Box":
    """Return a box with these parts; the others are empty."""
    from mlsd_course.explore.notebook.widgets import Box

    return Box(now={"title": "", "question": "", "ask": None, "said": "", "error": "", **parts})


def question_box(
    question: Question,
    *,
    title: str = "",
    wait: str = "",
    form: bool = True,
    done: Callable[[Given], str] | None = None,
) -> "Box":
    """Return the widget that asks `question`, or shows the prediction on record.

    form: False where the question is asked elsewhere on the page: then the learner can only go on without an answer.
    done: called with the prediction when it is made; returns what the box says then.
    """
    on_record = given(question)
    words = done or (lambda prediction: prediction_sentence(question, prediction))
    if on_record is not None:
        return plain_box(title=title, question=question.text, said=words(on_record))
    widget = plain_box(title=title, question=wait, ask=_form(question, form))

    def finish(prediction: Given) -> None:
        text = " ".join(part for part in (words(prediction), prediction.notice) if part)
        widget.show(question=question.text, ask=None, said=text)

    def answer(_: Any, content: dict[str, Any], __: Any) -> None:
        try:
            prediction = _prediction(question, content)
        except CourseError as refusal:
            widget.show(error=str(refusal))
            return
        deliver(question, prediction)

    widget.on_msg(answer)
    wait_for(question, finish)
    return widget


def _form(question: Question, form: bool) -> dict[str, Any]:
    return {
        "form": form,
        "text": question.text or "Your prediction:",
        "unit": question.unit if question.low is None and question.high is None else question.allowed,
        "choices": list(question.choices),
        "confidences": list(CONFIDENCES),
    }


def _prediction(question: Question, content: dict[str, Any]) -> Given:
    if content.get("do") == "skip":
        return skip(question)
    sure = content.get("confidence")
    return commit(question, content.get("value"), int(sure) if sure else None)
