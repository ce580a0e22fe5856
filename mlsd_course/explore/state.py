"""The learner's state, as the start page shows it: from the release, the banks and the record."""

import time
import warnings
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlsd_course.errors import CourseError
from mlsd_course.explore.memory import memory
from mlsd_course.explore.quiz.banks import bank_path
from mlsd_course.explore.record import learner_record
from mlsd_course.explore.session import session

if TYPE_CHECKING:
    from mlsd_course.learner import Chapter, CourseObjective, Home, Ledger

REREAD_AFTER_S = 60


@dataclass
class ReadObjectives:
    """The objectives of each bank that this kernel has read, by the bank's path and the time it was last changed."""

    by_file: dict[tuple[str, float], tuple["CourseObjective", ...]] = field(default_factory=dict)


class RecordSource:
    """Reads the learner's state. `trouble`: sentences about what could not be read, or was damaged."""

    def __init__(self) -> None:
        self.trouble: list[str] = []
        self._warned: list[str] = []
        self._stamp: Any = None
        self._read_at = 0.0

    @property
    def record(self) -> Any:
        """The learner's record."""
        return learner_record()

    def changed(self) -> bool:
        """Whether the state may differ from the one last read: the record's file has changed, or a minute has passed.

        Costs one look at the disk.
        """
        return bool(self.record.stamp() != self._stamp) or time.monotonic() - self._read_at > REREAD_AFTER_S

    def home(self) -> "Home":
        """Read the events added since the last time and return the state."""
        from mlsd_course.learner import home_state

        events = self._read_events()
        chapters = self._chapters()
        begun = {event.chapter for event in events}
        objectives = [one for chapter in chapters if chapter.slug in begun for one in _objectives(chapter.slug)]
        return home_state(chapters, events, datetime.now(UTC), objectives)

    def ledger(self) -> "Ledger":
        """Read the events added since the last time and return the predictions with their outcomes."""
        from mlsd_course.learner import ledger_of

        return ledger_of(self._read_events())

    def _read_events(self) -> list[Any]:
        self.trouble = []
        self._read_at = time.monotonic()
        self._stamp = self.record.stamp()  # before reading: what is added meanwhile is found at the next look
        return self.events()

    def events(self) -> list[Any]:
        """Return the record's events, and those that could be kept for this session only; damage becomes a sentence."""
        from mlsd_course.learner import DamagedRecordWarning

        kept: list[Any] = []
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DamagedRecordWarning)
                kept = self.record.events()
            self._warned = list(self.record.repairs)
        except CourseError as trouble:
            self.trouble.append(str(trouble))
        self.trouble += self._damage()
        return [*kept, *memory().notes]

    def _damage(self) -> list[str]:
        """Say what was repaired in this kernel, and which copies of damaged files another one has left."""
        copies = self.record.damaged()
        if not copies:
            self._warned = [sentence for sentence in self._warned if "left as it is" in sentence]
        if self._warned or not copies:
            return self._warned
        names = ", ".join(path.name for path in copies)
        return [
            f"Lines of your record could not be read at some time, perhaps after a crash or an edit. The others are in "
            f"use; the file as it was found is kept in {copies[0].parent}: {names}."
        ]

    def _chapters(self) -> "list[Chapter]":
        from mlsd_course.learner import chapters, course_root

        try:
            return chapters(course_root() / "notebooks" / "release")
        except CourseError as trouble:
            self.trouble.append(str(trouble))
            return []


def _objectives(chapter: str) -> tuple["CourseObjective", ...]:
    """Return the objectives of a chapter's bank; none where there is no bank, or a broken one."""
    path = bank_path(chapter)
    if path is None:
        return ()
    key, known = (str(path), path.stat().st_mtime), session().part(ReadObjectives).by_file
    if key not in known:
        known[key] = _read_objectives(chapter, path)
    return known[key]


def _read_objectives(chapter: str, path: Path) -> tuple["CourseObjective", ...]:
    from mlsd_course.learner import CourseObjective
    from mlsd_course.quiz import load

    try:
        bank = load(path)
    except CourseError:  # `self_check` shows what is wrong with it
        return ()
    return tuple(
        CourseObjective(
            chapter, name, objective.says, frozenset(item.id for item in bank.items if item.objective == name)
        )
        for name, objective in bank.objectives.items()
    )
