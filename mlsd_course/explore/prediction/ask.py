"""`predict` and `reveal`: the learner commits first, then sees."""

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mlsd_course.errors import CourseError
from mlsd_course.explore import record
from mlsd_course.explore.notebook.display import put
from mlsd_course.explore.prediction.prediction import (
    CONFIDENCES,
    Given,
    Question,
    commit,
    compared,
    given,
    note_reveal,
    said,
    skip,
)
from mlsd_course.headless import headless

if TYPE_CHECKING:
    from mlsd_course.explore.notebook.widgets import Box

_asked: dict[str, Question] = {}
_waiting: dict[str, list[Callable[[Given], None]]] = defaultdict(list)


def predict(
    key: str,
    question: str,
    *,
    unit: str = "",
    choices: tuple[str, ...] | list[str] = (),
    low: float | None = None,
    high: float | None = None,
    value: float | str | None = None,
    confidence: int | None = None,
) -> None:
    """Ask for a prediction, keep it right or wrong, and show it as given from then on.

    key: "<chapter slug>.p<number>". A number in `unit` between `low` and `high` (both optional), or one of `choices`.
    value, confidence (per cent): the answer as a plain call, for those who work without widgets. The first answer stands.
    Raises ParameterError for a value that is not allowed.

    >>> predict("ch07_online.p90", "What is the p99 at 90 % load?", unit="ms", low=0)
    Predict: What is the p99 at 90 % load? (a number in ms from 0)
    """
    asked = Question(key, question, unit, tuple(choices), low, high)
    record.visit(asked.chapter)
    _asked[key] = asked
    if value is not None:
        tell(asked, commit(asked, value, confidence))
    known = given(asked)
    text = f"Predict: {question} ({asked.allowed})" if known is None else f"{question}\n{said(asked, known)}"
    put(text, None if headless() else question_box(asked))


def reveal(key: str, actual: float | str, *, unit: str = "", note: str = "") -> None:
    """Show what happened beside what was predicted; waits for a prediction, or for the learner to go on without one.

    key: as given to `predict`. actual: the number in `unit`, or the right choice. note: one more sentence, shown with it.

    >>> reveal("ch07_online.p90", 230.3, unit="ms")
    Actual: 230 ms. No prediction was made.
    """
    actual = actual if isinstance(actual, str) else float(actual)
    asked = _asked.get(key) or Question(key, "", unit)
    shown = asked if asked.unit or not unit else Question(key, asked.text, unit, asked.choices, asked.low, asked.high)
    known = given(asked)

    def sentence(prediction: Given | None) -> str:
        return " ".join(part for part in (compared(shown, prediction, actual), note) if part)

    if headless():
        put(sentence(known))
        return
    if known is not None:
        note_reveal(asked, actual)
        put(sentence(known), plain_box(title="", said=sentence(known)))
        return
    above = key in _asked
    wait = "The result waits for your prediction" + (" above." if above else ".")
    waiting = question_box(shown, wait=wait, form=not above)
    _waiting[key].append(lambda prediction: _unveil(waiting, asked, actual, sentence(prediction)))
    put(wait, waiting)


def question_box(
    question: Question,
    *,
    title: str = "",
    wait: str = "",
    form: bool = True,
    done: Callable[[Given], str] | None = None,
) -> "Box":
    """Return the widget that asks `question`, or shows the prediction on record.

    form: False where the question is asked elsewhere on the page: only a way on without an answer. done: called with the prediction when it is made; returns what the box says then.
    """
    known = given(question)
    words = done or (lambda prediction: said(question, prediction))
    if known is not None:
        return plain_box(title=title, question=question.text, said=words(known))
    ask = {
        "form": form,
        "text": question.text or "Your prediction:",
        "unit": question.unit if question.low is None and question.high is None else question.allowed,
        "choices": list(question.choices),
        "confidences": list(CONFIDENCES),
    }
    widget = plain_box(title=title, question=wait, ask=ask)

    def finish(prediction: Given) -> None:
        text = " ".join(part for part in (words(prediction), prediction.notice) if part)
        widget.show(question=question.text, ask=None, said=text)

    def answer(_: Any, content: dict[str, Any], __: Any) -> None:
        try:
            made = _made(question, content)
        except CourseError as trouble:
            widget.show(error=str(trouble))
            return
        tell(question, made)

    widget.on_msg(answer)
    _waiting[question.key].append(finish)
    return widget


def tell(question: Question, prediction: Given) -> None:
    """Let everything that waits for this prediction go on."""
    for go_on in _waiting.pop(question.key, []):
        go_on(prediction)


def when_given(question: Question, go_on: Callable[[Given], None]) -> None:
    """Call `go_on` once the prediction is made or skipped; at once where it is on record."""
    known = given(question)
    if known is not None:
        go_on(known)
    else:
        _waiting[question.key].append(go_on)


def _made(question: Question, content: dict[str, Any]) -> Given:
    if content.get("do") == "skip":
        return skip(question)
    sure = content.get("confidence")
    return commit(question, content.get("value"), int(sure) if sure else None)


def _unveil(widget: "Box", question: Question, actual: float | str, sentence: str) -> None:
    note_reveal(question, actual)
    widget.show(question="", ask=None, said=sentence)


def plain_box(**parts: Any) -> "Box":
    """Return a box with these parts; the others are empty."""
    from mlsd_course.explore.notebook.widgets import Box

    return Box(now={"title": "", "question": "", "ask": None, "said": "", "error": "", **parts})
