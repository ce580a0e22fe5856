"""The mastery check as it is taken: answers are final and kept in the assignment's folder; explained after handing in.

Where the keys are on this machine (a clone of the course) the score is counted in the kernel, and nothing of a key is
sent to the page or written to a file; where they are not, the mark comes with the graded assignment.
"""

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mlsd_course.checks.answer_sheet import Attempt, Sheet, read_sheet, write_sheet
from mlsd_course.checks.mastery import PASS_MARK
from mlsd_course.errors import GradingError
from mlsd_course.explore import storage
from mlsd_course.explore.quiz_practice import asked_now, explained
from mlsd_course.quiz import Asked, Mark, Paper, PaperItem, Response, read_response

Marker = Callable[[str, int, Response], Mark]  # item id, variant, answer
STATES = {
    "open": ("", "not answered"),
    "kept": (" •", "answered"),
    "right": (" ✓", "right"),
    "wrong": (" ✗", "not right"),
}


class Exam:
    """One learner's way through the paper. `path`: the answers' file; `marker`: None where there are no keys."""

    def __init__(self, paper: Paper, path: Path, marker: Marker | None) -> None:
        self.paper, self.path, self.marker = paper, path, marker
        self.notice = ""
        self.trouble = ""
        with self._lock():
            sheet = self._read()
            if sheet is None and not self.trouble:
                self._write(self._new())
                self.notice = storage.keep("visit", paper.chapter, f"{paper.chapter}.quiz", attempt=1)
        self.position = self._first_open()

    def do(self, content: dict[str, Any]) -> None:
        """Take what was pressed: answer, next, go, hand_in, retake, renew."""
        with self._lock():
            self._read()
            word = content.get("do")
            if word == "renew" and self.trouble:
                self._renew()
            elif self.trouble:
                return
            elif word == "answer" and not self.finished and content.get("question") == self._question:
                self._answer(content.get("value"))
            elif word == "next":
                self.position = min(self.position + 1, len(self.paper.items))
            elif word == "go":
                self.position = max(0, min(int(content.get("to") or 0), len(self.paper.items)))
            elif word == "hand_in" and not self._attempt.handed_in:
                self._hand_in()
            elif word == "retake" and self._attempt.handed_in:
                self._retake()

    def now(self) -> dict[str, Any]:
        """Return what to show; nothing of a key is in it, and before handing in nothing of a mark but the count."""
        total = len(self.paper.items)
        if self.trouble:
            return {
                **self._frame(""),
                "said": [{"because": self.trouble}],
                "actions": [["renew", "Take it again", True]],
            }
        here = f"{self.position + 1} of {total} · " if not self.finished else ""
        kept = len(self._attempt.answers)
        count = f"Current: {self._score()}/{total}" if self.marker else f"Answered: {kept}/{total}"
        frame = self._frame(here + count)
        return {**frame, **(self._end() if self.finished else self._question_now())}

    @property
    def finished(self) -> bool:
        """Whether the last question is behind."""
        return self.position >= len(self.paper.items)

    def _frame(self, tally: str) -> dict[str, Any]:
        names = ("state", "sign", "words")
        states = [] if self.trouble else [self._state(item) for item in self.paper.items]
        return {
            "title": "Mastery check" + ("" if self.trouble else f", attempt {len(self.sheet.attempts)}"),
            "tally": tally,
            "position": self.position,
            "steps": [dict(zip(names, (state, *STATES[state]), strict=True)) for state in states],
            "question": "",
            "said": [],
            "actions": [],
            "closed": True,
        }

    def _question_now(self) -> dict[str, Any]:
        item = self._item
        given = self._attempt.answers.get(item.name)
        closed = given is not None or bool(self._attempt.handed_in)
        said = [self._explained(item)] if self._attempt.handed_in else []
        if given is not None and not self._attempt.handed_in:
            said = [{"verdict": "Kept.", "because": "It is explained when you have handed in."}]
        last = self.position + 1 == len(self.paper.items)
        actions = [["next", "To the end" if last else "Next question", True]] if closed else []
        return {
            **asked_now(self._asked(item), self._question, given, closed=closed),
            "button": "Answer (final)",
            "said": said + self._noticed(),
            "actions": actions,
        }

    def _end(self) -> dict[str, Any]:
        if self._attempt.handed_in:
            return {
                "said": self._result() + self._noticed(),
                "actions": [["retake", "Retake with other numbers", False]],
            }
        missing = [n for n, item in enumerate(self.paper.items, 1) if item.name not in self._attempt.answers]
        because = (
            f"Not answered: {', '.join(map(str, missing))}. They count as wrong."
            if missing
            else "All questions are answered."
        )
        return {"said": [{"because": because}, *self._noticed()], "actions": [["hand_in", "Hand in", True]]}

    def _result(self) -> list[dict[str, Any]]:
        total = len(self.paper.items)
        if self.marker is None:
            because = (
                f"{self.path.name} goes in with the assignment; the mark comes with its feedback. "
                f"{PASS_MARK} of {total} right ones pass."
            )
            return [{"verdict": "Handed in.", "because": because}]
        score = self._score()
        passed = score >= PASS_MARK
        verdict = f"{score} of {total} right. {'Passed.' if passed else f'Not passed: {PASS_MARK} are needed.'}"
        missed = [(n, item) for n, item in enumerate(self.paper.items, 1) if self._state(item) == "wrong"]
        return [
            {"verdict": verdict, "because": "", "met": passed},
            *({"verdict": f"Question {n}:", "because": f"{item.says}.", "place": item.reread} for n, item in missed),
        ]

    def _explained(self, item: PaperItem) -> dict[str, Any]:
        given = self._attempt.answers.get(item.name)
        if given is None:
            return {"verdict": "Not answered.", "because": "", "place": item.reread, "met": False}
        if self.marker is None:
            return {"verdict": "Handed in.", "because": "The mark comes with the feedback on the assignment."}
        judged = self.marker(item.id, self._asked(item).variant, given)
        return explained(judged, "" if judged.right else item.reread)

    def _answer(self, value: object) -> None:
        if self._item.name in self._attempt.answers or self._attempt.handed_in:
            return  # answered in another tab meanwhile: it is shown
        self._attempt.answers[self._item.name] = read_response(self._asked(self._item), value)
        self._write(self.sheet)

    def _hand_in(self) -> None:
        self._attempt.handed_in = _now()
        self._write(self.sheet)
        attempt, chapter = len(self.sheet.attempts), self.paper.chapter
        for item in self.paper.items:
            if (given := self._attempt.answers.get(item.name)) is not None:
                self.notice = storage.keep("answer", chapter, item.id, **self._kept(item, given, attempt))
        if self.marker is not None:
            score, total = self._score(), len(self.paper.items)
            result = {"passed": score >= PASS_MARK, "score": score, "of": total, "attempt": attempt}
            for item in self.paper.items:  # as the graded cells of the notebook would say
                storage.keep("check", chapter, f"{chapter}_{item.name}_test", passed=self._right(item), attempt=attempt)
            self.notice = storage.keep("check", chapter, f"{chapter}.result", **result)
        self.position = len(self.paper.items)

    def _kept(self, item: PaperItem, given: Response, attempt: int) -> dict[str, Any]:
        """Return the data of an `answer` event; without `correct` where nobody here can tell."""
        variant = self._asked(item).variant
        data = {"given": given, "variant": variant, "objective": item.name, "mode": "exam", "round": attempt}
        if self.marker is None:
            return data
        judged = self.marker(item.id, variant, given)
        return {**data, "correct": judged.right, "misconception": judged.misconception}

    def _retake(self) -> None:
        self.sheet.attempts.append(Attempt(_now()))
        self._write(self.sheet)
        self.position = 0

    def _renew(self) -> None:
        """Keep the damaged file aside and begin anew."""
        number = 1
        while (aside := self.path.with_name(f"{self.path.stem}.damaged-{number}.json")).exists():
            number += 1
        self.path.rename(aside)
        self.trouble = ""
        self._write(self._new())
        self.position = 0

    def _state(self, item: PaperItem) -> str:
        given = self._attempt.answers.get(item.name)
        if not self._attempt.handed_in or self.marker is None:
            return "open" if given is None else "kept"
        return "right" if self._right(item) else "wrong"

    def _score(self) -> int:
        return sum(self._right(item) for item in self.paper.items)

    def _right(self, item: PaperItem) -> bool:
        given = self._attempt.answers.get(item.name)
        return (
            self.marker is not None
            and given is not None
            and self.marker(item.id, self._asked(item).variant, given).right
        )

    def _asked(self, item: PaperItem) -> Asked:
        return item.asked(self.sheet.seed, len(self.sheet.attempts))

    def _first_open(self) -> int:
        if self.trouble or self._attempt.handed_in:
            return len(self.paper.items)
        names = [item.name for item in self.paper.items]
        return next((n for n, name in enumerate(names) if name not in self._attempt.answers), len(names))

    def _new(self) -> Sheet:
        return Sheet(self.paper.edition, 1 + secrets.randbelow(2**31), [Attempt(_now())])

    def _read(self) -> Sheet | None:
        """Read what this and other tabs have kept."""
        try:
            sheet = read_sheet(self.path, self.paper.edition)
        except GradingError as error:
            self.trouble = str(error)
            return None
        self.trouble = ""
        if sheet is not None:
            self.sheet: Sheet = sheet
        return sheet

    def _write(self, sheet: Sheet) -> None:
        self.sheet = sheet
        write_sheet(self.path, sheet)

    def _lock(self) -> AbstractContextManager[None]:
        import hashlib
        import tempfile

        from mlsd_course.learner.files import locked

        name = hashlib.sha256(str(self.path.resolve()).encode()).hexdigest()[:16]
        return locked(
            Path(tempfile.gettempdir()) / f"mlsd-answers-{name}.lock"
        )  # beside the file it would be handed in

    def _noticed(self) -> list[dict[str, Any]]:
        return [{"because": self.notice}] if self.notice else []

    @property
    def _attempt(self) -> Attempt:
        return self.sheet.attempts[-1]

    @property
    def _item(self) -> PaperItem:
        return self.paper.items[self.position]

    @property
    def _question(self) -> str:
        return f"{self._item.id}:{len(self.sheet.attempts)}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
