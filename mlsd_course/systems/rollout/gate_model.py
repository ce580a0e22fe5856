"""The product at the gate: a flight has left, and the people who wait for it are warned or not. Features, rule, model."""

from typing import TYPE_CHECKING, Any

from mlsd_course.errors import ParameterError
from mlsd_course.systems.rollout.evidence import LabelledRequest

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

LATE_MIN = 15
KINDS = ("linear", "trees")


def gate_features(flights: "pd.DataFrame") -> "pd.DataFrame":
    """Return what is known at departure, a row a flight: delay in minutes, distance in 100 miles, hour and weekday in New York."""
    import pandas as pd

    clock = flights["scheduled_departure"].dt.tz_convert("America/New_York")
    return pd.DataFrame(
        {
            "departure_delay_min": flights["departure_delay_min"].astype(float),
            "distance_100_miles": flights["distance_miles"] / 100,
            "hour": (clock.dt.hour + clock.dt.minute / 60).astype(float),
            "weekday": clock.dt.day_of_week.astype(float),
        }
    )


def gate_rule(flights: "pd.DataFrame", limit_min: float = LATE_MIN) -> "np.ndarray[Any, Any]":
    """The heuristic: warn when the flight left `limit_min` minutes late or more."""
    return (flights["departure_delay_min"] >= limit_min).to_numpy()


def train_gate(flights: "pd.DataFrame", kind: str = "linear", seed: int = 0, delay_unit_min: float = 1.0) -> Any:
    """Train a model of `late` on landed flights. kind: "linear" or "trees". delay_unit_min: 60 trains on delays in hours.

    On one thread: the order of sums, and so the last digits, must not depend on the machine's cores.
    """
    from threadpoolctl import threadpool_limits

    features = gate_features(flights).to_numpy().copy()
    features[:, 0] /= delay_unit_min
    with threadpool_limits(1):
        return _estimator(kind, seed).fit(features, flights["late"].astype(bool).to_numpy())


def _estimator(kind: str, seed: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if kind == "linear":
        return make_pipeline(StandardScaler(), LogisticRegression())
    if kind == "trees":
        return HistGradientBoostingClassifier(max_iter=60, early_stopping=True, random_state=seed)
    raise ParameterError("kind", given=kind, allowed=", ".join(KINDS), remedy="Name one of them")


def gate_requests(flights: "pd.DataFrame") -> list[LabelledRequest]:
    """One request per landed flight, in the order of departure; its outcome is known at its arrival."""
    import pandas as pd

    landed = flights[flights["late"].notna()].sort_values(["departure", "flight_id"])
    start = landed["departure"].iloc[0]
    hour = pd.Timedelta(hours=1)
    return [
        LabelledRequest(int(key), float(at), tuple(row), bool(late), float(known))
        for key, at, row, late, known in zip(
            landed["flight_id"],
            (landed["departure"] - start) / hour,
            gate_features(landed).to_numpy().tolist(),
            landed["late"],
            (landed["arrival"] - start) / hour,
            strict=True,
        )
    ]
