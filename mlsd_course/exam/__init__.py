"""The mastery check: its paper, a learner's answer sheet, and the functions that keys may call."""

from mlsd_course.exam import mastery

__all__ = ["mastery"]
