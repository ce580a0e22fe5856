"""The naive twin: what a drawing with numbers on it invites one to add up."""

from mlsd_course.design import Architecture
from mlsd_course.design.model.response import COARSE, percentile


def added(architecture: Architecture, entry: str, percent: float = 99.0) -> float:
    """The sum of every part's own percentile in ms, as if one request met the worst of all of them, and never a queue.

    Wrong twice: percentiles of independent parts do not add, and calls side by side overlap. It also leaves out waiting.
    """
    names = architecture.called_from(entry)
    responses = [architecture.by_name[name].response for name in names]
    return sum(percentile(response.draw(COARSE, 1), percent) for response in responses if response)
