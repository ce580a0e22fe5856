"""Whether the tests of an exercise pass when the learner runs them, noted cell by cell.

Visible tests only: a grade comes from the hidden ones. The mastery check notes its own result.
"""

import sys
from functools import cache
from typing import Any

from mlsd_course.errors import CourseError
from mlsd_course.headless import live_shell
from mlsd_course.learner.chapter import chapters
from mlsd_course.learner.paths import course_root
from mlsd_course.learner.record import Record

_EXAM = "mastery_check"
_told = False


def note_tests() -> None:
    """From now on keep a `check` event for each graded test that is run in this kernel; nothing outside a live one."""
    shell = live_shell()
    if shell is not None and not getattr(shell, "_mlsd_notes_tests", False):
        shell._mlsd_notes_tests = True
        shell.events.register("post_run_cell", _note)


def _note(result: Any) -> None:
    global _told
    cell = getattr(result.info, "cell_id", None) or ""
    if not cell.startswith("ch") or isinstance(result.error_in_exec, KeyboardInterrupt):
        return
    try:
        if chapter := _tests().get(cell):
            Record().append("check", chapter, cell, passed=bool(result.success), mode="visible")
    except CourseError as trouble:
        if not _told:
            print(f"This result is not kept. {trouble}", file=sys.stderr)
        _told = True


@cache
def _tests() -> dict[str, str]:
    """Return the chapter of each graded test; the cells of a released notebook are named by their grade id."""
    there = chapters(course_root() / "notebooks" / "release")
    return {cell: chapter.slug for chapter in there if chapter.slug != _EXAM for cell in chapter.graded}
