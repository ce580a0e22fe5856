"""The router between users and two versions of a model: flag, shadow, blue-green switch, rollback."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from mlsd_course.errors import ServiceError
from mlsd_course.systems.rollout.flag import Flag


class Version(Protocol):
    """What answers a row: `mlsd_course.systems.online.Service`, or a stand-in of a test."""

    def predict(self, row: Sequence[float]) -> float:
        """Return the probability; raise ServiceError where there is none."""
        ...


@dataclass(frozen=True)
class RoutedAnswer:
    """What the user got. version: "stable", "candidate" or "fallback"; failed: the version that gave none, if any."""

    version: str
    probability: float
    ms: float
    failed: str = ""


@dataclass
class Router:
    """Asks `stable`, or `candidate` where the flag is on; in shadow the candidate is asked too and never answers.

    fallback: probability that is answered when both fail. clock: seconds. `shadowed` collects (key, stable's probability,
    candidate's or None). Here the shadow is asked after the answer, on the same thread; in production through a queue.
    """

    stable: Version
    candidate: Version | None = None
    flag: Flag = field(default_factory=lambda: Flag("release"))
    shadow: bool = False
    fallback: float = 0.0
    clock: Callable[[], float] = time.perf_counter
    shadowed: list[tuple[object, float, float | None]] = field(default_factory=list)

    def predict(self, key: object, row: Sequence[float]) -> RoutedAnswer:
        """Answer one request."""
        begin = self.clock()
        version, probability, failed = self._ask(key, row)
        answer = RoutedAnswer(version, probability, 1000 * (self.clock() - begin), failed)
        if self.shadow and self.candidate is not None:
            self.shadowed.append((key, probability, _try(self.candidate, row)))
        return answer

    def _ask(self, key: object, row: Sequence[float]) -> tuple[str, float, str]:
        failed = ""
        if self.candidate is not None and not self.shadow and self.flag.on(key):
            probability = _try(self.candidate, row)
            if probability is not None:
                return "candidate", probability, failed
            failed = "candidate"
        probability = _try(self.stable, row)
        if probability is not None:
            return "stable", probability, failed
        return "fallback", self.fallback, failed or "stable"

    def roll_back(self) -> None:
        """Everybody gets the stable version from the next request on."""
        self.flag.share = 0.0

    def switch(self) -> None:
        """Blue-green: the candidate becomes stable at once, and the old version stands by."""
        if self.candidate is None:
            raise ServiceError("There is no second version to switch to", remedy="Start one and set router.candidate")
        self.stable, self.candidate = self.candidate, self.stable
        self.flag.share = 0.0


def _try(version: Version, row: Sequence[float]) -> float | None:
    try:
        return version.predict(row)
    except ServiceError:
        return None
