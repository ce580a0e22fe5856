"""The example bank of quizzes/README.md, its lesson, and copies of it with one fault each."""

import copy
import re
from typing import Any

import yaml

from mlsd_course.exam.library import library
from mlsd_course.quiz import Bank, LessonCell, Lessons, read
from mlsd_course.quiz.gates import Context
from tests.support.paths import REPOSITORY

EXAMPLE = re.search(r"```yaml\n(.*?)```", (REPOSITORY / "quizzes" / "README.md").read_text("utf-8"), re.DOTALL)[1]  # type: ignore[index]
TEACHING = (
    "Time in system is service over one minus load, so the last tenth of the load costs more than the first nine."
)
LESSONS: Lessons = {
    ("ch90_example", "lesson"): [
        LessonCell("c1", f"## Why does the queue explode at 90 %?\n\n{TEACHING}", True),
        LessonCell("c2", f"## What may be averaged?\n\n{TEACHING}", True),
        LessonCell("c3", 'self_check("ch90_example")', False),
        LessonCell("c4", f"## Where next?\n\n{TEACHING}", True),
    ]
}
CONTEXT = Context(library, LESSONS)


def values() -> dict[str, Any]:
    """Return the example as plain values, to be changed."""
    return copy.deepcopy(yaml.safe_load(EXAMPLE))


def bank(changed: dict[str, Any]) -> Bank:
    """Return the bank of plain values."""
    return read(yaml.safe_dump(changed, allow_unicode=True, sort_keys=False))
