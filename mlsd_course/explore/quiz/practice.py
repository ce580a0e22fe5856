"""Practice: a chapter's questions, each explained when it is answered. Earlier answers are read from the record.

The same quiz in two tabs, in one kernel or in two: each shows what the other has answered at its own next press, not
before. Presses take turns, so that one answer is kept to each asking of a question, the first; the second tab is then
shown that one. Starting over in one tab starts over in both.
"""

from typing import Any

from mlsd_course.explore import record
from mlsd_course.explore.quiz.page import SIGNS, explanation, question_state
from mlsd_course.quiz import Bank, Item, Library, Response, Variant, count, mark, read_response, render


class Practice:
    """One learner's way through a bank. A round ends when they start over; then other variants are asked."""

    def __init__(self, bank: Bank, library: Library) -> None:
        self.bank, self.library = bank, library
        self.notice = ""
        self._given: dict[str, dict[str, Any]] = {}
        self._tries: dict[str, int] = {}
        self._reopened: set[str] = set()
        self.refresh()
        self.position = next((n for n, item in enumerate(bank.items) if item.id not in self._given), len(bank.items))

    def refresh(self) -> None:
        """Read what this and other tabs have kept."""
        rounds = [event.data.get("round") for event in record.all_events("visit", self.bank.chapter, self._round_key)]
        self.round = next((number for number in reversed(rounds) if isinstance(number, int)), 1)
        self._given, self._tries = {}, {}
        for event in record.all_events("answer", self.bank.chapter):
            if event.data.get("mode") == "practice" and event.data.get("round") == self.round:
                self._given[event.key] = event.data
                self._tries[event.key] = self._tries.get(event.key, 0) + 1
        self._reopened &= set(self._given)

    def do(self, content: dict[str, Any]) -> None:
        """Take a press: answer, next, again, go, over."""
        with record.turn():
            seen = self.round
            self.refresh()
            self._do(content, seen)

    def _do(self, content: dict[str, Any], seen: int) -> None:
        word = content.get("do")
        if word == "answer" and not self.finished and content.get("question") == self._question:
            self._answer(content.get("value"))
        elif word == "again" and not self.finished:
            self._reopened.add(self._item.id)
        elif word == "next":
            self.position = min(self.position + 1, len(self.bank.items))
        elif word == "go":
            self.position = max(0, min(int(content.get("to") or 0), len(self.bank.items)))
        elif word == "over":
            if seen == self.round:  # else another tab has started over meanwhile
                self.notice = record.keep("visit", self.bank.chapter, self._round_key, round=self.round + 1)
            self._reopened.clear()
            self.position = 0
            self.refresh()

    def now(self) -> dict[str, Any]:
        """Return what to show; the key of a question is not in it before it is answered."""
        total, right = len(self.bank.items), sum(self._state(item) == "right" for item in self.bank.items)
        here = f"{self.position + 1} of {total} · " if not self.finished else ""
        page = {
            "title": "Self-check",
            "tally": f"{here}Current: {right}/{total}",
            "position": self.position,
            "steps": [
                dict(zip(("state", "sign", "words"), (self._state(item), *SIGNS[self._state(item)]), strict=True))
                for item in self.bank.items
            ],
            "question": "",
            "said": [],
            "actions": [],
        }
        return {**page, **(self._summary_page() if self.finished else self._question_page())}

    @property
    def finished(self) -> bool:
        """Whether the learner has passed the last question."""
        return self.position >= len(self.bank.items)

    def _question_page(self) -> dict[str, Any]:
        variant, data = self._variant(), self._last()
        lines, actions = [], []
        if data is not None:
            given: Response = data["given"]
            judged = mark(variant, given)
            lines.append(explanation(judged, "" if judged.right else str(self.bank.place(self._item.reread))))
            actions.append(
                ["next", "Next question" if self.position + 1 < len(self.bank.items) else "See the result", True]
            )
            if not judged.right:
                actions.append(["again", "Try one like it" if count(self._item) > 1 else "Try again", False])
        lines += [{"because": self.notice}] if self.notice else []
        return {
            **question_state(variant.asked, self._question, data["given"] if data else "", closed=data is not None),
            "button": "Check",
            "said": lines,
            "actions": actions,
        }

    def _summary_page(self) -> dict[str, Any]:
        total = len(self.bank.items)
        missed = [(n, item) for n, item in enumerate(self.bank.items, 1) if self._state(item) != "right"]
        right = total - len(missed)
        lines = [
            {
                "verdict": f"{right} of {total} right.",
                "because": "" if missed else "Nothing to reread.",
                "met": not missed,
            }
        ]
        lines += [
            {"verdict": f"Question {number}:", "because": self.bank.objectives[item.objective].says + ".",
             "place": str(self.bank.place(item.reread))}
            for number, item in missed
        ]  # fmt: skip
        return {"said": lines, "actions": [["over", "Start over with other numbers", True]], "closed": True}

    def _answer(self, value: object) -> None:
        if self._last() is not None:
            return  # answered in another tab meanwhile: it is shown
        variant = self._variant()
        given = read_response(variant.asked, value)
        judged = mark(variant, given)
        data = {
            "given": given,
            "correct": judged.right,
            "variant": variant.asked.variant,
            "objective": self._item.objective,
            "misconception": judged.misconception,
            "mode": "practice",
            "round": self.round,
        }
        self.notice = record.keep("answer", self.bank.chapter, self._item.id, **data)
        self._reopened.discard(self._item.id)
        self._given[self._item.id] = data
        self._tries[self._item.id] = self._tries.get(self._item.id, 0) + 1

    def _last(self) -> dict[str, Any] | None:
        """Return the answer to the question in view; None where it is open, or where the record holds nonsense."""
        data = None if self._item.id in self._reopened else self._given.get(self._item.id)
        try:
            if data is not None:
                read_response(render(self._item, int(data["variant"]), self.library).asked, data["given"])
        except (KeyError, TypeError, ValueError):
            return None
        return data

    def _variant(self) -> Variant:
        data = self._last()
        number = int(data["variant"]) if data else self.round - 1 + self._tries.get(self._item.id, 0)
        return render(self._item, number, self.library)

    def _state(self, item: Item) -> str:
        data = self._given.get(item.id)
        return "open" if data is None else "right" if data.get("correct") else "wrong"

    @property
    def _item(self) -> Item:
        return self.bank.items[self.position]

    @property
    def _question(self) -> str:
        """The name of the question in view. An answer comes with this name, so it is never taken for another question's."""
        return f"{self._item.id}:{self.round}:{self._tries.get(self._item.id, 0)}:{self._item.id in self._reopened}"

    @property
    def _round_key(self) -> str:
        return f"{self.bank.chapter}.quiz"
