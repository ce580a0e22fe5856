"""`Memory`: events of this kernel that are in no file, because it is headless or the learner's folder cannot be written."""

import itertools
from dataclasses import dataclass, field
from typing import Any

from mlsd_course.explore.session import session


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
    """A record that ends with the kernel."""

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


def memory() -> Memory:
    """Return the events of this kernel that are in no file."""
    return session().part(Memory)
