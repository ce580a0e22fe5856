"""The learner's record as explorers, predictions and quizzes use it; while headless, a record in memory.

What cannot be written to the learner's folder is kept in memory too, until the kernel ends.
"""

import math
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from mlsd_course.errors import WorkspaceError
from mlsd_course.explore.memory import memory
from mlsd_course.explore.session import session
from mlsd_course.headless import headless


class Store(Protocol):
    """The part of `learner.Record` that explorers use."""

    def append(self, kind: str, chapter: str, key: str, **data: Any) -> Any:
        """Keep one event."""
        ...

    def events(self, kind: str | None = None, chapter: str | None = None, key: str | None = None) -> list[Any]:
        """Return the events that match, oldest first."""
        ...


@dataclass
class Readers:
    """The kernel's one reader of each workspace's record: it reads only what was added since the last time."""

    by_workspace: dict[str, Any] = field(default_factory=dict)


VISIT_EVERY_S = 120


@dataclass
class Visits:
    """When each chapter's last visit was kept: seconds of `time.monotonic` by chapter."""

    at_s: dict[str, float] = field(default_factory=dict)


def learner_record() -> Any:
    """Return the `learner.Record` of the learner's workspace."""
    from mlsd_course.learner import Record, workspace_root

    workspace, readers = str(workspace_root()), session().part(Readers).by_workspace
    if workspace not in readers:
        readers[workspace] = Record()
    return readers[workspace]


def store() -> Store:
    """Return the learner's record; memory while headless."""
    kept: Store = memory() if headless() else learner_record()
    return kept


def keep(kind: str, chapter: str, key: str, **data: Any) -> str:
    """Keep one event; return "" or, where the learner's folder cannot be written, the sentence that says so."""
    try:
        store().append(kind, chapter, key, **data)
    except WorkspaceError as trouble:
        memory().append(kind, chapter, key, **data)
        return f"Kept for this session only. {trouble}"
    return ""


@contextmanager
def turn() -> Iterator[None]:
    """Hold the lock of the quizzes: one kernel at a time reads and then answers, so no question is answered twice.

    There is nothing to wait for while headless, nor where the learner's folder cannot be written.
    """
    from mlsd_course.files import locked
    from mlsd_course.learner import workspace_root

    with ExitStack() as held:
        if not headless():
            with suppress(WorkspaceError):
                held.enter_context(locked(workspace_root() / "record" / "quiz.lock"))
        yield


def visit(chapter: str) -> None:
    """Keep that a cell of this chapter was run, at most every VISIT_EVERY_S seconds: reading counts as time spent."""
    from mlsd_course.headless import live_shell

    now_s, visits = time.monotonic(), session().part(Visits)
    if live_shell() is not None and now_s - visits.at_s.get(chapter, -math.inf) >= VISIT_EVERY_S:
        visits.at_s[chapter] = now_s
        keep("visit", chapter, f"{chapter}.page")


def all_events(kind: str, chapter: str, key: str | None = None) -> list[Any]:
    """Return the events that match, oldest first: the record's, then those that are in memory only."""
    in_memory = memory().events(kind, chapter, key)
    if headless():
        return list(in_memory)
    try:
        return [*learner_record().events(kind, chapter, key), *in_memory]
    except WorkspaceError:
        return list(in_memory)


def latest(kind: str, chapter: str, key: str) -> Any | None:
    """Return the newest event of that key: from the record, or from memory where the record has none."""
    try:
        events = store().events(kind, chapter, key)
    except WorkspaceError:
        events = []
    events = events or memory().events(kind, chapter, key)
    return events[-1] if events else None


def measured(chapter: str) -> list[Any]:
    """Return the learner's measurement and calibration events that concern a chapter, oldest first."""
    try:
        return [*store().events("calibration"), *store().events("measurement", chapter)]
    except WorkspaceError:
        return []
