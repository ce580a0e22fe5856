"""Turns at the processor: of all the processes that drive JupyterLab on this machine, a few work and the others wait.

Each needs about a core. More of them at once are slower than one after the other, and run into their time limits.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

_held: list[FileLock] = []
_depth = 0


@contextmanager
def turn() -> Iterator[None]:
    """Wait for a place; a process that has one keeps it for every JupyterLab that it runs meanwhile."""
    global _depth
    if not _depth:
        _held.append(_place(max(1, os.cpu_count() or 1)))
    _depth += 1
    try:
        yield
    finally:
        _depth -= 1
        if not _depth:
            _held.pop().release()


def _place(places: int) -> FileLock:
    locks = [FileLock(Path(tempfile.gettempdir()) / f"mlsd-browser-{number}.lock") for number in range(places)]
    told = False
    while True:
        for lock in locks:
            try:
                lock.acquire(timeout=0)
            except Timeout:
                continue
            return lock
        if not told:
            print("Waiting: others on this machine are driving browsers.", file=sys.stderr, flush=True)
            told = True
        time.sleep(0.5)
