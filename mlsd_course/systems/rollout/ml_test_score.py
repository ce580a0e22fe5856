"""The ML Test Score: 28 tests in four sections, 18 of them run on the product here; the score is the weakest section.

One point for a test that runs by itself, half a point for one that somebody ran by hand and wrote down. Source: Breck, Cai,
Nielsen, Salib, Sculley, The ML Test Score (IEEE Big Data 2017); the wording is ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from mlsd_course.errors import ServiceError
from mlsd_course.systems.rollout.ml_test_score_checks import PROOFS, NotShown
from mlsd_course.systems.rollout.product import ScoredProduct

SECTIONS = ("data", "model", "infrastructure", "monitoring")
BY_HAND = 0.5


class MLTest(NamedTuple):
    """One of the 28 tests."""

    code: str
    section: str
    asks: str


_ASKS = {
    "data": (
        "What is expected of each feature is written down and checked",
        "Every feature helps",
        "No feature costs more than it gives",
        "Features keep the rules set for all (no fact of later)",
        "Privacy is controlled along the whole pipeline",
        "A new feature can be added quickly",
        "The code of features is tested",
    ),
    "model": (
        "Every model specification is reviewed and kept",
        "Offline metric and online effect move together",
        "Hyperparameters were tuned",
        "The cost of a stale model is known",
        "A simpler model is not better",
        "Quality holds on important slices",
        "Fairness was tested",
    ),
    "infrastructure": (
        "Training can be repeated",
        "The model's code has unit tests of behaviour",
        "The whole pipeline is tested end to end",
        "A model must pass a gate before it serves",
        "One prediction can be followed step by step",
        "Models go through a canary",
        "Models can be rolled back",
    ),
    "monitoring": (
        "Changes of dependencies are announced",
        "Inputs are checked while serving",
        "Training and serving see the same features",
        "Models are not too old",
        "Answers stay finite",
        "Speed is watched",
        "Quality on served data is watched",
    ),
}
_LETTERS = {"data": "D", "model": "M", "infrastructure": "I", "monitoring": "W"}
ML_TESTS = tuple(
    MLTest(f"{_LETTERS[section]}{number}", section, asks)
    for section, lines in _ASKS.items()
    for number, asks in enumerate(lines, start=1)
)
"""Codes: D1 … D7 data, M1 … M7 model, I1 … I7 infrastructure, W1 … W7 monitoring (it watches)."""


class MLTestResult(NamedTuple):
    """Points of one test, and why."""

    points: float
    evidence: str


@dataclass(frozen=True)
class Score:
    """The results by code. `total` is the score: the lowest of the four sections."""

    results: Mapping[str, MLTestResult]

    def section(self, name: str) -> float:
        """Points of one section, 7 at most."""
        return sum(self.results[test.code].points for test in ML_TESTS if test.section == name)

    @property
    def points(self) -> float:
        """Points of all sections together: what the score is not."""
        return sum(self.section(name) for name in SECTIONS)

    @property
    def total(self) -> float:
        """The ML Test Score."""
        return min(map(self.section, SECTIONS))

    @property
    def weakest(self) -> str:
        """The section that sets the score."""
        return min(SECTIONS, key=self.section)

    def sentence(self) -> str:
        """The score in one line."""
        parts = ", ".join(f"{name} {self.section(name):g}" for name in SECTIONS)
        return f"ML Test Score {self.total:g}, set by {self.weakest} ({parts}; {self.points:g} points of 28)."

    def __repr__(self) -> str:
        rows = [(test, self.results[test.code]) for test in ML_TESTS]
        lines = [
            f"{test.code}  {result.points:3g}  {test.asks}: {result.evidence}"
            for test, result in rows
            if result.evidence
        ]
        return "\n".join([self.sentence(), *lines])


def ml_test_score(product: ScoredProduct, by_hand: Mapping[str, str] | None = None) -> Score:
    """Run every check that there is on the product; `by_hand` names what somebody ran and where it is written down."""
    return Score({test.code: _result(test.code, product, by_hand or {}) for test in ML_TESTS})


def _result(code: str, product: ScoredProduct, by_hand: Mapping[str, str]) -> MLTestResult:
    if code in PROOFS:
        try:
            return MLTestResult(1.0, PROOFS[code](product))
        except (NotShown, ServiceError) as reason:  # a service that does not answer shows nothing
            return (
                MLTestResult(BY_HAND, by_hand[code]) if code in by_hand else MLTestResult(0.0, f"NOT SHOWN: {reason}")
            )
    return MLTestResult(BY_HAND, f"by hand: {by_hand[code]}") if code in by_hand else MLTestResult(0.0, "")
