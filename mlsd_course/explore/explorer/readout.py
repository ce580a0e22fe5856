"""The words of a view: what the read-out widget shows, and the same as plain text."""

from typing import Any

from mlsd_course.explore.explorer.view import View


def text_form(title: str, view: View, columns: tuple[str, ...]) -> str:
    """Return one state as text: title, sentence and table."""
    return "\n".join([title, view.sentence, *_table([columns, *view.rows])])


def readout_state(view: View, *, judged: bool = True) -> dict[str, Any]:
    """Return what the read-out shows of a view; `judged`: with the verdict on the limit."""
    verdict = ("✓ Within the limit." if view.met else "✗ Over the limit.") if judged else ""
    met = view.met if judged else None
    return {"sentence": view.sentence, "verdict": verdict, "met": met, "rows": [list(row) for row in view.rows]}


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
