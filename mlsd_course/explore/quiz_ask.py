"""`self_check`: the questions at the end of a lesson."""

from mlsd_course.errors import BankError
from mlsd_course.explore.display import put
from mlsd_course.explore.quiz_banks import bank
from mlsd_course.explore.switch import headless


def self_check(chapter: str) -> None:
    """Show the questions of a chapter, one at a time; each answer is explained at once and kept in your record.

    chapter: its slug, as ch07_online. While headless a sentence only, which holds no question and no answer.
    """
    try:
        found = bank(chapter)
    except BankError as missing:
        put(f"Self-check: {missing}")
        return
    text = f"Self-check: {len(found.items)} questions, one at a time. Run this cell in JupyterLab to answer them."
    if headless():
        put(text)
        return
    from mlsd_course.checks.keys import library
    from mlsd_course.explore.quiz_practice import Practice
    from mlsd_course.explore.quiz_widget import Quiz

    put(text, Quiz(Practice(found, library)))
