"""The replay gives the same traffic to everyone who asks for it, in order."""

import pandas as pd
import pytest

from mlsd_course import data, sim
from mlsd_course.errors import ParameterError


def test_the_same_arguments_give_the_same_traffic() -> None:
    """And another seed other traffic."""
    one, same, other = data.replay("2013-07-10"), data.replay("2013-07-10"), data.replay("2013-07-10", seed=1)
    assert one.requests.equals(same.requests)
    assert one.events.equals(same.events)
    assert not one.requests.equals(other.requests)
    assert one.events.equals(other.events)
    assert len(one) == 18_553


def test_the_traffic_does_not_depend_on_what_is_done_with_it() -> None:
    """Iterating gives the rows of the frame, as often as one likes."""
    replayed = data.replay("2013-03-10", per_flight=2)
    rows = list(replayed)
    assert rows == list(replayed)
    assert [tuple(row) for row in rows] == list(replayed.requests.itertuples(index=False, name=None))
    assert len(rows) == len(replayed) == len(replayed.times_s)


@pytest.mark.parametrize(("day", "hours"), [("2013-03-10", 23), ("2013-07-10", 24), ("2013-11-03", 25)])
def test_a_day_is_new_yorks(day: str, hours: int) -> None:
    """From midnight to midnight there, in 23, 24 or 25 hours; speed divides the time."""
    replayed = data.replay(day, speed=3600)
    assert replayed.begin == data.new_york(day)
    assert replayed.seconds == hours
    for instants in (replayed.requests["asked_at"], replayed.events["happened_at"]):
        assert instants.between(replayed.begin, replayed.end, inclusive="left").all()
        assert instants.is_monotonic_increasing
    elapsed = (replayed.requests["asked_at"] - replayed.begin).dt.total_seconds()
    assert replayed.times_s.tolist() == pytest.approx((elapsed / 3600).tolist())


def test_times_feed_the_simulator() -> None:
    """They are what sim.Trace takes."""
    replayed = data.replay("2013-07-10", per_flight=3, speed=1440)
    times = replayed.times_s
    assert sim.Trace(times).mean_rate_per_s == pytest.approx((len(times) - 1) / (times[-1] - times[0]))
    assert replayed.mean_rate_per_s == len(times) / 60


def test_events_are_those_of_the_tables() -> None:
    """Each departure and landing of the day, once, with its delay."""
    replayed, flights = data.replay("2013-07-10"), data.flights()
    for event, instant, delay in (
        ("departure", "departure", "departure_delay_min"),
        ("landing", "arrival", "arrival_delay_min"),
    ):
        happened = flights[(flights[instant] >= replayed.begin) & (flights[instant] < replayed.end)].set_index(
            "flight_id"
        )
        logged = replayed.events[replayed.events["event"] == event].set_index("flight_id").sort_index()
        assert logged.index.tolist() == happened.index.tolist()
        assert (logged["happened_at"] == happened[instant]).all()
        assert (logged["delay_min"] == happened[delay]).all()


def test_the_stream_puts_events_before_questions_of_the_same_instant() -> None:
    """A question asked at the moment of a landing knows of it, as the view does."""
    replayed = data.replay("2013-07-10")
    items = list(replayed.stream())
    assert len(items) == len(replayed.requests) + len(replayed.events)
    order = [(item[1], isinstance(item, data.Request)) for item in items]
    assert order == sorted(order)


def test_travellers_ask_while_it_makes_sense() -> None:
    """Never after the flight has left; evening and booking questions by day, at the gate around the schedule."""
    requests = data.replay("2013-02-05", "2013-02-11", per_flight=5).requests
    flights = data.flights().loc[requests["flight_id"]].set_axis(requests.index)
    assert not (flights["departure"] <= requests["asked_at"]).any()
    lead_h = (flights["scheduled_departure"] - requests["asked_at"]).dt.total_seconds() / 3600
    assert lead_h[requests["kind"] == "gate"].between(-0.5, 1.5).all()
    assert lead_h[requests["kind"] == "evening"].between(6, 30).all()
    assert lead_h[requests["kind"] == "booking"].between(6, 61 * 24).all()
    assert set(requests["kind"]) == {"booking", "evening", "gate"}
    clock = requests["asked_at"].dt.tz_convert("America/New_York").dt.hour
    assert clock[requests["kind"] == "evening"].between(18, 22).all()
    assert clock[requests["kind"] == "booking"].between(7, 22).all()


def test_waiting_travellers_ask_more() -> None:
    """Gate traffic per flight grows when flights wait: a day of snow against a calm Saturday."""
    per_flight = {}
    for day in ("2013-03-08", "2013-05-04"):
        replayed = data.replay(day)
        gate = replayed.requests[replayed.requests["kind"] == "gate"]
        per_flight[day] = len(gate) / gate["flight_id"].nunique()
    assert per_flight["2013-03-08"] > 1.1 * per_flight["2013-05-04"]


@pytest.mark.parametrize(
    ("days", "options"),
    [
        (("2014-01-01",), {}),
        (("2012-12-31",), {}),
        (("2013-12-30", "2014-01-02"), {}),
        (("2013-07-10", "2013-07-09"), {}),
        (("2013-07-10 12:00",), {}),
        (("2013-07-10T00:00Z",), {}),
        (("someday",), {}),
        (("2013-07-10",), {"speed": 0}),
        (("2013-07-10",), {"speed": float("nan")}),
        (("2013-07-10",), {"per_flight": -1}),
    ],
)
def test_days_outside_the_year_and_impossible_rates_are_refused(days: tuple[str, ...], options: dict) -> None:
    """Each with the sentence of a ParameterError."""
    with pytest.raises(ParameterError, match="Allowed"):
        data.replay(*days, **options)


@pytest.mark.parametrize("per_flight", [-1, float("nan"), float("inf"), "two"])
def test_impossible_numbers_of_questions_are_refused(per_flight: object) -> None:
    """With the course's sentence, not NumPy's."""
    with pytest.raises(ParameterError, match=r"per_flight.*Allowed"):
        data.ask(data.flights().head(3), per_flight=per_flight)  # type: ignore[arg-type]


def test_the_last_day_of_the_year_can_be_replayed() -> None:
    """To its last midnight; bookings for 2014 are not there."""
    replayed = data.replay("2013-12-31")
    assert replayed.end == pd.Timestamp("2014-01-01T05:00Z")
    assert "booking" not in set(replayed.requests["kind"])
