"""`self_check`: the questions at the end of a lesson. `mastery_check`: the graded eight."""

from pathlib import Path
from typing import TYPE_CHECKING

from mlsd_course.errors import BankError, GradingError
from mlsd_course.explore import record
from mlsd_course.explore.notebook.display import put
from mlsd_course.explore.quiz.banks import bank, bank_path
from mlsd_course.headless import headless
from mlsd_course.slugs import MASTERY_CHECK

if TYPE_CHECKING:
    from mlsd_course.explore.quiz.exam_view import Marker
    from mlsd_course.quiz import Response


def self_check(chapter: str) -> None:
    """Show the questions of a chapter, one at a time; each answer is explained at once and kept in your record.

    chapter: its slug, as ch07_online. While headless a sentence only, which holds no question and no answer.
    """
    try:
        questions = bank(chapter)
    except BankError as missing:
        put(f"Self-check: {missing}")
        return
    text = f"Self-check: {len(questions.items)} questions, one at a time. Run this cell in JupyterLab to answer them."
    if headless():
        put(text)
        return
    record.visit(chapter)
    from mlsd_course.exam.library import library
    from mlsd_course.explore.quiz.practice import Practice
    from mlsd_course.explore.quiz.widget import Quiz

    put(text, Quiz(Practice(questions, library)))


def mastery_check() -> None:
    """Show the eight questions of the mastery check; the answers are kept in this folder, in mastery_answers.json.

    They are yours (drawn by a seed when you begin), final, and explained after handing in. While headless the questions
    as text.
    """
    if headless():
        put(_questions())
        return
    from mlsd_course.exam.answer_sheet import FILE
    from mlsd_course.explore.quiz.exam import MasteryCheck
    from mlsd_course.explore.quiz.widget import Quiz
    from mlsd_course.quiz import read_paper

    put(
        "The mastery check: eight questions. Run this cell in JupyterLab.",
        Quiz(MasteryCheck(read_paper(), Path.cwd() / FILE, _marker())),
    )


def _questions() -> str:
    from mlsd_course.exam import mastery

    try:
        return mastery.questions()
    except GradingError as trouble:  # the answers' file does not count; the graded cells say so, too
        return str(trouble)


def _marker() -> "Marker | None":
    """Return what marks answers with the keys of the clone; None where they are not on this machine."""
    from mlsd_course.exam.library import library
    from mlsd_course.quiz import Mark, mark, read_response, render

    if bank_path(MASTERY_CHECK) is None:
        return None
    questions = bank(MASTERY_CHECK)

    def marked(item: str, variant: int, given: "Response") -> Mark:
        question = render(questions.item(item), variant, library)
        try:
            return mark(question, read_response(question.asked, given))
        except ValueError as error:  # no answer to this question: a file that somebody has sealed
            return Mark(False, f"{error}.")

    return marked
