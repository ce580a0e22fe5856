"""The figures of the ledger: predictions against outcomes, stated confidence against what came true, and what the misses share."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlsd_course.explore.explorer.view import Axis, Curve, Line, View
from mlsd_course.explore.home.view import EMPTY, ledger_sentence
from mlsd_course.explore.prediction.prediction import quantity

if TYPE_CHECKING:
    from mlsd_course.learner import Entry, Ledger

TITLE = "Your prediction ledger"
COLUMNS = ("prediction", "predicted", "actual", "error", "sure")
LEVELS = ("stated", "came true", "of", "share")
NEWEST = 20
_FURTHEST = 300  # powers of ten that can be drawn
LINES = (
    Line("band", "within a factor of 1.5", "band"),
    Line("same", "as predicted", "formula"),
    Line("hits", "close", "points"),
    Line("misses", "missed, by number in the table", "marks"),
)
SURE_LINES = (Line("same", "as stated", "formula"), Line("levels", "yours", "dots"))


@dataclass(frozen=True)
class Picture:
    """One figure of the ledger in one state."""

    title: str
    view: View
    lines: tuple[Line, ...]
    x: Axis
    y: Axis
    columns: tuple[str, ...]


def empty(book: "Ledger") -> str:
    """Return what to say of a ledger in which no prediction has an outcome yet."""
    return ledger_sentence(book) if book.open or book.skipped else EMPTY


def pictures(book: "Ledger") -> Iterator[Picture]:
    """Yield the figures that there is something to draw in."""
    if book.entries:
        low, high = bounds(book)
        x = Axis("Actual, each in its own unit", low, high, log=True)
        y = Axis("Predicted", low, high, log=True)
        yield Picture("Your predictions against what happened", magnitudes(book), LINES, x, y, COLUMNS)
    if book.levels:
        x, y = Axis("Stated confidence, %", 40, 105), Axis("Came true, %", -5, 105)
        yield Picture("How sure you were, and how often it came true", confidences(book), SURE_LINES, x, y, LEVELS)


def magnitudes(book: "Ledger") -> View:
    """Return the figure of magnitudes; its table holds the newest predictions, choices too, and is numbered like the misses."""
    numbered = list(enumerate(book.entries, 1))
    drawn = [(number, entry) for number, entry in numbered if _pair(entry)]
    near = [_pair(entry) for _, entry in drawn if entry.hit]
    far = [(number, _pair(entry)) for number, entry in drawn if not entry.hit]
    low, high = bounds(book)
    curves = {
        "band": _band(low, high),
        "same": Curve([low, high], [low, high]),
        "hits": Curve([pair[0] for pair in near], [pair[1] for pair in near]),
        "misses": Curve([pair[0] for _, pair in far], [pair[1] for _, pair in far], [str(number) for number, _ in far]),
    }
    rows = tuple(_row(number, entry) for number, entry in numbered[-NEWEST:])
    older = len(numbered) - len(rows)
    more = " Points with a number are misses." if far else ""
    more += f" The table has the newest {NEWEST}." if older > 0 else ""
    return View(curves, 0, rows, " ".join([ledger_sentence(book), *book.pattern()]) + more, True)


def confidences(book: "Ledger") -> View:
    """Return the figure of calibration: a point below the line was stated with too much confidence."""
    shares = [(level.confidence, 100 * level.came_true / level.stated) for level in book.levels]
    rows = tuple(
        (
            f"{level.confidence} %",
            str(level.came_true),
            str(level.stated),
            f"{100 * level.came_true / level.stated:.0f} %",
        )
        for level in book.levels
    )
    curves = {
        "same": Curve([40, 100], [40, 100]),
        "levels": Curve([stated for stated, _ in shares], [share for _, share in shares]),
    }
    stated = sum(level.stated for level in book.levels)
    mean = sum(level.stated * level.confidence for level in book.levels) / stated
    came = 100 * sum(level.came_true for level in book.levels) / stated
    word = (
        "more often than you say"
        if came > mean
        else "less often than you say"
        if came < mean
        else "as often as you say"
    )
    few = " With so few, chance alone moves it." if stated < 20 else ""
    sentence = f"Stated {mean:.0f} % on average, came true {came:.0f} % of {stated}: {word}.{few}"
    return View(curves, 0, rows, sentence, True)


def bounds(book: "Ledger") -> tuple[float, float]:
    """Return the powers of ten around all magnitudes; what is further out than can be drawn is in the table only."""
    values = [value for entry in book.entries for value in _pair(entry)] or [1.0, 100.0]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    low = max(-_FURTHEST, min(low, _FURTHEST - 1))
    return 10.0**low, 10.0 ** min(max(high, low + 1), _FURTHEST)


def _pair(entry: "Entry") -> tuple[float, ...]:
    """Return (actual, predicted) where both can stand on a logarithmic axis; else nothing."""
    if isinstance(entry.predicted, str) or isinstance(entry.actual, str) or min(entry.predicted, entry.actual) <= 0:
        return ()
    return entry.actual, entry.predicted


def _band(low: float, high: float) -> Curve:
    from mlsd_course.learner import CLOSE_FACTOR

    below, above = [low / CLOSE_FACTOR, high / CLOSE_FACTOR], [high * CLOSE_FACTOR, low * CLOSE_FACTOR]
    return Curve([low, high, high, low, low], [*below, *above, below[0]])


def _row(number: int, entry: "Entry") -> tuple[str, ...]:
    sure = "–" if entry.confidence is None else f"{entry.confidence} %"
    return (
        f"{number} {entry.key}",
        quantity(entry.predicted, entry.unit),
        quantity(entry.actual, entry.unit),
        _error(entry),
        sure,
    )


def _error(entry: "Entry") -> str:
    if isinstance(entry.predicted, str) or isinstance(entry.actual, str):
        return "came true" if entry.hit else "did not come true"
    if entry.log_error is None:
        return "missed"
    factor = 10 ** min(abs(entry.log_error), _FURTHEST)
    return "none" if factor < 1.005 else f"{factor:.3g}x too {'high' if entry.log_error > 0 else 'low'}"
