"""Predictions: kept once, right or wrong; compared as a factor; inert while headless."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlsd_course.errors import ParameterError, WorkspaceError
from mlsd_course.explore import Question, predict, reveal
from mlsd_course.explore.prediction.box import question_box
from mlsd_course.explore.prediction.prediction import Given, commit, compared, given, note_reveal, quantity, skip
from mlsd_course.explore.prediction.waiting import deliver, when_given
from mlsd_course.explore.session import start_session
from mlsd_course.learner import Record

ASKED = Question("ch90_test.p1", "How long?", unit="ms", low=1, high=1000)


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Record:
    """Return the record of a learner who has a workspace, with the switch to text off."""
    monkeypatch.setenv("MLSD_WORKSPACE", str(tmp_path))
    monkeypatch.delenv("MLSD_HEADLESS", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    start_session()
    return Record(tmp_path / "record")


def test_a_prediction_is_kept_once(record: Record) -> None:
    """The first answer stands; a second is not written and the first is given back."""
    assert commit(ASKED, 120, 70) == Given(120.0, 70)
    assert commit(ASKED, 400) == Given(120.0, 70)
    kept = record.events("prediction", "ch90_test", "ch90_test.p1")
    assert [(event.data["value"], event.data["unit"], event.data["confidence"]) for event in kept] == [
        (120.0, "ms", 70)
    ]


def test_it_survives_a_restart(
    record: Record, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Asked again in a new kernel, the question shows the prediction as given."""
    commit(ASKED, 120)
    start_session()
    predict(ASKED.key, ASKED.text, unit="ms", low=1, high=1000)
    assert "You predicted 120 ms." in capsys.readouterr().out


def test_skipping_is_a_choice_that_is_kept(record: Record) -> None:
    """Going on without a prediction is recorded as skipped; a prediction may still follow."""
    assert skip(ASKED) == Given(None)
    assert record.events("prediction")[-1].data["skipped"] is True
    assert commit(ASKED, 50).value == 50.0


def test_the_reveal_is_noted_once_and_only_after_a_prediction(record: Record) -> None:
    """Running the reveal cell again adds nothing; without a prediction there is nothing to note."""
    note_reveal(ASKED, 230.0)
    assert record.events("reveal") == []
    commit(ASKED, 120)
    note_reveal(ASKED, 230.0)
    note_reveal(ASKED, 231.0)
    assert [event.data["actual"] for event in record.events("reveal")] == [230.0]


def test_the_reveal_waits(record: Record, capsys: pytest.CaptureFixture[str]) -> None:
    """Before a prediction the reveal says that it waits and does not tell; the same widget tells once there is one."""
    predict(ASKED.key, ASKED.text, unit="ms", low=1, high=1000)
    reveal(ASKED.key, 230.0)
    out = capsys.readouterr().out
    assert "waits for your prediction above" in out
    assert "230" not in out
    told: list[Given] = []
    when_given(ASKED, told.append)
    deliver(ASKED, commit(ASKED, 120))
    assert told == [Given(120.0)]


def test_the_widget_commits_refuses_and_tells(record: Record) -> None:
    """The box answers a bad number with a sentence, keeps asking, and shows what was said once the number is good."""
    box = question_box(ASKED)
    box._handle_custom_msg({"do": "commit", "value": "5000", "confidence": ""}, [])  # noqa: SLF001 ipywidgets calls it for a message from the browser
    assert "got '5000'" in box.now["error"]
    assert "from 1 to 1,000" in box.now["error"]
    assert box.now["ask"]
    box._handle_custom_msg({"do": "commit", "value": "120", "confidence": "90"}, [])  # noqa: SLF001 ipywidgets calls it for a message from the browser
    assert box.now["ask"] is None
    assert box.now["said"] == "You predicted 120 ms, 90 % sure."
    assert record.events("prediction")[-1].data["confidence"] == 90


@pytest.mark.parametrize("value", ["", "abc", "nan", None, 0, 1001, float("inf")])
def test_an_answer_out_of_range_is_refused(record: Record, value: object) -> None:
    """No number, or one outside the range: the sentence says what is allowed, and nothing is kept."""
    with pytest.raises(ParameterError, match="a number in ms from 1 to 1,000"):
        commit(ASKED, value)
    assert record.events() == []


def test_a_choice_must_be_one_of_the_choices(record: Record) -> None:
    """An answer that is no choice is refused with the choices."""
    asked = Question("ch90_test.p2", "Which?", choices=("a", "b"))
    with pytest.raises(ParameterError, match="a · b"):
        commit(asked, "c")
    assert compared(asked, commit(asked, "b"), "a") == "You predicted b. Actual: a. Not as predicted."


@pytest.mark.parametrize(
    ("value", "actual", "words"),
    [
        (120, 230, "Too low by a factor of 1.92."),
        (230, 120, "Too high by a factor of 1.92."),
        (100, 109, "Within 10 %."),
        (0, 3, "Too low by 3."),
        (0, 0, "As predicted."),
    ],
)
def test_the_error_is_a_factor(value: float, actual: float, words: str) -> None:
    """Numbers above 0 are compared as a ratio, either way round; others by difference."""
    assert compared(ASKED, Given(value), actual).endswith(words)


def test_numbers_are_shown_at_three_digits() -> None:
    """Three significant digits with thousands separators; what has no bound says so."""
    assert [quantity(v) for v in (0, 0.01234, 46.05, 1895.7, 1_234_567.0)] == [
        "0",
        "0.0123",
        "46",
        "1,900",
        "1,230,000",
    ]
    assert quantity(46.05, "ms") == "46 ms"
    assert quantity(46.55) == "46.5"
    assert quantity(float("inf"), "ms") == "without bound"


def test_headless_touches_no_file(
    record: Record, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """While building or grading, predictions live in memory and the learner's folder stays as it is."""
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    predict(ASKED.key, ASKED.text, unit="ms", value=120)
    reveal(ASKED.key, 230.0)
    assert "You predicted 120 ms. Actual: 230 ms. Too low by a factor of 1.92." in capsys.readouterr().out
    assert not record.path.exists()


def test_an_unwritable_workspace_costs_no_prediction(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the record cannot be written the learner is told so and can still go on."""

    def refuse(*_: object, **__: object) -> None:
        raise WorkspaceError("The record cannot be written", remedy="Free some disk")

    monkeypatch.setattr(Record, "append", refuse)
    made = commit(ASKED, 120)
    assert "this session only" in made.notice
    assert given(ASKED) == Given(120.0)


def test_importing_explore_loads_no_widget() -> None:
    """`import mlsd_course.explore` is light: no plotly, no ipywidgets, no scipy, before something is shown."""
    code = "import sys, mlsd_course.explore as e; print([m for m in ('plotly', 'ipywidgets', 'anywidget', 'scipy') if m in sys.modules])"
    environment = {**os.environ, "MLSD_HEADLESS": "1"}
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    ).stdout
    assert out.strip() == "[]"
