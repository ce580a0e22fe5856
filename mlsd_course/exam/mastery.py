"""The mastery check's tests: answers from the widget's file or from a cell, each against its key.

The questions are in the package (`quiz.read_paper`), the keys are not: they come with the hidden tests.
"""

import base64
import contextlib
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlsd_course.errors import GradingError
from mlsd_course.exam.answer_sheet import FILE, Sheet, read_sheet
from mlsd_course.quiz import Asked, Key, Paper, PaperItem, Response, is_right, read_paper, read_response

PASS_MARK = 7
_results: dict[str, bool] = {}


class Answers(dict[str, Any]):
    """Answers by question. `attempt`: which one they are; true where there is a file, also one that does not count."""

    def __init__(self, given: Mapping[str, Any], attempt: int, found: bool) -> None:
        super().__init__(given)
        self.attempt, self.found = attempt, found

    def __bool__(self) -> bool:
        return self.found


def answers(folder: Path | None = None) -> Answers:
    """Return what was handed in with the widget; nothing, and false, where nothing was. Never fails."""
    _results.clear()
    try:
        sheet = _sheet(folder)
    except GradingError as error:
        print(error)
        return Answers({}, 0, found=True)
    attempt = sheet.last_handed_in() if sheet else 0
    if sheet is None or not attempt:
        return Answers({}, 0, found=False)
    return Answers(sheet.attempts[attempt - 1].answers, attempt, found=True)


def questions(folder: Path | None = None) -> str:
    """Return the eight questions as text, for those who work without widgets: your variants, if you have begun."""
    paper, sheet = read_paper(), _sheet(folder)
    seed, attempt = (sheet.seed, len(sheet.attempts)) if sheet else (0, 1)
    parts = [_as_text(number, item, item.asked(seed, attempt)) for number, item in enumerate(paper.items, 1)]
    return "\n\n".join(parts)


def check_answer(given: Mapping[str, Any], name: str, folder: Path | None = None) -> None:
    """Say how the answer to the question `name` is read; AssertionError where there is none to mark."""
    item, asked, response = _read(given, name, folder)
    print(f"{_called(item)}: your answer is {_shown(asked, response)}.")


def check_key(given: Mapping[str, Any], name: str, key: str, folder: Path | None = None) -> None:
    """AssertionError where the answer is not right, with the cell to reread. `key` is what `encoded` returned."""
    _results[name] = False
    item, asked, response = _read(given, name, folder)
    right = is_right(decoded(key)[asked.variant], response)
    _results[name] = right
    assert right, (
        f"{_called(item)} is not right: you answered {_shown(asked, response)}. Reread {item.reread}. A retake asks with other numbers."
    )


def verdict() -> str:
    """Return how many of the answers were right, and whether that is enough; for the end of a graded run."""
    total = len(read_paper().items)
    if not _results:
        return f"Your answers are marked when your work is graded. {PASS_MARK} of {total} right ones pass."
    right = sum(_results.values())
    word = "Passed" if right >= PASS_MARK else "Not passed"
    return f"{right} of {total} right. {word}: {PASS_MARK} are needed."


def encoded(keys: tuple[Key, ...]) -> str:
    """Return the keys of all variants of a question as one word.

    It is no secret, only nothing that one reads in passing: plain nbgrader shows hidden tests in its feedback, and a
    retake asks another variant.
    """
    plain = " ".join(key.letters or f"{key.number:.9g}~{key.tolerance:.6g}" for key in keys)
    return base64.b64encode(plain.encode()).decode()


def decoded(key: str) -> list[Key]:
    """Return the keys of all variants of a question."""
    words = base64.b64decode(key).decode().split()
    numbers = [word.split("~") for word in words]
    return [
        Key(word) if len(parts) == 1 else Key("", float(parts[0]), float(parts[1]))
        for word, parts in zip(words, numbers, strict=True)
    ]


def _read(given: Mapping[str, Any], name: str, folder: Path | None) -> tuple[PaperItem, Asked, Response]:
    paper = read_paper()
    item = paper.item(name)
    try:
        sheet = _sheet(folder, paper)
    except GradingError as error:
        raise AssertionError(str(error)) from None
    assert isinstance(given, dict), (
        f"answers is a {type(given).__name__}. Expected a dictionary such as {{'{name}': …}}, or what the widget kept."
    )
    asked = item.asked(*_variant(given, sheet))
    value = next((value for key, value in dict.items(given) if type(key) is str and key == name), None)
    assert value is not None, (
        f"{_called(item)} is not answered. Hand in with the widget, or write answers[{name!r}] = …"
    )
    try:
        response = read_response(asked, _plain(value))
    except ValueError as error:
        raise AssertionError(f"{_called(item)} cannot be read. {error}.") from None
    return item, asked, response


def _variant(given: Mapping[str, Any], sheet: Sheet | None) -> tuple[int, int]:
    """Return seed and attempt: of the file, where there is one; answers from a cell belong to the attempt in view."""
    if sheet is None:
        return 0, 1
    attempt = given.attempt if type(given) is Answers and given.attempt else len(sheet.attempts)
    return sheet.seed, attempt


def _plain(value: Any) -> Any:
    """Return text, numbers and lists of text as plain ones, NumPy's too; nothing of an object's own methods is used."""
    if type(value) in (str, int, float):
        return value
    if type(value) in (list, tuple):
        return [part for part in value if type(part) is str] if all(type(part) is str for part in value) else None
    if isinstance(value, float):  # NumPy's
        with contextlib.suppress(Exception):
            return math.fsum([value])
    return None


def _sheet(folder: Path | None, paper: Paper | None = None) -> Sheet | None:
    return read_sheet((folder or Path.cwd()) / FILE, (paper or read_paper()).edition)


def _shown(asked: Asked, response: Response) -> str:
    return f"{response:g} {asked.unit}".strip() if isinstance(response, float) else response


def _called(item: PaperItem) -> str:
    number = [other.name for other in read_paper().items].index(item.name) + 1
    return f"Question {number} ({item.name})"


def _as_text(number: int, item: PaperItem, asked: Asked) -> str:
    unit = f" (a number in {asked.unit})" if asked.unit else ""
    several = " (all that belong to the answer)" if asked.kind == "multiple" else ""
    lines = [f"{number}. {item.name}: {asked.stem}{unit}{several}", *([asked.claim] if asked.claim else [])]
    return "\n".join([*lines, *(f"   {letter}) {text}" for letter, text in asked.choices.items())])
