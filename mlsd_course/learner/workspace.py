"""The learner's copy of the course. Their work is theirs: an update adds, and replaces only what they never touched.

The marker file holds, for each notebook, the hash of what was last delivered; a copy with another hash is the learner's
work. An update that is broken off is finished by the next one, since each step can be repeated.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from mlsd_course.errors import WorkspaceError
from mlsd_course.files import locked, replace_file, unwritable
from mlsd_course.learner.paths import MARKER, workspace_root


@dataclass
class Update:
    """What an update did; paths are relative to the workspace. `beside` maps the learner's file to the new one."""

    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    beside: dict[str, str] = field(default_factory=dict)

    def sentences(self) -> list[str]:
        """Return what the learner should know, a sentence each; nothing on a first start or without news."""
        told = [f"{path} was replaced by its new version; you had not changed it." for path in self.replaced]
        return told + [
            f"{mine} has a new version. Yours is untouched; the new one is beside it: {new}."
            for mine, new in self.beside.items()
        ]


class Workspace:
    """The folder a learner works in; `root` defaults to `workspace_root()`."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = Path(root).expanduser().resolve() if root else workspace_root()
        self.marker = self.root / MARKER

    def update(self, release: Path, today: date | None = None) -> Update:
        """Bring the workspace up to `release`, the folder that holds a folder of notebooks a chapter.

        Raises WorkspaceError where there is no release, or where the workspace cannot be written or read.
        """
        if not release.is_dir():
            raise WorkspaceError(
                f"There are no notebooks to work with: {release} is missing",
                remedy="Build them with `mlsd build`, or clone the course again",
            )
        update = Update()
        with locked(self.root / ".mlsd-workspace.lock"):
            delivered = self._delivered()
            try:
                for source in _files(release):
                    path = source.relative_to(release).as_posix()
                    self._deliver(path, source.read_bytes(), delivered, update, today or date.today())
                self._save(delivered)
            except OSError as error:
                raise unwritable(Path(error.filename or self.root), error) from error
        return update

    def _deliver(self, path: str, new: bytes, delivered: dict[str, str], update: Update, today: date) -> None:
        mine = self.root / path
        before, now = delivered.get(path), _hash(new)
        local = _hash(mine.read_bytes()) if mine.exists() else None
        if local is None or (local == before and before != now):
            mine.parent.mkdir(parents=True, exist_ok=True)
            replace_file(mine, new)
            (update.added if local is None else update.replaced).append(path)
        elif local != now and before != now:
            update.beside[path] = _put_beside(mine, new, today).relative_to(self.root).as_posix()
        if before != now:
            self._tell(update, path, today)
            delivered[path] = now
            self._save(delivered)

    def _tell(self, update: Update, path: str, today: date) -> None:
        """Add what changed to NEWS.md, for those who never see the terminal, before it counts as delivered."""
        beside = {path: update.beside[path]} if path in update.beside else {}
        sentences = Update(replaced=[path] if path in update.replaced else [], beside=beside).sentences()
        if not sentences:
            return
        news, heading = self.root / "NEWS.md", f"## {today}\n".encode()
        before = news.read_bytes() if news.exists() else b"# News of your course\n"
        before += b"" if before.endswith(b"\n") else b"\n"
        lines = b"".join(f"- {sentence}\n".encode() for sentence in sentences)
        *_, last = before.rpartition(b"\n## ")
        today_began = last.startswith(heading[3:])
        if not (today_began and lines in last):  # an update that was interrupted may have written these lines already
            replace_file(news, before + (b"" if today_began else b"\n" + heading + b"\n") + lines)

    def _delivered(self) -> dict[str, str]:
        """Read the hashes; without a readable marker every file that is there counts as the learner's work."""
        try:
            delivered = json.loads(self.marker.read_text(encoding="utf-8"))["delivered"]
            return {str(path): str(digest) for path, digest in delivered.items()}
        except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
            return {}
        except OSError as error:
            raise WorkspaceError(f"{self.marker} cannot be read ({error.strerror})") from error

    def _save(self, delivered: dict[str, str]) -> None:
        content = json.dumps({"delivered": delivered}, indent=1, sort_keys=True) + "\n"
        if not self.marker.exists() or self.marker.read_text(encoding="utf-8", errors="replace") != content:
            replace_file(self.marker, content.encode("utf-8"))


def _put_beside(mine: Path, new: bytes, today: date) -> Path:
    """Write `lesson (new 2026-11-24).ipynb` beside `lesson.ipynb`; a free name, or the same content once only."""
    for there in sorted(mine.parent.iterdir()):
        if there.name.startswith(f"{mine.stem} (new ") and there.suffix == mine.suffix and there.read_bytes() == new:
            return there
    path, number = mine.with_name(f"{mine.stem} (new {today}){mine.suffix}"), 2
    while path.exists():
        path = mine.with_name(f"{mine.stem} (new {today}, {number}){mine.suffix}")
        number += 1
    replace_file(path, new)
    return path


def _files(release: Path) -> Iterator[Path]:
    for path in sorted(release.rglob("*")):
        hidden = any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(release).parts)
        if path.is_file() and not hidden:
            yield path


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
