"""Other truths: the year's facts with everything after an instant changed."""

import numpy as np
import pandas as pd

from mlsd_course import data


def short(first: str = "2013-07-01", last: str = "2013-07-15") -> data.GroundTruth:
    """Two weeks of the facts."""
    begin, end = data.new_york(first), data.new_york(last)
    flights, weather = data.flights(), data.weather()
    flights = flights[flights["scheduled_departure"].between(begin, end)].reset_index(drop=True)
    weather = weather[weather["published_at"].between(begin, end)].reset_index(drop=True)
    return data.GroundTruth(flights, weather)


def changed_after(facts: data.GroundTruth, t: pd.Timestamp, seed: int) -> data.GroundTruth:
    """The same facts up to `t`; every later departure, landing, aircraft and weather reading is another one."""
    rng = np.random.default_rng(seed)
    flights, weather = facts.flights.copy(), facts.weather.copy()

    def later(rows: pd.Series) -> pd.Series:
        """Instants after `t`, to the minute, some of them never."""
        minutes = pd.Series(rng.integers(1, 40 * 60, len(flights)), index=flights.index)
        drawn = t.floor("min") + pd.to_timedelta(minutes, unit="min")
        return drawn.where(rng.random(len(flights)) < 0.9)[rows]

    open_ = ~(flights["departure"] <= t)
    flights.loc[open_, "departure"] = later(open_)
    delay = (flights["departure"] - flights["scheduled_departure"]).dt.total_seconds() / 60
    flights.loc[open_, "departure_delay_min"] = delay[open_]
    flying = ~(flights["arrival"] <= t)
    flights.loc[flying, "arrival"] = later(flying)
    delay = (flights["arrival"] - flights["scheduled_arrival"]).dt.total_seconds() / 60
    flights.loc[flying, "arrival_delay_min"] = delay[flying]
    flights.loc[flying, "air_time_min"] = rng.uniform(30, 300, flying.sum())
    flights.loc[flying, "late"] = pd.array(rng.random(flying.sum()) < 0.5, dtype="boolean")
    flights.loc[flying, "status"] = "landed"
    unassigned = flights["scheduled_departure"] > t + pd.Timedelta(hours=2)
    flights.loc[unassigned, "tailnum"] = rng.permutation(flights["tailnum"].to_numpy())[unassigned.to_numpy()]
    unpublished = weather["published_at"] > t
    for column in weather.select_dtypes("float"):
        weather.loc[unpublished, column] = rng.uniform(0, 60, unpublished.sum())
    return data.GroundTruth(flights, weather)
