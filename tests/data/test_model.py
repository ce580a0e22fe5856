"""The model of late arrivals beats the table of rates, and is the same each time."""

import os
import subprocess
import sys
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest

from mlsd_course import data
from mlsd_course.errors import ParameterError


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the model is, trained once."""
    path = tmp_path_factory.mktemp("model") / "new folder" / "late.joblib"
    data.train_late_model(path)
    return path


def test_it_beats_carrier_and_hour_on_later_months(saved: Path) -> None:
    """September to December: better in all three metrics, and no interval holds 0."""
    card = data.late_scorecard(joblib.load(saved))
    print(card.round(4).to_string())
    overall = card.loc["all"]
    assert (overall["low"] > 0).all()
    assert overall["gain"].between(overall["low"], overall["high"]).all()
    assert (card.loc["gate"]["low"] > 0).all()
    assert (card.loc["evening"]["low"] > 0).all()
    assert overall["questions"].iloc[0] > 20_000


@pytest.mark.slow
def test_the_baseline_is_no_better_than_itself(saved: Path) -> None:
    """The scorecard has no thumb on it: a table against its own probabilities gains exactly nothing."""
    rates = data.late_rates()

    class Table:
        def predict_proba(self, rows: np.ndarray) -> np.ndarray:
            return np.column_stack((1 - self.answers, self.answers))

    from mlsd_course.data import scorecard

    table = Table()
    table.answers = rates.probabilities(scorecard._questions("2013-09-01", "2013-12-31", 0.3, 1))  # noqa: SLF001 the questions that are scored
    card = data.late_scorecard(table, rates, resamples=20)
    assert (card[["gain", "low", "high"]].abs() < 1e-12).all(axis=None)


def test_the_metrics_are_scikit_learns(saved: Path) -> None:
    """With ties (the table's) and without."""
    from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

    from mlsd_course.data import scorecard

    questions = scorecard._questions("2013-10-01", "2013-10-31", 0.3, 1)  # noqa: SLF001 the questions that are scored
    late = questions["late"].to_numpy(dtype=float)
    model = joblib.load(saved)
    for p in (
        data.late_rates().probabilities(questions),
        model.predict_proba(data.features(questions).to_numpy())[:, 1],
    ):
        weights = np.random.default_rng(0).integers(0, 4, len(p)).astype(float)
        expected = [m(late, p, sample_weight=weights) for m in (log_loss, roc_auc_score, average_precision_score)]
        assert scorecard._Scored.of(p, late).metrics(weights).tolist() == pytest.approx(expected, abs=1e-9)  # noqa: SLF001 the scores themselves


@pytest.mark.slow
def test_training_again_in_another_process_gives_the_same_model(saved: Path, tmp_path: Path) -> None:
    """To 1e-6, also with one thread."""
    again = tmp_path / "again.joblib"
    script = f"from mlsd_course import data; data.train_late_model({str(again)!r})"
    subprocess.run([sys.executable, "-c", script], check=True, env={**os.environ, "OMP_NUM_THREADS": "1"}, timeout=120)
    rows = data.features(data.replay("2013-10-10", per_flight=5).requests).to_numpy()
    one, other = (joblib.load(path).predict_proba(rows) for path in (saved, again))
    assert np.abs(one - other).max() < 1e-6


def test_the_table_of_rates_by_hand() -> None:
    """One carrier and hour: late landings over landings until September, drawn towards the overall rate by 50 flights."""
    flights = data.flights()
    landed = flights[flights["arrival"] <= data.new_york("2013-09-01")]
    hour = landed["scheduled_departure"].dt.tz_convert("America/New_York").dt.hour
    own = landed[(landed["carrier"] == "UA") & (hour == 17)]["late"]
    overall = landed["late"].mean()
    rates = data.late_rates()
    asked = flights[(flights["carrier"] == "UA") & (flights["scheduled_departure"] > "2013-12-01T22:00Z")].head(1)
    assert rates.overall == pytest.approx(overall)
    assert rates.rates["UA", 17] == pytest.approx((own.sum() + 50 * overall) / (len(own) + 50))
    assert rates.probabilities(asked).tolist() == [rates.rates["UA", 17]]
    nowhere = data.RateTable(rates.rates.iloc[:0], 0.25)
    assert nowhere.probabilities(asked).tolist() == [0.25]


def test_it_learns_only_from_what_had_landed() -> None:
    """No flight that landed later is among the questions, and each question was asked before its answer was known."""
    from mlsd_course.data import model

    questions = model._learnable("2013-09-01", 0)  # noqa: SLF001 the questions that a model learns from
    arrivals = data.flights()["arrival"].loc[questions["flight_id"]]
    assert (arrivals <= data.new_york("2013-09-01")).all()
    assert (questions["asked_at"].to_numpy() < arrivals.to_numpy()).all()
    assert questions["late"].notna().all()


def test_the_saved_model_takes_rows_of_floats(saved: Path) -> None:
    """As the service gives them: no names, no warning; the names are kept with the model."""
    model = joblib.load(saved)
    row = data.features(data.replay("2013-10-10", per_flight=1).requests.head(1)).iloc[0].tolist()
    assert 0 < model.predict_proba([row])[0, 1] < 1
    assert model.feature_names == data.FEATURES
    assert model.n_features_in_ == len(row) <= 20


def test_outcomes_are_those_of_the_flights() -> None:
    """In the order and with the index of the requests."""
    requests = pd.DataFrame({"flight_id": [9, 3, 9]}, index=[2, 0, 1])
    late = data.flights()["late"]
    assert data.outcomes(requests).tolist() == [late[9], late[3], late[9]]
    assert data.outcomes(requests).index.tolist() == [2, 0, 1]


def test_too_few_rows_and_other_years_are_refused() -> None:
    """With a sentence."""
    with pytest.raises(ParameterError, match=r"at least 1,000"):
        data.train_late_model(rows=10)
    with pytest.raises(ParameterError, match="2013"):
        data.train_late_model(until="2014-06-01")
    with pytest.raises(ParameterError, match="2013"):
        data.late_scorecard(None, first="2014-01-01", last="2014-02-01")
