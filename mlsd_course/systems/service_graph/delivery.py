"""A consumer that can crash between its write and its commit: what each promise of delivery does to a sum."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mlsd_course.errors import one_of

ORDERS = ("commit first", "write first")


class Crash(Exception):
    """The consumer's process is gone; the log and the store are not."""


@dataclass
class Consumer:
    """Reads a log from the last committed offset and writes each event to a store.

    order: whether the offset is committed before the write (at most once) or after it (at least once). idempotent: the
    store keeps one value per event key, so that writing it again changes nothing; else it adds up.
    """

    order: str = "write first"
    idempotent: bool = False
    committed: int = 0
    sums: dict[str, float] = field(default_factory=dict)
    by_key: dict[str, float] = field(default_factory=dict)
    writes: int = 0

    def __post_init__(self) -> None:
        one_of("order", self.order, ORDERS)

    def write(self, key: str, value: float) -> None:
        """One write to the store."""
        self.writes += 1
        if self.idempotent:
            self.by_key[key] = value
        else:
            self.sums[key] = self.sums.get(key, 0.0) + value

    @property
    def total(self) -> float:
        """What the store adds up to."""
        return sum(self.by_key.values() if self.idempotent else self.sums.values())

    def run(self, log: Sequence[tuple[str, float]], crash_before: int | None = None) -> None:
        """Read on until the end of the log, or raise `Crash` between the two halves of the event at `crash_before`."""
        for offset in range(self.committed, len(log)):
            halves = [lambda offset=offset: self.write(*log[offset]), lambda offset=offset: self._commit(offset + 1)]
            first, second = halves if self.order == "write first" else halves[::-1]
            first()
            if offset == crash_before:
                raise Crash
            second()

    def _commit(self, offset: int) -> None:
        self.committed = offset


@dataclass(frozen=True)
class Tally:
    """What the store held in the end, against the truth: events `lost` and `repeated` by value, and the writes made."""

    total: float
    truth: float
    writes: int

    @property
    def lost(self) -> float:
        """Value that never arrived."""
        return max(0.0, self.truth - self.total)

    @property
    def repeated(self) -> float:
        """Value that was counted again."""
        return max(0.0, self.total - self.truth)


def deliver(log: Sequence[tuple[str, float]], consumer: Consumer, crashes: Iterable[int] = ()) -> Tally:
    """Run a consumer over a log of (key, value); at each offset in `crashes` it dies once and is started again."""
    for offset in sorted(set(crashes)):
        try:
            consumer.run(log, crash_before=offset)
        except Crash:
            continue
    consumer.run(log)
    truth = dict(log)
    return Tally(consumer.total, sum(truth.values()), consumer.writes)
