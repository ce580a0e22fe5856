"""The gate in front of an explorer: closed until there is a prediction, without any chart of its own."""

from dataclasses import replace
from typing import Any

import pytest

from mlsd_course.explore import EXPLORERS
from mlsd_course.explore.explorer.gate import PredictionGate
from mlsd_course.explore.prediction.prediction import given
from mlsd_course.explore.session import start_session

LOCKED = next(explorer for explorer in EXPLORERS.values() if explorer.lock)


@pytest.fixture(autouse=True)
def _headless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLSD_HEADLESS", "1")
    start_session()


def test_it_opens_at_the_answering_preset() -> None:
    """Nothing opens before the learner has answered or gone on without; then the answering preset's values are given."""
    assert LOCKED.lock is not None
    opened: list[Any] = []
    gate = PredictionGate(replace(LOCKED, lock=replace(LOCKED.lock, question=_question("ch90_gate.p1"))))
    gate.when_open(opened.append)
    assert opened == []
    gate.head._handle_custom_msg({"do": "skip"}, [])  # noqa: SLF001 ipywidgets calls it for a message from the browser
    assert opened == [LOCKED.values(LOCKED.preset(LOCKED.lock.preset))]
    assert given(_question("ch90_gate.p1")) is not None
    assert gate.head.now["said"].startswith("Actual: ")


def test_without_a_lock_it_is_open() -> None:
    """An explorer that asks for no prediction opens at once, at its own start, and its head shows the question."""
    opened: list[Any] = []
    gate = PredictionGate(replace(LOCKED, lock=None))
    gate.when_open(opened.append)
    assert opened == [{}]
    assert (gate.head.now["question"], gate.head.now["ask"]) == (LOCKED.question, None)


def _question(key: str) -> Any:
    assert LOCKED.lock is not None
    return replace(LOCKED.lock.question, key=key)
