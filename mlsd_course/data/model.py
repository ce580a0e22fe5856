"""The model of late arrivals that the chapters serve, and the table of rates that it has to beat."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mlsd_course.data.clock import HERE, YEAR, new_york
from mlsd_course.data.row import FEATURES, features
from mlsd_course.data.timeline import Real
from mlsd_course.data.traffic import ask
from mlsd_course.data.view import known
from mlsd_course.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.ensemble import HistGradientBoostingClassifier

LEARNED_UNTIL = "2013-09-01"
"""The model learns from January to August; it is judged on later months."""


def train_late_model(
    path: str | Path | None = None, *, until: str = LEARNED_UNTIL, rows: int = 60_000, seed: int = 0
) -> "HistGradientBoostingClassifier":
    """Train P(late) on questions as travellers ask them, with what was known then; save it with joblib to `path`.

    until: a New York day; the model learns only from flights that had landed when it began. rows: how many questions to
    learn from, drawn from all. The model takes an array of floats with the columns of FEATURES, which `model.feature_names`
    holds. The same arguments give the same model. Takes about 2 s.
    """
    import joblib
    from sklearn.ensemble import HistGradientBoostingClassifier

    if rows < 1000:
        raise ParameterError("rows", given=rows, allowed="at least 1,000", remedy="Learn from more questions")
    questions = _learnable(until, seed)
    if len(questions) > rows:
        questions = questions.sample(rows, random_state=seed)
    model = HistGradientBoostingClassifier(
        max_iter=150,
        learning_rate=0.06,
        max_leaf_nodes=15,
        min_samples_leaf=100,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=seed,
    ).fit(features(questions).to_numpy(), questions["late"].to_numpy(dtype=int))
    model.feature_names = FEATURES
    if path is not None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        joblib.dump(model, path)
    return model


@dataclass(frozen=True, eq=False)
class RateTable:
    """The baseline: the share of late arrivals by carrier and scheduled hour of departure, on New York's clock."""

    rates: "pd.Series" = field(repr=False)
    overall: float

    def probabilities(self, requests: "pd.DataFrame") -> Real:
        """Return the rate of each request's carrier and hour; the overall rate where the table has no such row."""
        return self.rates.reindex(_carrier_and_hour(requests)).fillna(self.overall).to_numpy()


def late_rates(until: str = LEARNED_UNTIL) -> RateTable:
    """Return the rates of the flights that had landed when the New York day `until` began.

    Each rate is shrunk towards the overall rate with the weight of 50 flights.
    """
    import pandas as pd

    flights = known().flights
    landed = flights[flights["arrival"] <= new_york(until)]
    overall = float(landed["late"].mean())
    groups = landed["late"].astype(float).groupby(pd.MultiIndex.from_tuples(_carrier_and_hour(landed)))
    return RateTable((groups.sum() + 50 * overall) / (groups.size() + 50), overall)


def outcomes(requests: "pd.DataFrame") -> "pd.Series":
    """Return what came true for each request: late or not, `<NA>` for flights that did not land as planned."""
    late = known().flights["late"]
    return late.reindex(requests["flight_id"]).set_axis(requests.index)


def _learnable(until: str, seed: int) -> "pd.DataFrame":
    import pandas as pd

    flights = known().flights
    questions = ask(flights[flights["arrival"] <= new_york(until)], seed=seed)
    return questions[questions["asked_at"] >= pd.Timestamp(YEAR[0])].assign(late=outcomes)


def _carrier_and_hour(requests: "pd.DataFrame") -> list[tuple[str, int]]:
    flights = known().flights.iloc[requests["flight_id"]]
    hours = flights["scheduled_departure"].dt.tz_convert(HERE).dt.hour
    return list(zip(flights["carrier"], hours, strict=True))
