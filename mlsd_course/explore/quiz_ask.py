"""`self_check`: the questions at the end of a lesson."""

from mlsd_course.errors import BankError
from mlsd_course.explore.display import put
from mlsd_course.explore.quiz_banks import bank


def self_check(chapter: str) -> None:
    """Show the questions of a chapter, one at a time; each answer is explained at once and kept in your record.

    chapter: its slug, as ch07_online. While headless a sentence only, which holds no question and no answer.
    """
    try:
        number = len(bank(chapter).items)
    except BankError as missing:
        put(f"Self-check: {missing}")
        return
    put(f"Self-check: {number} questions, one at a time. Run this cell in JupyterLab to answer them.")
