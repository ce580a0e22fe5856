"""`review`: the questions that were missed and are due again, one at a time, each with other numbers than before.

A second tab with the same questions shows what the first has answered at its own next press, and answers none of it again.
"""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from mlsd_course.errors import BankError
from mlsd_course.explore import record
from mlsd_course.explore.home.view import when
from mlsd_course.explore.notebook.display import put
from mlsd_course.explore.quiz.banks import bank
from mlsd_course.explore.quiz.page import SIGNS, explanation, question_state
from mlsd_course.explore.state import RecordSource
from mlsd_course.headless import headless
from mlsd_course.quiz import Bank, Item, Response, Variant, count, mark, read_response, render

HEADLESS = "Reviews: questions that you missed come back after 1, 3, 7 and 21 days. Run this cell in JupyterLab."


def review() -> None:
    """Show the questions that are due, one at a time; a right answer lets the next pause be longer.

    While headless, show one fixed sentence.
    """
    if headless():
        put(HEADLESS)
        return
    from mlsd_course.explore.quiz.widget import Quiz

    reviews = Reviews()
    put(f"Reviews: {reviews.now()['tally']}", Quiz(reviews))


class Reviews:
    """One sitting: what is due when it begins. Answers are kept with mode "review"."""

    def __init__(self) -> None:
        from mlsd_course.exam.library import library

        self.library = library
        self.source = RecordSource()
        self.notice = ""
        self.begin()

    def begin(self) -> None:
        """Take what is due now."""
        home = self.source.home()
        due = [(review, _item(review.chapter, review.key)) for review in home.due]
        self.items: list[tuple[Bank, Item]] = [item for _, item in due if item is not None]
        self.later = [review for review in home.reviews if review.due > home.now]
        events = self.source.events()
        self._seen = {event.id for event in events}
        answers = [event for event in events if event.kind == "answer"]
        self._tries = {
            item.id: sum(event.key == item.id for event in answers if event.data.get("mode") != "exam")
            for _, item in self.items
        }
        self._given: dict[str, dict[str, Any]] = {}
        self.position = 0

    def do(self, content: dict[str, Any]) -> None:
        """Take a press: answer, next, go, over."""
        with record.turn():
            self._catch_up()
            self._do(content)

    def _do(self, content: dict[str, Any]) -> None:
        word = content.get("do")
        if word == "answer" and not self.finished and content.get("question") == self._item.id:
            self._answer(content.get("value"))
        elif word == "next":
            self.position = min(self.position + 1, len(self.items))
        elif word == "go":
            self.position = max(0, min(int(content.get("to") or 0), len(self.items)))
        elif word == "over":
            self.begin()

    def now(self) -> dict[str, Any]:
        """Return what to show; the key of a question is not in it before it is answered."""
        total, right = len(self.items), sum(data["correct"] for data in self._given.values())
        here = f"{self.position + 1} of {total} · " if not self.finished else ""
        states = [self._state(item) for _, item in self.items]
        page = {
            "title": "Due reviews",
            "tally": f"{here}Current: {right}/{total}" if total else "nothing is due",
            "position": self.position,
            "steps": [dict(zip(("state", "sign", "words"), (state, *SIGNS[state]), strict=True)) for state in states],
            "question": "",
            "said": [],
            "actions": [],
            "closed": True,
        }
        return {**page, **(self._summary_page() if self.finished else self._question_page())}

    @property
    def finished(self) -> bool:
        """Whether the learner has passed the last question."""
        return self.position >= len(self.items)

    def _question_page(self) -> dict[str, Any]:
        variant, data = self._variant(), self._given.get(self._item.id)
        lines: list[dict[str, Any]] = []
        actions: list[list[Any]] = []
        if data is not None:
            given: Response = data["given"]
            judged = mark(variant, given)
            lines.append(explanation(judged, "" if judged.right else str(self._bank.place(self._item.reread))))
            last = self.position + 1 == len(self.items)
            actions.append(["next", "To the end" if last else "Next question", True])
        lines += [{"because": self.notice}] if self.notice else []
        return {
            **question_state(variant.asked, self._item.id, data["given"] if data else "", closed=data is not None),
            "button": "Check",
            "said": lines,
            "actions": actions,
        }

    def _summary_page(self) -> dict[str, Any]:
        if not self.items:
            lines = [{"verdict": "Nothing is due.", "because": self._next(self.later)}]
            return {"said": lines, "actions": [["over", "Look again", False]]}
        right = sum(data["correct"] for data in self._given.values())
        home = self.source.home()
        verdict = f"{right} of {len(self.items)} right."
        lines = [{"verdict": verdict, "because": self._next([one for one in home.reviews if one.due > home.now])}]
        return {"said": lines, "actions": [["over", "Look again", False]]}

    def _next(self, later: list[Any]) -> str:
        if not later:
            return "No question waits: one that you miss comes back after 1, 3, 7 and 21 days."
        return f"The next one comes {when(later[0].due - datetime.now(UTC))}; {len(later)} wait in all."

    def _answer(self, value: object) -> None:
        if self._item.id in self._given:
            return
        variant = self._variant()
        given = read_response(variant.asked, value)
        judged = mark(variant, given)
        data = {
            "given": given,
            "correct": judged.right,
            "variant": variant.asked.variant,
            "objective": self._item.objective,
            "misconception": judged.misconception,
            "mode": "review",
            "round": 1,
        }
        self.notice = record.keep("answer", self._bank.chapter, self._item.id, **data)
        self._given[self._item.id] = data

    def _catch_up(self) -> None:
        """Take over the reviews that another tab has kept since this sitting began."""
        items = {item.id: item for _, item in self.items}
        for event in self.source.events():
            item = items.get(event.key) if event.id not in self._seen else None
            if item and item.id not in self._given and event.kind == "answer" and event.data.get("mode") == "review":
                with suppress(KeyError, TypeError, ValueError):  # a record that somebody has edited
                    question = render(item, int(event.data["variant"]), self.library).asked
                    read_response(question, event.data["given"])
                    self._given[item.id] = {**event.data, "correct": event.data.get("correct") is True}

    def _state(self, item: Item) -> str:
        data = self._given.get(item.id)
        return "open" if data is None else "right" if data["correct"] else "wrong"

    def _variant(self) -> Variant:
        data = self._given.get(self._item.id)
        number = int(data["variant"]) if data else self._tries[self._item.id]
        return render(self._item, number % count(self._item), self.library)

    @property
    def _bank(self) -> Bank:
        return self.items[self.position][0]

    @property
    def _item(self) -> Item:
        return self.items[self.position][1]


def _item(chapter: str, key: str) -> tuple[Bank, Item] | None:
    """Return the question; None where its bank or itself is no longer there."""
    try:
        questions = bank(chapter)
        return questions, questions.item(key)
    except BankError:
        return None
