"""The explorer of chapter 01: what it says binds, and the learner's own page on it."""

from pathlib import Path

import pytest

from mlsd_course.explore import EXPLORERS
from mlsd_course.explore.explorer.live import Live
from mlsd_course.explore.session import start_session
from mlsd_course.learner import Record

FAN_OUT = EXPLORERS["ch01_system_thinking"]


@pytest.mark.parametrize(
    ("preset", "words", "met"),
    [
        ("Five calls", "Nothing binds: 4.9 % of pages", True),
        ("A hundred calls", "Fan-out binds: 63.4 % of pages", False),
        ("A hundred, hedged", "hedging sends 10 % more calls", True),
        ("Hedged, common cause", "The common cause binds", False),
        ("Five in a row", "p99 is 249 ms, where adding p99s gives 500 ms", False),
        ("Five in a row, 250 ms", "Nothing binds: 1.0 % of pages", True),
    ],
)
def test_each_preset_says_what_binds(preset: str, words: str, met: bool) -> None:
    """The sentence names the cause with its number, and the verdict follows the promise of 5 %."""
    view = FAN_OUT.at(**FAN_OUT.values(FAN_OUT.preset(preset)))
    assert words in view.sentence
    assert view.met == met


def test_one_slow_call_is_named_as_such() -> None:
    """Where a single call misses the limit too often by itself, neither fan-out nor chain is blamed."""
    assert FAN_OUT.at(calls=1, limit_ms=20.0).sentence.startswith("One call binds")


def test_the_own_page_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest page that the lesson measured lies on the chart; measurements of other things do not."""
    monkeypatch.setenv("MLSD_WORKSPACE", str(tmp_path))
    monkeypatch.delenv("MLSD_HEADLESS", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    start_session()
    record, place = Record(tmp_path / "record"), [line.name for line in FAN_OUT.all_lines].index("mine")
    record.append("measurement", "ch07_online", "load", p50_ms=1.0, p95_ms=2.0, p99_ms=3.0)
    assert not Live.of(FAN_OUT).panel.figure.data[place].x
    record.append("measurement", "ch01_system_thinking", "page", p50_ms=2.0, p95_ms=3.0, p99_ms=9.0)
    assert list(Live.of(FAN_OUT).panel.figure.data[place].x) == [2.0, 3.0, 9.0]
