"""What is known of each version at an hour of the replay: an outcome counts once it is known, and not before."""

from dataclasses import dataclass, field
from math import inf

from mlsd_course.systems.rollout.router import RoutedAnswer


@dataclass(frozen=True)
class LabelledRequest:
    """One request of the replay. at_h, known_h: when it was asked and when its outcome is known, in hours from the start."""

    key: int
    at_h: float
    row: tuple[float, ...]
    late: bool
    known_h: float


@dataclass(frozen=True)
class Counts:
    """What one version did: requests sent to it, failed ones, and of those whose outcome is known the bad ones."""

    sent: int = 0
    failed: int = 0
    known: int = 0
    bad: int = 0

    @property
    def bad_share(self) -> float:
        """Bad outcomes over known ones (0 where none is known)."""
        return self.bad / self.known if self.known else 0.0


@dataclass
class Evidence:
    """Every request with its answer. A wrong warning is bad, and so is a missed one. limit: warn from this probability on."""

    limit: float = 0.5
    seen: list[tuple[LabelledRequest, RoutedAnswer]] = field(default_factory=list)

    def add(self, request: LabelledRequest, answer: RoutedAnswer) -> None:
        """Write down one answer."""
        self.seen.append((request, answer))

    def bad(self, request: LabelledRequest, answer: RoutedAnswer) -> bool:
        """True where the traveller was warned of a flight in time, or not warned of a late one."""
        return (answer.probability >= self.limit) != request.late

    def counts(self, version: str, hour: float = inf, sent_before_h: float = inf) -> Counts:
        """What was known of a version at `hour`, about the requests sent before `sent_before_h`."""
        sent = [pair for pair in self.seen if pair[0].at_h <= hour and pair[0].at_h < sent_before_h]
        own = [pair for pair in sent if pair[1].version == version]
        judged = [pair for pair in own if pair[0].known_h <= hour]
        failed = sum(answer.failed == version for _, answer in sent)
        return Counts(len(own), failed, len(judged), sum(self.bad(*pair) for pair in judged))
