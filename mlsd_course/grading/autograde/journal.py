"""The records of graded submissions: one JSON file each, replaced as a whole.

    notebooks/.mlsd/grading/<assignment>/<student>.json

A record is written when a submission has been run and its autograded notebooks are on disk. `recorded` becomes true
when the gradebook holds its points, `feedback_written` when its pages are written. After an interrupted run, the next one
reads the records and does what is missing.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from mlsd_course.errors import GradingError
from mlsd_course.files import replace_file

FOLDER = ".mlsd"
_FIELD_NAMES = {"applied": "recorded", "fed": "feedback_written"}  # of journals that an earlier release wrote


@dataclass
class SubmissionRecord:
    """One submission as it was graded.

    `notebooks` holds, by name: `ended` (why its run stopped early, or ""), `seconds`, `cpu_s`, `peak_mb`, and `marks`: by grade
    id `score` (None waits for a person), `points`, `manual`, `message`, `cause`, `seconds`, and `test`, the hash of the
    test that gave it. `refused` names notebooks (or "" for all) that could not be run, with the reason. `findings` hold
    `kind`, `text`, `cell`, `voids`.
    """

    assignment: str
    student: str
    key: str
    timestamp: str = ""
    notebooks: dict[str, dict[str, Any]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    findings: list[dict[str, Any]] = field(default_factory=list)
    graded_at: str = ""
    seconds: float = 0.0
    recorded: bool = False
    feedback_written: bool = False

    @property
    def score(self) -> float:
        """The automatic points."""
        return sum(mark["score"] or 0.0 for each in self.notebooks.values() for mark in each["marks"].values())

    @property
    def tests(self) -> dict[str, dict[str, str]]:
        """The hash of the test that gave each mark, by notebook and grade id."""
        return {name: each["hashes"] for name, each in self.notebooks.items()}


class Journal:
    """The records under a course root."""

    def __init__(self, root: Path) -> None:
        self.folder = root / FOLDER / "grading"

    def read(self, assignment: str, student: str) -> SubmissionRecord | None:
        """Return the record of a submission; None where there is none that can be read."""
        try:
            return _parsed(self._path(assignment, student).read_text(encoding="utf-8"))
        except (OSError, ValueError, TypeError, AttributeError):
            return None

    def write(self, record: SubmissionRecord, lasting: bool = True) -> None:
        """Replace the record of the submission. Unless `lasting`, a power failure may bring the earlier one back."""
        path = self._path(record.assignment, record.student)
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            (self.folder.parent / ".gitignore").write_text("*\n", encoding="utf-8")
        content = json.dumps(asdict(record), ensure_ascii=True, indent=1).encode()
        if lasting:
            replace_file(path, content)
        else:
            spare = path.with_name(f".{path.name}.unfinished")
            spare.write_bytes(content)
            spare.replace(path)

    def records(self, assignment: str) -> list[SubmissionRecord]:
        """Return the records of all submissions of `assignment`, by student."""
        records = []
        for path in sorted((self.folder / _file_name(assignment)).glob("*.json")):
            try:
                records.append(_parsed(path.read_text(encoding="utf-8")))
            except (OSError, ValueError, TypeError, AttributeError):
                continue
        return sorted(records, key=lambda record: record.student)

    def lock(self) -> FileLock:
        """Return the lock, held; GradingError where another run holds it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / "running.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise GradingError(
                "Another `mlsd grade` is running in this course", remedy="Wait for its end, or end it: both resume"
            ) from None
        return lock

    def _path(self, assignment: str, student: str) -> Path:
        return self.folder / _file_name(assignment) / f"{_file_name(student)}.json"


def _parsed(text: str) -> SubmissionRecord:
    """Return the record in `text`; ValueError or TypeError where it holds none."""
    return SubmissionRecord(**{_FIELD_NAMES.get(name, name): value for name, value in json.loads(text).items()})


def _file_name(name: str) -> str:
    """Return the name itself where every system can hold it, else a readable part and a hash."""
    if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.@-]{0,80}", name):
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return f"{re.sub(r'[^A-Za-z0-9_-]', '-', name)[:40]}~{digest}"
