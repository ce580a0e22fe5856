"""`mlsd grade`: what runs a class's submissions, each in a sandbox of its own, and writes what nbgrader writes.

Outside the sandbox, trusted: `run` (the order of things) · `assignment` (tests and points, from the source) ·
`submission` (what was handed in) · `imports` · `hull` (starts the zygote) · `slot` (runs one unit) · `crew`, `cluster`
(many) · `journal` · `book` · `autograded` · `feedback`. Inside: `zygote` (imports once, forks) · `cage` (what the fork may do) · `examinee` (runs the
cells) · `shell` · `watch` (what was tampered with).
"""

import importlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlsd_course.grading.engine.crew import crew_for
    from mlsd_course.grading.engine.imports import expected
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
    "expected": "imports",
    "grade": "run",
}

__all__ = ["Checked", "Journal", "Limits", "Record", "Sandbox", "Summary", "check", "crew_for", "expected", "grade"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if _HOMES[name] in ("run", "selfcheck"):
        _without_grammar()
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def _without_grammar() -> None:
    """Spare this process the grammar of internet addresses that jsonschema reads for most of a second; no notebook needs it."""
    if "jsonschema" in sys.modules or "rfc3987_syntax" in sys.modules:
        return
    absent: Any = None
    sys.modules["rfc3987_syntax"] = absent
    try:
        importlib.import_module("jsonschema")
    finally:
        del sys.modules["rfc3987_syntax"]
