"""A spreadsheet shows what a report holds, and runs none of it."""

import csv
import io

import pytest

from mlsd_course.grading.reports.sheet import csv_text, rounded_points, safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "＝1", "\0=1"])
def test_a_text_that_would_be_a_formula_gets_an_apostrophe(text: str) -> None:
    """Also after blanks, in wide letters, or behind a null character, which is dropped."""
    assert safe_cell(text) == "'" + text.replace("\0", "")


@pytest.mark.parametrize(("value", "shown"), [("a=b", "a=b"), (-1.5, -1.5), (None, ""), ("", "")])
def test_other_values_stay(value: object, shown: object) -> None:
    """Numbers stay numbers, below zero too; nothing is an empty cell."""
    assert safe_cell(value) == shown


def test_rows_come_back_as_they_went_in() -> None:
    """Commas, quotes and line breaks are quoted as RFC 4180 has it; lines end in CR LF."""
    rows = [["name", "said"], ['a "b", c', "one\ntwo"]]
    text = csv_text(rows)
    assert text.endswith("\r\n")
    assert list(csv.reader(io.StringIO(text, newline=""))) == rows


@pytest.mark.parametrize(("value", "shown"), [(None, ""), (3.0, "3"), (2.506, "2.51"), (0.1 + 0.2, "0.3")])
def test_points_have_two_decimals_at_most(value: float | None, shown: str) -> None:
    """Whole points have none, and missing points are an empty cell."""
    assert str(rounded_points(value)) == shown
