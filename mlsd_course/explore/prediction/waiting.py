"""The questions that this kernel has asked, and the callbacks that wait for each answer: reveals, boxes, explorers."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from mlsd_course.explore.prediction.prediction import Given, Question, given
from mlsd_course.explore.session import session

GoOn = Callable[[Given], None]


@dataclass
class Questions:
    """The questions that `predict` has asked, by key, and the callbacks that wait for the answer to each key."""

    by_key: dict[str, Question] = field(default_factory=dict)
    waiting: dict[str, list[GoOn]] = field(default_factory=lambda: defaultdict(list))


def remember(question: Question) -> None:
    """Keep a question, so that `reveal` finds it by its key."""
    session().part(Questions).by_key[question.key] = question


def remembered(key: str) -> Question | None:
    """Return the question that was asked under this key in this kernel, or None."""
    return session().part(Questions).by_key.get(key)


def wait_for(question: Question, go_on: GoOn) -> None:
    """Call `go_on` when the prediction is next made or skipped."""
    session().part(Questions).waiting[question.key].append(go_on)


def when_given(question: Question, go_on: GoOn) -> None:
    """Call `go_on` once the prediction is made or skipped; at once where it is on record."""
    prediction = given(question)
    if prediction is not None:
        go_on(prediction)
    else:
        wait_for(question, go_on)


def deliver(question: Question, prediction: Given) -> None:
    """Let everything that waits for this prediction go on, in the order in which it began to wait."""
    for go_on in session().part(Questions).waiting.pop(question.key, []):
        go_on(prediction)
