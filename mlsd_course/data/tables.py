"""The tables of the data set in UTC, with the instants that follow from the published columns."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mlsd_course.data import store
from mlsd_course.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

LATE_MIN = 15
"""A flight is late when it lands this many minutes or more after its scheduled arrival."""
PUBLISHED_AFTER_H = 1
"""A weather row describes an hour, so it counts as published when that hour is over."""

_FLIGHTS = f"""
select flight_id, carrier, flight, tailnum, origin, dest, distance::double as distance_miles,
       scheduled_departure, scheduled_arrival,
       scheduled_departure + to_minutes(dep_delay) as departure,
       scheduled_arrival + to_minutes(arr_delay) as arrival,
       dep_delay::double as departure_delay_min, arr_delay::double as arrival_delay_min,
       air_time::double as air_time_min, arr_delay >= {LATE_MIN} as late,
       case when arr_delay is not null then 'landed' when dep_delay is not null then 'diverted' else 'cancelled' end
         as status
from source order by flight_id
"""
_WEATHER = f"""
select origin, time_hour as observed_hour, time_hour + to_hours({PUBLISHED_AFTER_H}) as published_at,
       temp as temp_f, dewp as dewpoint_f, humid as humidity_pct, wind_dir::double as wind_direction_deg,
       wind_speed as wind_speed_mph, wind_gust as wind_gust_mph, precip as precipitation_in, pressure as pressure_mb,
       visib as visibility_miles
from source order by published_at, origin
"""


def flights() -> "pd.DataFrame":
    """All 336,776 flights that left, or should have left, New York in 2013, ordered by scheduled departure.

    `flight_id` 0, 1, 2 …; `carrier`, `flight` (number), `tailnum` (the aircraft), `origin`, `dest`, `distance_miles`.
    Instants (UTC, to the minute): `scheduled_departure`, `scheduled_arrival`; `departure` and `arrival` are the gate times
    that happened, scheduled instant plus published delay, and empty where they did not. `departure_delay_min` and
    `arrival_delay_min` (negative: early), `air_time_min`. `late`: arrival delay of at least 15 min; `<NA>` when the flight
    did not land as planned. `status`: landed, diverted (left, no arrival delay published) or cancelled (never left).

    Everything is in it, what nobody knew at the time too: use `as_of` for what was known at some instant. The frame is a copy
    that you may change.
    """
    return _flights().copy(deep=False)


def weather() -> "pd.DataFrame":
    """Hourly weather at the three airports: 26,115 rows, ordered by `published_at`.

    `origin`; `observed_hour` (start of the hour, UTC) and `published_at`, one hour later, when the hour is over; `temp_f`,
    `dewpoint_f`, `humidity_pct`, `wind_direction_deg`, `wind_speed_mph`, `wind_gust_mph` (empty: none reported),
    `precipitation_in`, `pressure_mb`, `visibility_miles`. As published, errors too (one wind of 1,048 mph).
    """
    return _weather().copy(deep=False)


def planes() -> "pd.DataFrame":
    """Aircraft by `tailnum`: year built, type, manufacturer, model, engines, seats, speed. The aircraft of about one flight in six is missing."""
    return raw("planes")


def airports() -> "pd.DataFrame":
    """Airports by `faa` code: name, lat, lon, alt (feet), tz, dst, tzone. BQN, PSE, SJU and STT are missing."""
    return raw("airports")


def airlines() -> "pd.DataFrame":
    """Carriers: `carrier` (the code) and `name`."""
    return raw("airlines")


def raw(table: str) -> "pd.DataFrame":
    """Return one table with its columns as published, local clock times included; flights also have their id and scheduled instants."""
    if table not in store.TABLES:
        raise ParameterError("table", given=table, allowed=", ".join(store.TABLES), remedy="Name one of these tables")
    return _read(table, "select * from source").copy(deep=False)


@cache
def _flights() -> "pd.DataFrame":
    return _read("flights", _FLIGHTS)


@cache
def _weather() -> "pd.DataFrame":
    return _read("weather", _WEATHER)


def _read(table: str, sql: str, folder: Path | None = None) -> "pd.DataFrame":
    return store.query(sql, source=store.path(table, folder))
