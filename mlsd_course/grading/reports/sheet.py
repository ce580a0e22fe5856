"""CSV that a spreadsheet shows and never runs."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def safe_cell(value: object) -> object:
    """Return the value as it goes into a cell: a text that a spreadsheet would run as a formula gets an apostrophe.

    OWASP ASVS 5.0, requirement 1.2.10, and CWE-1236. Numbers stay numbers.
    """
    if not isinstance(value, str):
        return "" if value is None else value
    text = value.replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Return the rows as CSV (RFC 4180), every text made safe."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return buffer.getvalue()


def rounded_points(value: float | None) -> object:
    """Return points with at most two decimals, whole ones without; nothing for None."""
    if value is None:
        return ""
    rounded = round(value, 2)
    return int(rounded) if rounded == int(rounded) else rounded
