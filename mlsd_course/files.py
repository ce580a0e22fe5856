"""Writing files: whole or not at all, and one writer at a time."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from mlsd_course.errors import WorkspaceError

LOCK_TIMEOUT_S = 30
PAUSES_S = (
    0.02,
    0.1,
    0.5,
)  # Windows refuses to replace a file that another program has open; most programs close it at once


def unwritable(path: Path, error: OSError) -> WorkspaceError:
    """Return the error for a path that the system refuses to write."""
    return WorkspaceError(
        f"{path} cannot be written ({error.strerror or error})",
        allowed="a folder that you may write to, on a disk with space left",
        remedy="Set the environment variable MLSD_WORKSPACE to such a folder and start again",
    )


@contextmanager
def locked(lock_path: Path) -> Iterator[None]:
    """Hold the lock; WorkspaceError where the folder cannot be written or another program keeps it."""
    lock = FileLock(lock_path, timeout=LOCK_TIMEOUT_S)
    try:
        lock_path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise WorkspaceError(
            f"{lock_path.parent} has been in use by another program for {LOCK_TIMEOUT_S} s",
            remedy="Close other notebooks that use it, then try again",
        ) from error
    except OSError as error:
        raise unwritable(lock_path.parent, error) from error
    try:
        yield
    finally:
        lock.release()


def replace_file(path: Path, content: bytes) -> None:
    """Write the whole file or leave the old one; OSError where that fails."""
    spare = path.with_name(f".{path.name}.unfinished")
    try:
        with spare.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _put_in_place(spare, path)
    finally:
        spare.unlink(missing_ok=True)


def _put_in_place(spare: Path, path: Path) -> None:
    for pause_s in PAUSES_S if os.name == "nt" else ():
        try:
            os.replace(spare, path)
            return
        except PermissionError:
            time.sleep(pause_s)
    os.replace(spare, path)
