"""What a learner can do, objective by objective, as far as their answers show it."""

from collections.abc import Iterable
from dataclasses import dataclass

from mlsd_course.learner.event import RecordEvent


@dataclass(frozen=True)
class CourseObjective:
    """One thing that a chapter teaches. `items`: keys of the questions that ask for it."""

    chapter: str
    name: str
    says: str
    items: frozenset[str]


@dataclass(frozen=True)
class Mastery:
    """An objective and its questions: how many there are, were answered, and were right the last time."""

    chapter: str
    name: str
    says: str
    asked: int
    answered: int
    right: int

    @property
    def share(self) -> float:
        """The share of its questions that were right the last time, 0 to 1; what was not answered counts as not right."""
        return self.right / self.asked if self.asked else 0.0

    @property
    def words(self) -> str:
        """The same as a phrase."""
        if not self.answered:
            return "not answered yet"
        left = self.asked - self.answered
        return f"{self.right} of {self.asked} right" + (f", {left} not answered" if left else "")


def mastery_of(events: Iterable[RecordEvent], objectives: Iterable[CourseObjective]) -> tuple[Mastery, ...]:
    """Return how far each objective is reached; the last answer to a question counts, in practice, review or exam."""
    last = {event.key: event.data.get("correct") for event in events if event.kind == "answer"}
    return tuple(
        Mastery(
            objective.chapter,
            objective.name,
            objective.says,
            asked=len(objective.items),
            answered=sum(item in last for item in objective.items),
            right=sum(last.get(item) is True for item in objective.items),
        )
        for objective in objectives
    )
