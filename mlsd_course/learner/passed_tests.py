"""Whether the tests of an exercise pass when the learner runs them, noted cell by cell.

Visible tests only: a grade comes from the hidden ones. The mastery check notes its own result. The kernel calls `note`
after a cell (`mlsd_course.kernel_extension`).
"""

import sys
from functools import cache
from typing import Any

from mlsd_course.errors import CourseError
from mlsd_course.learner.chapter import chapters
from mlsd_course.learner.paths import course_root
from mlsd_course.learner.record import Record
from mlsd_course.slugs import MASTERY_CHECK


def note(result: Any) -> None:
    """Keep a `check` event if `result`, IPython's of one cell, is that of a graded test; one that was interrupted is none."""
    cell_id = getattr(result.info, "cell_id", None) or ""
    if isinstance(result.error_in_exec, KeyboardInterrupt):
        return
    try:
        if chapter := _chapter_of_test().get(cell_id):
            Record().append("check", chapter, cell_id, passed=bool(result.success), mode="visible")
    except CourseError as trouble:
        _say_once(f"This result is not kept. {trouble}")


@cache
def _say_once(sentence: str) -> None:
    print(sentence, file=sys.stderr)


@cache
def _chapter_of_test() -> dict[str, str]:
    """Return the chapter of each graded test; the cells of a released notebook are named by their grade id."""
    released = chapters(course_root() / "notebooks" / "release")
    return {cell: chapter.slug for chapter in released if chapter.slug != MASTERY_CHECK for cell in chapter.graded}
