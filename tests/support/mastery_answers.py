"""Answers to the mastery check: right ones, spoilt files, and a sheet that holds them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mlsd_course.exam.answer_sheet import Attempt, Sheet, write_sheet
from mlsd_course.exam.library import library
from mlsd_course.quiz import Bank, keys_of, read_paper

PAPER = read_paper()


def right_answers(bank: Bank, seed: int, attempt: int = 1) -> dict[str, str | float]:
    """Return what somebody who knows everything answers."""
    keys = keys_of(bank, library)
    found = {item.name: keys[item.name][item.asked(seed, attempt).variant] for item in PAPER.items}
    return {name: key.letters or key.number for name, key in found.items()}


def handed_in(answers: dict[str, str | float], seed: int = 7) -> Sheet:
    """Return a sheet with one attempt."""
    return Sheet(PAPER.edition, seed, [Attempt("2026-01-01T09:00:00+00:00", answers, "2026-01-01T09:30:00+00:00")])


Spoil = Callable[[Path], object]


def edited(change: Callable[[dict[str, Any]], object]) -> Spoil:
    """Return what edits the JSON of the file by hand."""

    def spoil(path: Path) -> None:
        made = json.loads(path.read_text("utf-8"))
        change(made)
        path.write_text(json.dumps(made), encoding="utf-8")

    return spoil


SPOILT: dict[str, tuple[Spoil, str]] = {
    "an answer changed": (edited(lambda m: m["attempts"][0]["answers"].update(first_step="a")), "changed after the course wrote it"),
    "the seed changed": (edited(lambda m: m.update(seed=8)), "changed after the course wrote it"),
    "an attempt added": (edited(lambda m: m["attempts"].append(m["attempts"][0])), "changed after the course wrote it"),
    "another seal": (edited(lambda m: m.update(seal="0" * 64)), "its seal does not fit"),
    "a seal of letters": (edited(lambda m: m.update(seal="ß")), "its seal does not fit"),
    "no seal": (edited(lambda m: m.pop("seal")), "damaged"),
    "a seal that is no text": (edited(lambda m: m.update(seal=1)), "its seal does not fit"),
    "no attempts": (edited(lambda m: m.update(attempts=[])), "damaged"),
    "attempts of another shape": (edited(lambda m: m.update(attempts=[[1]])), "damaged"),
    "a list": (lambda p: p.write_text("[1, 2]"), "damaged"),
    "null": (lambda p: p.write_text("null"), "damaged"),
    "truncated": (lambda p: p.write_bytes(p.read_bytes()[:100]), "cannot be read"),
    "empty": (lambda p: p.write_bytes(b""), "cannot be read"),
    "garbage": (lambda p: p.write_bytes(bytes(range(256)) * 9), "cannot be read"),
    "utf-16": (lambda p: p.write_text(p.read_text("utf-8"), encoding="utf-16"), "cannot be read"),
    "deeply nested": (lambda p: p.write_text("[" * 90_000), "damaged"),
    "huge": (lambda p: p.write_text(" " * 300_000), "larger than 200 kB"),
    "not a number": (edited(lambda m: m["attempts"][0]["answers"].update(tail_and_capacity=float("nan"))), "cannot be read"),
    "a folder": (lambda p: (p.unlink(), p.mkdir()), "no plain file"),
    "a link": (lambda p: (p.unlink(), p.symlink_to("/etc/passwd")), "no plain file"),
    "a dangling link": (lambda p: (p.unlink(), p.symlink_to("/nowhere")), "no plain file"),
    "another edition": (lambda p: write_sheet(p, Sheet("000000000000", 7, [Attempt("x", {}, "y")])), "another edition"),
}  # fmt: skip
