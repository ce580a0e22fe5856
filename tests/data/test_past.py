"""As-of joins and features use what was known at the question, under ties and gaps."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlsd_course import data
from mlsd_course.data.timeline import HOUR_US, Timeline
from mlsd_course.errors import ParameterError
from tests.support.data_builders import changed_after, short

FACTS = short()
FIRST = pd.Timestamp("2013-07-01T00:00Z")

MINUTES = st.one_of(st.none(), st.integers(0, 5))
ROWS = st.lists(st.tuples(st.sampled_from(["EWR", "JFK", None]), MINUTES), max_size=12)


def frame(rows: list[tuple[str | None, int | None]], instant: str) -> pd.DataFrame:
    """Rows of a key and a minute, either of which may be missing."""
    minutes = pd.to_timedelta(pd.Series([minute for _, minute in rows], dtype="float64"), unit="min")
    return pd.DataFrame({"origin": pd.Series([key for key, _ in rows], dtype="str"), instant: FIRST + minutes})


@settings(max_examples=150, deadline=None)
@given(asked=ROWS, known=ROWS)
def test_asof_join_is_the_naive_join(asked: list, known: list) -> None:
    """For each question: go through all facts, keep the last one known by then. Ties, gaps and empty frames too."""
    asks, facts = frame(asked, "asked_at"), frame(known, "known_at").assign(value=range(len(known)))
    joined = data.asof_join(asks, facts, at="asked_at", known_at="known_at", by="origin")
    expected = []
    for key, at in asked:
        best = None
        for number, (other, known_at) in enumerate(known):
            if None in (key, at, known_at) or other != key or known_at > at:
                continue
            if best is None or known_at >= known[best][1]:
                best = number
        expected.append(best)
    assert joined["value"].astype(object).where(joined["value"].notna(), None).tolist() == expected
    assert joined["asked_at"].equals(asks["asked_at"])
    assert joined.index.equals(asks.index)


def test_asof_join_keeps_the_order_and_the_index_of_the_questions() -> None:
    """Also with two keys, and columns with odd names."""
    asks = pd.DataFrame(
        {"at": FIRST + pd.to_timedelta([3, 1, 2], unit="h"), 'a"b': ["x", "y", "x"], "n": [1, 1, 2]}, index=[7, 3, 5]
    )
    facts = pd.DataFrame(
        {
            "t": FIRST + pd.to_timedelta([0, 0, 2], unit="h"),
            'a"b': ["x", "y", "x"],
            "n": [1, 1, 1],
            "order": [10, 20, 30],
        }
    )
    joined = data.asof_join(asks, facts, at="at", known_at="t", by=('a"b', "n"))
    assert joined.index.tolist() == [7, 3, 5]
    assert joined["order"].fillna(-1).tolist() == [30, 20, -1]


def test_asof_join_refuses_what_it_cannot_join() -> None:
    """A column that is not there, or is there twice."""
    asks, facts = frame([("EWR", 1)], "at"), frame([("EWR", 1)], "at")
    with pytest.raises(ParameterError, match="known_at"):
        data.asof_join(asks, facts, at="at", known_at="known_at", by="origin")
    with pytest.raises(ParameterError, match="Drop or rename"):
        data.asof_join(asks, facts, at="at", known_at="at", by="origin")


@settings(max_examples=150, deadline=None)
@given(
    events=st.lists(
        st.tuples(st.integers(-1, 2), st.one_of(st.none(), st.integers(0, 6)), st.integers(-9, 9)), max_size=15
    ),
    asks=st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 8)), min_size=1, max_size=6),
    hours=st.sampled_from([1, 2, 5, np.inf]),
)
def test_windows_and_latest_are_the_naive_ones(events: list, asks: list, hours: float) -> None:
    """Events in (t - hours, t] of the key; the last of them by time, then by order."""
    zero = FIRST.value // 1000
    times = np.array([-(2**63) if hour is None else zero + hour * HOUR_US for _, hour, _ in events], dtype=np.int64)
    line = Timeline.of(
        np.array([key for key, _, _ in events], dtype=np.int64), times, np.array([v for *_, v in events], dtype=float)
    )
    keys, at = np.array([key for key, _ in asks]), np.array([zero + hour * HOUR_US for _, hour in asks])
    (totals, counts), latest = line.window(keys, at, hours), line.latest(keys, at)
    for number, (key, hour) in enumerate(asks):
        inside = [v for k, h, v in events if k == key >= 0 and h is not None and hour - hours < h <= hour]
        assert (totals[number], counts[number]) == (sum(inside), len(inside))
        by_then = [(h, i) for i, (k, h, _) in enumerate(events) if k == key >= 0 and h is not None and h <= hour]
        assert latest[number] == (max(by_then)[1] if by_then else -1)


def questions(facts: data.GroundTruth, t: pd.Timestamp, rows: int = 60, seed: int = 0) -> pd.DataFrame:
    """Questions asked at `t` about flights from half a day before to two days after it."""
    near = facts.flights[
        (facts.flights["scheduled_departure"] - t - pd.Timedelta(hours=18)).abs() < pd.Timedelta(hours=30)
    ]
    return near[["flight_id"]].sample(min(rows, len(near)), random_state=seed).assign(asked_at=t)


@settings(max_examples=15, deadline=None)
@given(seconds=st.integers(0, 11 * 86_400), seed=st.integers(0, 2**32 - 1))
def test_features_know_no_later_fact(seconds: int, seed: int) -> None:
    """Another future, the same numbers to the last bit; and the view at t is enough to make them."""
    t = data.new_york("2013-07-02") + pd.Timedelta(seconds=seconds)
    asked = questions(FACTS, t, seed=seed)
    numbers = data.features(asked, FACTS)
    pd.testing.assert_frame_equal(numbers, data.features(asked, changed_after(FACTS, t, seed)), check_exact=True)
    pd.testing.assert_frame_equal(numbers, data.features(asked, data.as_of(t, FACTS)), check_exact=True)


@pytest.mark.parametrize("t", ["2013-01-01T05:00Z", "2013-02-09T03:00Z", "2013-11-03T05:30Z", "2013-12-31T20:00Z"])
def test_features_of_the_year_are_those_of_its_views(t: str) -> None:
    """On the first day, in a snow storm, while clocks change, and in the last days, when no weather is published."""
    view = data.as_of(t)
    asked = questions(data.GroundTruth(data.flights(), data.weather()), view.t, rows=300)
    pd.testing.assert_frame_equal(data.features(asked), data.features(asked, view), check_exact=True)


def test_features_are_finite_and_fit_into_a_request() -> None:
    """For each kind of question, at any time of the year, a row is JSON without NaN, in the order of FEATURES."""
    asked = data.ask(data.flights().sample(3000, random_state=1).sort_index())
    asked = asked[asked["asked_at"] >= data.new_york("2013-01-01")]
    rows = data.features(asked)
    assert tuple(rows.columns) == data.FEATURES
    assert rows.index.equals(asked.index)
    assert np.isfinite(rows.to_numpy()).all()
    assert len(json.loads(json.dumps(rows.iloc[0].tolist(), allow_nan=False))) == len(data.FEATURES)


def test_features_by_hand() -> None:
    """One question, each number computed from the tables in the plainest way."""
    flights, weather = data.flights(), data.weather()
    t = data.new_york("2013-07-10 17:05")
    flight = flights[
        (flights["scheduled_departure"] > t) & (flights["origin"] == "EWR") & (flights["status"] == "landed")
    ].iloc[12]
    row = data.features(pd.DataFrame({"flight_id": [flight["flight_id"]], "asked_at": [t]})).iloc[0]
    here = flights["origin"] == "EWR"
    hours = lambda h: pd.Timedelta(hours=h)  # noqa: E731 - as short as the sums below
    left = flights[here & (flights["departure"] <= t) & (flights["departure"] > t - hours(2))]
    landed = flights[flights["arrival"] <= t]
    due = flights[here & (flights["scheduled_departure"] <= t) & (flights["scheduled_departure"] > t - hours(6))]
    reading = weather[(weather["origin"] == "EWR") & (weather["published_at"] <= t)].iloc[-1]
    aircraft = landed[landed["tailnum"] == flight["tailnum"]].sort_values("arrival").iloc[-1]
    month = landed[landed["arrival"] > t - hours(28 * 24)]
    usual = (month["late"].sum() + 10) / (len(month) + 50)
    carrier = month[month["carrier"] == flight["carrier"]]
    assert row["lead_h"] == (flight["scheduled_departure"] - t) / hours(1)
    assert row["departure_hour"] == pytest.approx(17 + flight["scheduled_departure"].minute / 60)
    assert row["weekday"] == 2
    assert row["delay_so_far_min"] == 0
    assert row["origin_delay_2h_min"] == pytest.approx(left["departure_delay_min"].mean())
    assert row["origin_waiting"] == (~(due["departure"] <= t)).sum()
    assert row["carrier_delay_6h_min"] == pytest.approx(
        carrier.loc[carrier["arrival"] > t - hours(6), "arrival_delay_min"].mean()
    )
    assert row["carrier_late_share_28d"] == pytest.approx((carrier["late"].sum() + 50 * usual) / (len(carrier) + 50))
    assert row["aircraft_delay_min"] == aircraft["arrival_delay_min"]
    assert row["aircraft_age_h"] == pytest.approx(min((t - aircraft["arrival"]) / hours(1), 99))
    assert row["humidity_pct"] == reading["humidity_pct"]
    assert row["wind_mph"] == (
        reading["wind_speed_mph"] if pd.isna(reading["wind_gust_mph"]) else reading["wind_gust_mph"]
    )


def test_the_aircraft_is_not_known_at_booking() -> None:
    """More than two hours ahead its delay is unknown, whatever the tables hold."""
    flights = data.flights().iloc[170_000:170_500]
    asked = pd.DataFrame(
        {"flight_id": flights["flight_id"], "asked_at": flights["scheduled_departure"] - pd.Timedelta(minutes=121)}
    )
    rows = data.features(asked)
    assert (rows["aircraft_age_h"] == 99).all()
    assert (rows["aircraft_delay_min"] == 0).all()
    assert (
        data.features(asked.assign(asked_at=asked["asked_at"] + pd.Timedelta(minutes=1)))["aircraft_age_h"] < 99
    ).any()


def test_questions_that_cannot_be_answered_are_refused() -> None:
    """Unknown flights, times without a zone, missing times, missing columns; no question gives no row."""
    good = pd.DataFrame({"flight_id": [5], "asked_at": [data.instant("2013-07-10T12:00Z")]})
    for bad in (
        good.assign(flight_id=400_000),
        good.assign(flight_id=-1),
        good.assign(asked_at=good["asked_at"].dt.tz_localize(None)),
        good.assign(asked_at=pd.Series([pd.NaT], dtype="datetime64[us, UTC]")),
        good.assign(asked_at=pd.Timestamp("2012-12-30T00:00Z")),
        good.drop(columns="asked_at"),
        good.drop(columns="flight_id"),
    ):
        with pytest.raises(ParameterError, match="Allowed"):
            data.features(bad)
    assert data.features(good.iloc[:0]).shape == (0, len(data.FEATURES))
    assert len(data.features(good.assign(asked_at=good["asked_at"].dt.tz_convert("America/New_York")))) == 1
