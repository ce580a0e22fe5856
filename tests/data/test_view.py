"""The view at an instant holds what was known then, and no later fact."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlsd_course import data
from mlsd_course.errors import ParameterError
from tests.support.data_builders import changed_after, short

FACTS = short()
BEGIN, END = data.new_york("2013-07-02"), data.new_york("2013-07-14")
INSTANTS = st.integers(0, int((END - BEGIN).total_seconds())).map(lambda s: BEGIN + pd.Timedelta(seconds=s))
ON_AN_EVENT = st.integers(0, len(FACTS.flights) - 1).map(lambda row: FACTS.flights["arrival"].iloc[row])


def same_bytes(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Equal as text, to the last digit, and of the same types."""
    return one.to_csv().encode() == other.to_csv().encode() and (one.dtypes == other.dtypes).all()


def around(frame: pd.DataFrame, t: pd.Timestamp) -> pd.DataFrame:
    """Three days of a view of flights: all that a change after `t` could reach."""
    return frame[(frame["scheduled_departure"] - t).abs() < pd.Timedelta(days=3)]


@settings(max_examples=25, deadline=None)
@given(t=st.one_of(INSTANTS, ON_AN_EVENT.filter(lambda t: BEGIN < t < END)), seed=st.integers(0, 2**32 - 1))
def test_no_later_fact_leaks(t: pd.Timestamp, seed: int) -> None:
    """Whatever happens after t, the view at t has the same bytes; and nothing in it is dated later."""
    other = changed_after(FACTS, t, seed)
    view, twin = data.as_of(t, FACTS), data.as_of(t, other)
    assert same_bytes(around(view.flights, t), around(twin.flights, t))
    pd.testing.assert_frame_equal(view.flights, twin.flights)
    assert same_bytes(view.weather.tail(100), twin.weather.tail(100))
    pd.testing.assert_frame_equal(view.weather, twin.weather)
    for instants in (view.flights["departure"], view.flights["arrival"], view.weather["published_at"]):
        assert not (instants > t).any()


def test_the_changed_facts_are_others() -> None:
    """The property above has teeth: half a day later the changed facts show, in each column that they touch."""
    t = data.instant("2013-07-08T18:00Z")
    later = t + pd.Timedelta(hours=12)
    view, twin = data.as_of(later, FACTS), data.as_of(later, changed_after(FACTS, t, 1))
    for column in ("departure", "departure_delay_min", "arrival", "arrival_delay_min", "late", "status", "tailnum"):
        assert not view.flights[column].equals(twin.flights[column]), column
    assert not view.weather.equals(twin.weather)


@pytest.mark.parametrize("t", ["2013-01-01T05:00Z", "2013-02-09T03:00Z", "2013-07-10T21:37Z", "2014-01-01T05:00Z"])
def test_everything_up_to_the_instant_is_in_the_view(t: str) -> None:
    """What had happened by t is there as it is in the tables; an event at t itself counts."""
    view, flights, weather = data.as_of(t), data.flights(), data.weather()
    left, landed = flights["departure"] <= view.t, flights["arrival"] <= view.t
    assert view.flights["departure"].equals(flights["departure"].where(left))
    assert view.flights["departure_delay_min"].equals(flights["departure_delay_min"].where(left))
    assert view.flights["arrival"].equals(flights["arrival"].where(landed))
    assert view.flights["late"].equals(flights["late"].where(landed))
    assert len(view.weather) == (weather["published_at"] <= view.t).sum()
    assert len(view.departed) == left.sum()
    assert len(view.landed) == landed.sum()
    assert view.landed["arrival"].is_monotonic_increasing
    schedule = ["flight_id", "carrier", "flight", "origin", "dest", "scheduled_departure", "scheduled_arrival"]
    assert view.flights[schedule].equals(flights[schedule])


def test_an_event_shows_at_its_own_instant() -> None:
    """A landing is unknown a microsecond before it, known at it."""
    flight = data.flights().iloc[175_000]
    before, at = (data.as_of(flight["arrival"] - pd.Timedelta(microseconds=us)).flights.iloc[175_000] for us in (1, 0))
    assert before["status"] == "departed"
    assert pd.isna(before["arrival_delay_min"])
    assert pd.isna(before["late"])
    assert at["status"] == "landed"
    assert at["arrival_delay_min"] == flight["arrival_delay_min"]


def test_status_says_only_what_was_known() -> None:
    """Cancelled and diverted flights look like waiting and flying ones until a day after schedule, then agree with the year."""
    flights = data.flights()
    for status, schedule, meanwhile in (
        ("cancelled", "scheduled_departure", "scheduled"),
        ("diverted", "scheduled_arrival", "departed"),
    ):
        row = flights.index[flights["status"] == status][100]
        due = flights.loc[row, schedule]
        assert data.as_of(due + pd.Timedelta(hours=23, minutes=59)).flights.loc[row, "status"] == meanwhile
        assert data.as_of(due + pd.Timedelta(hours=24)).flights.loc[row, "status"] == status
    view = data.as_of("2014-01-01T05:00Z").flights
    settled = flights["scheduled_arrival"] <= pd.Timestamp("2013-12-31T05:00Z")
    assert view["status"][settled].equals(flights["status"][settled])


def test_weather_is_published_when_its_hour_is_over() -> None:
    """The latest weather at 21:59 is the hour from 20:00; at 22:00 the hour from 21:00."""
    for t, hour in (("2013-07-10T21:59Z", "2013-07-10T20:00Z"), ("2013-07-10T22:00Z", "2013-07-10T21:00Z")):
        latest = data.as_of(t).latest_weather
        assert list(latest.index) == ["EWR", "JFK", "LGA"]
        assert (latest["observed_hour"] == pd.Timestamp(hour)).all()


def test_the_year_cannot_be_changed_through_a_frame() -> None:
    """What a learner writes into a frame stays in that frame."""
    mine = data.flights()
    mine.loc[0, "dest"] = "XXX"
    mine["arrival_delay_min"] = np.nan
    seen = data.as_of("2013-03-01T12:00Z").flights
    seen["late"] = True
    assert data.flights().loc[0, "dest"] != "XXX"
    assert data.flights()["arrival_delay_min"].notna().any()


@pytest.mark.parametrize(
    "t",
    ["2013-07-10 21:00", "2012-12-31T23:00Z", "2014-01-01T05:01Z", "2014-06-01T00:00Z", "yesterday", None, 3, pd.NaT],
)
def test_instants_without_a_zone_or_a_place_in_2013_are_refused(t: object) -> None:
    """The sentence says what is allowed and what to do."""
    with pytest.raises(ParameterError, match=r"Allowed: .+\. .+"):
        data.as_of(t)  # type: ignore[arg-type]


def test_clock_times_that_no_clock_shows_are_refused() -> None:
    """2:30 on 10 March does not exist in New York; 1:30 on 3 November happens twice and means the first."""
    with pytest.raises(ParameterError, match="10 March"):
        data.new_york("2013-03-10 02:30")
    with pytest.raises(ParameterError, match="without a zone"):
        data.new_york("2013-07-10T12:00Z")
    assert data.new_york("2013-11-03 01:30") == pd.Timestamp("2013-11-03T05:30Z")
