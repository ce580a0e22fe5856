"""The record as one document that a learner can read, keep or hand in."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from html import escape

from mlsd_course.learner.event import RecordEvent, encodable


def as_json(events: Iterable[RecordEvent]) -> str:
    """Return the events as a JSON list."""
    return encodable(json.dumps([asdict(event) for event in events], ensure_ascii=False, indent=1)) + "\n"


def as_markdown(events: Iterable[RecordEvent]) -> str:
    """Return the events as a Markdown table, a row an event."""
    rows = ["| when (UTC) | chapter | what | which | content |", "|---|---|---|---|---|"]
    for event in events:
        content = _cell(", ".join(f"{name}: {value}" for name, value in event.data.items()))
        rows.append(
            f"| {_cell(event.at[:16])} | {_cell(event.chapter)} | {_cell(event.kind)} | {_cell(event.key)} | {content} |"
        )
    return encodable("\n".join(rows)) + "\n"


def _cell(text: str) -> str:
    """Return the text on one line, with nothing in it that ends the cell or that a page would take for HTML."""
    plain = escape(" ".join(text.split()), quote=False)
    return plain.replace("\\", "\\\\").replace("|", "\\|")
