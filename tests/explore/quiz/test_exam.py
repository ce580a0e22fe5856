"""Taking the mastery check: answers are final and kept, marked after handing in, retaken with other variants."""

import json
from pathlib import Path

import pytest

from mlsd_course.errors import GradingError
from mlsd_course.exam import mastery
from mlsd_course.exam.answer_sheet import FILE, Attempt, Sheet, read_sheet, write_sheet
from mlsd_course.exam.library import library
from mlsd_course.explore import mastery_check
from mlsd_course.explore.quiz import banks
from mlsd_course.explore.quiz.exam import MasteryCheck
from mlsd_course.explore.quiz.show import _marker
from mlsd_course.explore.quiz.widget import Quiz
from mlsd_course.explore.session import start_session
from mlsd_course.learner import Record, chapters, progress
from mlsd_course.learner.progress import DONE
from mlsd_course.quiz import Bank, keys_of, load, read_paper
from tests.support.paths import REPOSITORY

PAPER = read_paper()
BANK: Bank = load(REPOSITORY / "quizzes" / "mastery_check.yaml")
KEYS = keys_of(BANK, library)


@pytest.fixture(autouse=True)
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Record:
    """Return the record of a learner in JupyterLab."""
    monkeypatch.delenv("MLSD_HEADLESS", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setenv("MLSD_WORKSPACE", str(tmp_path / "workspace"))
    monkeypatch.setenv("MLSD_COURSE", str(REPOSITORY))
    start_session()
    (tmp_path / "assignment").mkdir()
    return Record()


def begin(tmp_path: Path, *, keys: bool = True) -> MasteryCheck:
    """Open the check in the assignment's folder, with or without the keys on this machine."""
    return MasteryCheck(PAPER, tmp_path / "assignment" / FILE, _marker() if keys else None)


def right(exam: MasteryCheck, number: int) -> str:
    """Return the right answer to a question in the attempt in view."""
    item = PAPER.items[number]
    key = KEYS[item.name][item.asked(exam.sheet.seed, len(exam.sheet.attempts)).variant]
    return key.letters or str(key.number)


def wrong(exam: MasteryCheck, number: int) -> str:
    """Return a wrong one."""
    letters = right(exam, number)
    return "1" if letters[0].isdigit() else "b" if letters == "a" else "a"


def take(exam: MasteryCheck, *, missed: tuple[int, ...] = ()) -> None:
    """Answer all eight questions and hand in."""
    for number in range(8):
        value = wrong(exam, number) if number in missed else right(exam, number)
        exam.do({"do": "answer", "question": exam.now()["question"], "value": value})
        exam.do({"do": "next"})
    exam.do({"do": "hand_in"})


def test_from_the_first_question_to_the_result(tmp_path: Path, record: Record) -> None:
    """The running score is in view, explanations wait for handing in, six are not enough, the cells to reread are named."""
    exam = begin(tmp_path)
    assert exam.now()["tally"] == "1 of 8 · Current: 0/8"
    exam.do({"do": "answer", "question": exam.now()["question"], "value": right(exam, 0)})
    assert exam.now()["tally"] == "1 of 8 · Current: 1/8"
    assert exam.now()["said"] == [{"verdict": "Kept.", "because": "It is explained when you have handed in."}]
    take(exam, missed=(3, 6))
    result = exam.now()
    assert result["said"][0]["verdict"] == "6 of 8 right. Not passed: 7 are needed."
    assert [line["place"].split(", ")[0] for line in result["said"][1:]] == ["mastery_check/lesson"] * 2
    exam.do({"do": "go", "to": 3})
    assert exam.now()["said"][0]["verdict"] == "Not right."
    assert exam.now()["said"][0]["because"]
    events = record.events("answer", "mastery_check")
    assert [event.data["correct"] for event in events] == [number not in (3, 6) for number in range(8)]
    assert sum(event.data["passed"] for event in record.events("check") if event.key.endswith("_test")) == 6
    (passed,) = record.events("check", "mastery_check", "mastery_check.result")
    assert passed.data == {"passed": False, "score": 6, "of": 8, "attempt": 1}


def test_failed_and_retaken_with_other_variants(tmp_path: Path, record: Record) -> None:
    """A retake asks other questions; handed in, it is the one that counts; the first attempt stays in the file."""
    exam = begin(tmp_path)
    take(exam, missed=(0, 1, 2))
    before = [item.asked(exam.sheet.seed, 1) for item in PAPER.items]
    exam.do({"do": "retake"})
    assert exam.now()["title"] == "Mastery check, attempt 2"
    assert exam.now()["tally"] == "1 of 8 · Current: 0/8"
    assert all(item.asked(exam.sheet.seed, 2) != asked for item, asked in zip(PAPER.items, before, strict=True))
    take(exam)
    assert exam.now()["said"][0]["verdict"] == "8 of 8 right. Passed."
    assert mastery.answers(tmp_path / "assignment").attempt == 2
    assert record.events("check")[-1].data["passed"] is True
    assert len(exam.sheet.attempts) == 2
    assert state(record) == (DONE, 8, 8)
    exam.do({"do": "retake"})
    take(exam, missed=(0, 1, 2))
    assert state(record) == (DONE, 5, 5), "passed once is passed"


def state(record: Record) -> tuple[str, int, int]:
    """Return what the home page and `mlsd status` show of the check: state, graded cells passed, answers right."""
    chapter = next(c for c in chapters(REPOSITORY / "notebooks" / "release") if c.slug == "mastery_check")
    now = progress(chapter, record.events())
    return now.state, now.passed, now.correct


def test_an_answer_is_final(tmp_path: Path) -> None:
    """In this tab, in another, and after a restart."""
    exam, other = begin(tmp_path), begin(tmp_path)
    stale = other.now()["question"]
    exam.do({"do": "answer", "question": stale, "value": wrong(exam, 0)})
    for session in (exam, other, begin(tmp_path)):
        session.do({"do": "go", "to": 0})
        session.do({"do": "answer", "question": stale, "value": right(exam, 0)})
        assert session.now()["closed"]
        assert session.now()["given"] == wrong(exam, 0)
        assert session.now()["tally"] == "1 of 8 · Current: 0/8"


def test_before_handing_in_no_question_says_whether_it_is_right(tmp_path: Path) -> None:
    """The row of questions shows what is answered; after handing in, what is right."""
    exam = begin(tmp_path)
    for number, value in enumerate((right(exam, 0), wrong(exam, 1))):
        exam.do({"do": "go", "to": number})
        exam.do({"do": "answer", "question": exam.now()["question"], "value": value})
    assert [step["state"] for step in exam.now()["steps"]] == ["kept"] * 2 + ["open"] * 6
    exam.do({"do": "hand_in"})
    assert [step["state"] for step in exam.now()["steps"]] == ["right"] + ["wrong"] * 7


def test_answers_outlive_the_kernel(tmp_path: Path) -> None:
    """The next session opens at the first open question of the same paper; after handing in, at the result."""
    exam = begin(tmp_path)
    for number in range(3):
        exam.do({"do": "answer", "question": exam.now()["question"], "value": right(exam, number)})
        exam.do({"do": "next"})
    again = begin(tmp_path)
    assert again.now()["tally"] == "4 of 8 · Current: 3/8"
    assert again.sheet == exam.sheet
    again.do({"do": "hand_in"})
    assert begin(tmp_path).now()["said"][0]["verdict"] == "3 of 8 right. Not passed: 7 are needed."


def test_without_keys_nothing_is_marked_here(tmp_path: Path, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a class the learner has no bank: answers are counted, handed in, and not judged."""
    monkeypatch.setattr(banks, "bank_path", lambda chapter: None)
    monkeypatch.setattr("mlsd_course.explore.quiz.show.bank_path", lambda chapter: None)
    assert _marker() is None
    exam = begin(tmp_path, keys=False)
    assert exam.now()["tally"] == "1 of 8 · Answered: 0/8"
    take(exam, missed=(1,))
    shown = json.dumps(exam.now(), ensure_ascii=False)
    assert "Handed in." in shown
    assert "the mark comes with its feedback" in shown
    assert {step["state"] for step in exam.now()["steps"]} == {"kept"}
    assert all("correct" not in event.data for event in record.events("answer"))
    assert record.events("check") == []
    exam.do({"do": "go", "to": 1})
    assert exam.now()["said"][0]["because"] == "The mark comes with the feedback on the assignment."


@pytest.mark.parametrize("keys", [True, False])
def test_no_key_reaches_the_page_or_a_file(keys: bool, tmp_path: Path) -> None:
    """Before handing in: no rationale, misconception or computed key in what is sent or written; after: of choices only."""
    exam = begin(tmp_path, keys=keys)
    sent = []
    for number in range(8):
        sent.append(json.dumps(exam.now(), ensure_ascii=False))
        exam.do({"do": "answer", "question": exam.now()["question"], "value": wrong(exam, number)})
        sent.append(json.dumps(exam.now(), ensure_ascii=False))
        exam.do({"do": "next"})
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    sent += [json.dumps(exam.now(), ensure_ascii=False), *(path.read_text("utf-8") for path in files)]
    exam.do({"do": "hand_in"})
    after = [path.read_text("utf-8") for path in tmp_path.rglob("*.json")]
    for item in PAPER.items:
        key = KEYS[item.name][item.asked(exam.sheet.seed, 1).variant]
        told = [*key.by_letter.values(), key.right, key.otherwise, *(one for _, one in key.by_number)]
        for words in [words for one in told for words in (one.because, one.misconception) if words]:
            assert not any(words in text for text in sent)
            assert not any(words in text for text in after)
        if not key.letters:
            assert not any(key.shown in text for text in sent + after)


def test_a_spoilt_file_is_kept_aside_and_the_check_begun_anew(tmp_path: Path) -> None:
    """With the reason, and without losing what was there."""
    exam = begin(tmp_path)
    path = tmp_path / "assignment" / FILE
    path.write_text(path.read_text("utf-8").replace('"seed": ', '"seed": 1'), encoding="utf-8")
    widget = Quiz(begin(tmp_path))
    assert "its seal does not fit" in widget.now["said"][0]["because"]
    widget._pressed(widget, {"do": "answer", "value": "a"}, [])  # noqa: SLF001 what a press in the browser calls
    widget._pressed(widget, {"do": "renew"}, [])  # noqa: SLF001 what a press in the browser calls
    assert widget.now["tally"] == "1 of 8 · Current: 0/8"
    assert (path.parent / "mastery_answers.damaged-1.json").exists()
    assert read_sheet(path, PAPER.edition) is not None
    exam.do({"do": "next"})
    assert exam.now()["tally"] == "2 of 8 · Current: 0/8", "the other tab goes on with the new file"
    path.unlink()
    exam.do({"do": "answer", "question": exam.now()["question"], "value": "1"})
    assert read_sheet(path, PAPER.edition) is not None, "a file that was deleted is written again"


def test_what_is_no_answer_costs_nothing(tmp_path: Path) -> None:
    """A sentence, and the question stays open."""
    widget = Quiz(begin(tmp_path))
    widget._pressed(widget, {"do": "answer", "question": widget.now["question"], "value": ""}, [])  # noqa: SLF001 what a press in the browser calls
    assert widget.now["error"] == "One letter of a, b, c, d is expected; '' is none."
    assert not widget.now["closed"]
    for nonsense in ({}, {"do": "retake"}, {"do": "go", "to": []}, {"do": "renew"}, None):
        widget._pressed(widget, nonsense, [])  # type: ignore[arg-type]  # noqa: SLF001 what a press in the browser calls
    assert widget.now["tally"] == "1 of 8 · Current: 0/8"


def test_headless_it_is_text_and_touches_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """While building and grading: the questions, no file, no event."""
    monkeypatch.setenv("MLSD_HEADLESS", "1")
    monkeypatch.chdir(tmp_path / "assignment")
    mastery_check()
    assert "1. first_step: " in capsys.readouterr().out
    assert list(tmp_path.rglob("*.json*")) == []
    Path(FILE).write_text("garbage")
    mastery_check()
    assert "mastery_answers.json cannot be read" in capsys.readouterr().out


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """Instead of an exam whose answers are lost."""
    (tmp_path / "file").write_text("")
    with pytest.raises(GradingError, match="cannot be written"):
        MasteryCheck(PAPER, tmp_path / "file" / FILE, None)


def test_a_sealed_file_with_nonsense_is_marked_wrong(tmp_path: Path) -> None:
    """Who forges the seal of a file breaks nothing."""
    path = tmp_path / "assignment" / FILE
    nonsense: dict[str, str | float] = {
        item.name: "zz" if number % 2 else 1.0 for number, item in enumerate(PAPER.items)
    }
    write_sheet(path, Sheet(PAPER.edition, 5, [Attempt("x", nonsense, "y")]))
    exam = begin(tmp_path)
    assert exam.now()["said"][0]["verdict"] == "0 of 8 right. Not passed: 7 are needed."
    for number in range(8):
        exam.do({"do": "go", "to": number})
        assert exam.now()["said"][0]["verdict"] == "Not right."
