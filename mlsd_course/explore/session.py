"""`Session`: everything that this kernel remembers of what was shown, asked and read since it started.

A module that remembers something declares a class for it and takes its object from the session, as
`session().part(Visits)`. A test starts over with `start_session()`.
"""

from typing import Any, TypeVar

Part = TypeVar("Part")


class Session:
    """The memory of one kernel, one part for each class."""

    def __init__(self) -> None:
        self._parts: dict[type[Any], Any] = {}

    def part(self, kind: type[Part]) -> Part:
        """Return the one object of this class; made without arguments where there is none yet."""
        if kind not in self._parts:
            self._parts[kind] = kind()
        part: Part = self._parts[kind]
        return part


_session = Session()


def session() -> Session:
    """Return the session of this kernel."""
    return _session


def start_session() -> Session:
    """Forget everything, as a kernel that is started again does, and return the new session."""
    global _session
    _session = Session()
    return _session
