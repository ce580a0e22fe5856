"""The prediction ledger: scores by hand, and records that somebody has edited."""

import math
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlsd_course.learner import RecordEvent, ledger_of


def told(key: str, value: object, actual: object = None, **more: object) -> list[RecordEvent]:
    """Return a prediction and, where there is one, its reveal."""
    chapter = key.partition(".")[0]
    events = [RecordEvent("prediction", chapter, key, {"value": value, **more})]
    return events + ([RecordEvent("reveal", chapter, key, {"actual": actual})] if actual is not None else [])


def test_magnitudes_are_judged_by_their_factor() -> None:
    """Twice too much and half of it are equal misses; together they have no bias."""
    book = ledger_of([*told("a.p1", 20.0, 10.0, unit="ms"), *told("a.p2", 5.0, 10.0, unit="ms")])
    assert book.typical_factor == pytest.approx(2)
    assert book.bias_factor == pytest.approx(1)
    assert book.hits == 0


def test_the_typical_factor_is_a_median_and_the_bias_a_geometric_mean() -> None:
    """Misses by 2, 4 and 16: typically by 4; too high on the whole by (2 · 4 · 16)^(1/3) = 5.04."""
    book = ledger_of([event for n, value in enumerate((20.0, 40.0, 160.0)) for event in told(f"a.p{n}", value, 10.0)])
    assert book.typical_factor == pytest.approx(4)
    assert book.bias_factor == pytest.approx(5.0397, abs=1e-4)


@pytest.mark.parametrize(("value", "actual", "hits"), [(0.0, 10.0, 0), (10.0, 0.0, 0), (-5.0, -5.5, 0), (0.0, 0.0, 1)])
def test_a_magnitude_that_is_none_has_no_factor(value: float, actual: float, hits: int) -> None:
    """Nothing and less than nothing are missed, unless they were said exactly; no scale can tell by how much."""
    book = ledger_of(told("a.p1", value, actual))
    assert (book.hits, book.typical_factor) == (hits, 1.0 if hits else None)


def test_a_factor_of_one_and_a_half_is_close_enough() -> None:
    """The bound is on both sides."""
    assert ledger_of(told("a.p1", 15.0, 10.0)).hits == 1
    assert ledger_of(told("a.p1", 10.0, 15.0)).hits == 1
    assert ledger_of(told("a.p1", 15.1, 10.0)).hits == 0


def test_choices_are_judged_by_brier() -> None:
    """90 % sure and right gives 0.01, 70 % sure and wrong 0.49; the mean is told, and each level counted."""
    book = ledger_of([*told("a.p1", "up", "up", confidence=90), *told("a.p2", "up", "down", confidence=70)])
    assert book.brier == pytest.approx((0.01 + 0.49) / 2)
    assert [(level.confidence, level.stated, level.came_true) for level in book.levels] == [(70, 1, 0), (90, 1, 1)]


def test_the_first_prediction_counts_and_skipped_and_open_ones_are_told() -> None:
    """A skipped question that is answered later counts as answered; one without reveal waits."""
    events = [*told("a.p1", None, skipped=True), *told("a.p1", 3.0, 3.0), *told("a.p1", 9.0)]
    book = ledger_of([*events, *told("a.p2", None, skipped=True), *told("a.p3", 1.0)])
    assert [entry.predicted for entry in book.entries] == [3.0]
    assert (book.skipped, book.open) == (1, 1)


def test_what_is_said_after_the_outcome_is_no_prediction() -> None:
    """Skipped, shown, and then given as it was: still skipped, and no hit."""
    events = [*told("a.p1", None, 3.0, skipped=True), *told("a.p1", 3.0, 3.0)]
    book = ledger_of(events)
    assert (book.entries, book.skipped, book.open) == ((), 1, 0)


def test_misses_with_a_common_direction_are_named() -> None:
    """Four answers far too low, all in ms, one of them sure: three sentences, and no advice after two misses."""
    low = [event for n in range(4) for event in told(f"ch07_online.p{n}", 5.0, 100.0, unit="ms", confidence=90)]
    sentences = ledger_of(low).pattern()
    assert sentences[0].startswith("Too low: 4 of 4 missed magnitudes.")
    assert any("in ms" in sentence for sentence in sentences)
    assert any(sentence.startswith("Sure and wrong: 4 of 4") for sentence in sentences)
    assert ledger_of(low[:4]).pattern() == []


def test_a_chapter_is_named_only_where_most_misses_are() -> None:
    """Three of six are not most; three of five are."""
    events = [told(f"{chapter}.p{n}", 5.0, 100.0) for n in range(3) for chapter in ("a", "b")]
    assert not any("in a" in sentence for sentence in ledger_of(chain(*events)).pattern())
    assert "Most misses are in a: 3 of 5." in ledger_of(chain(*events[:5])).pattern()


_ANYTHING = st.one_of(
    st.none(), st.booleans(), st.floats(), st.integers(-5, 5), st.text(max_size=3), st.lists(st.integers(), max_size=2)
)


@given(st.lists(st.tuples(st.sampled_from(["a.p1", "a.p2", "b.p1"]), _ANYTHING, _ANYTHING, _ANYTHING), max_size=12))
def test_whatever_an_edited_record_holds_the_scores_are_numbers(rows: list[tuple[str, object, object, object]]) -> None:
    """No content of a line breaks the ledger, and no score is NaN."""
    book = ledger_of([e for key, value, actual, sure in rows for e in told(key, value, actual, confidence=sure)])
    for score in (book.typical_factor, book.bias_factor, book.brier):
        assert score is None or not math.isnan(score)
    assert 0 <= book.hits <= len(book.entries)
    assert all(book.pattern())
