"""The prediction ledger: what the learner expected, what happened, and what the misses have in common.

Magnitudes are judged on a log scale, since twice too much and half of it are equal misses; choices by the Brier score
(Brier 1950) of the confidence that was stated.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from mlsd_course.learner.event import RecordEvent

CLOSE_FACTOR = 1.5
_FEW = 3
_RANGE = 300  # powers of ten that a float holds


@dataclass(frozen=True)
class Entry:
    """One prediction and what was revealed. `confidence`: stated, in per cent, or None."""

    key: str
    chapter: str
    predicted: float | str
    actual: float | str
    unit: str = ""
    confidence: int | None = None
    at: str = ""

    @property
    def log_error(self) -> float | None:
        """log10(predicted / actual), 0 where both are equal; None for choices, and where a sign makes it meaningless."""
        if isinstance(self.predicted, str) or isinstance(self.actual, str):
            return None
        if self.predicted == self.actual:
            return 0.0
        if self.predicted <= 0 or self.actual <= 0:
            return None
        return math.log10(self.predicted) - math.log10(self.actual)  # the ratio itself may be out of range

    @property
    def hit(self) -> bool:
        """A choice that came true; a magnitude within a factor of 1.5."""
        if isinstance(self.predicted, str) or isinstance(self.actual, str):
            return str(self.predicted) == str(self.actual)
        return self.log_error is not None and abs(self.log_error) <= math.log10(CLOSE_FACTOR) + 1e-9

    @property
    def brier(self) -> float | None:
        """(confidence − outcome)², 0 best, 1 worst; None without a stated confidence."""
        return None if self.confidence is None else (self.confidence / 100 - self.hit) ** 2


@dataclass(frozen=True)
class Level:
    """One stated confidence: how often it was stated, and how often it came true."""

    confidence: int
    stated: int
    came_true: int


@dataclass(frozen=True)
class Ledger:
    """All predictions whose outcome is known, oldest first; `skipped` and `open` count the others."""

    entries: tuple[Entry, ...]
    skipped: int = 0
    open: int = 0

    @property
    def hits(self) -> int:
        """Predictions that came true, or close to it."""
        return sum(entry.hit for entry in self.entries)

    @property
    def typical_factor(self) -> float | None:
        """The factor by which a magnitude is typically missed (median, 1 is perfect); None without magnitudes."""
        return _factor(median(map(abs, errors))) if (errors := self._log_errors()) else None

    @property
    def bias_factor(self) -> float | None:
        """The geometric mean of predicted / actual: above 1 too high on the whole, below 1 too low."""
        return _factor(fmean(errors)) if (errors := self._log_errors()) else None

    @property
    def brier(self) -> float | None:
        """The mean Brier score; always saying 50 % gives 0.25; None without stated confidences."""
        scores = [entry.brier for entry in self.entries if entry.brier is not None]
        return fmean(scores) if scores else None

    @property
    def levels(self) -> tuple[Level, ...]:
        """The stated confidences, lowest first."""
        stated = Counter(entry.confidence for entry in self.entries if entry.confidence is not None)
        came = Counter(entry.confidence for entry in self.entries if entry.confidence is not None and entry.hit)
        return tuple(Level(level, stated[level], came[level]) for level in sorted(stated))

    def pattern(self) -> list[str]:
        """Return what the misses have in common, a sentence each; nothing where there are fewer than three."""
        misses = [entry for entry in self.entries if not entry.hit]
        if len(misses) < _FEW:
            return []
        return [sentence for of in (_direction, _units, _certainty, _place) if (sentence := of(misses))]

    def _log_errors(self) -> list[float]:
        return [entry.log_error for entry in self.entries if entry.log_error is not None]


def _factor(log: float) -> float:
    return float(10.0 ** max(-_RANGE, min(_RANGE, log)))


def ledger_of(events: Iterable[RecordEvent]) -> Ledger:
    """Return the ledger of a record's events; the first prediction of each key counts, and the first reveal after it.

    What was said after the outcome was shown is no prediction: who skipped one has skipped it.
    """
    predicted: dict[str, RecordEvent] = {}
    revealed: dict[str, RecordEvent] = {}
    for event in events:
        if event.kind == "prediction" and event.key not in revealed:
            if event.key not in predicted or predicted[event.key].data.get("value") is None:
                predicted[event.key] = event
        elif event.kind == "reveal":
            revealed.setdefault(event.key, event)
    made = {key: event for key, event in predicted.items() if _value(event.data.get("value")) is not None}
    entries = [entry for key, event in made.items() if (entry := _entry(event, revealed.get(key))) is not None]
    return Ledger(tuple(entries), skipped=len(predicted) - len(made), open=len(made) - len(entries))


def _entry(prediction: RecordEvent, reveal: RecordEvent | None) -> Entry | None:
    value = _value(prediction.data.get("value"))
    actual = _value(reveal.data.get("actual")) if reveal else None
    if value is None or actual is None:
        return None
    sure = prediction.data.get("confidence")
    confidence = (
        int(sure) if isinstance(sure, int | float) and not isinstance(sure, bool) and 0 <= sure <= 100 else None
    )
    unit = str(prediction.data.get("unit") or "")
    return Entry(prediction.key, prediction.chapter, value, actual, unit, confidence, prediction.at)


def _value(value: object) -> float | str | None:
    """Return a finite number or a text as it is; None for anything that a hand-edited record may hold besides."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _direction(misses: Sequence[Entry]) -> str:
    errors = [entry.log_error for entry in misses if entry.log_error is not None]
    low = sum(error < 0 for error in errors)
    for count, word, advice in (
        (low, "low", "Ask what else adds to it: waiting, retries, variance, the slowest of many."),
        (len(errors) - low, "high", "Ask what shares the work or hides it: pooling, batching, overlap, caches."),
    ):
        if len(errors) >= _FEW and count >= 0.75 * len(errors):
            return f"Too {word}: {count} of {len(errors)} missed magnitudes. {advice}"
    return ""


def _units(misses: Sequence[Entry]) -> str:
    units = Counter(entry.unit for entry in misses if entry.unit)
    if not units:
        return ""
    unit, count = units.most_common(1)[0]
    return (
        f"Most misses are in {unit}: {count} of {len(misses)}." if count >= _FEW and count >= 0.6 * len(misses) else ""
    )


def _certainty(misses: Sequence[Entry]) -> str:
    sure = [entry for entry in misses if (entry.confidence or 0) >= 90]
    if not sure:
        return ""
    return f"Sure and wrong: {len(sure)} of {len(misses)} misses were stated with 90 % or more. Say 70 % more often."


def _place(misses: Sequence[Entry]) -> str:
    chapter, count = Counter(entry.chapter for entry in misses).most_common(1)[0]
    return (
        f"Most misses are in {chapter}: {count} of {len(misses)}." if count >= _FEW and count > len(misses) / 2 else ""
    )
