"""What counts as an answer, whether it is right, and what the learner is told."""

import math

import pytest

from mlsd_course.exam.library import library
from mlsd_course.quiz import Variant, is_right, mark, read, read_response, render
from mlsd_course.quiz.units import read_number
from tests.support.banks import EXAMPLE

ITEMS = {item.kind: item for item in read(EXAMPLE).items}


def variant(kind: str) -> Variant:
    """Return the first variant of the example of that kind."""
    return render(ITEMS[kind], 0, library)


def letter(kind: str, words: str) -> str:
    """Return the letter of the choice that holds the words."""
    return next(sign for sign, text in variant(kind).asked.choices.items() if words in text)


@pytest.mark.parametrize(
    ("given", "unit", "number"),
    [
        ("230", "ms", 230),
        (" 0.23 s ", "ms", 230),
        ("1,200.5", "ms", 1200.5),
        ("1 200", "req/s", 1200),
        ("2e3 us", "ms", 2),
        (".5", "", 0.5),
        ("-4", "", -4),
        ("5 %", "%", 5),
        ("$4,000", "USD", 4000),
        ("42.9 GB", "GB", 42.9),
        ("1 GiB", "MB", 1073.741824),
        ("11.1 hours", "h", 11.1),
        (230.0, "ms", 230),
        (7, "", 7),
        ("12 345 678", "", 12_345_678),
        ("5.", "ms", 5),
        ("5 /s", "req/s", 5),
    ],
)
def test_numbers_are_read_with_their_units(given: object, unit: str, number: float) -> None:
    """As people type them, converted into the unit that was asked for."""
    assert read_number(given, unit) == pytest.approx(number)


@pytest.mark.parametrize(
    ("given", "unit"),
    [
        ("5 GB", "ms"), ("fast", "ms"), ("", "ms"), ("1e999", "ms"), (math.nan, "ms"), (math.inf, ""), (True, ""), (None, ""),
        ([1], ""), ("5 ms", ""), ("5 apples", "ms"), ("8 Gbps", "GB/s"), ("1 2 3 4" * 40, ""), (10**400, ""),
        ("1,5", "ms"), ("1 5", ""), ("1,2000", ""), ("1.2.3", ""), ("$", "USD"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused_with_a_sentence(given: object, unit: str) -> None:
    """A typing error costs no mark: it is no answer yet."""
    with pytest.raises(ValueError, match="expected"):
        read_number(given, unit)


def test_a_decimal_comma_is_not_read_as_fifteen() -> None:
    """Who writes 1,5 is told of the point."""
    with pytest.raises(ValueError, match=r"'1,5 ms' is none; decimals have a point"):
        read_number("1,5 ms", "ms")


def test_a_number_is_right_within_its_tolerance_only() -> None:
    """Three per cent around 115.1 ms; the trap is told its misconception, another number the way."""
    p99 = variant("numeric")
    assert is_right(p99.key, p99.key.number * 1.03)
    assert not is_right(p99.key, p99.key.number * 1.0301)
    assert not is_right(p99.key, math.nan)
    assert mark(p99, read_response(p99.asked, "0.115 s")).right
    trapped, lost = mark(p99, 25.2), mark(p99, 999.0)
    assert trapped.misconception == "The mean tells the tail"
    assert (lost.right, lost.misconception) == (False, "")
    assert lost.because.startswith("First the load")


def test_a_choice_is_told_its_own_rationale() -> None:
    """Of what was chosen, not of what would have been right."""
    question = variant("single")
    chosen = letter("single", "stays")
    told = mark(question, read_response(question.asked, chosen.upper()))
    assert (told.right, told.misconception) == (False, "Latency is service time")
    assert "waiting" in told.because


def test_several_choices_count_together() -> None:
    """All right ones and no other; what is missing is not named."""
    question = variant("multiple")
    counts, tails, buckets = (letter("multiple", words) for words in ("counts", "p99", "histograms"))
    assert mark(question, read_response(question.asked, [counts, buckets])).right
    assert mark(question, read_response(question.asked, f"{buckets}, {counts}")).right
    half = mark(question, counts)
    assert not half.right
    assert "missing" in half.because
    assert mark(question, read_response(question.asked, counts + tails + buckets)).misconception == "Percentiles add"


def test_an_order_is_right_or_wrong_as_a_whole() -> None:
    """A wrong order that a misconception leads to is told so."""
    question = variant("ordering")
    first, second, third = question.key.letters
    assert mark(question, read_response(question.asked, f"{first} > {second} > {third}")).right
    assert mark(question, first + third + second).misconception == "Percentiles can be combined afterwards"
    assert not mark(question, third + second + first).right


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("single", "ab"), ("single", "z"), ("single", ""), ("single", None), ("single", 3), ("single", ["a", 1]),
        ("multiple", "aa"), ("ordering", "ab"), ("ordering", "aab"), ("numeric", "ab"), ("assumption", {"a": 1}),
        ("single", "a" * 1000),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused_with_a_sentence(kind: str, given: object) -> None:
    """It says what is expected."""
    with pytest.raises(ValueError, match="expected"):
        read_response(variant(kind).asked, given)
