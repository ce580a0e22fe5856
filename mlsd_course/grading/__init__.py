"""From the text that authors write to the notebooks that learners get, and from their answers to points.

`build` makes the executed reference beside each source and the student version; `stale` says what is not current.
`judge` runs an exercise with other answers in place of the reference ones.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlsd_course.grading.answer import Answer, answers
    from mlsd_course.grading.builder import Built, build
    from mlsd_course.grading.current import stale
    from mlsd_course.grading.items import ItemAnalysis, ItemRow, item_analysis
    from mlsd_course.grading.judging import Verdict, blank, judge, judge_all
    from mlsd_course.grading.lesson_cells import lessons
    from mlsd_course.grading.quiz_files import stale_quiz_files, write_quiz_files
    from mlsd_course.grading.rules import validate
    from mlsd_course.grading.source import Source, sources

_HOMES = {
    "Answer": "answer",
    "Built": "builder",
    "ItemAnalysis": "items",
    "ItemRow": "items",
    "Source": "source",
    "Verdict": "judging",
    "answers": "answer",
    "blank": "judging",
    "build": "builder",
    "item_analysis": "items",
    "judge": "judging",
    "judge_all": "judging",
    "lessons": "lesson_cells",
    "sources": "source",
    "stale": "current",
    "stale_quiz_files": "quiz_files",
    "validate": "rules",
    "write_quiz_files": "quiz_files",
}

__all__ = [
    "Answer",
    "Built",
    "ItemAnalysis",
    "ItemRow",
    "Source",
    "Verdict",
    "answers",
    "blank",
    "build",
    "item_analysis",
    "judge",
    "judge_all",
    "lessons",
    "sources",
    "stale",
    "stale_quiz_files",
    "validate",
    "write_quiz_files",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
