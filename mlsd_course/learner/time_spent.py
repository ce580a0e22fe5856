"""How long a learner worked, read off the times of what they did."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from mlsd_course.learner.event import RecordEvent, moment

CAP_MIN = 15.0
BREAK_MIN = 60.0


def minutes_spent(events: Iterable[RecordEvent]) -> dict[str, float]:
    """Return minutes by chapter.

    The time from one event to the next counts for the chapter of the later one: at most CAP_MIN, since nobody knows
    whether they still read, and nothing from BREAK_MIN on. Two tabs at once count once.
    """
    times = sorted((then, event.chapter) for event in events if (then := moment(event.at)) is not None)
    spent: dict[str, float] = defaultdict(float)
    for (before, _), (then, chapter) in pairwise(times):
        gap_min = (then - before).total_seconds() / 60
        if gap_min < BREAK_MIN:
            spent[chapter] += min(gap_min, CAP_MIN)
    return dict(spent)
