"""The mastery check: the paper holds no key, answer files that do not count say why, marks are the library's."""

import math
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mlsd_course.errors import GradingError
from mlsd_course.exam import mastery
from mlsd_course.exam.answer_sheet import FILE, Attempt, read_sheet, write_sheet
from mlsd_course.exam.library import library
from mlsd_course.quiz import Bank, count, keys_of, load, render
from mlsd_course.sim.queueing import closed_forms
from tests.support.mastery_answers import PAPER, SPOILT, handed_in, right_answers
from tests.support.paths import REPOSITORY

PARTS = [
    "first_step", "metric_translation", "binding_constraint", "pattern_choice", "tail_and_capacity",
    "rollout_statistics", "drift_and_incident", "privacy_and_audit",
]  # fmt: skip


@pytest.fixture(scope="module")
def bank() -> Bank:
    """Return the bank with its keys."""
    return load(REPOSITORY / "quizzes" / "mastery_check.yaml")


def failure(check: Callable[[], object]) -> str:
    """Return what a test says that fails; "" where it passes."""
    try:
        check()
    except AssertionError as told:
        return str(told)
    return ""


def score(bank: Bank, given: Any, folder: Path) -> int:
    """Return how many of the hidden tests pass."""
    keys, passed = keys_of(bank, library), 0
    for item in PAPER.items:
        told = failure(lambda name=item.name: mastery.check_key(given, name, mastery.encoded(keys[name]), folder))  # type: ignore[misc]
        assert not told or len(told) > 30, "each failure helps"
        passed += not told
    return passed


def test_the_eight_questions_span_the_course_in_its_order() -> None:
    """As course.md lists them; the first asks which first step matters most."""
    assert [item.name for item in PAPER.items] == PARTS
    assert "first step matters most" in PAPER.items[0].variants[0].stem


def test_the_paper_holds_nothing_of_a_key(bank: Bank) -> None:
    """No rationale, misconception, computed number, expression, or mark of the right option."""
    text = (REPOSITORY / "mlsd_course" / "quiz" / "mastery_paper.json").read_text("utf-8")
    assert set(re.findall(r'"(\w+)":', text)) - set("abcdefgh") == {
        "chapter", "items", "id", "says", "reread", "variants", "item", "kind", "variant", "stem", "claim", "choices", "unit",
    }  # fmt: skip
    for item in bank.items:
        for number in range(count(item)):
            key = render(item, number, library).key
            told = [
                *key.by_letter.values(),
                *key.by_order.values(),
                key.right,
                key.otherwise,
                *(t for _, t in key.by_number),
            ]
            for secret in [words for one in told for words in (one.because, one.misconception) if words]:
                assert secret not in text
            if not key.letters:
                assert key.shown.split()[0] not in render(item, number, library).asked.stem.split()


def test_the_letters_of_the_right_options_are_spread(bank: Bank) -> None:
    """Over all variants no letter is right much more often than the others."""
    letters = "".join(key.letters for keys in keys_of(bank, library).values() for key in keys if len(key.letters) == 1)
    assert max(letters.count(letter) for letter in "abcd") <= len(letters) * 0.45, letters


def test_each_case_of_the_binding_constraint_names_what_binds(bank: Bank) -> None:
    """Recomputed without the bank's own expressions."""
    item = bank.item("mastery_check.binding_constraint")
    for case in item.cases:
        c = {name: float(value) for name, value in case.items() if not isinstance(value, str)}
        used = {
            "The cores": c["rate"] * c["cpu_ms"] / 1000 / c["cores"],
            "The network link": c["rate"] * c["kb"] * 8000 / (c["gbps"] * 1e9),
            "The feature store": c["rate"] * c["reads"] / c["store"],
        }
        assert sorted(used, key=lambda name: -used[name]) == [case["first"], case["second"], case["third"]]
        first, second, _ = sorted(used.values(), reverse=True)
        assert first > 1.15 * second, "clear enough to be found by hand"
        assert 0.3 < first < 0.7, "has room at peak, and is full long before tenfold traffic"


def test_numeric_keys_agree_with_the_closed_forms(bank: Bank) -> None:
    """The rate that is right gives the limit as p99; the chance is that of fan-out; the threshold evens the costs."""
    tail, alarms, costs = (
        bank.item(f"mastery_check.{n}") for n in ("tail_and_capacity", "rollout_statistics", "metric_translation")
    )
    for number in range(count(tail)):
        variant = render(tail, number, library)
        v = variant.values
        assert closed_forms.mm1_percentile_ms(variant.key.number, v["service_ms"], 99) == pytest.approx(
            v["limit_ms"], rel=1e-9
        )
    for number in range(count(alarms)):
        variant = render(alarms, number, library)
        silent = math.prod([1 - variant.values["alpha"] / 100] * variant.values["metrics"])
        assert variant.key.number == pytest.approx(100 * (1 - silent))
    for number in range(count(costs)):
        variant = render(costs, number, library)
        p = variant.key.number / 100
        assert (1 - p) * variant.values["alarm_usd"] == pytest.approx(p * variant.values["miss_usd"])


def test_retakes_ask_other_variants_and_seeds_differ() -> None:
    """Three attempts, three variants of every question."""
    for seed in range(30):
        for item in PAPER.items:
            assert len({item.asked(seed, attempt).variant for attempt in (1, 2, 3)}) == 3
    papers = {tuple(item.asked(seed, 1).variant for item in PAPER.items) for seed in range(100)}
    assert len(papers) > 90


def test_keys_come_through_their_encoding(bank: Bank) -> None:
    """Letters exactly, numbers with their tolerance; no key is read in passing."""
    for keys in keys_of(bank, library).values():
        word = mastery.encoded(keys)
        for key, back in zip(keys, mastery.decoded(word), strict=True):
            assert key.letters == back.letters
            if not key.letters:
                assert back.number == pytest.approx(key.number, rel=1e-8)
                assert back.tolerance == pytest.approx(key.tolerance, rel=1e-5)


def test_right_answers_of_any_seed_and_attempt_get_eight(bank: Bank, tmp_path: Path) -> None:
    """From the file or from the cell, as text with units or as numbers."""
    for seed in range(1, 25):
        sheet = handed_in(right_answers(bank, seed), seed)
        write_sheet(tmp_path / FILE, sheet)
        assert score(bank, mastery.answers(tmp_path), tmp_path) == 8
        assert mastery.verdict() == "8 of 8 right. Passed: 7 are needed."
        sheet.attempts.append(Attempt("2026-01-02T09:00:00+00:00", right_answers(bank, seed, 2), ""))
        write_sheet(tmp_path / FILE, sheet)
        assert score(bank, mastery.answers(tmp_path), tmp_path) == 8, (
            "a retake that is not handed in does not count yet"
        )
        sheet.attempts[1].handed_in = "2026-01-02T10:00:00+00:00"
        write_sheet(tmp_path / FILE, sheet)
        assert mastery.answers(tmp_path).attempt == 2
        assert score(bank, mastery.answers(tmp_path), tmp_path) == 8


def test_plain_values_answer_the_variants_that_were_shown(bank: Bank, tmp_path: Path) -> None:
    """Without a file those of seed 0; with one, begun in the widget, those of its last attempt."""
    assert not mastery.answers(tmp_path)
    assert score(bank, right_answers(bank, 0), tmp_path) == 8
    sheet = handed_in({}, seed=9)
    sheet.attempts[0].handed_in = ""
    write_sheet(tmp_path / FILE, sheet)
    assert not mastery.answers(tmp_path)
    shown = mastery.questions(tmp_path)
    assert all(item.asked(9, 1).stem in shown for item in PAPER.items)
    given = {name: f"{v:.4g}" if isinstance(v, float) else v for name, v in right_answers(bank, 9).items()}
    assert score(bank, given, tmp_path) == 8
    given["metric_translation"] = np.float64(right_answers(bank, 9)["metric_translation"])
    assert score(bank, given, tmp_path) == 8


def test_the_verdict_needs_seven(bank: Bank, tmp_path: Path) -> None:
    """Seven pass, six do not; before grading it says what will count."""
    for wrong, words in ((1, "7 of 8 right. Passed"), (2, "6 of 8 right. Not passed")):
        given = right_answers(bank, 0)
        for name in PARTS[:wrong]:
            del given[name]
        mastery.answers(tmp_path)
        assert mastery.verdict() == "Your answers are marked when your work is graded. 7 of 8 right ones pass."
        assert score(bank, given, tmp_path) == 8 - wrong
        assert mastery.verdict().startswith(words)


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_file_gets_nothing_and_says_why(
    name: str, bank: Bank, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All eight tests fail with the reason; nothing else is raised; the right answers in the cell do not help."""
    spoil, reason = SPOILT[name]
    write_sheet(tmp_path / FILE, handed_in(right_answers(bank, 7)))
    spoil(tmp_path / FILE)
    with pytest.raises(GradingError, match=reason):
        read_sheet(tmp_path / FILE, PAPER.edition)
    given = mastery.answers(tmp_path)
    assert reason in capsys.readouterr().out
    assert given, "so that the cell for plain values does not ask for some"
    assert score(bank, given, tmp_path) == 0
    assert score(bank, right_answers(bank, 7), tmp_path) == 0
    with pytest.raises(AssertionError, match=reason):
        mastery.check_answer(given, "first_step", tmp_path)


class Equal(str):
    """A text that claims to be equal to everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


class Always(dict[str, Any]):
    """A dictionary that claims to have everything."""

    def get(self, *_: Any) -> Any:
        return "a"

    def items(self) -> Any:
        raise SystemExit

    __getitem__ = __missing__ = get


class Number(float):
    """A number that claims to be near every other."""

    def __sub__(self, other: Any) -> "Number":
        return self

    def __abs__(self) -> float:
        return 0.0


@pytest.mark.parametrize(
    "given",
    [
        None, [], "b", 3, {}, {1: 2}, {"first_step": None}, {"first_step": math.nan}, {"first_step": [["b"]]}, Always(),
        {name: Equal("zz") for name in PARTS}, {Equal("x"): "b"}, dict.fromkeys(PARTS, Number(1.0)), dict.fromkeys(PARTS, "a" * 10**6),
        dict.fromkeys(PARTS, 10**400), dict.fromkeys(PARTS, b"b"), dict.fromkeys(PARTS, object()), dict.fromkeys(PARTS, np.array([1])),
    ],
    ids=lambda given: type(given).__name__,
)  # fmt: skip
def test_strange_answers_get_nothing(given: Any, bank: Bank, tmp_path: Path) -> None:
    """Whatever stands in the cell: no more than a test that fails."""
    assert score(bank, given, tmp_path) == 0


def test_the_answers_of_another_attempt_do_not_count(bank: Bank, tmp_path: Path) -> None:
    """Answers to the variants of one attempt are wrong ones for another."""
    sheet = handed_in(right_answers(bank, 7, attempt=2))
    write_sheet(tmp_path / FILE, sheet)
    assert score(bank, mastery.answers(tmp_path), tmp_path) < 7


def test_nothing_is_left_beside_the_file(tmp_path: Path) -> None:
    """What is in the assignment's folder is handed in."""
    write_sheet(tmp_path / FILE, handed_in({}))
    assert os.listdir(tmp_path) == [FILE]
