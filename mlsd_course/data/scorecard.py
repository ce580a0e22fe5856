"""`late_scorecard`: how much better than the baseline a model predicts lateness, with an interval for the gain."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from mlsd_course.data.clock import HERE, YEAR, days
from mlsd_course.data.model import LEARNED_UNTIL, RateTable, late_rates, outcomes
from mlsd_course.data.row import features
from mlsd_course.data.timeline import Real
from mlsd_course.data.traffic import KINDS, ask
from mlsd_course.data.view import known

if TYPE_CHECKING:
    import pandas as pd

METRICS = ("log_loss", "auc", "average_precision")


def late_scorecard(
    model: Any,
    baseline: RateTable | None = None,
    *,
    first: str = LEARNED_UNTIL,
    last: str = "2013-12-31",
    per_flight: float = 0.3,
    resamples: int = 200,
    seed: int = 1,
) -> "pd.DataFrame":
    """Return what `model` gains over `baseline` (default: `late_rates()`) on questions about flights of these days.

    One row per kind of question ("all", and each of booking, evening, gate) and metric (log loss in nats, lower is better;
    area under the ROC curve and average precision, higher is better): `questions`, `baseline`, `model`, `gain` (positive:
    the model is better), `low`, `high`. The last two are a 95 % interval from a paired bootstrap that draws whole days,
    because the flights of a day share its weather. Takes about 1 s.
    """
    import pandas as pd

    questions = _questions(first, last, per_flight, seed)
    judged = {
        "baseline": (baseline or late_rates()).probabilities(questions),
        "model": model.predict_proba(features(questions).to_numpy())[:, 1],
    }
    day = pd.factorize(questions["scheduled_departure"].dt.tz_convert(HERE).dt.date)[0]
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(day.max() + 1, np.full(day.max() + 1, 1 / (day.max() + 1)), size=resamples)
    rows = []
    for kind in ("all", *KINDS):
        of_kind = np.ones(len(day), dtype=bool) if kind == "all" else (questions["kind"] == kind).to_numpy()
        late = questions["late"].to_numpy(dtype=float)[of_kind]
        scored = {name: _Scored.of(p[of_kind], late) for name, p in judged.items()}
        rows += _gains(kind, scored, day[of_kind], weights)
    return pd.DataFrame(rows).set_index(["asked", "metric"])


@dataclass(frozen=True)
class _Scored:
    """Predicted probabilities in falling order, with the outcomes. Equal probabilities form one step of a curve."""

    order: NDArray[np.intp]
    late: Real
    losses: Real
    steps: NDArray[np.intp]

    @classmethod
    def of(cls, probabilities: Real, late: Real) -> Self:
        order = np.argsort(-probabilities, kind="stable")
        ranked, late = np.clip(probabilities[order], 1e-7, 1 - 1e-7), late[order]
        losses = -np.where(late > 0, np.log(ranked), np.log1p(-ranked))
        return cls(order, late, losses, np.flatnonzero(np.append(np.diff(ranked) != 0, True)))

    def metrics(self, weights: Real) -> Real:
        """Return METRICS, each question weighted by its entry in `weights`."""
        weights = weights[self.order]
        hits = np.cumsum(weights * self.late)[self.steps]
        counted = np.cumsum(weights)[self.steps]
        misses = counted - hits
        auc = np.trapezoid(np.append(0, hits), np.append(0, misses)) / (hits[-1] * misses[-1])
        precision = hits / np.maximum(counted, 1e-12)
        average = np.sum(np.diff(hits, prepend=0) * precision) / hits[-1]
        return np.array([weights @ self.losses / weights.sum(), auc, average])


def _gains(kind: str, scored: dict[str, _Scored], day: NDArray[np.intp], weights: NDArray[Any]) -> list[dict[str, Any]]:
    signs = np.array([-1.0, 1.0, 1.0])
    base, model = (scored[name].metrics(np.ones(len(day))) for name in ("baseline", "model"))
    drawn = [
        signs * (scored["model"].metrics(weight) - scored["baseline"].metrics(weight))
        for weight in weights.astype(float)[:, day]
    ]
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    return [
        {
            "asked": kind,
            "metric": metric,
            "questions": len(day),
            "baseline": base[number],
            "model": model[number],
            "gain": (signs * (model - base))[number],
            "low": low[number],
            "high": high[number],
        }
        for number, metric in enumerate(METRICS)
    ]


def _questions(first: str, last: str, per_flight: float, seed: int) -> "pd.DataFrame":
    import pandas as pd

    begin, end = days(first, last)
    flights = known().flights
    due = flights["scheduled_departure"]
    questions = ask(flights[(due >= begin) & (due < end)], per_flight=per_flight, seed=seed)
    questions = questions[questions["asked_at"] >= pd.Timestamp(YEAR[0])].assign(late=outcomes)
    questions = questions[questions["late"].notna()]
    return questions.assign(scheduled_departure=due.to_numpy()[questions["flight_id"]])
