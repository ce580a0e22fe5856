"""One flight on its way through the product: what is asked, and what the parts have added so far."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlsd_course.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

ASK_MIN, DEADLINE_MIN = 120.0, 60.0
"""The product starts on a flight this long before its scheduled departure, and a warning must arrive this long before it."""
_NEEDED = ("origin", "scheduled_departure", "departure", "departure_delay_min", "late")


@dataclass
class Case:
    """A flight and what is known of it. Times in minutes since the first midnight of the period.

    delay_min, row, probability, warn: added by ingestion, features, model and decision; sent_min: when its warning left, or
    None. What really happened is not in here: no part can peek.
    """

    number: int
    origin: str
    hour: int
    departs_min: float
    delay_min: float = 0.0
    row: list[float] = field(default_factory=list)
    probability: float = 0.0
    warn: bool = False
    sent_min: float | None = None

    def fresh(self) -> "Case":
        """Return the case as it is when it is asked, without what parts have added."""
        return Case(self.number, self.origin, self.hour, self.departs_min)

    @property
    def asked_min(self) -> float:
        """When the product starts on it."""
        return self.departs_min - ASK_MIN

    @property
    def deadline_min(self) -> float:
        """The last moment at which a warning is of use."""
        return self.departs_min - DEADLINE_MIN


Work = Callable[[Case, float], bool | None]
"""What a part does with a case at a time in minutes; False lets the case end here, as a flight without a warning does."""


class Feed:
    """What the airports report, as it arrives: `recent_delay_min(origin, now)` is all that can be asked.

    flights: columns origin, departure, departure_delay_min. epoch: the instant from which minutes count.
    """

    def __init__(self, flights: "pd.DataFrame", epoch: "pd.Timestamp", window_min: float = 120.0) -> None:
        import numpy as np

        self.window_min = window_min
        self._search = np.searchsorted
        left = flights[flights["departure"].notna()].sort_values("departure")
        self._seen = {}
        for origin, group in left.groupby("origin"):
            times = minutes(group["departure"], epoch)
            self._seen[str(origin)] = (
                times,
                np.concatenate([[0.0], np.cumsum(group["departure_delay_min"].to_numpy())]),
            )

    def recent_delay_min(self, origin: str, now_min: float) -> float:
        """Mean departure delay at `origin` over the flights that left in the two hours before `now_min`; 0 where none did."""
        if origin not in self._seen:
            return 0.0
        times, total = self._seen[origin]
        first, last = self._search(times, [now_min - self.window_min, now_min], side="right")
        return float((total[last] - total[first]) / (last - first)) if last > first else 0.0


@dataclass(frozen=True)
class Period:
    """A stretch of real flights: the cases, the feed, and the truth that only the scorecard reads."""

    cases: tuple[Case, ...]
    feed: Feed
    late: tuple[bool, ...]


def period(flights: "pd.DataFrame", first_day: str, days: int = 7) -> Period:
    """Return the flights that should leave New York on `days` days from `first_day` on, with the feed of that time.

    flights: as from `mlsd_course.data.flights()`; cancelled and diverted flights (no `late`) are left out. Raises
    ParameterError for missing columns and for days without flights.
    """
    import pandas as pd

    missing = [column for column in _NEEDED if column not in flights]
    if missing:
        raise ParameterError(
            "columns of flights", given=missing, allowed=", ".join(_NEEDED), remedy="Pass data.flights()"
        )
    try:
        epoch = pd.Timestamp(first_day, tz="America/New_York")
    except (TypeError, ValueError) as error:
        raise ParameterError(
            "first_day", given=first_day, allowed="a day in the data", remedy='Write "2013-07-08"'
        ) from error
    end = epoch + pd.Timedelta(days=days)
    near = flights["scheduled_departure"].between(epoch - pd.Timedelta(days=1), end)
    chosen = flights[near & flights["late"].notna() & (flights["scheduled_departure"] >= epoch)]
    chosen = chosen[chosen["scheduled_departure"] < end].sort_values("scheduled_departure", kind="stable")
    if chosen.empty:
        raise ParameterError(
            "first_day, days", given=(first_day, days), allowed="days in the data", remedy='Write "2013-07-08"'
        )
    hours = chosen["scheduled_departure"].dt.tz_convert("America/New_York").dt.hour
    departs = minutes(chosen["scheduled_departure"], epoch)
    cases = [
        Case(number, origin, int(hour), float(time))
        for number, (origin, hour, time) in enumerate(zip(chosen["origin"], hours, departs, strict=True))
    ]
    return Period(tuple(cases), Feed(flights[near], epoch), tuple(bool(late) for late in chosen["late"]))


def minutes(instants: "pd.Series[pd.Timestamp]", epoch: "pd.Timestamp") -> "pd.Series[float]":
    """Return instants as minutes since `epoch`, an array."""
    return ((instants - epoch).dt.total_seconds() / 60).to_numpy()
