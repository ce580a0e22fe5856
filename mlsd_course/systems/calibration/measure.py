"""Measure this machine once and keep the result; read the newest result back."""

import os
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mlsd_course.errors import WorkspaceError
from mlsd_course.learner import Record
from mlsd_course.systems.calibration.calibration import TYPICAL, Calibration
from mlsd_course.systems.calibration.disk import disk
from mlsd_course.systems.calibration.encoding import encoding
from mlsd_course.systems.calibration.loopback import round_trips
from mlsd_course.systems.calibration.processor import gflop_per_s, memory_gb_per_s, predict_ms

CHAPTER, KEY = "ch00_start", "machine"
_FIGURES = {"gflop_per_s": gflop_per_s, "memory_gb_per_s": memory_gb_per_s}


def calibrate(
    record: Record | None = None,
    *,
    predict: Callable[[Any], object] | None = None,
    rows: Any = None,
    say: Callable[[str], None] | None = print,
) -> Calibration:
    """Measure this machine in about 5 s, keep the result as a `calibration` event, and return it.

    record: the learner's own unless given. predict, rows: a model's function and at least 1,024 rows for it instead of
    the built-in small model. say: gets a line before each step; None is silent. Where the record cannot be written, the
    result is returned all the same, and `say` gets the reason. Raises ServiceError where nobody answers on 127.0.0.1.
    """
    record, tell, begin = record or Record(), say or (lambda line: None), time.perf_counter()
    steps: dict[str, Callable[[], dict[str, Any]]] = {
        "processor: a model on 1 to 1,024 rows": lambda: {"predict_ms": predict_ms(predict, rows)},
        "processor and memory: arithmetic, copies": lambda: {name: work() for name, work in _FIGURES.items()},
        "disk: long writes and reads, safe small writes": lambda: _disk(record),
        "loopback: TCP and HTTP there and back": round_trips,
        "encoding: JSON and binary": encoding,
    }
    values: dict[str, Any] = {}
    for number, (what, work) in enumerate(steps.items(), 1):
        tell(f"[{number}/{len(steps)}] {what} …")
        values |= work()
    at = datetime.now(UTC).isoformat(timespec="seconds")
    result = Calibration(**values, cores=_cores(), at=at)
    try:
        record.append("calibration", CHAPTER, KEY, **result.to_data())
        tell(f"done in {time.perf_counter() - begin:.1f} s, kept in your record")
    except WorkspaceError as trouble:
        tell(f"done in {time.perf_counter() - begin:.1f} s, not kept. {trouble}")
    return result


def latest_calibration(record: Record | None = None) -> Calibration:
    """Return the newest calibration of the learner's record; TYPICAL, whose `measured` is False, where there is none."""
    try:
        events = (record or Record()).events("calibration", key=KEY)
    except WorkspaceError:
        return TYPICAL
    for event in reversed(events):
        try:
            return Calibration.from_data(event.data)
        except (KeyError, TypeError, ValueError, AttributeError):
            continue  # of an older version of the course, or edited by hand
    return TYPICAL


def _disk(record: Record) -> dict[str, Any]:
    """Measure where the learner's files are; in the system's own place for temporary files where that cannot be written."""
    try:
        record.folder.mkdir(parents=True, exist_ok=True)
        return disk(record.folder)
    except OSError:
        return disk(Path(tempfile.gettempdir()))


def _cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
