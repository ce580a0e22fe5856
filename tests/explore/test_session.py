"""What a kernel remembers is in one object, and a new one remembers nothing."""

from dataclasses import dataclass, field

import pytest

from mlsd_course.explore import Question, predict, record
from mlsd_course.explore.prediction.prediction import given
from mlsd_course.explore.prediction.waiting import remembered, wait_for
from mlsd_course.explore.session import session, start_session

QUESTION = Question("ch90_test.p1", "How long?", unit="ms")


@dataclass
class Words:
    """A part of a session."""

    seen: list[str] = field(default_factory=list)


@pytest.fixture(autouse=True)
def _headless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLSD_HEADLESS", "1")
    start_session()


def test_a_part_is_made_once_a_session() -> None:
    """Each class has one object until the session ends."""
    session().part(Words).seen.append("one")
    assert session().part(Words).seen == ["one"]
    assert start_session().part(Words).seen == []


def test_a_new_session_remembers_no_prediction() -> None:
    """The question, the answer that was in memory only and what waited for the next answer are all gone."""
    predict(QUESTION.key, QUESTION.text, unit="ms", value=120)
    delivered: list[object] = []
    wait_for(QUESTION, delivered.append)
    assert given(QUESTION) is not None
    start_session()
    assert remembered(QUESTION.key) is None
    assert given(QUESTION) is None
    assert record.all_events("prediction", QUESTION.chapter) == []
    predict(QUESTION.key, QUESTION.text, unit="ms", value=80)
    assert delivered == []
