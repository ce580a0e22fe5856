"""The learner's own measurements as one more line."""

from pathlib import Path

import pytest

from mlsd_course.explore import EXPLORERS
from mlsd_course.explore.explorer.live import Live
from mlsd_course.explore.session import start_session
from mlsd_course.learner import Record


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Record:
    """Return the record of a learner with a workspace."""
    monkeypatch.setenv("MLSD_WORKSPACE", str(tmp_path))
    monkeypatch.delenv("MLSD_HEADLESS", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    start_session()
    return Record(tmp_path / "record")


def mine(live: Live) -> list[float]:
    """Return the x of the learner's own line as it is drawn."""
    place = [line.name for line in live.explorer.all_lines].index("mine")
    return list(live.panel.figure.data[place].x)


def test_without_a_measurement_it_says_how_to_get_one(record: Record) -> None:
    """The switch is there, off, folded away, and its help names the cells to run; nothing is drawn."""
    live = Live.of(EXPLORERS["ch07_online"])
    switch = next(spec for spec in live.controls.specs if spec["name"] == "mine")
    assert switch["place"] == "folded"
    assert "measure the service" in switch["help"]
    assert mine(live) == []


def test_the_newest_measurement_is_drawn_and_can_be_switched_off(record: Record) -> None:
    """p50, p95 and p99 of the newest measurement of this chapter appear as a line beside the simulation."""
    record.append("measurement", "ch06_other", "load", p50_ms=1.0, p95_ms=2.0, p99_ms=3.0)
    record.append("measurement", "ch07_online", "load", p50_ms=5.0, p95_ms=9.0, p99_ms=12.0)
    record.append("measurement", "ch07_online", "load", p50_ms=6.0, p95_ms=10.0, p99_ms=14.0)
    live = Live.of(EXPLORERS["ch07_online"])
    assert mine(live) == [6.0, 10.0, 14.0]
    live.controls.set_state({"state": {**live.controls.state, "mine": 0}})
    assert mine(live) == []
