"""What the record holds of a quiz; one reader for all quizzes of a kernel, since each click asks it."""

from typing import Any

from mlsd_course.errors import WorkspaceError
from mlsd_course.explore import record
from mlsd_course.headless import headless


def all_of(kind: str, chapter: str, key: str | None = None) -> list[Any]:
    """Return the events, oldest first: the record's, then those that could be kept for this session only."""
    session = record._memory.events(kind, chapter, key)
    if headless():
        return list(session)
    from mlsd_course.learner import workspace_root

    try:
        return [*record.record(str(workspace_root())).events(kind, chapter, key), *session]
    except WorkspaceError:
        return list(session)
