"""How hard a text is to read is counted as Kincaid et al. 1975 count it."""

import pytest

from mlsd_course.quiz.reading import grade, likeness, sentences, shingles, syllables, words


def test_words_are_without_numbers_and_signs() -> None:
    """A hyphen and an apostrophe belong to their word."""
    assert words("A model's p99 is 12.5 ms: well-known (since 2013).") == [
        "A",
        "model's",
        "p",
        "is",
        "ms",
        "well-known",
        "since",
    ]


def test_a_full_stop_in_a_number_ends_no_sentence() -> None:
    """What has no word in it is no sentence."""
    assert sentences("It takes 2.5 s. Is that long? 12 !") == ["It takes 2.5 s.", "Is that long?"]


@pytest.mark.parametrize(
    ("word", "count"), [("queue", 1), ("latency", 3), ("cached", 1), ("table", 2), ("the", 1), ("rhythm", 1)]
)
def test_syllables(word: str, count: int) -> None:
    """Groups of vowels, without a silent e or ed; every word has one."""
    assert syllables(word) == count


def test_the_grade_is_kincaids_formula() -> None:
    """Six words of one syllable in one sentence: 0.39 * 6 + 11.8 * 1 - 15.59."""
    assert grade("The cat sat on the mat.") == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    assert grade("12 %") == 0.0


def test_likeness_is_the_share_of_common_runs_of_words() -> None:
    """Equal texts 1, texts without a common run 0, and a half in between (Jaccard)."""
    assert shingles("a b c d") == {("a", "b", "c"), ("b", "c", "d")}
    assert likeness("a b c d", "A B C D") == 1.0
    assert likeness("a b c d", "e f g h") == 0.0
    assert likeness("a b c d", "a b c e") == pytest.approx(1 / 3)
