"""Seeded corruptions: what goes wrong with deliveries in practice, each with the story behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlsd_course.errors import one_of
from mlsd_course.systems.data_quality.delivery import ZONE, Delivery

if TYPE_CHECKING:
    import pandas as pd

Spoil = Callable[["pd.DataFrame", np.random.Generator], "pd.DataFrame"]


@dataclass(frozen=True)
class Corruption:
    """One way to spoil a day's file: a name, what happened, and the function that does it to a copy of the rows."""

    name: str
    story: str
    spoil: Spoil


def _kilometres(rows: "pd.DataFrame", rng: np.random.Generator) -> "pd.DataFrame":
    return rows.assign(distance_miles=rows["distance_miles"] * 1.609344)


def _seconds(rows: "pd.DataFrame", rng: np.random.Generator) -> "pd.DataFrame":
    return rows.assign(arrival_delay_min=rows["arrival_delay_min"] * 60)


def _zeros(rows: "pd.DataFrame", rng: np.random.Generator) -> "pd.DataFrame":
    """Always at least one row: a day without any cancelled flight gets one that never left."""
    gone = rows["departure"].isna()
    if not gone.any():
        gone = rows.index == rng.integers(len(rows))
    spoilt = rows.copy()
    spoilt.loc[gone, ["departure", "arrival"]] = None
    spoilt.loc[gone, "air_time_min"] = np.nan
    spoilt.loc[gone, ["departure_delay_min", "arrival_delay_min"]] = 0.0
    return spoilt


def _twice(rows: "pd.DataFrame", rng: np.random.Generator) -> "pd.DataFrame":
    import pandas as pd

    return pd.concat([rows, rows.sample(frac=0.05, random_state=int(rng.integers(1 << 30)))])


def _airport(rows: "pd.DataFrame", rng: np.random.Generator) -> "pd.DataFrame":
    return rows[rows["origin"] != rng.choice(["EWR", "JFK", "LGA"])]


def _cut_off(rows: "pd.DataFrame", rng: np.random.Generator) -> "pd.DataFrame":
    return rows.iloc[: int(len(rows) * rng.uniform(0.3, 0.6))]


def _local(rows: "pd.DataFrame", rng: np.random.Generator) -> "pd.DataFrame":
    """Local clock times labelled as UTC, in the two scheduled columns."""
    local_times = {
        name: rows[name].dt.tz_convert(ZONE).dt.tz_localize(None).dt.tz_localize("UTC")
        for name in ("scheduled_departure", "scheduled_arrival")
    }
    return rows.assign(**local_times)


def _swapped(rows: "pd.DataFrame", rng: np.random.Generator) -> "pd.DataFrame":
    return rows.assign(origin=rows["dest"], dest=rows["origin"])


def _yesterday(rows: "pd.DataFrame", rng: np.random.Generator) -> "pd.DataFrame":
    import pandas as pd

    instants = ["scheduled_departure", "scheduled_arrival", "departure", "arrival"]
    return rows.assign(**{name: rows[name] - pd.Timedelta(days=1) for name in instants})


def _unknown(rows: "pd.DataFrame", rng: np.random.Generator) -> "pd.DataFrame":
    spoilt = rows.copy()
    spoilt.loc[rng.random(len(rows)) < 0.1, "carrier"] = "??"
    return spoilt


def _holes(rows: "pd.DataFrame", rng: np.random.Generator) -> "pd.DataFrame":
    spoilt = rows.copy()
    spoilt.loc[rows["arrival"].notna() & (rng.random(len(rows)) < 0.3), "air_time_min"] = np.nan
    return spoilt


def _sign(rows: "pd.DataFrame", rng: np.random.Generator) -> "pd.DataFrame":
    return rows.assign(departure_delay_min=-rows["departure_delay_min"])


CORRUPTIONS: Mapping[str, Corruption] = {
    each.name: each
    for each in (
        Corruption("kilometres", "the supplier went metric: distance_miles holds kilometres", _kilometres),
        Corruption("seconds", "a new version writes arrival delays in seconds", _seconds),
        Corruption("zeros", "flights that never left get delays of 0 instead of none", _zeros),
        Corruption("twice", "a retry sent one row in twenty again", _twice),
        Corruption("airport", "one airport's feed did not arrive", _airport),
        Corruption("cut_off", "the upload broke off in the middle", _cut_off),
        Corruption("local", "scheduled times are local clock times, labelled as UTC", _local),
        Corruption("swapped", "two columns changed places: origin and dest", _swapped),
        Corruption("yesterday", "the file of the day before came again, under today's name", _yesterday),
        Corruption("unknown", "a lookup failed: one carrier in ten is '??'", _unknown),
        Corruption("holes", "air time is missing for three in ten flights that landed", _holes),
        Corruption("sign", "departure delays changed their sign", _sign),
    )
}
"""By name. What can be seen in the file of a single day; slow drift cannot (chapter 12)."""


def corrupted(delivery: Delivery, name: str, seed: int = 0) -> Delivery:
    """Return the delivery after one corruption; the same for the same seed."""
    one_of("name", name, CORRUPTIONS)
    rng = np.random.default_rng([seed, *delivery.day.encode()])
    return delivery.with_rows(CORRUPTIONS[name].spoil(delivery.rows, rng))
