"""A row of numbers for a question about a flight, made only of what was known when it was asked."""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np

from mlsd_course.data.asof import asof_join
from mlsd_course.data.clock import HERE, YEAR
from mlsd_course.data.timeline import HOUR_US, Real, Timeline, Whole, microseconds
from mlsd_course.data.view import AIRCRAFT_KNOWN_H, Facts, View, known
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
"""The names of the numbers in a row, in their order."""

UNKNOWN_AGE_H = 99.0
"""`aircraft_age_h` when the aircraft, or a landing of it, is not known; its delay is then given as 0."""
_ASKED = "Make them with data.instant or data.new_york"
_STRONGEST_WIND_MPH = 150.0  # above it a reading is an error
_WEATHER = {  # what is taken before the first reading of the year
    "humidity_pct": 60.0,
    "wind_mph": 10.0,
    "precipitation_in": 0.0,
    "visibility_miles": 10.0,
}


def features(requests: "pd.DataFrame", facts: Facts | View | None = None) -> "pd.DataFrame":
    """Return one row of FEATURES per request: finite floats, from what was known at `asked_at` (inclusive).

    requests: a frame with `flight_id` and `asked_at` (UTC instants), in any order. facts: where to look, by default the
    year; `features(r, as_of(t))` is the same for requests asked at `t`. Units are in the names. A share is shrunk
    towards the network's by 50 landings' weight; a mean delay over no flights is 0.

    Raises ParameterError for unknown flights and for instants that are missing, without a zone, or outside 2013.
    """
    import pandas as pd

    _check(requests)
    past = _known_past() if facts is None else _Past(facts.flights, facts.weather)
    rows, asked = past.rows_of(requests), microseconds(requests["asked_at"])
    columns = past.schedule(rows, asked) | past.recent(rows, asked) | past.aircraft(rows, asked)
    columns |= past.weather_at(rows, requests["asked_at"])
    return pd.DataFrame({name: columns[name] for name in FEATURES}, index=requests.index).astype(float)


@dataclass(frozen=True)
class _Past:
    """The facts, sorted for questions."""

    flights: "pd.DataFrame"
    weather: "pd.DataFrame"

    def rows_of(self, requests: "pd.DataFrame") -> Whole:
        ids = self.flights["flight_id"].to_numpy()
        asked = requests["flight_id"].to_numpy()
        rows = np.searchsorted(ids, asked)
        unknown = (rows >= len(ids)) | (ids[np.minimum(rows, len(ids) - 1)] != asked)
        if unknown.any():
            raise ParameterError("flight_id", given=asked[unknown][0], allowed="flights of the facts")
        return rows

    def schedule(self, rows: Whole, asked: Whole) -> dict[str, Real]:
        flights = self.flights.iloc[rows]
        clock = flights["scheduled_departure"].dt.tz_convert(HERE).dt
        due, left = self.due[rows], self.left[rows]
        overdue = np.maximum(asked - due, 0) / (HOUR_US / 60)
        has_left = self.has_left[rows] & (left <= asked)
        return {
            "lead_h": (due - asked) / HOUR_US,
            "departure_hour": (clock.hour + clock.minute / 60).to_numpy(dtype=float),
            "weekday": clock.day_of_week.to_numpy(dtype=float),
            "distance_miles": flights["distance_miles"].to_numpy(),
            "scheduled_min": (microseconds(flights["scheduled_arrival"]) - due) / (HOUR_US / 60),
            "departures_in_hour": self.departures.window(self.origin[rows], due + HOUR_US // 2, 1)[1],
            "delay_so_far_min": np.where(has_left, flights["departure_delay_min"].to_numpy(), overdue),
        }

    def recent(self, rows: Whole, asked: Whole) -> dict[str, Real]:
        everywhere = np.zeros(len(rows), dtype=np.int64)
        late, landed = self.late_all.window(everywhere, asked, 28 * 24)
        usual = (late + 10) / (landed + 50)

        def share(timeline: Timeline, keys: Whole) -> Real:
            late, landed = timeline.window(keys, asked, 28 * 24)
            return (late + 50 * usual) / (landed + 50)

        late, landed = self.late_all.window(everywhere, asked, 24)
        return {
            "origin_delay_2h_min": _mean(self.departure_delay.window(self.origin[rows], asked, 2)),
            "origin_waiting": self.waiting.window(self.origin[rows], asked)[0],
            "carrier_delay_6h_min": _mean(self.carrier_delay.window(self.carrier[rows], asked, 6)),
            "dest_delay_6h_min": _mean(self.dest_delay.window(self.dest[rows], asked, 6)),
            "carrier_late_share_28d": share(self.carrier_late, self.carrier[rows]),
            "dest_late_share_28d": share(self.dest_late, self.dest[rows]),
            "late_share_24h": (late + 50 * usual) / (landed + 50),
        }

    def aircraft(self, rows: Whole, asked: Whole) -> dict[str, Real]:
        assigned = asked >= self.due[rows] - AIRCRAFT_KNOWN_H * HOUR_US
        last = self.aircraft_landings.latest(np.where(assigned, self.tail[rows], -1), asked)
        delay, age = self.arrival_delay[last], (asked - self.landed[last]) / HOUR_US
        return {
            "aircraft_delay_min": np.where(last >= 0, delay, 0.0),
            "aircraft_age_h": np.where(last >= 0, np.minimum(age, UNKNOWN_AGE_H), UNKNOWN_AGE_H),
        }

    def weather_at(self, rows: Whole, asked_at: "pd.Series") -> dict[str, Real]:
        asks = asked_at.to_frame("asked_at").assign(origin=self.flights["origin"].to_numpy()[rows])
        found = asof_join(asks, self.readings, at="asked_at", known_at="published_at", by="origin")
        return {name: found[name].fillna(usual).to_numpy() for name, usual in _WEATHER.items()}

    @cached_property
    def readings(self) -> "pd.DataFrame":
        """Weather with each gap filled by the airport's last reading before it."""
        weather = self.weather.sort_values(["published_at", "origin"], kind="stable")
        wind = weather["wind_gust_mph"].fillna(weather["wind_speed_mph"])
        weather = weather.assign(wind_mph=wind.where(wind < _STRONGEST_WIND_MPH))
        weather[list(_WEATHER)] = weather.groupby("origin")[list(_WEATHER)].ffill()
        return weather[["origin", "published_at", *_WEATHER]]

    @cached_property
    def due(self) -> Whole:
        return microseconds(self.flights["scheduled_departure"])

    @cached_property
    def left(self) -> Whole:
        return microseconds(self.flights["departure"])

    @cached_property
    def landed(self) -> Whole:
        return microseconds(self.flights["arrival"])

    @cached_property
    def has_left(self) -> "np.ndarray":
        return self.flights["departure"].notna().to_numpy()

    @cached_property
    def arrival_delay(self) -> Real:
        return self.flights["arrival_delay_min"].to_numpy()

    @cached_property
    def late(self) -> Real:
        return self.flights["late"].to_numpy(dtype=float, na_value=0.0)

    @cached_property
    def origin(self) -> Whole:
        return self._codes("origin")

    @cached_property
    def carrier(self) -> Whole:
        return self._codes("carrier")

    @cached_property
    def dest(self) -> Whole:
        return self._codes("dest")

    @cached_property
    def tail(self) -> Whole:
        return self._codes("tailnum")

    @cached_property
    def departures(self) -> Timeline:
        return Timeline.of(self.origin, self.due)

    @cached_property
    def departure_delay(self) -> Timeline:
        return Timeline.of(self.origin, self.left, self.flights["departure_delay_min"].to_numpy())

    @cached_property
    def waiting(self) -> Timeline:
        """+1 when a flight is due, -1 when it leaves or 6 h later."""
        end = np.where(self.has_left, np.clip(self.left, self.due, self.due + 6 * HOUR_US), self.due + 6 * HOUR_US)
        signs = np.repeat([1.0, -1.0], len(end))
        return Timeline.of(np.tile(self.origin, 2), np.concatenate((self.due, end)), signs)

    @cached_property
    def carrier_delay(self) -> Timeline:
        return Timeline.of(self.carrier, self.landed, self.arrival_delay)

    @cached_property
    def dest_delay(self) -> Timeline:
        return Timeline.of(self.dest, self.landed, self.arrival_delay)

    @cached_property
    def carrier_late(self) -> Timeline:
        return Timeline.of(self.carrier, self.landed, self.late)

    @cached_property
    def dest_late(self) -> Timeline:
        return Timeline.of(self.dest, self.landed, self.late)

    @cached_property
    def late_all(self) -> Timeline:
        return Timeline.of(np.zeros(len(self.landed), dtype=np.int64), self.landed, self.late)

    @cached_property
    def aircraft_landings(self) -> Timeline:
        return Timeline.of(self.tail, self.landed)

    def _codes(self, column: str) -> Whole:
        import pandas as pd

        return pd.factorize(self.flights[column])[0].astype(np.int64)


@cache
def _known_past() -> _Past:
    return _Past(*known())


def _check(requests: "pd.DataFrame") -> None:
    import pandas as pd

    if missing := {"flight_id", "asked_at"} - set(requests):
        raise ParameterError("requests", given=sorted(missing), allowed="a frame with flight_id and asked_at")
    asked = requests["asked_at"]
    if getattr(asked.dtype, "tz", None) is None:
        raise ParameterError("asked_at", given=str(asked.dtype), allowed="instants with a zone", remedy=_ASKED)
    first, last = map(pd.Timestamp, YEAR)
    if len(outside := asked[~asked.between(first, last)]):
        raise ParameterError("asked_at", given=str(outside.iloc[0]), allowed=f"{first} to {last}", remedy=_ASKED)


def _mean(total_and_count: tuple[Real, Real]) -> Real:
    total, count = total_and_count
    return total / np.maximum(count, 1)
