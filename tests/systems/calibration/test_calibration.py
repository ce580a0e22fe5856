"""The calibration: quick, kept, read back, honest about what nobody measured; and it leaves nothing behind."""

import json
import socket
import threading
from pathlib import Path

import numpy as np
import pytest

from mlsd_course.errors import ParameterError, WorkspaceError
from mlsd_course.learner import Record
from mlsd_course.systems import calibration
from mlsd_course.systems.calibration import TYPICAL, Calibration, MeasuredValue, calibrate, latest_calibration, loopback
from mlsd_course.systems.calibration.disk import disk
from mlsd_course.systems.calibration.loopback import round_trips
from mlsd_course.systems.calibration.measured import times_s


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Calibration, Record, list[str]]:
    """One real calibration, its record, and what it said."""
    record, said = Record(tmp_path_factory.mktemp("record")), []
    return calibrate(record, say=said.append), record, said


def test_it_measures_every_figure(measured: tuple[Calibration, Record, list[str]]) -> None:
    """Each median is positive and lies inside its spread; batches go from 1 to 1,024; figures are of this planet."""
    found = measured[0]
    figures = [*found.predict_ms.values(), *(v for v in vars(found).values() if isinstance(v, MeasuredValue))]
    assert all(0 < one.low <= one.median <= one.high for one in figures)
    assert list(found.predict_ms) == [2**power for power in range(11)]
    assert found.predict_ms[1024].median > found.predict_ms[1].median
    assert found.rows_per_s(1024) > 5 * found.rows_per_s(1)
    assert found.binary_bytes.median == 8
    assert found.json_bytes.median > 15
    assert found.tcp_us.median < found.http_us.median
    assert found.binary_decode_us.median < found.json_decode_us.median
    assert found.cores >= 1
    assert found.ridge_flop_per_byte > 0


def test_it_is_kept_and_read_back_the_same(measured: tuple[Calibration, Record, list[str]]) -> None:
    """One event, plain JSON, from which the same calibration comes back; the newest one counts."""
    found, record, _ = measured
    (event,) = record.events("calibration")
    assert (event.chapter, event.key) == ("ch00_start", "machine")
    assert json.loads(json.dumps(event.data)) == event.data
    assert latest_calibration(record) == found
    assert Calibration.from_data(found.to_data()) == found


def test_progress_is_told_step_by_step(measured: tuple[Calibration, Record, list[str]]) -> None:
    """A line before each step, and one at the end with the time."""
    said = measured[2]
    assert [line[:5] for line in said[:-1]] == [f"[{n}/5]" for n in range(1, 6)]
    assert said[-1].startswith("done in ")


def test_it_leaves_no_file_but_the_record(measured: tuple[Calibration, Record, list[str]]) -> None:
    """The file that the disk was measured with is gone."""
    assert {path.name for path in measured[1].folder.iterdir()} <= {"events.jsonl", "events.lock"}


def test_without_a_calibration_it_says_typical(tmp_path: Path) -> None:
    """No event, or one that cannot be read: typical values that say so in words and in `measured`."""
    record = Record(tmp_path)
    assert latest_calibration(record) is TYPICAL
    record.append("calibration", "ch00_start", "machine", predict_ms={"1": 3})
    assert latest_calibration(record) is TYPICAL
    assert not TYPICAL.measured
    assert "not yours" in TYPICAL.sentence()
    assert "typical" in repr(TYPICAL)


def test_a_broken_event_does_not_hide_the_one_before(tmp_path: Path) -> None:
    """An event of another shape is passed over."""
    record = Record(tmp_path)
    record.append("calibration", "ch00_start", "machine", **TYPICAL.to_data())
    record.append("calibration", "ch00_start", "machine", note="by hand")
    assert latest_calibration(record) == TYPICAL


def test_a_record_that_cannot_be_written_does_not_lose_the_result(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The result is returned, and the reason is told."""

    class Full(Record):
        def append(self, *_: object, **__: object) -> None:  # type: ignore[override]
            raise WorkspaceError("The disk is full", remedy="Delete something")

    module = calibration.measure
    for name, value in (("predict_ms", dict(TYPICAL.predict_ms)), ("round_trips", None), ("encoding", None)):
        parts = value or {key: one for key, one in vars(TYPICAL).items() if isinstance(one, MeasuredValue)}
        monkeypatch.setattr(module, name, lambda *_, parts=parts: parts)
    monkeypatch.setattr(module, "_FIGURES", {})
    said: list[str] = []
    found = calibrate(Full(tmp_path), say=said.append)
    assert found.measured
    assert "The disk is full. Delete something." in said[-1]


def test_another_model_can_be_calibrated() -> None:
    """A given function is called with the first rows of the given table."""
    from mlsd_course.systems.calibration.processor import predict_ms

    sizes = set()
    rows = np.zeros((1024, 3))
    found = predict_ms(lambda part: sizes.add(part.shape), rows, seconds=0.001)
    assert sizes == {(2**power, 3) for power in range(11)}
    assert len(found) == 11


def test_a_call_and_a_row_are_told_apart() -> None:
    """From 1.0 + 0.01 x rows come a call of 1.0 ms and a row of 0.01 ms; a batch that nobody measured is refused."""
    made = {size: MeasuredValue(1 + 0.01 * size, 1, 2, "ms") for size in (1, 32, 1024)}
    one = Calibration.from_data({**TYPICAL.to_data(), "predict_ms": {str(k): vars(v) for k, v in made.items()}})
    assert one.call_ms == pytest.approx(1.0)
    assert one.row_ms == pytest.approx(0.01)
    assert one.rows_per_s(32) == pytest.approx(32_000 / 1.32)
    with pytest.raises(ParameterError, match="1, 32, 1024"):
        one.rows_per_s(7)


def test_a_figure_is_a_median_with_its_middle_half() -> None:
    """One slow try out of nine moves neither the median nor the spread."""
    one = MeasuredValue.of([1.0, 1.1, 0.9, 1.0, 1.05, 0.95, 1.0, 1.0, 50.0], "ms")
    assert one.median == 1.0
    assert one.high < 1.1
    assert MeasuredValue.of([2.0], "ms") == MeasuredValue(2.0, 2.0, 2.0, "ms", 1)


def test_a_millisecond_is_so_many_operations_and_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand, with a clock that always says 1 ms: 2 n^3 operations of a product, and 64 MB read and written once each."""
    from mlsd_course.systems.calibration import processor

    monkeypatch.setattr(processor, "times_s", lambda work, seconds: [0.001] * 5)
    assert processor.gflop_per_s().median == pytest.approx(2 * 384**3 / 1e6)
    assert processor.memory_gb_per_s().median == pytest.approx(128)


def test_short_work_is_tried_often_and_long_work_a_few_times() -> None:
    """At least the asked number of tries, at most the limit."""
    assert len(times_s(lambda: None, 5.0, at_most=50)) == 50
    assert len(times_s(lambda: sum(range(100_000)), 0.0, at_least=3)) == 3


def test_a_line_that_closes_is_no_round_trip() -> None:
    """Nobody at the other end: no time is measured, the error says so."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def half_an_answer() -> None:
            line, _ = door.accept()
            line.sendall(line.recv(64)[:10])
            line.close()

        thread = threading.Thread(target=half_an_answer)
        thread.start()
        with pytest.raises(ConnectionResetError, match="was closed"):
            loopback._tcp(door.getsockname()[1], 0.1)  # noqa: SLF001 one of the measured steps
        thread.join()


def test_one_batch_size_tells_call_and_row_apart_as_well_as_it_can() -> None:
    """All of a single size's time counts as the call's."""
    one = Calibration.from_data({**TYPICAL.to_data(), "predict_ms": {"8": vars(MeasuredValue(2.0, 1.0, 3.0, "ms"))}})
    assert (one.call_ms, one.row_ms) == (2.0, 0.0)


def test_disk_and_loopback_alone(tmp_path: Path) -> None:
    """The parts work on their own; the disk's folder is empty afterwards."""
    assert all(one.median > 0 for one in disk(tmp_path, megabytes=2, seconds=0.05).values())
    assert not list(tmp_path.iterdir())
    assert all(one.tries >= 5 for one in round_trips(0.02).values())
