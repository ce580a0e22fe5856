"""What the page shows of the mastery check. No key is in it, and before handing in no mark but the count of right answers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from mlsd_course.exam.answer_sheet import Attempt, Sheet
from mlsd_course.exam.mastery import PASS_MARK
from mlsd_course.explore.quiz.page import explanation, question_state
from mlsd_course.quiz import Asked, Mark, Paper, PaperItem, Response

Marker = Callable[[str, int, Response], Mark]  # item id, variant, answer

_STATES = {
    "open": ("", "not answered"),
    "kept": (" •", "answered"),
    "right": (" ✓", "right"),
    "wrong": (" ✗", "not right"),
}


class ExamState(Protocol):
    """What the page reads of a mastery check that is being taken."""

    paper: Paper
    path: Path
    marker: Marker | None
    sheet: Sheet
    position: int
    notice: str
    trouble: str

    @property
    def finished(self) -> bool:
        """Whether the learner has passed the last question."""
        ...

    @property
    def attempt(self) -> Attempt:
        """The attempt in view."""
        ...

    @property
    def item(self) -> PaperItem:
        """The question in view."""
        ...

    @property
    def question(self) -> str:
        """The name under which the page sends the answer to the question in view."""
        ...

    def question_for(self, item: PaperItem) -> Asked:
        """Return a question's variant in the attempt in view."""
        ...

    def right(self, item: PaperItem) -> bool:
        """Tell whether the answer to a question is known to be right."""
        ...

    def score(self) -> int:
        """Return how many answers of the attempt in view are right."""
        ...


def exam_page(exam: ExamState) -> dict[str, Any]:
    """Return what `quiz.js` shows."""
    if exam.trouble:
        return {
            **_frame(exam, "Mastery check", "", []),
            "said": [{"because": exam.trouble}],
            "actions": [["renew", "Take it again", True]],
        }
    total = len(exam.paper.items)
    here = f"{exam.position + 1} of {total} · " if not exam.finished else ""
    count = f"Current: {exam.score()}" if exam.marker else f"Answered: {len(exam.attempt.answers)}"
    title = f"Mastery check, attempt {len(exam.sheet.attempts)}"
    frame = _frame(exam, title, f"{here}{count}/{total}", [_state(exam, item) for item in exam.paper.items])
    return {**frame, **(_end(exam) if exam.finished else _question(exam))}


def _frame(exam: ExamState, title: str, tally: str, states: list[str]) -> dict[str, Any]:
    names = ("state", "sign", "words")
    return {
        "title": title,
        "tally": tally,
        "position": exam.position,
        "steps": [dict(zip(names, (state, *_STATES[state]), strict=True)) for state in states],
        "question": "",
        "said": [],
        "actions": [],
        "closed": True,
    }


def _state(exam: ExamState, item: PaperItem) -> str:
    if exam.attempt.handed_in and exam.marker is not None:
        return "right" if exam.right(item) else "wrong"
    return "kept" if item.name in exam.attempt.answers else "open"


def _question(exam: ExamState) -> dict[str, Any]:
    given = exam.attempt.answers.get(exam.item.name)
    closed = given is not None or bool(exam.attempt.handed_in)
    lines = [_explanation(exam, exam.item)] if exam.attempt.handed_in else []
    if given is not None and not exam.attempt.handed_in:
        lines = [{"verdict": "Kept.", "because": "It is explained when you have handed in."}]
    last = exam.position + 1 == len(exam.paper.items)
    return {
        **question_state(exam.question_for(exam.item), exam.question, given, closed=closed),
        "button": "Answer (final)",
        "said": lines + _noticed(exam),
        "actions": [["next", "To the end" if last else "Next question", True]] if closed else [],
    }


def _explanation(exam: ExamState, item: PaperItem) -> dict[str, Any]:
    given = exam.attempt.answers.get(item.name)
    if given is None:
        return {"verdict": "Not answered.", "because": "", "place": item.reread, "met": False}
    if exam.marker is None:
        return {"verdict": "Handed in.", "because": "The mark comes with the feedback on the assignment."}
    judged = exam.marker(item.id, exam.question_for(item).variant, given)
    return explanation(judged, "" if judged.right else item.reread)


def _end(exam: ExamState) -> dict[str, Any]:
    if exam.attempt.handed_in:
        return {"said": _result(exam) + _noticed(exam), "actions": [["retake", "Retake with other numbers", False]]}
    missing = [n for n, item in enumerate(exam.paper.items, 1) if item.name not in exam.attempt.answers]
    because = "All questions are answered."
    if missing:
        because = f"Not answered: {', '.join(map(str, missing))}. They count as wrong."
    return {"said": [{"because": because}, *_noticed(exam)], "actions": [["hand_in", "Hand in", True]]}


def _result(exam: ExamState) -> list[dict[str, Any]]:
    total, score = len(exam.paper.items), exam.score()
    if exam.marker is None:
        because = (
            f"{exam.path.name} goes in with the assignment; the mark comes with its feedback. "
            f"{PASS_MARK} of {total} right ones pass."
        )
        return [{"verdict": "Handed in.", "because": because}]
    verdict = "Passed." if score >= PASS_MARK else f"Not passed: {PASS_MARK} are needed."
    missed = [(n, item) for n, item in enumerate(exam.paper.items, 1) if not exam.right(item)]
    return [
        {"verdict": f"{score} of {total} right. {verdict}", "because": "", "met": score >= PASS_MARK},
        *({"verdict": f"Question {n}:", "because": f"{item.says}.", "place": item.reread} for n, item in missed),
    ]


def _noticed(exam: ExamState) -> list[dict[str, Any]]:
    return [{"because": exam.notice}] if exam.notice else []
