"""The learner's record as a file to download."""

from datetime import date
from typing import Any


def exported(events: list[Any], form: str) -> dict[str, str]:
    """Return the record as a file to download: its name, type and text."""
    from mlsd_course.learner import as_json, as_markdown

    name = f"mlsd-record-{date.today()}"
    if form == "markdown":
        return {"file": f"{name}.md", "type": "text/markdown", "text": as_markdown(events)}
    return {"file": f"{name}.json", "type": "application/json", "text": as_json(events)}
