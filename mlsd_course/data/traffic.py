"""`replay`: the traffic of some days. Who asks about which flight, when; which flights leave and land meanwhile."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlsd_course.data.clock import HERE, days
from mlsd_course.data.timeline import HOUR_US, Whole, microseconds
from mlsd_course.data.view import GroundTruth, known
from mlsd_course.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("booking", "evening", "gate")
"""When travellers ask: 1 to 60 days ahead, on the evening before, or at the gate."""

_SHARES = (0.25, 0.25, 0.5)
_MEAN_DAYS_AHEAD, _MOST_DAYS_AHEAD = 14.0, 60
_GATE_MIN = (-90.0, 30.0)  # from the scheduled departure; nobody asks once the flight has left
_CLOCK_H = {"booking": (7.0, 23.0), "evening": (18.0, 23.0)}


class Request(NamedTuple):
    """A traveller's question: `at_s` in seconds of the replay, `asked_at` the instant in 2013 that it stands for."""

    at_s: float
    asked_at: "pd.Timestamp"
    flight_id: int
    kind: str


class FlightEvent(NamedTuple):
    """A departure or a landing at `at_s` seconds of the replay, with its delay in minutes (negative: early)."""

    at_s: float
    happened_at: "pd.Timestamp"
    flight_id: int
    event: str
    delay_min: float


@dataclass(frozen=True, eq=False)
class Replay:
    """Requests and events from `begin` to `end`, played `speed` times as fast. Made by `replay`.

    requests: a frame of `at_s`, `asked_at`, `flight_id`, `kind`. events: a frame of `at_s`, `happened_at`, `flight_id`,
    `event` ("departure" or "landing") and `delay_min`. Both are in order of time. Iterating gives the requests.
    """

    begin: "pd.Timestamp"
    end: "pd.Timestamp"
    speed: float
    requests: "pd.DataFrame" = field(repr=False)
    events: "pd.DataFrame" = field(repr=False)

    @property
    def times_s(self) -> NDArray[np.float64]:
        """Seconds of the replay at which the requests arrive, ascending: what `sim.Trace` takes."""
        return self.requests["at_s"].to_numpy()

    @property
    def seconds(self) -> float:
        """How long the replay takes."""
        return (self.end - self.begin).total_seconds() / self.speed

    @property
    def mean_rate_per_s(self) -> float:
        """Requests per second of the replay, on average."""
        return len(self) / self.seconds

    def stream(self) -> Iterator[Request | FlightEvent]:
        """Yield requests and events in order of time. At the same instant the event comes first, so that the request knows of it."""
        return merge(map(FlightEvent._make, _tuples(self.events)), self, key=lambda item: item[1])

    def __iter__(self) -> Iterator[Request]:
        return map(Request._make, _tuples(self.requests))

    def __len__(self) -> int:
        return len(self.requests)


def replay(
    first: str,
    last: str | None = None,
    *,
    per_flight: float = 20.0,
    speed: float = 1440.0,
    seed: int = 0,
    facts: GroundTruth | None = None,
) -> Replay:
    """Return the traffic of the New York days `first` to `last` (default: one day), the same for the same arguments.

    Each flight has a Poisson number of travellers who ask, `per_flight` on average: a quarter at booking, a quarter on the
    evening before, half at the gate. Those who would ask after their flight has left are dropped. So traffic follows the schedule,
    and grows where flights wait. A speed of 1440 plays a day in a minute.

    Bookings for 2014 are not in the data, so traffic thins in December. Raises ParameterError outside 2013.
    """
    begin, end = days(first, last)
    for name, value in (("per_flight", per_flight), ("speed", speed)):
        if not (isinstance(value, int | float) and 0 < value < np.inf):
            raise ParameterError(
                name, given=value, allowed="a number above 0", remedy=f"Leave {name} out for the usual one"
            )
    flights = (known() if facts is None else facts).flights
    due, start, stop = microseconds(flights["scheduled_departure"]), _us(begin), _us(end)
    near = flights[(due >= start - HOUR_US) & (due < stop + (_MOST_DAYS_AHEAD + 1) * 24 * HOUR_US)]
    asks = ask(near, per_flight=per_flight, seed=seed)
    asks = asks[(asks["asked_at"] >= begin) & (asks["asked_at"] < end)]
    asks = asks.sort_values(["asked_at", "flight_id"], kind="stable", ignore_index=True)
    return Replay(
        begin,
        end,
        speed,
        _timed(asks, "asked_at", begin, speed),
        _timed(_log(flights, begin, end), "happened_at", begin, speed),
    )


def ask(flights: "pd.DataFrame", *, per_flight: float = 1.0, seed: int = 0) -> "pd.DataFrame":
    """Return questions about these flights, as `replay` draws them: a frame of `asked_at`, `flight_id`, `kind`.

    No question is asked after its flight has left. Instants may lie before 2013. Raises ParameterError for a `per_flight`
    that is negative or no number.
    """
    import pandas as pd

    if not (isinstance(per_flight, int | float) and 0 <= per_flight < np.inf):
        raise ParameterError(
            "per_flight",
            given=per_flight,
            allowed="a number of at least 0",
            remedy="Leave it out for one question each",
        )
    rng = np.random.default_rng(seed)
    rows = np.repeat(np.arange(len(flights)), rng.poisson(per_flight, len(flights)))
    kinds = rng.choice(len(KINDS), size=len(rows), p=_SHARES)
    asked_us = np.empty(len(rows), dtype=np.int64)
    due = flights["scheduled_departure"].iloc[rows]
    for number, kind in enumerate(KINDS):
        chosen = np.flatnonzero(kinds == number)
        asked_us[chosen] = _instants(kind, due.iloc[chosen], rng)
    left = microseconds(flights["departure"])[rows]
    kept = (left < 0) | (asked_us < left)
    return pd.DataFrame(
        {
            "asked_at": pd.Series(asked_us[kept].view("datetime64[us]")).dt.tz_localize("UTC"),
            "flight_id": flights["flight_id"].to_numpy()[rows[kept]],
            "kind": pd.Series(np.asarray(KINDS)[kinds[kept]], dtype="str"),
        }
    )


def _instants(kind: str, due: "pd.Series", rng: np.random.Generator) -> Whole:
    """Draw the instant of each question, in microseconds, rounded to milliseconds."""
    import pandas as pd

    if kind == "gate":
        return microseconds(due) + _milliseconds(rng.uniform(*_GATE_MIN, len(due)) / 60)
    ahead = np.ones(len(due))
    if kind == "booking":
        ahead = np.minimum(np.ceil(rng.exponential(_MEAN_DAYS_AHEAD, len(due))), _MOST_DAYS_AHEAD)
    clock = _milliseconds(rng.uniform(*_CLOCK_H[kind], len(due)) - 24 * ahead)
    midnight = due.dt.tz_convert(HERE).dt.tz_localize(None).dt.normalize()
    return microseconds((midnight + pd.to_timedelta(clock, unit="us")).dt.tz_localize(HERE))


def _milliseconds(hours: NDArray[np.float64]) -> Whole:
    return np.rint(hours * 3_600_000).astype(np.int64) * 1000


def _log(flights: "pd.DataFrame", begin: "pd.Timestamp", end: "pd.Timestamp") -> "pd.DataFrame":
    import pandas as pd

    parts = []
    for event, instant, delay in (
        ("departure", "departure", "departure_delay_min"),
        ("landing", "arrival", "arrival_delay_min"),
    ):
        happened = flights[(flights[instant] >= begin) & (flights[instant] < end)]
        part = happened[[instant, "flight_id"]].set_axis(["happened_at", "flight_id"], axis=1)
        parts.append(part.assign(event=event, delay_min=happened[delay]))
    return pd.concat(parts).sort_values(["happened_at", "flight_id", "event"], kind="stable", ignore_index=True)


def _timed(frame: "pd.DataFrame", column: str, begin: "pd.Timestamp", speed: float) -> "pd.DataFrame":
    frame.insert(0, "at_s", (microseconds(frame[column]) - _us(begin)) / (1e6 * speed))
    return frame


def _us(instant: "pd.Timestamp") -> int:
    return instant.value // 1000


def _tuples(frame: "pd.DataFrame") -> Iterator[tuple]:
    return frame.itertuples(index=False, name=None)
