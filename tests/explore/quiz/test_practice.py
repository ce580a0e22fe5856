"""Practice: one question at a time, explained at once, kept over a restart and between tabs."""

import json
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from mlsd_course.exam.library import library
from mlsd_course.explore import record as storage
from mlsd_course.explore import self_check
from mlsd_course.explore.quiz.practice import Practice
from mlsd_course.explore.quiz.widget import Quiz
from mlsd_course.explore.session import start_session
from mlsd_course.learner import Record
from mlsd_course.quiz import read, render
from tests.support.banks import EXAMPLE, values
from tests.support.banks import bank as bank_of

BANK = read(EXAMPLE)


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Record:
    """Return the record of a learner in JupyterLab."""
    monkeypatch.delenv("MLSD_HEADLESS", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setenv("MLSD_WORKSPACE", str(tmp_path / "workspace"))
    start_session()
    return Record()


def key(quiz: Practice) -> Any:
    """Return the key of the question in view."""
    shown = quiz.now()
    item = quiz.bank.items[quiz.position]
    variants = [render(item, number, library) for number in range(12)]
    return next(
        v.key
        for v in variants
        if (v.asked.stem, dict(shown["choices"])) == (v.asked.stem, dict(v.asked.choices))
        and v.asked.stem == shown["stem"]
    )


def right(quiz: Practice) -> object:
    """Return a right answer to the question in view."""
    found = key(quiz)
    return found.letters or f"{found.number}"


def wrong(quiz: Practice) -> object:
    """Return a wrong one."""
    found, shown = key(quiz), quiz.now()
    if shown["kind"] == "numeric":
        return "1"
    if shown["kind"] == "ordering":
        return found.letters[::-1]
    return next(letter for letter, _ in shown["choices"] if letter not in found.letters)


def answer(quiz: Practice, value: object) -> None:
    """Answer the question in view."""
    quiz.do({"do": "answer", "question": quiz.now()["question"], "value": value})


def test_one_question_at_a_time_with_the_score_in_view(record: Record) -> None:
    """From 1 of 5 to the result; each answer is explained and counted."""
    quiz = Practice(BANK, library)
    assert quiz.now()["tally"] == "1 of 5 · Current: 0/5"
    for number in range(5):
        assert (quiz.position, quiz.now()["said"], quiz.now()["actions"]) == (number, [], [])
        answer(quiz, right(quiz) if number != 1 else wrong(quiz))
        assert quiz.now()["closed"]
        assert quiz.now()["said"][0]["verdict"] == ("Not right." if number == 1 else "Right.")
        quiz.do({"do": "next"})
    result = quiz.now()
    assert result["tally"] == "Current: 4/5"
    assert result["said"][0]["verdict"] == "4 of 5 right."
    assert result["said"][1]["place"] == "ch90_example/lesson, “Why does the queue explode at 90 %?”"


def test_a_wrong_answer_is_told_its_misconception_and_the_cell(record: Record) -> None:
    """Of what was chosen; the record holds what it was."""
    quiz = Practice(BANK, library)
    answer(quiz, wrong(quiz))
    assert "queue explode" in quiz.now()["said"][0]["place"]
    (event,) = record.events("answer", "ch90_example", "ch90_example.load_or_service")
    assert event.data["correct"] is False
    assert event.data["misconception"]
    assert set(event.data) == {"given", "correct", "variant", "objective", "misconception", "mode", "round"}


def test_no_key_is_sent_before_the_answer(record: Record) -> None:
    """Neither rationale, misconception nor the answer is in what the page holds."""
    quiz = Practice(BANK, library)
    for item in BANK.items:
        sent = json.dumps(quiz.now(), ensure_ascii=False)
        for part in [*getattr(item, "options", ()), *getattr(item, "steps", ()), *getattr(item, "traps", ())]:
            assert part.because not in sent
        assert "115" not in sent
        quiz.do({"do": "next"})


def test_answers_outlive_the_kernel(record: Record) -> None:
    """A new session shows the next open question, and the old ones as they were answered."""
    first = Practice(BANK, library)
    answer(first, right(first))
    again = Practice(BANK, library)
    assert again.now()["tally"] == "2 of 5 · Current: 1/5"
    again.do({"do": "go", "to": 0})
    assert again.now()["closed"]
    assert again.now()["said"][0]["verdict"] == "Right."
    answer(again, wrong(again))
    assert len(record.events("answer")) == 1, "an answered question takes no second answer"


def test_two_tabs_count_together(record: Record) -> None:
    """What one has answered, the other knows at its next press, and answers nothing twice."""
    one, other = Practice(BANK, library), Practice(BANK, library)
    stale = other.now()["question"]
    answer(one, right(one))
    other.do({"do": "answer", "question": stale, "value": wrong(one)})
    assert other.now()["tally"] == "1 of 5 · Current: 1/5"
    assert len(record.events("answer")) == 1


def test_two_tabs_at_one_moment_keep_one_answer(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    """A press waits for the other kernel's: between its look at the record and its answer nobody else answers."""
    one, other = Practice(BANK, library), Practice(BANK, library)
    press = {"do": "answer", "question": other.now()["question"], "value": wrong(other)}
    second, keep = Thread(target=other.do, args=(press,)), storage.keep

    def keep_slowly(*what: Any, **data: Any) -> str:
        if not second.ident:
            second.start()
            second.join(0.5)
        return keep(*what, **data)

    monkeypatch.setattr(storage, "keep", keep_slowly)
    answer(one, right(one))
    second.join()
    assert [event.data["correct"] for event in record.events("answer")] == [True]
    assert other.now()["tally"] == "1 of 5 · Current: 1/5"


def test_an_answer_to_another_question_is_not_taken_for_one_to_this(record: Record) -> None:
    """A click that was on its way while the page went on."""
    quiz = Practice(BANK, library)
    late = quiz.now()["question"]
    quiz.do({"do": "go", "to": 1})
    quiz.do({"do": "answer", "question": late, "value": right(quiz)})
    assert record.events("answer") == []


def test_starting_over_in_two_tabs_is_starting_over_once(record: Record) -> None:
    """What was answered in the new round stays in view, and no round is passed over."""
    one, other = Practice(BANK, library), Practice(BANK, library)
    for quiz in (one, other):
        quiz.do({"do": "go", "to": 5})
    one.do({"do": "over"})
    answer(one, right(one))
    other.do({"do": "over"})
    assert other.now()["tally"] == "1 of 5 · Current: 1/5"
    assert [event.data["round"] for event in record.events("visit")] == [2]


def test_try_one_like_it_has_other_numbers_and_the_last_answer_counts(record: Record) -> None:
    """Another variant, open again; a right one then counts."""
    quiz = Practice(BANK, library)
    before = quiz.now()["stem"]
    answer(quiz, wrong(quiz))
    assert ["again", "Try one like it", False] in quiz.now()["actions"]
    quiz.do({"do": "again"})
    assert quiz.now()["stem"] != before
    assert not quiz.now()["closed"]
    answer(quiz, right(quiz))
    assert quiz.now()["tally"] == "1 of 5 · Current: 1/5"
    assert [event.data["correct"] for event in record.events("answer")] == [False, True]


def test_start_over_asks_other_variants_and_forgets_nothing(record: Record) -> None:
    """A new round, in this and in the next session; the record keeps the old one."""
    quiz = Practice(BANK, library)
    before = quiz.now()["stem"]
    answer(quiz, right(quiz))
    quiz.do({"do": "go", "to": 5})
    assert quiz.now()["actions"] == [["over", "Start over with other numbers", True]]
    quiz.do({"do": "over"})
    assert quiz.now()["tally"] == "1 of 5 · Current: 0/5"
    assert quiz.now()["stem"] != before
    assert Practice(BANK, library).now()["tally"] == "1 of 5 · Current: 0/5"
    assert len(record.events("answer")) == 1


def test_what_is_no_answer_gets_a_sentence_and_costs_nothing(record: Record) -> None:
    """Nothing chosen, a word for a number: the question stays open."""
    widget = Quiz(Practice(BANK, library))
    widget._pressed(widget, {"do": "answer", "question": widget.now["question"], "value": ""}, [])  # noqa: SLF001 what a press in the browser calls
    assert widget.now["error"] == "One letter of a, b, c is expected; '' is none."
    widget._pressed(widget, {"do": "go", "to": 1}, [])  # noqa: SLF001 what a press in the browser calls
    assert widget.now["error"] == ""
    widget._pressed(widget, {"do": "answer", "question": widget.now["question"], "value": "fast"}, [])  # noqa: SLF001 what a press in the browser calls
    assert widget.now["error"] == "A number is expected in ms, 'fast' is none."
    assert not widget.now["closed"]
    for nonsense in ({}, {"do": "go", "to": "x"}, {"do": "go", "to": 99}, {"do": 3}, {"do": "answer"}, "text", None):
        widget._pressed(widget, nonsense, [])  # type: ignore[arg-type]  # noqa: SLF001 what a press in the browser calls
    assert record.events("answer") == []


def test_a_record_edited_by_hand_breaks_nothing(record: Record) -> None:
    """Nonsense in an answer means that it was not answered."""
    for data in ({"given": None}, {"given": "zz", "variant": 0}, {"given": "a", "variant": "x"}):
        record.append("answer", "ch90_example", "ch90_example.load_or_service", mode="practice", round=1, **data)
        quiz = Practice(BANK, library)
        quiz.do({"do": "go", "to": 0})
        assert not quiz.now()["closed"]
    record.append("visit", "ch90_example", "ch90_example.quiz", round="many")
    assert Practice(BANK, library).round == 1


def test_without_a_folder_to_write_to_it_says_so_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: Record
) -> None:
    """The answer counts for this session."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MLSD_WORKSPACE", str(tmp_path / "file"))
    quiz = Practice(BANK, library)
    answer(quiz, right(quiz))
    assert quiz.now()["tally"] == "1 of 5 · Current: 1/5"
    assert quiz.now()["said"][1]["because"].startswith("Kept for this session only.")


def test_self_check_as_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Headless: how many questions, and nothing of them; without a bank or a clone, what to do."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "quizzes").mkdir()
    monkeypatch.setenv("MLSD_COURSE", str(tmp_path))
    monkeypatch.setenv("MLSD_HEADLESS", "1")
    self_check("ch90_example")
    (tmp_path / "quizzes" / "ch90_example.yaml").write_text(EXAMPLE, encoding="utf-8")
    self_check("ch90_example")
    missing, there = capsys.readouterr().out.splitlines()
    assert missing.startswith("Self-check: There are no questions for ch90_example")
    assert there == "Self-check: 5 questions, one at a time. Run this cell in JupyterLab to answer them."
    assert bank_of(values()) == BANK
