"""The learner's calibration on the map of chapter 03: their machine's own roofs, from the newest event that can be read."""

from pathlib import Path

import pytest

from mlsd_course.explore import EXPLORERS
from mlsd_course.explore import record as storage
from mlsd_course.learner import Record
from mlsd_course.systems.calibration import TYPICAL


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Record:
    """Return the record of a learner with a workspace."""
    monkeypatch.setenv("MLSD_WORKSPACE", str(tmp_path))
    monkeypatch.delenv("MLSD_HEADLESS", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    return Record(tmp_path / "record")


def drawn():
    """The learner's line on the map, or None."""
    overlay = EXPLORERS["ch03_constraints"].overlay
    return overlay.read(storage.measured("ch03_constraints"))


def test_nothing_is_drawn_before_a_calibration(record: Record) -> None:
    """No event, or one of another shape, draws nothing."""
    assert drawn() is None
    record.append("calibration", "ch00_start", "machine", cores="many")
    assert drawn() is None


def test_the_newest_calibration_is_the_line(record: Record) -> None:
    """Larger models are served more slowly; twice the cores and rates lift the whole line."""
    data = TYPICAL.to_data()
    record.append("calibration", "ch00_start", "machine", **data)
    slow = drawn()
    assert list(slow.y) == sorted(slow.y, reverse=True)
    faster = {name: {**data[name], "median": 2 * data[name]["median"]} for name in ("gflop_per_s", "memory_gb_per_s")}
    record.append("calibration", "ch00_start", "machine", **{**data, **faster, "cores": 2 * data["cores"]})
    assert all(fast > before for fast, before in zip(drawn().y, slow.y, strict=False))
