"""The facts, sorted so that many questions about what was known can be answered at once."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mlsd_course.data.timeline import HOUR_US, Real, Timeline, Whole, microseconds
from mlsd_course.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

READINGS = ("humidity_pct", "wind_mph", "precipitation_in", "visibility_miles")
_STRONGEST_WIND_MPH = 150.0  # above it a reading is an error


@dataclass(frozen=True, eq=False)
class Past:
    """Flights and weather, with what is derived from them; each is computed when first used.

    Arrays have one entry per flight, in the order of `flights`: instants in microseconds (the smallest number there is where
    nothing happened), keys as codes 0, 1, 2 … in the order in which they first occur. A timeline holds events of flights,
    each under a key (an airport, a carrier, an aircraft) and at an instant; flights without that instant are left out.
    """

    flights: "pd.DataFrame"
    weather: "pd.DataFrame"

    def rows_of(self, flight_ids: NDArray[np.integer]) -> Whole:
        """Return the row of each flight id; ParameterError for an id that no flight has."""
        ids = self.flights["flight_id"].to_numpy()
        rows = np.searchsorted(ids, flight_ids)
        unknown = (rows >= len(ids)) | (ids[np.minimum(rows, len(ids) - 1)] != flight_ids)
        if unknown.any():
            raise ParameterError(
                "flight_id",
                given=int(flight_ids[unknown][0]),
                allowed="flights of the facts",
                remedy="Take them from the flight_id of these facts",
            )
        return rows

    @cached_property
    def readings(self) -> "pd.DataFrame":
        """READINGS by airport and instant of publication; a gap is filled with the airport's reading before it."""
        weather = self.weather.sort_values(["published_at", "origin"], kind="stable")
        wind = weather["wind_gust_mph"].fillna(weather["wind_speed_mph"])
        weather = weather.assign(wind_mph=wind.where(wind < _STRONGEST_WIND_MPH))
        weather[list(READINGS)] = weather.groupby("origin")[list(READINGS)].ffill()
        return weather[["origin", "published_at", *READINGS]]

    @cached_property
    def due(self) -> Whole:
        """Scheduled departures, UTC in microseconds."""
        return microseconds(self.flights["scheduled_departure"])

    @cached_property
    def left(self) -> Whole:
        """Departures, UTC in microseconds; the smallest whole number where the flight never left."""
        return microseconds(self.flights["departure"])

    @cached_property
    def landed(self) -> Whole:
        """Arrivals, UTC in microseconds; the smallest whole number where the flight never landed."""
        return microseconds(self.flights["arrival"])

    @cached_property
    def has_left(self) -> NDArray[np.bool_]:
        """True where the flight has left."""
        return self.flights["departure"].notna().to_numpy()

    @cached_property
    def arrival_delay(self) -> Real:
        """Arrival delays in minutes; NaN where the flight never landed."""
        return self.flights["arrival_delay_min"].to_numpy()

    @cached_property
    def late(self) -> Real:
        """1 where the flight landed late, else 0."""
        return self.flights["late"].to_numpy(dtype=float, na_value=0.0)

    @cached_property
    def origin(self) -> Whole:
        """The airport of departure as a number from 0."""
        return self._codes("origin")

    @cached_property
    def carrier(self) -> Whole:
        """The carrier as a number from 0."""
        return self._codes("carrier")

    @cached_property
    def dest(self) -> Whole:
        """The airport of arrival as a number from 0."""
        return self._codes("dest")

    @cached_property
    def tail(self) -> Whole:
        """The aircraft as a number from 0; -1 where its tail number is unknown."""
        return self._codes("tailnum")

    @cached_property
    def departures(self) -> Timeline:
        """Scheduled departures: by origin, at the scheduled instant, each counting 1."""
        return Timeline.of(self.origin, self.due)

    @cached_property
    def departure_delay(self) -> Timeline:
        """Departure delays: by origin, at the departure, in minutes."""
        return Timeline.of(self.origin, self.left, self.flights["departure_delay_min"].to_numpy())

    @cached_property
    def waiting(self) -> Timeline:
        """Flights waiting to leave: by origin, +1 when a flight is due, and -1 when it leaves or 6 h later."""
        end = np.where(self.has_left, np.clip(self.left, self.due, self.due + 6 * HOUR_US), self.due + 6 * HOUR_US)
        signs = np.repeat([1.0, -1.0], len(end))
        return Timeline.of(np.tile(self.origin, 2), np.concatenate((self.due, end)), signs)

    @cached_property
    def carrier_delay(self) -> Timeline:
        """Arrival delays: by carrier, at the landing, in minutes."""
        return Timeline.of(self.carrier, self.landed, self.arrival_delay)

    @cached_property
    def dest_delay(self) -> Timeline:
        """Arrival delays: by destination, at the landing, in minutes."""
        return Timeline.of(self.dest, self.landed, self.arrival_delay)

    @cached_property
    def carrier_late(self) -> Timeline:
        """Late landings: by carrier, at the landing, 1 where it was late and 0 where not."""
        return Timeline.of(self.carrier, self.landed, self.late)

    @cached_property
    def dest_late(self) -> Timeline:
        """Late landings: by destination, at the landing, 1 where it was late and 0 where not."""
        return Timeline.of(self.dest, self.landed, self.late)

    @cached_property
    def late_all(self) -> Timeline:
        """Late landings of all flights under key 0, at the landing, 1 where it was late and 0 where not."""
        return Timeline.of(np.zeros(len(self.landed), dtype=np.int64), self.landed, self.late)

    @cached_property
    def aircraft_landings(self) -> Timeline:
        """Landings: by aircraft, at the landing, each counting 1."""
        return Timeline.of(self.tail, self.landed)

    def _codes(self, column: str) -> Whole:
        import pandas as pd

        return pd.factorize(self.flights[column])[0].astype(np.int64)
