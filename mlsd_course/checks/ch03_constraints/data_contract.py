"""Visible checks of chapter 03's data contract: it lets clean files pass and refuses spoilt ones."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from mlsd_course.systems.data_quality import CORRUPTIONS, Delivery, corrupted, deliveries

if TYPE_CHECKING:
    import pandas as pd

Breaches = Callable[["pd.DataFrame", str], Sequence[Any]]


@cache
def _year() -> dict[str, Delivery]:
    from mlsd_course import data

    return {file.day: file for file in deliveries(data.flights())}


def files(*days: str, step: int = 1) -> list[Delivery]:
    """Return the real files of these days; without days, every `step`-th of the year."""
    year = _year()
    return [year[day] for day in days] if days else list(year.values())[::step]


def objections(breaches: Breaches, file: Delivery, what: str = "") -> list[str]:
    """Hand a copy of a file to the learner's function; return its objections as texts."""
    rows = file.rows.copy()
    try:
        refusals = breaches(rows, file.day)
    except Exception as trouble:
        raise AssertionError(
            f"breaches failed on the file of {file.day}{what} ({type(trouble).__name__}: {trouble}). A file that cannot be "
            "checked is a breach to report, not a crash."
        ) from trouble
    assert isinstance(refusals, list | tuple), (
        f"breaches gave {refusals!r}. Expected a list of sentences, empty for a good file."
    )
    assert rows.equals(file.rows), "breaches has changed the rows that it was given. Look at them; work on a copy."
    return [str(each) for each in refusals]


def passes(breaches: Breaches, clean: Sequence[Delivery]) -> None:
    """No objection to any of these files as they came."""
    for file in clean:
        refusals = objections(breaches, file)
        assert not refusals, (
            f"The file of {file.day} is as it came, {len(file):,} rows, and is refused: {refusals[0]}. A contract that cries "
            "over good files is switched off within a week. Which real day did you not think of?"
        )


def refuses(breaches: Breaches, name: str, days: Sequence[str], seed: int = 0) -> None:
    """At least one objection to each of these days after a corruption."""
    for file in files(*days):
        refusals = objections(breaches, corrupted(file, name, seed), f", spoilt: {CORRUPTIONS[name].story},")
        assert refusals, (
            f"A spoilt file of {file.day} passes: {CORRUPTIONS[name].story}. Which promise of the supplier does it break? "
            "Check that one."
        )


def refuses_without(breaches: Breaches, column: str, day: str = "2013-05-14") -> None:
    """A file that lacks a column is refused, with an objection and not with a crash."""
    (file,) = files(day)
    gone = file.with_rows(file.rows.drop(columns=column))
    assert objections(breaches, gone, f" without the column {column}"), (
        f"The file of {day} without the column {column!r} passes. Expected an objection."
    )
