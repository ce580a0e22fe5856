"""How far a learner is in a chapter, from what the record holds."""

from collections.abc import Iterable
from dataclasses import dataclass

from mlsd_course.learner.chapter import Chapter
from mlsd_course.learner.event import RecordEvent

NOT_STARTED, IN_PROGRESS, DONE = "Not started", "In progress", "Done"


@dataclass(frozen=True)
class Progress:
    """One chapter's state and counts; what was done more than once counts once, with its last outcome.

    points: of the tests that passed when last run. at_exercises: whether the lesson's questions or a test were tried.
    """

    chapter: Chapter
    predictions: int
    answered: int
    correct: int
    passed: int
    points: float
    at_exercises: bool
    state: str


def progress(chapter: Chapter, events: Iterable[RecordEvent], questions: Iterable[str] = ()) -> Progress:
    """Count the events of one chapter.

    It is done when every graded test passed in its last run, or once an exam was passed. A chapter without tests is done
    when all its `questions` (keys) were right in their last answer, and, without questions too, when the machine was
    measured.
    """
    events = list(events)
    last = {(event.kind, event.key): event for event in events if event.chapter == chapter.slug}
    right = {key: event.data.get("correct") is True for (kind, key), event in last.items() if kind == "answer"}
    checks = {key: bool(event.data.get("passed")) for (kind, key), event in last.items() if kind == "check"}
    passed = {key for key in chapter.graded if checks.get(key)}
    exam = f"{chapter.slug}.result"
    exam_passed = any(e.kind == "check" and e.key == exam and e.data.get("passed") for e in events)
    asked = set(questions)
    if chapter.graded:
        done = len(passed) == len(chapter.graded)
    else:
        done = all(right.get(key, False) for key in asked) if asked else any(kind == "calibration" for kind, _ in last)
    return Progress(
        chapter,
        predictions=sum(kind == "prediction" for kind, _ in last),
        answered=len(right),
        correct=sum(right.values()),
        passed=len(passed),
        points=sum(chapter.points[key] for key in passed),
        at_exercises=bool(right or checks),
        state=DONE if done or exam_passed else IN_PROGRESS if last else NOT_STARTED,
    )
