"""What an instructor wants to know of a class: read from nbgrader's gradebook and from the records of `mlsd grade`.

`classbook` (the gradebook as plain data) · `attempts` (what learners wrote and read) · `causes` · `similarity` on
`fingerprints` · `overview` · `page` (the overview as a web page) · `lms` on `sheet` (columns for Canvas and Moodle) ·
`late` (a policy in words) · `penalties` (the same in nbgrader's place for it).
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlsd_course.grading.reports.late import LatePolicy, late_policy
    from mlsd_course.grading.reports.lms import Export, roster
    from mlsd_course.grading.reports.overview import Overview
    from mlsd_course.grading.reports.page import web_page
    from mlsd_course.grading.reports.penalties import Applied, apply
    from mlsd_course.grading.reports.reading import export, graded, overviews

_HOMES = {
    "Applied": "penalties",
    "Export": "lms",
    "LatePolicy": "late",
    "Overview": "overview",
    "apply": "penalties",
    "export": "reading",
    "graded": "reading",
    "late_policy": "late",
    "overviews": "reading",
    "roster": "lms",
    "web_page": "page",
}

__all__ = [
    "Applied",
    "Export",
    "LatePolicy",
    "Overview",
    "apply",
    "export",
    "graded",
    "late_policy",
    "overviews",
    "roster",
    "web_page",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
