"""The parts of the page that practice, reviews and the mastery check share: the question and its explanation."""

from typing import Any

from mlsd_course.quiz import Asked, Mark

SIGNS = {"open": ("", "open"), "right": (" ✓", "right"), "wrong": (" ✗", "not right yet")}
HINTS = {
    "multiple": "Choose all that belong to the answer.",
    "ordering": "Move the lines until the first is on top.",
}


def question_state(asked: Asked, question: str, given: object, *, closed: bool) -> dict[str, Any]:
    """Return the part of `now` that asks."""
    text = f"{given:g}" if isinstance(given, int | float) else str(given or "")
    return {
        "question": question,
        "kind": asked.kind,
        "stem": asked.stem,
        "claim": asked.claim,
        "hint": HINTS.get(asked.kind, "") if not closed else "",
        "choices": [list(choice) for choice in asked.choices.items()],
        "unit": asked.unit,
        "given": text,
        "closed": closed,
    }


def explanation(judged: Mark, reread: str) -> dict[str, Any]:
    """Return one line of `now["said"]`: the verdict, the reason, and what to reread."""
    verdict = "Right." if judged.right else "Not right."
    return {"verdict": verdict, "because": judged.because, "place": reread, "met": judged.right}
