"""`as_of`: what was known at an instant, without any fact that came later."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from mlsd_course.data import tables
from mlsd_course.data.clock import instant

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd

AIRCRAFT_KNOWN_H = 2
"""From this many hours before its scheduled departure the aircraft of a flight counts as known. This is an assumption: the
data say which aircraft flew, and not when it was assigned."""
GIVEN_UP_H = 24
"""A flight that has not left this many hours after schedule counts as cancelled, one that has not landed as diverted. When
airlines announced it is not published; the longest delay in the data is under 22 hours."""


class GroundTruth(NamedTuple):
    """Everything that happened, known at the time or not: frames with the columns and the order of `flights()` and `weather()`."""

    flights: "pd.DataFrame"
    weather: "pd.DataFrame"


@dataclass(frozen=True, eq=False)
class PointInTime:
    """What was known at `t`: frames with the columns of `flights()` and `weather()`, empty where nothing was known yet."""

    t: "pd.Timestamp"
    flights: "pd.DataFrame" = field(repr=False)
    weather: "pd.DataFrame" = field(repr=False)

    @property
    def departed(self) -> "pd.DataFrame":
        """Flights that had left by `t`, in the order of departure."""
        return self._happened("departure")

    @property
    def landed(self) -> "pd.DataFrame":
        """Flights that had landed by `t`, in the order of arrival."""
        return self._happened("arrival")

    @property
    def latest_weather(self) -> "pd.DataFrame":
        """The last weather row published by `t`, one per airport."""
        return self.weather.groupby("origin").tail(1).set_index("origin").sort_index()

    def _happened(self, event: str) -> "pd.DataFrame":
        return self.flights[self.flights[event].notna()].sort_values([event, "flight_id"], kind="stable")


def known() -> GroundTruth:
    """Return all facts of the year, known at the time or not."""
    return GroundTruth(tables.flights(), tables.weather())


def as_of(t: "str | datetime | pd.Timestamp", facts: GroundTruth | None = None) -> PointInTime:
    """Return what was known at `t` (inclusive): the schedule, what had happened, and the weather published.

    The schedule of the whole year counts as known from its first day. A departure is known from its instant on, with its
    delay; so is a landing, with `late` and the time in the air. `status` is scheduled, departed, landed, cancelled or diverted;
    the last two only GIVEN_UP_H hours after schedule. `tailnum` is known AIRCRAFT_KNOWN_H hours before scheduled departure.
    A weather row is known once its hour is over. facts: other facts than those of the year, for tests and what-ifs.

    Raises ParameterError when `t` has no zone or lies outside 2013.

    >>> view = as_of("2013-07-10T17:00Z")
    >>> view.landed[["carrier", "origin", "dest", "arrival_delay_min"]].tail(2).values.tolist()
    [['VX', 'JFK', 'LAX', -10.0], ['WN', 'EWR', 'AUS', -30.0]]
    >>> bool(view.landed["arrival"].max() <= view.t)
    True
    """
    import numpy as np
    import pandas as pd

    t = instant(t)
    facts = known() if facts is None else facts
    flights = facts.flights.copy(deep=False)
    left, landed = (flights["departure"] <= t).to_numpy(), (flights["arrival"] <= t).to_numpy()
    for happened, columns in (
        (left, ("departure", "departure_delay_min")),
        (landed, ("arrival", "arrival_delay_min", "air_time_min", "late")),
        ((flights["scheduled_departure"] <= t + pd.Timedelta(hours=AIRCRAFT_KNOWN_H)).to_numpy(), ("tailnum",)),
    ):
        for column in columns:
            flights[column] = flights[column].where(happened)
    given_up = t - pd.Timedelta(hours=GIVEN_UP_H)
    states = {
        "landed": landed,
        "diverted": left & (flights["scheduled_arrival"] <= given_up).to_numpy(),
        "departed": left,
        "cancelled": (flights["scheduled_departure"] <= given_up).to_numpy(),
    }
    flights["status"] = (
        pd.Series(np.select(list(states.values()), np.arange(len(states)), len(states)), index=flights.index)
        .map(dict(enumerate([*states, "scheduled"])))
        .astype("str")
    )
    weather = facts.weather[facts.weather["published_at"] <= t].reset_index(drop=True)
    return PointInTime(t, flights, weather)
