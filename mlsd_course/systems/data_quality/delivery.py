"""A delivery: the file of one day, as a supplier sends it every night."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlsd_course.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

ZONE = "America/New_York"
COLUMNS = (
    "carrier", "flight", "origin", "dest", "distance_miles", "scheduled_departure", "scheduled_arrival", "departure",
    "arrival", "departure_delay_min", "arrival_delay_min", "air_time_min",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Delivery:
    """The flights of one New York day, such as "2013-07-08", with COLUMNS; instants are UTC."""

    day: str
    rows: "pd.DataFrame"

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return f"Delivery({self.day!r}, {len(self):,} rows)"

    def with_rows(self, rows: "pd.DataFrame") -> "Delivery":
        """The same day with other rows."""
        return Delivery(self.day, rows.reset_index(drop=True))


def deliveries(flights: "pd.DataFrame", first: str = "2013-01-01", last: str = "2013-12-31") -> list[Delivery]:
    """Cut `data.flights()` into the files of the days from `first` to `last`, both included, in order."""
    if first > last:
        raise ParameterError(
            "first, last", given=(first, last), allowed="first not after last", remedy="Change the two"
        )
    days = flights["scheduled_departure"].dt.tz_convert(ZONE).dt.strftime("%Y-%m-%d")
    chosen = flights.loc[(days >= first) & (days <= last), list(COLUMNS)]
    parts = chosen.groupby(days[chosen.index], sort=True)
    return [Delivery(str(day), rows.reset_index(drop=True)) for day, rows in parts]
