"""`mlsd grade`: what runs a class's submissions, each in a sandbox of its own, and writes what nbgrader writes.

Outside the sandbox, trusted: `run` (the order of things) · `assignment` (tests and points, from the source) ·
`submission` (what was handed in) · `slot` (runs one unit) · `crew`, `cluster` (many) · `journal` · `gradebook` ·
`autograded` · `feedback`. Inside: `zygote` (imports once, forks) · `cage` (what the fork may do) · `examinee` (runs the
cells) · `shell` · `watch` (what was tampered with).
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlsd_course.grading.engine.crew import crew_for
    from mlsd_course.grading.engine.journal import Journal, Record
    from mlsd_course.grading.engine.limits import Limits
    from mlsd_course.grading.engine.run import Summary, grade
    from mlsd_course.grading.engine.sandbox import Sandbox
    from mlsd_course.grading.engine.selfcheck import Checked, check

_HOMES = {
    "Checked": "selfcheck",
    "Journal": "journal",
    "Limits": "limits",
    "Record": "journal",
    "Sandbox": "sandbox",
    "Summary": "run",
    "check": "selfcheck",
    "crew_for": "crew",
    "grade": "run",
}

__all__ = ["Checked", "Journal", "Limits", "Record", "Sandbox", "Summary", "check", "crew_for", "grade"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
