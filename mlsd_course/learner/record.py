"""The learner's record: everything they predicted, answered and measured, as lines of JSON that a person can read.

The file only ever grows, one line an event. Writers hold a lock, so that two open tabs lose nothing; a crash can cost at
most the line that was being written.
"""

import os
import shutil
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mlsd_course.errors import ParameterError, WorkspaceError
from mlsd_course.files import locked, replace_file, unwritable
from mlsd_course.learner.event import KINDS, RecordEvent
from mlsd_course.learner.paths import workspace_root


class DamagedRecordWarning(UserWarning):
    """Lines of the record could not be read; a copy of the damaged file was kept."""


class Record:
    """The events of one learner, in `<folder>/events.jsonl`; the default folder is `record` in the workspace.

    Raises WorkspaceError where the folder cannot be written. A damaged file is copied aside, its good lines are kept, and
    a DamagedRecordWarning says so.

    >>> record = Record()
    >>> record.append("answer", "ch07_online", "ch07_online.p99", given="b", correct=True).key
    'ch07_online.p99'
    >>> [event.data["correct"] for event in record.events(chapter="ch07_online")]
    [True]
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = Path(folder) if folder else workspace_root() / "record"
        self.path = self.folder / "events.jsonl"
        self.repairs: list[str] = []  # a sentence for each repair that this reader has made
        self._events: list[RecordEvent] = []
        self._seen = (0, 0, 0)  # file number, bytes, time of change

    def append(self, kind: str, chapter: str, key: str, **data: Any) -> RecordEvent:
        """Write one event to disk and return it. `data` must be plain JSON values."""
        if kind not in KINDS:
            raise ParameterError("kind", given=kind, allowed=", ".join(KINDS))
        event = RecordEvent(kind, chapter, key, data)
        line = event.to_json().encode("utf-8") + b"\n"
        with locked(self._lock_path):
            try:
                with self.path.open("a+b") as file:
                    file.write(line if _ends_a_line(file) else b"\n" + line)
                    file.flush()
                    os.fsync(file.fileno())
            except OSError as error:
                raise unwritable(self.path, error) from error
        return event

    def events(self, kind: str | None = None, chapter: str | None = None, key: str | None = None) -> list[RecordEvent]:
        """Return the events that match, oldest first; reads only what was added since the last call."""
        self._refresh()
        wanted = [(n, v) for n, v in (("kind", kind), ("chapter", chapter), ("key", key)) if v is not None]
        return [event for event in self._events if all(getattr(event, name) == value for name, value in wanted)]

    def stamp(self) -> tuple[int, int, int]:
        """Return a mark that differs once anything was added or changed: file number, bytes, time; zeros without a file."""
        try:
            now = self.path.stat()
        except OSError:
            return (0, 0, 0)
        return (now.st_ino, now.st_size, now.st_mtime_ns)

    def damaged(self) -> list[Path]:
        """Return the copies of damaged files that were kept, oldest first."""
        return sorted(self.folder.glob("events.damaged-*.jsonl"))

    def delete(self) -> list[Path]:
        """Delete the record and every copy of it, half-written ones too; return the files that are gone."""
        gone = []
        if self.folder.is_dir():
            with locked(self._lock_path):
                try:
                    copies = [*self.folder.glob("events*.jsonl"), *self.folder.glob(".events*.unfinished")]
                    for path in sorted(copies):
                        path.unlink()
                        gone.append(path)
                except OSError as error:
                    raise unwritable(self.folder, error) from error
        self._events, self._seen = [], (0, 0, 0)
        return gone

    def _refresh(self) -> None:
        """Read what was added; everything again where the file is not the one that was read before."""
        try:
            with self.path.open("rb") as file:
                now = os.fstat(file.fileno())
                if self._seen == (now.st_ino, now.st_size, now.st_mtime_ns):
                    return
                number, read_to, _ = self._seen
                file.seek(max(0, read_to - 1))
                if number != now.st_ino or now.st_size <= read_to or (read_to and file.read(1) != b"\n"):
                    self._events, read_to = [], 0
                    file.seek(0)
                added = file.read(now.st_size - read_to)
        except FileNotFoundError:
            self._events, self._seen = [], (0, 0, 0)
            return
        except OSError as error:
            raise WorkspaceError(
                f"The record {self.path} cannot be read ({error.strerror})",
                remedy="Give yourself the right to read it, or move it away: a new one is started",
            ) from error
        self._seen = (now.st_ino, now.st_size, now.st_mtime_ns)
        lines, bad = _parse(added)
        self._events += [event for _, event in lines]
        if bad:
            self._repair(bad)

    def _repair(self, bad: int) -> None:
        """Keep a copy of the damaged file, then rewrite it with its good lines only, each as it was; say so."""
        try:
            with locked(self._lock_path):
                lines, bad = _parse(self.path.read_bytes())
                self._events, self._seen = [event for _, event in lines], (0, 0, 0)  # read the file anew next time
                if not bad:
                    return  # another tab was in the middle of a line and has finished it
                copy = self.folder / f"events.damaged-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.jsonl"
                shutil.copy2(self.path, copy)
                replace_file(self.path, b"".join(line + b"\n" for line, _ in lines))
            where = f"the file as it was found is {copy}"
        except (OSError, WorkspaceError) as error:
            where = f"the file was left as it is ({error})"
        sentence = (
            f"{bad} line(s) of your record could not be read, perhaps after a crash or an edit. The other "
            f"{len(self._events)} are kept; {where}."
        )
        if sentence not in self.repairs:  # a file that cannot be repaired is found again and again
            self.repairs.append(sentence)
        warnings.warn(sentence, DamagedRecordWarning, stacklevel=4)

    @property
    def _lock_path(self) -> Path:
        return self.folder / "events.lock"


def _parse(content: bytes) -> tuple[list[tuple[bytes, RecordEvent]], int]:
    """Return the lines that are events, with these, and how many others there are; a last line may lack its end."""
    good, bad = [], 0
    for line in content.split(b"\n"):
        try:
            if line.strip():
                good.append((line, RecordEvent.from_json(line.decode("utf-8"))))
        except ValueError:
            bad += 1
    return good, bad


def _ends_a_line(file: Any) -> bool:
    if file.seek(0, os.SEEK_END) == 0:
        return True
    file.seek(-1, os.SEEK_END)
    return bool(file.read(1) == b"\n")
