"""The mastery check as it is taken: answers are final and kept in the assignment's folder; explained after handing in.

Where the keys are on this machine (a clone of the course) the score is counted in the kernel, and nothing of a key is
sent to the page or written to a file; where they are not, the mark comes with the graded assignment.

Two tabs of the check, in two kernels too: presses take turns and read the file first, so the first answer to a question
stays, the other tab shows it at its next press, and no answer is lost.
"""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from mlsd_course.errors import GradingError
from mlsd_course.exam.answer_sheet import Attempt, Sheet
from mlsd_course.exam.mastery import PASS_MARK
from mlsd_course.explore import record
from mlsd_course.explore.quiz.answer_file import AnswerFile
from mlsd_course.explore.quiz.exam_view import Marker, exam_page
from mlsd_course.quiz import Asked, Paper, PaperItem, Response, read_response


class MasteryCheck:
    """One learner's way through the paper. `path`: the answers' file; `marker`: None where there are no keys."""

    def __init__(self, paper: Paper, path: Path, marker: Marker | None) -> None:
        self.paper, self.path, self.marker = paper, path, marker
        self.file = AnswerFile(path, paper.edition)
        self.notice = ""
        self.trouble = ""
        with self.file.lock():
            sheet = self._read()
            if sheet is None and not self.trouble:
                self._write(self._new())
                self.notice = record.keep("visit", paper.chapter, f"{paper.chapter}.quiz", attempt=1)
        self.position = self._first_open()

    def do(self, content: dict[str, Any]) -> None:
        """Take a press: `content["do"]` names one of `ACTIONS`. What is not possible in this state changes nothing.

        While the file is damaged, only "renew" is possible.
        """
        with self.file.lock():
            self._read()
            word = str(content.get("do"))
            if word in self.ACTIONS and bool(self.trouble) == (word == "renew"):
                self.ACTIONS[word](self, content)

    def now(self) -> dict[str, Any]:
        """Return what to show; see `exam_view`."""
        return exam_page(self)

    @property
    def finished(self) -> bool:
        """Whether the learner has passed the last question."""
        return self.position >= len(self.paper.items)

    @property
    def attempt(self) -> Attempt:
        """The last attempt, which is the one in view."""
        return self.sheet.attempts[-1]

    @property
    def item(self) -> PaperItem:
        """The question in view."""
        return self.paper.items[self.position]

    @property
    def question(self) -> str:
        """The name of the question in view. An answer comes with this name, so it is never taken for another question's."""
        return f"{self.item.id}:{len(self.sheet.attempts)}"

    def question_for(self, item: PaperItem) -> Asked:
        """Return a question's variant in the attempt in view."""
        return item.asked(self.sheet.seed, len(self.sheet.attempts))

    def right(self, item: PaperItem) -> bool:
        """Tell whether the answer to a question is known to be right."""
        given = self.attempt.answers.get(item.name)
        return (
            self.marker is not None
            and given is not None
            and self.marker(item.id, self.question_for(item).variant, given).right
        )

    def score(self) -> int:
        """Return how many answers of the attempt in view are right; 0 without keys."""
        return sum(self.right(item) for item in self.paper.items)

    def _answer(self, content: dict[str, Any]) -> None:
        if self.finished or content.get("question") != self.question or self.attempt.handed_in:
            return
        if self.item.name in self.attempt.answers:
            return  # answered in another tab meanwhile: it is shown
        self.attempt.answers[self.item.name] = read_response(self.question_for(self.item), content.get("value"))
        self._write(self.sheet)

    def _next(self, _: dict[str, Any]) -> None:
        self._move_to(self.position + 1)

    def _go(self, content: dict[str, Any]) -> None:
        self._move_to(int(content.get("to") or 0))

    def _move_to(self, position: int) -> None:
        self.position = max(0, min(position, len(self.paper.items)))

    def _hand_in(self, _: dict[str, Any]) -> None:
        if self.attempt.handed_in:
            return
        self.attempt.handed_in = _now()
        self._write(self.sheet)
        attempt, chapter = len(self.sheet.attempts), self.paper.chapter
        for item in self.paper.items:
            if (given := self.attempt.answers.get(item.name)) is not None:
                self.notice = record.keep("answer", chapter, item.id, **self._kept(item, given, attempt))
        if self.marker is not None:
            score, total = self.score(), len(self.paper.items)
            result = {"passed": score >= PASS_MARK, "score": score, "of": total, "attempt": attempt}
            for item in self.paper.items:  # as the graded cells of the notebook would say
                record.keep("check", chapter, f"{chapter}_{item.name}_test", passed=self.right(item), attempt=attempt)
            self.notice = record.keep("check", chapter, f"{chapter}.result", **result)
        self.position = len(self.paper.items)

    def _kept(self, item: PaperItem, given: Response, attempt: int) -> dict[str, Any]:
        """Return the data of an `answer` event; without `correct` where nobody here can tell."""
        variant = self.question_for(item).variant
        data = {"given": given, "variant": variant, "objective": item.name, "mode": "exam", "round": attempt}
        if self.marker is None:
            return data
        judged = self.marker(item.id, variant, given)
        return {**data, "correct": judged.right, "misconception": judged.misconception}

    def _retake(self, _: dict[str, Any]) -> None:
        if not self.attempt.handed_in:
            return
        self.sheet.attempts.append(Attempt(_now()))
        self._write(self.sheet)
        self.position = 0

    def _renew(self, _: dict[str, Any]) -> None:
        """Keep the damaged file under another name and begin again."""
        self.file.set_aside()
        self.trouble = ""
        self._write(self._new())
        self.position = 0

    def _first_open(self) -> int:
        if self.trouble or self.attempt.handed_in:
            return len(self.paper.items)
        names = [item.name for item in self.paper.items]
        return next((n for n, name in enumerate(names) if name not in self.attempt.answers), len(names))

    def _new(self) -> Sheet:
        return Sheet(self.paper.edition, 1 + secrets.randbelow(2**31), [Attempt(_now())])

    def _read(self) -> Sheet | None:
        """Read what this and other tabs have kept."""
        try:
            sheet = self.file.read()
        except GradingError as error:
            self.trouble = str(error)
            return None
        self.trouble = ""
        if sheet is not None:
            self.sheet: Sheet = sheet
        return sheet

    def _write(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.file.write(sheet)

    ACTIONS: ClassVar[dict[str, Callable[["MasteryCheck", dict[str, Any]], None]]] = {
        "answer": _answer,
        "next": _next,
        "go": _go,
        "hand_in": _hand_in,
        "retake": _retake,
        "renew": _renew,
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
