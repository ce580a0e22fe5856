"""What every pattern's mini-system offers, so that all can be run on the same traffic and compared on one scorecard."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlsd_course.errors import ParameterError


@dataclass(frozen=True)
class Workload:
    """Questions in order of time: when each is asked (seconds from 0), its row of features, and whether the flight was late.

    model_path: the joblib file of the model that answers. The same object goes to every pattern.
    """

    times_s: NDArray[np.float64]
    rows: NDArray[np.float64]
    late: NDArray[np.float64]
    model_path: Path

    def __post_init__(self) -> None:
        if not len(self.times_s) == len(self.rows) == len(self.late) > 0:
            raise ParameterError(
                "Workload",
                given=(len(self.times_s), len(self.rows), len(self.late)),
                allowed="as many times as rows as outcomes, at least one",
                remedy="Cut the three to one length",
            )


@dataclass(frozen=True)
class Scorecard:
    """What a pattern did with the traffic.

    answered_share: of all questions. p50_ms, p95_ms, p99_ms: from the moment of asking. log_loss: of the answers given, in
    nats. age_s: how old the facts behind an answer are, on average. usd_per_million: of answers. code_paths: places where
    the same feature is computed.
    """

    answered_share: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    log_loss: float
    age_s: float
    usd_per_million: float
    code_paths: int


@dataclass(frozen=True)
class Mini:
    """One mini-system: each package in `mlsd_course.systems.PATTERN_PACKAGES` has it as `MINI`.

    run, twin: the system and its naive twin; both start what they need, send the traffic through it, stop it, and leave
    nothing behind. engine: the tool that does this work at scale; switch: the one setting that changes over to it.
    """

    noun: str
    run: Callable[[Workload], Scorecard]
    twin: Callable[[Workload], Scorecard]
    engine: str
    switch: str


def log_loss(probabilities: NDArray[np.float64], late: NDArray[np.float64]) -> float:
    """Return the mean of −ln of the probability that each answer gave to what came true; answers are kept off 0 and 1."""
    kept = np.clip(probabilities, 1e-6, 1 - 1e-6)
    return float(-np.mean(np.where(late > 0.5, np.log(kept), np.log1p(-kept))))
