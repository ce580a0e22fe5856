"""`predict` and `reveal`: the learner commits first, then sees."""

from typing import TYPE_CHECKING

from mlsd_course.explore import record
from mlsd_course.explore.notebook.display import put
from mlsd_course.explore.prediction.box import plain_box, question_box
from mlsd_course.explore.prediction.prediction import (
    Given,
    Question,
    commit,
    compared,
    given,
    note_reveal,
    prediction_sentence,
)
from mlsd_course.explore.prediction.waiting import deliver, remember, remembered, wait_for
from mlsd_course.headless import headless

if TYPE_CHECKING:
    from mlsd_course.explore.notebook.widgets import Box


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
    described = Question(key, question, unit, tuple(choices), low, high)
    record.visit(described.chapter)
    remember(described)
    if value is not None:
        deliver(described, commit(described, value, confidence))
    prediction = given(described)
    if prediction is None:
        text = f"Predict: {question} ({described.allowed})"
    else:
        text = f"{question}\n{prediction_sentence(described, prediction)}"
    put(text, None if headless() else question_box(described))


def reveal(key: str, actual: float | str, *, unit: str = "", note: str = "") -> None:
    """Show what happened beside what was predicted; waits for a prediction, or for the learner to go on without one.

    key: as given to `predict`. actual: the number in `unit`, or the right choice. note: one more sentence, shown with it.

    >>> reveal("ch07_online.p90", 230.3, unit="ms")
    Actual: 230 ms. No prediction was made.
    """
    actual = actual if isinstance(actual, str) else float(actual)
    above = remembered(key)
    question = above or Question(key, "", unit)
    prediction = given(question)

    def sentence(prediction: Given | None) -> str:
        return " ".join(part for part in (compared(_with_unit(question, unit), prediction, actual), note) if part)

    if headless():
        put(sentence(prediction))
        return
    if prediction is not None:
        note_reveal(question, actual)
        put(sentence(prediction), plain_box(title="", said=sentence(prediction)))
        return
    wait = "The result waits for your prediction" + (" above." if above else ".")
    waiting = question_box(_with_unit(question, unit), wait=wait, form=above is None)
    wait_for(question, lambda prediction: _show_outcome(waiting, question, actual, sentence(prediction)))
    put(wait, waiting)


def _with_unit(question: Question, unit: str) -> Question:
    """Return the question, in `unit` where it was asked without a unit."""
    if question.unit or not unit:
        return question
    return Question(question.key, question.text, unit, question.choices, question.low, question.high)


def _show_outcome(widget: "Box", question: Question, actual: float | str, sentence: str) -> None:
    note_reveal(question, actual)
    widget.show(question="", ask=None, said=sentence)
