"""The record keeps what a learner did, whatever happens to the machine or the file."""

import json
import subprocess
import sys
import time
import warnings
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlsd_course.errors import ParameterError, WorkspaceError
from mlsd_course.files import locked
from mlsd_course.learner import DamagedRecordWarning, Record, as_json, as_markdown
from mlsd_course.learner.event import RecordEvent

WRITER = """
import sys
from pathlib import Path
from mlsd_course.learner import Record
record = Record(Path(sys.argv[1]))
number = 0
while number < int(sys.argv[3]):
    record.append("visit", "ch07_online", sys.argv[2], number=number, padding="x" * 200)
    print(number, flush=True)
    number += 1
"""


def writer(folder: Path, name: str, count: int) -> subprocess.Popen[str]:
    """Start a process that appends `count` events and prints the number of each one kept."""
    command = [sys.executable, "-c", WRITER, str(folder), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_an_event_comes_back_as_it_was_written(tmp_path):
    """What is appended is read back, by the same object and by a new one."""
    record = Record(tmp_path)
    event = record.append("prediction", "ch07_online", "ch07_online.p1", value=40.5, unit="ms", confidence=0.8)
    assert record.events() == Record(tmp_path).events() == [event]


@given(text=st.text(), numbers=st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_any_text_and_number_survives_a_line(text, numbers):
    """Line breaks, quotes and odd letters in an answer cannot break the file."""
    event = RecordEvent("answer", "ch07_online", "q", {"text": text, "numbers": numbers})
    line = event.to_json()
    assert "\n" not in line
    assert RecordEvent.from_json(line) == event


def test_events_are_found_by_kind_chapter_and_key(tmp_path):
    """Each filter narrows the list; the order is that of writing."""
    record = Record(tmp_path)
    for number, (kind, chapter) in enumerate([("visit", "a"), ("answer", "a"), ("answer", "b"), ("answer", "a")]):
        record.append(kind, chapter, f"k{number}")
    assert [event.key for event in record.events(kind="answer", chapter="a")] == ["k1", "k3"]
    assert [event.chapter for event in record.events(key="k2")] == ["b"]


def test_numpy_values_are_kept_as_plain_numbers(tmp_path):
    """A learner's measurement may come as NumPy numbers and arrays."""
    Record(tmp_path).append("measurement", "a", "k", p99_ms=np.float32(2), curve=np.arange(3), n=np.int64(7))
    assert Record(tmp_path).events()[0].data == {"p99_ms": 2.0, "curve": [0, 1, 2], "n": 7}


@pytest.mark.parametrize("value", [float("nan"), object(), b"bytes"])
def test_what_json_cannot_hold_is_refused_before_anything_is_written(tmp_path, value):
    """A value that could not be read back never reaches the file."""
    with pytest.raises(ParameterError, match="cannot be kept"):
        Record(tmp_path).append("measurement", "a", "k", value=value)
    assert Record(tmp_path).events() == []


def test_an_unknown_kind_is_refused_with_the_known_ones(tmp_path):
    """The error lists what is allowed."""
    with pytest.raises(ParameterError, match="prediction, reveal"):
        Record(tmp_path).append("guess", "a", "k")


@pytest.mark.slow
def test_two_processes_lose_no_event(tmp_path):
    """Two tabs that append 1,000 events each leave 2,000 whole lines, each writer's in its order."""
    writers = [writer(tmp_path, name, 1_000) for name in ("left", "right")]
    for process in writers:
        process.communicate(timeout=120)
    record = Record(tmp_path)
    for name in ("left", "right"):
        assert [event.data["number"] for event in record.events(key=name)] == list(range(1_000))


@pytest.mark.slow
def test_a_killed_writer_loses_at_most_the_line_it_was_writing(tmp_path):
    """Every event that was reported as kept is there after the process is killed, and writing goes on."""
    for _ in range(5):
        process = writer(tmp_path, "victim", 100_000)
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(0.2)
        process.kill()
        kept = [int(line) for line in [first, *process.communicate()[0].splitlines()]]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DamagedRecordWarning)
            found = [event.data["number"] for event in Record(tmp_path).events(key="victim")]
        assert found in (kept, [*kept, kept[-1] + 1])
        Record(tmp_path).append("visit", "ch07_online", "after")
        Record(tmp_path).delete()


@pytest.mark.parametrize(
    "damage",
    [b'{"kind": "visit", "chap', b"edited by hand\n", b"\xff\xfe\x00\n", b'{"kind": 3}\n', b"[]\n"],
    ids=["cut off", "edited", "not text", "half an event", "no event"],
)
def test_a_damaged_line_is_put_aside_and_said(tmp_path, damage):
    """Good lines stay, the file as found is kept beside, the reader is told once, and the record works on."""
    record = Record(tmp_path)
    before = record.append("visit", "a", "k1")
    with record.path.open("ab") as file:
        file.write(damage)
    damaged = record.path.read_bytes()
    with pytest.warns(DamagedRecordWarning, match=r"1 line\(s\)"):
        assert Record(tmp_path).events() == [before]
    assert [path.read_bytes() for path in tmp_path.glob("events.damaged-*")] == [damaged]
    after = record.append("visit", "a", "k2")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert record.events() == Record(tmp_path).events() == [before, after]


def test_good_lines_are_kept_as_they_are(tmp_path):
    """A repair rewrites nothing: not a field that only a later edition knows, not a number that JSON should not have."""
    record = Record(tmp_path)
    event = json.loads(RecordEvent("visit", "a", "k1").to_json())
    lines = [json.dumps({**event, "later": 1}), json.dumps({**event, "data": {"p99_ms": float("nan")}})]
    record.path.write_text("\n".join(["edited", *lines]) + "\n", encoding="utf-8")
    with pytest.warns(DamagedRecordWarning, match=r"1 line\(s\)"):
        assert len(record.events()) == 2
    assert record.path.read_text(encoding="utf-8").splitlines() == lines


def test_a_last_line_without_its_end_is_no_damage(tmp_path):
    """An editor that leaves the last line end away has broken nothing: no copy, no warning, and writing goes on."""
    record = Record(tmp_path)
    record.append("visit", "a", "k1")
    record.path.write_bytes(record.path.read_bytes().rstrip(b"\n"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [event.key for event in record.events()] == ["k1"]
        record.append("visit", "a", "k2")
        assert [event.key for event in record.events()] == ["k1", "k2"]
    assert record.damaged() == []


@pytest.mark.parametrize("step", ["locked", "shutil.copy2", "replace_file"])
def test_damage_that_cannot_be_repaired_is_said_once_and_the_rest_is_read(tmp_path, monkeypatch, step):
    """In a folder that is read-only, or on a full disk, the good lines are still shown, however often they are read."""
    record = Record(tmp_path)
    event = record.append("visit", "a", "k")
    with record.path.open("ab") as file:
        file.write(b"edited\n")

    def refuse(*_: object) -> None:
        raise WorkspaceError("read-only") if step == "locked" else OSError(30, "Read-only file system")

    monkeypatch.setattr(f"mlsd_course.learner.record.{step}", refuse)
    for _ in range(3):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DamagedRecordWarning)
            assert record.events() == [event]
    (sentence,) = record.repairs
    assert sentence.startswith("1 line(s) of your record could not be read")
    assert "left as it is" in sentence
    assert b"edited" in record.path.read_bytes()


def test_half_a_sign_and_a_deep_nest_break_neither_record_nor_export(tmp_path):
    """A browser may send half of a pair; a line of ten thousand brackets is a damaged one."""
    record = Record(tmp_path)
    event = record.append("answer", "a", "k", text="\ud83d|<b>\\|")
    assert record.events() == [event]
    assert json.loads(as_json([event]).encode("utf-8"))[0]["data"] == event.data
    assert as_markdown([event]).encode("utf-8").splitlines()[2].endswith(rb"| text: \ud83d\|&lt;b&gt;\\\| |")
    with record.path.open("ab") as file:
        file.write(b"[" * 10_000 + b"\n")
    with pytest.warns(DamagedRecordWarning):
        assert record.events() == [event]


def test_an_event_after_an_unfinished_line_is_not_lost(tmp_path):
    """A new line starts where a crash left half of one."""
    record = Record(tmp_path)
    tmp_path.joinpath("events.jsonl").write_bytes(b'{"kind": "vi')
    event = record.append("visit", "a", "k")
    with pytest.warns(DamagedRecordWarning):
        assert record.events() == [event]


def test_an_open_reader_follows_a_file_that_another_one_repaired(tmp_path):
    """A reader that had read further than the new file's lines starts again instead of reading from the middle."""
    reader, other = Record(tmp_path), Record(tmp_path)
    other.append("visit", "a", "k1")
    with other.path.open("ab") as file:
        file.write(b"x" * 50 + b"\n")
    with pytest.warns(DamagedRecordWarning):
        reader.events()
    with other.path.open("ab") as file:
        file.write(b"y" * 500 + b"\n")
    with pytest.warns(DamagedRecordWarning):
        other.events()
    for number in range(5):
        other.append("visit", "a", f"later{number}")
    assert len(reader.events()) == 6


def test_an_edit_within_the_file_is_seen(tmp_path):
    """Somebody who changes a line and adds one leaves the same file, longer: nothing of the old line is kept."""
    record = Record(tmp_path)
    for key in ("k1", "k2"):
        record.append("visit", "a", key)
    assert len(record.events()) == 2
    lines = record.path.read_text(encoding="utf-8").replace('"k1"', '"edited"').splitlines()
    with record.path.open("r+", encoding="utf-8") as file:
        file.write("\n".join([*lines, RecordEvent("visit", "a", "k3").to_json()]) + "\n")
    assert [event.key for event in record.events()] == ["edited", "k2", "k3"]


def test_a_writer_waits_for_the_one_that_repairs(tmp_path):
    """An event that was written into a file about to be replaced would be lost."""
    record = Record(tmp_path)
    with locked(tmp_path / "events.lock"):
        waiting = Thread(target=record.append, args=("visit", "a", "k"))
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
        assert record.events() == []
    waiting.join()
    assert len(record.events()) == 1


def test_deleting_removes_the_record_and_its_copies(tmp_path):
    """Nothing that the learner did is left on disk."""
    record = Record(tmp_path)
    record.append("answer", "a", "secret")
    with record.path.open("ab") as file:
        file.write(b"secret\n")
    with pytest.warns(DamagedRecordWarning):
        record.events()
    (tmp_path / ".events.jsonl.unfinished").write_bytes(b"secret, where a repair was broken off")
    assert len(record.delete()) == 3
    assert record.events() == []
    assert not any(b"secret" in path.read_bytes() for path in tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_refused_with_a_remedy(tmp_path):
    """The message names the path and the variable that moves the workspace."""
    tmp_path.joinpath("file").write_text("in the way", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="MLSD_WORKSPACE"):
        Record(tmp_path / "file" / "record").append("visit", "a", "k")


def test_five_thousand_events_export_whole(tmp_path):
    """JSON and Markdown hold every event, a pipe or a line break in an answer included."""
    record = Record(tmp_path)
    lines = [RecordEvent("answer", "a", f"k{number}", {"text": "a | b\nc"}).to_json() for number in range(5_000)]
    record.path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    events = record.events()
    assert as_json(events).count('"id"') == 5_000
    rows = as_markdown(events).splitlines()
    assert len(rows) == 5_002
    assert rows[2].endswith("| text: a \\| b c |")


def test_a_reader_does_not_take_a_line_in_the_making_for_damage(tmp_path):
    """Half a line whose writer holds the lock is finished before the reader judges it."""
    record = Record(tmp_path)
    record.append("visit", "a", "k1")
    slow = """
import sys, time
from pathlib import Path
from mlsd_course.learner.event import RecordEvent
from mlsd_course.files import locked
folder = Path(sys.argv[1])
line = RecordEvent("visit", "a", "k2").to_json() + "\\n"
with locked(folder / "events.lock"), (folder / "events.jsonl").open("a", encoding="utf-8") as file:
    file.write(line[:20]); file.flush(); print("half", flush=True); time.sleep(0.5); file.write(line[20:])
"""
    process = subprocess.Popen([sys.executable, "-c", slow, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [event.key for event in record.events()] == ["k1", "k2"]
    process.communicate()
