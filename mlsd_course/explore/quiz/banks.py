"""The question banks in the clone of the course."""

from pathlib import Path

from mlsd_course.errors import BankError, WorkspaceError
from mlsd_course.quiz import Bank, load


def bank_path(chapter: str) -> Path | None:
    """Return the file of a chapter's bank; None where there is none, or no clone of the course."""
    from mlsd_course.learner import course_root

    try:
        path = course_root() / "quizzes" / f"{chapter}.yaml"
    except WorkspaceError:
        return None
    return path if path.is_file() else None


def bank(chapter: str) -> Bank:
    """Return the bank of a chapter; BankError where it is missing or broken."""
    path = bank_path(chapter)
    if path is None:
        raise BankError(
            f"There are no questions for {chapter}",
            remedy="They are in the folder quizzes/ of the course's clone: start the course with `make lab` there",
        )
    return load(path)
