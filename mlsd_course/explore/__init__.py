"""Where a person turns the knobs: explorers, predictions, self-checks.

`show(name)` puts an explorer into the notebook, `chart` a figure with its sentence and its table; `predict` asks before
`reveal` tells; `home`, `review` and `ledger` show a learner their own way. An explorer is described by data (`Explorer`, `Slider`, …) and a pure function of `sim` or `design`; its
widgets are made when it is shown.

Inert while notebooks are built, checked or graded: with `MLSD_HEADLESS=1`, or under nbgrader (`NBGRADER_EXECUTION`),
everything is plain text that depends on nothing but the code, no widget talks, and no file of the learner is touched.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlsd_course.explore.agreement import three_ways
    from mlsd_course.explore.ask import predict, reveal
    from mlsd_course.explore.controls import Choice, Slider, Toggle
    from mlsd_course.explore.explorer import Explorer, Lock, Overlay, Preset
    from mlsd_course.explore.home_calibration import calibration_chart
    from mlsd_course.explore.home_health import check_machine
    from mlsd_course.explore.home_page import home
    from mlsd_course.explore.ledger_chart import ledger
    from mlsd_course.explore.prediction import Question
    from mlsd_course.explore.quiz_ask import mastery_check, self_check
    from mlsd_course.explore.quiz_chart import item_chart
    from mlsd_course.explore.registry import EXPLORERS
    from mlsd_course.explore.review_quiz import review
    from mlsd_course.explore.stage import chart, show
    from mlsd_course.explore.switch import headless
    from mlsd_course.explore.view import Axis, Curve, Limit, Line, View

_HOMES = {
    "EXPLORERS": "registry",
    "Axis": "view",
    "Choice": "controls",
    "Curve": "view",
    "Explorer": "explorer",
    "Limit": "view",
    "Line": "view",
    "Lock": "explorer",
    "Overlay": "explorer",
    "Preset": "explorer",
    "Question": "prediction",
    "Slider": "controls",
    "Toggle": "controls",
    "View": "view",
    "calibration_chart": "home_calibration",
    "chart": "stage",
    "check_machine": "home_health",
    "headless": "switch",
    "home": "home_page",
    "item_chart": "quiz_chart",
    "ledger": "ledger_chart",
    "mastery_check": "quiz_ask",
    "predict": "ask",
    "reveal": "ask",
    "review": "review_quiz",
    "self_check": "quiz_ask",
    "show": "stage",
    "three_ways": "agreement",
}

__all__ = [
    "EXPLORERS",
    "Axis",
    "Choice",
    "Curve",
    "Explorer",
    "Limit",
    "Line",
    "Lock",
    "Overlay",
    "Preset",
    "Question",
    "Slider",
    "Toggle",
    "View",
    "calibration_chart",
    "chart",
    "check_machine",
    "headless",
    "home",
    "item_chart",
    "ledger",
    "mastery_check",
    "predict",
    "reveal",
    "review",
    "self_check",
    "show",
    "three_ways",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
