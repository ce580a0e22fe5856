"""`features`: the numbers that a model reads for a question about a flight, from what was known when it was asked."""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from mlsd_course.data.asof import asof_join
from mlsd_course.data.clock import HERE, YEAR
from mlsd_course.data.past import READINGS, Past
from mlsd_course.data.timeline import HOUR_US, Real, Timeline, Whole, microseconds
from mlsd_course.data.view import AIRCRAFT_KNOWN_H, GroundTruth, PointInTime, known
from mlsd_course.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

FEATURES = (
    "lead_h",  # from the question to the scheduled departure
    "departure_hour",  # scheduled, on New York's clock
    "weekday",  # Monday is 0
    "distance_miles",
    "scheduled_min",  # from gate to gate
    "departures_in_hour",  # scheduled at this airport in the half hour before and after
    "delay_so_far_min",  # of this flight: its departure delay, or how long it is overdue
    "origin_delay_2h_min",  # mean departure delay here, last 2 h
    "origin_waiting",  # flights due to leave here in the last 6 h that have not left
    "carrier_delay_6h_min",  # mean arrival delay of this carrier's landings, last 6 h
    "dest_delay_6h_min",  # mean arrival delay of landings there
    "carrier_late_share_28d",  # share of this carrier's landings that were late
    "dest_late_share_28d",
    "late_share_24h",  # all landings
    "aircraft_delay_min",  # arrival delay of this aircraft's last landing
    "aircraft_age_h",  # how long ago that was
    "humidity_pct",
    "wind_mph",  # gusts where reported
    "precipitation_in",
    "visibility_miles",
)
"""The names of the features, in the order of a row."""

UNKNOWN_AGE_H = 99.0
"""`aircraft_age_h` where the aircraft is not known or has not landed yet; `aircraft_delay_min` is 0 then."""
_FIRST_WEATHER = (60.0, 10.0, 0.0, 10.0)  # stands in for READINGS before the first report of the year
_ASKED = "Make them with data.instant or data.new_york"


def features(requests: "pd.DataFrame", facts: GroundTruth | PointInTime | None = None) -> "pd.DataFrame":
    """Return one row of FEATURES per request: finite floats, from what was known at `asked_at` (inclusive).

    requests: a frame with `flight_id` and `asked_at` (UTC instants), in any order. facts: the facts to read, by default all of
    the year; for requests asked at `t`, `features(requests, as_of(t))` gives the same. Units are in the names. A share is
    shrunk towards that of all flights with the weight of 50 landings. A mean delay over no flights is 0.

    Raises ParameterError for unknown flights and for instants that are missing, without a zone, or outside 2013.
    """
    import pandas as pd

    _check(requests)
    past = _known_past() if facts is None else Past(facts.flights, facts.weather)
    rows, asked_us = past.rows_of(requests["flight_id"].to_numpy()), microseconds(requests["asked_at"])
    columns = _schedule(past, rows, asked_us) | _recent(past, rows, asked_us) | _aircraft(past, rows, asked_us)
    columns |= _weather(past, rows, requests["asked_at"])
    return pd.DataFrame({name: columns[name] for name in FEATURES}, index=requests.index).astype(float)


def _schedule(past: Past, rows: Whole, asked_us: Whole) -> dict[str, Real]:
    flights = past.flights.iloc[rows]
    clock = flights["scheduled_departure"].dt.tz_convert(HERE).dt
    due, left = past.due[rows], past.left[rows]
    overdue = np.maximum(asked_us - due, 0) / (HOUR_US / 60)
    has_left = past.has_left[rows] & (left <= asked_us)
    return {
        "lead_h": (due - asked_us) / HOUR_US,
        "departure_hour": (clock.hour + clock.minute / 60).to_numpy(dtype=float),
        "weekday": clock.day_of_week.to_numpy(dtype=float),
        "distance_miles": flights["distance_miles"].to_numpy(),
        "scheduled_min": (microseconds(flights["scheduled_arrival"]) - due) / (HOUR_US / 60),
        "departures_in_hour": past.departures.window(past.origin[rows], due + HOUR_US // 2, 1)[1],
        "delay_so_far_min": np.where(has_left, flights["departure_delay_min"].to_numpy(), overdue),
    }


def _recent(past: Past, rows: Whole, asked_us: Whole) -> dict[str, Real]:
    everywhere = np.zeros(len(rows), dtype=np.int64)
    late, landed = past.late_all.window(everywhere, asked_us, 28 * 24)
    usual = (late + 10) / (landed + 50)

    def share(timeline: Timeline, keys: Whole) -> Real:
        late, landed = timeline.window(keys, asked_us, 28 * 24)
        return (late + 50 * usual) / (landed + 50)

    late, landed = past.late_all.window(everywhere, asked_us, 24)
    return {
        "origin_delay_2h_min": _mean(past.departure_delay.window(past.origin[rows], asked_us, 2)),
        "origin_waiting": past.waiting.window(past.origin[rows], asked_us)[0],
        "carrier_delay_6h_min": _mean(past.carrier_delay.window(past.carrier[rows], asked_us, 6)),
        "dest_delay_6h_min": _mean(past.dest_delay.window(past.dest[rows], asked_us, 6)),
        "carrier_late_share_28d": share(past.carrier_late, past.carrier[rows]),
        "dest_late_share_28d": share(past.dest_late, past.dest[rows]),
        "late_share_24h": (late + 50 * usual) / (landed + 50),
    }


def _aircraft(past: Past, rows: Whole, asked_us: Whole) -> dict[str, Real]:
    assigned = asked_us >= past.due[rows] - AIRCRAFT_KNOWN_H * HOUR_US
    last = past.aircraft_landings.latest(np.where(assigned, past.tail[rows], -1), asked_us)
    delay, age = past.arrival_delay[last], (asked_us - past.landed[last]) / HOUR_US
    return {
        "aircraft_delay_min": np.where(last >= 0, delay, 0.0),
        "aircraft_age_h": np.where(last >= 0, np.minimum(age, UNKNOWN_AGE_H), UNKNOWN_AGE_H),
    }


def _weather(past: Past, rows: Whole, asked_at: "pd.Series") -> dict[str, Real]:
    asks = asked_at.to_frame("asked_at").assign(origin=past.flights["origin"].to_numpy()[rows])
    readings = asof_join(asks, past.readings, at="asked_at", known_at="published_at", by="origin")
    return {name: readings[name].fillna(usual).to_numpy() for name, usual in zip(READINGS, _FIRST_WEATHER, strict=True)}


@cache
def _known_past() -> Past:
    return Past(*known())


def _check(requests: "pd.DataFrame") -> None:
    import pandas as pd

    if missing := {"flight_id", "asked_at"} - set(requests):
        raise ParameterError(
            "requests",
            given=sorted(missing),
            allowed="a frame with flight_id and asked_at",
            remedy="Make them with data.ask or data.replay",
        )
    asked_at = requests["asked_at"]
    if getattr(asked_at.dtype, "tz", None) is None:
        raise ParameterError("asked_at", given=str(asked_at.dtype), allowed="instants with a zone", remedy=_ASKED)
    first, last = map(pd.Timestamp, YEAR)
    if len(outside := asked_at[~asked_at.between(first, last)]):
        raise ParameterError("asked_at", given=str(outside.iloc[0]), allowed=f"{first} to {last}", remedy=_ASKED)


def _mean(total_and_count: tuple[Real, Real]) -> Real:
    total, count = total_and_count
    return total / np.maximum(count, 1)
