"""Profile and contract: what is told is true, clean files pass, spoilt ones do not, and the naive twin sees nothing."""

import numpy as np
import pandas as pd
import pytest

from mlsd_course import data
from mlsd_course.errors import ParameterError
from mlsd_course.systems.data_quality import (
    COLUMNS,
    CORRUPTIONS,
    Contract,
    Delivery,
    corrupted,
    deliveries,
    missing_by,
    profile,
    schema_only,
    trial,
)
from mlsd_course.systems.data_quality.contract import Check

MINUTE = pd.Timedelta(minutes=1)
AIRPORTS = {"EWR", "JFK", "LGA"}


@pytest.fixture(scope="module")
def files() -> list[Delivery]:
    """Every ninth day of the year, the storm of February among them."""
    return deliveries(data.flights())[3::9]


def clock(file: Delivery) -> pd.Series:
    """Scheduled departures on New York's clock."""
    return file.rows["scheduled_departure"].dt.tz_convert("America/New_York")


def promises() -> dict[str, Check]:
    """A contract with one promise for each way in which a file goes wrong."""
    carriers = set(data.airlines()["carrier"])
    return {
        "once": lambda d: ~d.rows.duplicated(["carrier", "flight", "origin", "scheduled_departure"]),
        "all airports": lambda d: set(d.rows["origin"]) >= AIRPORTS,
        "carrier": lambda d: d.rows["carrier"].isin(carriers),
        "day": lambda d: clock(d).dt.strftime("%Y-%m-%d") == d.day,
        "whole": lambda d: clock(d).dt.hour.max() >= 21,
        "arrival": lambda d: (
            d.rows["arrival"].isna()
            | ((d.rows["arrival"] - d.rows["scheduled_arrival"]) / MINUTE == d.rows["arrival_delay_min"])
        ),
        "departure": lambda d: (
            d.rows["departure"].isna()
            | ((d.rows["departure"] - d.rows["scheduled_departure"]) / MINUTE == d.rows["departure_delay_min"])
        ),
        "never left": lambda d: d.rows["departure"].notna() | d.rows["departure_delay_min"].isna(),
        "air time": lambda d: d.rows["arrival"].isna() | d.rows["air_time_min"].notna(),
        "miles": lambda d: 300 < (d.rows["distance_miles"] / d.rows["air_time_min"] * 60).median() < 500,
    }


@pytest.fixture(scope="module")
def contract() -> Contract:
    """All promises together."""
    return Contract(promises())


def test_a_profile_tells_what_is_there() -> None:
    """Counts, missing shares and order statistics of a table made by hand."""
    table = pd.DataFrame(
        {"n": [1.0, 2.0, 3.0, np.nan], "word": ["a", "b", "b", None], "yes": [True, False, True, True]}
    )
    found = profile(table)
    assert found.rows == 4
    assert (found.columns["n"].kind, found.columns["n"].missing_share, found.columns["n"].distinct) == (
        "number",
        0.25,
        3,
    )
    assert found.columns["n"].quantiles == ("1", "1", "2", "3", "3")
    assert (found.columns["word"].kind, found.columns["word"].distinct) == ("text", 2)
    assert found.columns["yes"].kind == "truth"
    assert "n with 25 %" in found.sentence()
    assert "missing" in repr(found)


def test_the_flights_profile_knows_the_published_numbers() -> None:
    """336,776 flights; 8,255 never left and 9,430 have no arrival delay."""
    found = profile(data.flights())
    assert found.rows == 336_776
    assert found.columns["departure"].missing_share == pytest.approx(8_255 / 336_776)
    assert found.columns["arrival"].missing_share == pytest.approx(9_430 / 336_776)


def test_an_empty_table_has_a_profile() -> None:
    """No rows, no quantiles, no crash."""
    assert profile(data.flights().iloc[:0]).rows == 0


def test_missing_by_finds_the_worst_group() -> None:
    """The storm of 8 and 9 February loses most labels; shares and counts add up."""
    flights = data.flights()
    by_day = missing_by(
        flights, "arrival_delay_min", flights["scheduled_departure"].dt.tz_convert("America/New_York").dt.date
    )
    assert [str(day) for day in by_day.index[:2]] == ["2013-02-09", "2013-02-08"]
    assert by_day["rows"].sum() == len(flights)
    assert (by_day["rows"] * by_day["missing"]).sum() == pytest.approx(9_430)


def test_deliveries_cut_the_year_into_days() -> None:
    """365 files, each flight in exactly one, columns as promised; a day is New York's."""
    year = deliveries(data.flights())
    assert len(year) == 365
    assert sum(map(len, year)) == 336_776
    assert tuple(year[0].rows.columns) == COLUMNS
    assert set(clock(year[180]).dt.strftime("%Y-%m-%d")) == {year[180].day}
    assert [file.day for file in deliveries(data.flights(), "2013-07-08", "2013-07-09")] == ["2013-07-08", "2013-07-09"]
    with pytest.raises(ParameterError, match="not after"):
        deliveries(data.flights(), "2013-07-09", "2013-07-08")


def test_clean_files_pass_and_every_corruption_is_noticed(files: list[Delivery], contract: Contract) -> None:
    """No false alarm over real days, storms and holidays; each corruption is refused each time."""
    found = trial(contract.breaches, files)
    assert not found.alarms
    assert found.noticed == tuple(CORRUPTIONS)
    assert "0 of 41 clean files refused; 12 of 12" in repr(found)


def test_the_schema_alone_notices_nothing(files: list[Delivery]) -> None:
    """The naive twin passes every spoilt file; a lost column it sees."""
    found = trial(schema_only.breaches, files[:6])
    assert not found.alarms
    assert found.noticed == ()
    gone = files[0].with_rows(files[0].rows.drop(columns="origin"))
    assert str(schema_only.breaches(gone)[0]) == "the columns are there"
    assert any("cannot be checked" in str(breach) for breach in schema_only.breaches(gone))


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corruption_spoils_a_copy_the_same_way_each_time(files: list[Delivery], name: str) -> None:
    """The original stays; the same seed gives the same file; something differs."""
    before = files[5].rows.copy()
    one, again = corrupted(files[5], name, 3), corrupted(files[5], name, 3)
    assert files[5].rows.equals(before)
    assert one.rows.equals(again.rows)
    assert not one.rows.equals(before)
    assert one.day == files[5].day


@pytest.mark.parametrize("left_out", promises())
def test_each_promise_of_the_contract_is_needed(files: list[Delivery], left_out: str) -> None:
    """Without any one of its promises some corruption slips through, so none is there for show."""
    rest = Contract({name: check for name, check in promises().items() if name != left_out})
    assert len(trial(rest.breaches, files[4:6], spoilt=2).noticed) < len(CORRUPTIONS)


def test_a_check_that_fails_is_a_breach() -> None:
    """Counted rows, a whole file, and a check that cannot run."""
    file = Delivery("2013-01-01", pd.DataFrame({"n": [1, 2, None]}))
    found = Contract(
        {"small": lambda d: d.rows["n"] < 2, "many": lambda d: len(d) > 5, "there": lambda d: d.rows["m"] > 0}
    ).breaches(file)
    assert [str(breach).split(":")[0] for breach in found] == ["small (2 rows)", "many", "there"]
    with pytest.raises(ParameterError):
        Contract({})


@pytest.mark.parametrize("make", [list, np.array, pd.Series, pd.array, tuple])
def test_a_truth_for_each_row_may_be_of_any_kind(make) -> None:
    """An array and a list are read row by row as a series is: neither is 'true because it is there'."""
    file = Delivery("2013-01-01", pd.DataFrame({"n": [1, 2, 3]}))
    found = Contract({"rows": lambda d: make([True, False, False]), "fine": lambda d: make([True] * 3)}).breaches(file)
    assert [str(breach) for breach in found] == ["rows (2 rows)"]


def test_a_trial_without_files_notices_nothing(files: list[Delivery], contract: Contract) -> None:
    """What was never tried was not refused every time."""
    assert trial(contract.breaches, files[:2], spoilt=0).noticed == ()


def test_unknown_corruptions_are_named() -> None:
    """The refusal lists those that there are."""
    file = Delivery("2013-01-01", pd.DataFrame({"n": [1]}))
    with pytest.raises(ParameterError, match="kilometres"):
        corrupted(file, "flood")
