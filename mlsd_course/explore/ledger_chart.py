"""`ledger`: predictions against outcomes, stated confidence against what came true, and what the misses share."""

import math
from typing import TYPE_CHECKING

from mlsd_course.explore.display import put
from mlsd_course.explore.home_view import EMPTY, ledger_sentence
from mlsd_course.explore.prediction import quantity
from mlsd_course.explore.stage import chart
from mlsd_course.explore.switch import headless
from mlsd_course.explore.view import Axis, Curve, Line, View

if TYPE_CHECKING:
    from mlsd_course.learner import Entry, Ledger

HEADLESS = "Prediction ledger: predicted against actual, confidence against outcome. Run this cell in JupyterLab."
COLUMNS = ("prediction", "predicted", "actual", "error", "sure")
LEVELS = ("stated", "came true", "of", "share")
NEWEST = 20
LINES = (
    Line("band", "within a factor of 1.5", "band"),
    Line("same", "as predicted", "formula"),
    Line("hits", "close", "points"),
    Line("misses", "missed, by number in the table", "marks"),
)
SURE_LINES = (Line("same", "as stated", "formula"), Line("levels", "yours", "dots"))


def ledger() -> None:
    """Show all your predictions whose outcome is known; while headless one sentence that depends on nothing."""
    if headless():
        put(HEADLESS)
        return
    from mlsd_course.explore.home_source import Source
    from mlsd_course.learner import ledger as read

    source = Source()
    book = read(source.events())
    for sentence in source.trouble:
        put(sentence)
    if not book.entries:
        put(f"Your prediction ledger. {ledger_sentence(book) if book.open or book.skipped else EMPTY}")
        return
    low, high = bounds(book)
    chart(
        "Your predictions against what happened",
        magnitudes(book),
        lines=LINES,
        x=Axis("Actual, each in its own unit", low, high, log=True),
        y=Axis("Predicted", low, high, log=True),
        columns=COLUMNS,
    )
    if book.levels:
        chart(
            "How sure you were, and how often it came true",
            confidences(book),
            lines=SURE_LINES,
            x=Axis("Stated confidence, %", 40, 105),
            y=Axis("Came true, %", -5, 105),
            columns=LEVELS,
        )


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
    """Return the powers of ten around all magnitudes."""
    values = [value for entry in book.entries for value in _pair(entry)] or [1.0, 100.0]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return 10.0 ** min(low, 306), 10.0 ** min(max(high, low + 1), 307)


def _pair(entry: "Entry") -> tuple[float, ...]:
    """Return (actual, predicted) where both can stand on a logarithmic axis; else nothing."""
    if isinstance(entry.predicted, str) or isinstance(entry.actual, str) or min(entry.predicted, entry.actual) <= 0:
        return ()
    return entry.actual, entry.predicted


def _band(low: float, high: float) -> Curve:
    from mlsd_course.learner import CLOSE_FACTOR

    above, below = low * CLOSE_FACTOR, low / CLOSE_FACTOR
    reach = high / low
    return Curve([low, high, high, low, low], [below, below * reach, above * reach, above, below])


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
    factor = 10 ** abs(entry.log_error)
    return "none" if factor < 1.005 else f"{factor:.3g}x too {'high' if entry.log_error > 0 else 'low'}"
