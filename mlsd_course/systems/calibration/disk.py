"""The disk under a folder: long writes and reads, and the wait for one small write to be safe."""

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from mlsd_course.systems.calibration.measured import MeasuredValue, times_s

_CHUNK = bytes(1_000_000)


def disk(folder: Path, megabytes: int = 32, seconds: float = 1.2) -> dict[str, MeasuredValue]:
    """Return `write_mb_per_s` (made safe with fsync), `read_mb_per_s` and `fsync_ms` of the disk under `folder`.

    A read may come from memory where the system keeps the file there: Linux is asked to forget it first, others are not.
    """
    write: list[float] = []
    read: list[float] = []
    end = time.perf_counter() + seconds
    with tempfile.TemporaryDirectory(dir=folder, prefix=".calibration-") as inside:
        path = Path(inside) / "file"
        while not write or (time.perf_counter() < end and len(write) < 7):
            write.append(megabytes / _write_s(path, megabytes))
            read.append(megabytes / _read_s(path))
        with path.open("r+b", buffering=0) as file:
            safe_s = times_s(lambda: _small_write(file.fileno()), 0.4, at_most=200)
    return {
        "write_mb_per_s": MeasuredValue.of(write, "MB/s"),
        "read_mb_per_s": MeasuredValue.of(read, "MB/s"),
        "fsync_ms": MeasuredValue.of([1000 * t for t in safe_s], "ms"),
    }


def _write_s(path: Path, megabytes: int) -> float:
    begin = time.perf_counter()
    with path.open("wb", buffering=0) as file:
        for _ in range(megabytes):
            file.write(_CHUNK)
        os.fsync(file.fileno())
    return time.perf_counter() - begin


def _read_s(path: Path) -> float:
    with path.open("rb", buffering=0) as file:
        if hasattr(os, "posix_fadvise"):
            with suppress(OSError):
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        begin = time.perf_counter()
        while file.read(1_000_000):
            pass
        return time.perf_counter() - begin


def _small_write(number: int) -> None:
    os.lseek(number, 0, os.SEEK_SET)
    os.write(number, _CHUNK[:4096])
    os.fsync(number)
