"""How far a learner is, from what the record holds."""

from collections.abc import Iterable
from dataclasses import dataclass

from mlsd_course.learner.chapter import Chapter
from mlsd_course.learner.event import Event

NOT_STARTED, IN_PROGRESS, DONE = "not started", "in progress", "done"


@dataclass(frozen=True)
class Progress:
    """One chapter's state and counts; what was done more than once counts once, with its last outcome."""

    chapter: Chapter
    predictions: int
    answered: int
    correct: int
    passed: int
    state: str


def progress(chapter: Chapter, events: Iterable[Event]) -> Progress:
    """Count the events of one chapter. It is done when every graded cell's last check passed, or once an exam was passed."""
    events = list(events)
    last = {(event.kind, event.key): event for event in events if event.chapter == chapter.slug}
    answers = [event for (kind, _), event in last.items() if kind == "answer"]
    passed = {key for (kind, key), event in last.items() if kind == "check" and event.data.get("passed")}
    exams = [event for event in events if (event.kind, event.key) == ("check", f"{chapter.slug}.result")]
    done = (bool(chapter.graded) and chapter.graded <= passed) or any(exam.data.get("passed") for exam in exams)
    return Progress(
        chapter,
        predictions=sum(kind == "prediction" for kind, _ in last),
        answered=len(answers),
        correct=sum(bool(event.data.get("correct")) for event in answers),
        passed=len(passed & chapter.graded),
        state=DONE if done else IN_PROGRESS if last else NOT_STARTED,
    )
