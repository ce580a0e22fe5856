"""Where predictions are kept: the learner's record, or memory while building and grading."""

import itertools
import math
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

from mlsd_course.errors import WorkspaceError
from mlsd_course.headless import headless


class Store(Protocol):
    """The part of `learner.Record` that explorers use."""

    def append(self, kind: str, chapter: str, key: str, **data: Any) -> Any:
        """Keep one event."""
        ...

    def events(self, kind: str | None = None, chapter: str | None = None, key: str | None = None) -> list[Any]:
        """Return the events that match, oldest first."""
        ...


@dataclass(frozen=True)
class Note:
    """An event that is kept in memory only."""

    id: str
    at: str
    kind: str
    chapter: str
    key: str
    data: dict[str, Any]


@dataclass
class Memory:
    """A record that lives and dies with the kernel."""

    notes: list[Note] = field(default_factory=list)
    _count: Any = field(default_factory=itertools.count)

    def append(self, kind: str, chapter: str, key: str, **data: Any) -> Note:
        """Keep one event."""
        self.notes.append(Note(str(next(self._count)), "", kind, chapter, key, data))
        return self.notes[-1]

    def events(self, kind: str | None = None, chapter: str | None = None, key: str | None = None) -> list[Note]:
        """Return the events that match, oldest first."""
        wanted = {"kind": kind, "chapter": chapter, "key": key}
        return [n for n in self.notes if all(v is None or getattr(n, k) == v for k, v in wanted.items())]


_memory = Memory()


def store() -> Store:
    """Return the learner's record; memory while headless."""
    if headless():
        return _memory
    from mlsd_course.learner import workspace_root

    return record(str(workspace_root()))


@cache
def record(workspace: str) -> Any:
    """Return the one reader of a workspace's record in this kernel: it reads only what was added since the last time."""
    from mlsd_course.learner import Record

    return Record()


def keep(kind: str, chapter: str, key: str, **data: Any) -> str:
    """Keep one event; return "" or, where the learner's folder cannot be written, the sentence that says so."""
    try:
        store().append(kind, chapter, key, **data)
    except WorkspaceError as trouble:
        _memory.append(kind, chapter, key, **data)
        return f"Kept for this session only. {trouble}"
    return ""


@contextmanager
def turn() -> Iterator[None]:
    """Let one kernel at a time read and then answer, so that two tabs of one quiz answer nothing twice.

    There is nothing to wait for while headless, nor where the learner's folder cannot be written.
    """
    from mlsd_course.files import locked
    from mlsd_course.learner import workspace_root

    with ExitStack() as held:
        if not headless():
            with suppress(WorkspaceError):
                held.enter_context(locked(workspace_root() / "record" / "quiz.lock"))
        yield


VISIT_EVERY_S = 120
_visits: dict[str, float] = {}


def visit(chapter: str) -> None:
    """Keep that a cell of this chapter was run, at most every two minutes: reading counts as time spent."""
    from mlsd_course.headless import live_shell

    now = time.monotonic()
    if live_shell() is not None and now - _visits.get(chapter, -math.inf) >= VISIT_EVERY_S:
        _visits[chapter] = now
        keep("visit", chapter, f"{chapter}.page")


def latest(kind: str, chapter: str, key: str) -> Any | None:
    """Return the newest event of that key, from the record or from this session's memory."""
    try:
        found = store().events(kind, chapter, key)
    except WorkspaceError:
        found = []
    found = found or _memory.events(kind, chapter, key)
    return found[-1] if found else None


def measured(chapter: str) -> list[Any]:
    """Return the learner's measurement and calibration events that concern a chapter, oldest first."""
    try:
        return [*store().events("calibration"), *store().events("measurement", chapter)]
    except WorkspaceError:
        return []
