"""Spaced review: a question that was missed comes back after a day, then after ever longer pauses (Leitner 1972).

A right answer moves a question on only when it was due: the same answer five minutes later shows nothing. Questions of
an exam do not come back here, since a review explains its answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mlsd_course.learner.event import RecordEvent, moment

DAYS = (1, 3, 7, 21)


@dataclass(frozen=True)
class DueReview:
    """One question on its way back. `step`: right answers in a row, each when due; `misses`: how often it was missed."""

    key: str
    chapter: str
    due: datetime
    step: int = 0
    misses: int = 1


def reviews(events: Iterable[RecordEvent]) -> tuple[DueReview, ...]:
    """Return the questions that come back, the soonest first; one that was right after every pause stays away."""
    waiting: dict[str, DueReview] = {}
    for event in events:
        correct, then = event.data.get("correct"), moment(event.at)
        if event.kind != "answer" or event.data.get("mode") == "exam" or then is None:
            continue
        known = waiting.get(event.key)
        if correct is False:
            misses = known.misses + 1 if known else 1
            waiting[event.key] = DueReview(event.key, event.chapter, _after(then, 0), 0, misses)
        elif correct is True and known and then >= known.due:
            if known.step + 1 < len(DAYS):
                step = known.step + 1
                waiting[event.key] = DueReview(event.key, event.chapter, _after(then, step), step, known.misses)
            else:
                del waiting[event.key]
    return tuple(sorted(waiting.values(), key=lambda review: (review.due, review.key)))


def _after(then: datetime, step: int) -> datetime:
    return then + timedelta(days=DAYS[step])
