"""What the checks of the ML Test Score are run on: the running product with all that was written down about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlsd_course.systems.rollout.gate_model import gate_features, gate_rule, train_gate
from mlsd_course.systems.rollout.lineage import Lineage
from mlsd_course.systems.rollout.release import History
from mlsd_course.systems.rollout.router import Router

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Bounds = Mapping[str, tuple[float, float]]


@dataclass
class ScoredProduct:
    """The product at the gate. Only `train` and `test` (landed flights, test later than train) must be given.

    features, fit, rule: its code. model: what is served (trained on `train` where none is given). expectations: lowest and
    highest value by feature. gate: (new model, test flights) → may it serve? guard: row → is it fit to be answered?
    router: the served versions. releases: what happened so far. lineage: what the model was made of.
    """

    train: "pd.DataFrame"
    test: "pd.DataFrame"
    features: Callable[["pd.DataFrame"], "pd.DataFrame"] = gate_features
    fit: Callable[..., Any] = train_gate
    rule: Callable[["pd.DataFrame"], "np.ndarray[Any, Any]"] = gate_rule
    model: Any = None
    expectations: Bounds = field(default_factory=dict)
    gate: Callable[[Any, "pd.DataFrame"], bool] | None = None
    guard: Callable[[list[float]], bool] | None = None
    router: Router | None = None
    releases: list[History] = field(default_factory=list)
    lineage: Lineage | None = None

    def __post_init__(self) -> None:
        if self.model is None:
            self.model = self.fit(self.train)

    def warns(self, model: Any, flights: "pd.DataFrame") -> "np.ndarray[Any, Any]":
        """True for each flight that a model warns of."""
        return model.predict_proba(self.features(flights).to_numpy())[:, 1] >= 0.5

    def bad_share(self, model: Any, flights: "pd.DataFrame") -> float:
        """Share of flights that a model warns of in error, or misses."""
        return float((self.warns(model, flights) != truth(flights)).mean())

    def rule_bad_share(self, flights: "pd.DataFrame") -> float:
        """The same of the rule."""
        return float((self.rule(flights) != truth(flights)).mean())


def truth(flights: "pd.DataFrame") -> "np.ndarray[Any, Any]":
    """True for each late flight."""
    return flights["late"].astype(bool).to_numpy()
