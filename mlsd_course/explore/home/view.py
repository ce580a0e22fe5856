"""The start page as plain data and as text: every number and every sentence of it, without a widget."""

import os
import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlsd_course.tables import text_table

if TYPE_CHECKING:
    from mlsd_course.learner import Home, Ledger, Progress

COLUMNS = ("Chapter", "Status", "Minutes", "Points", "Questions right", "Predictions")
SIGNS = {"Not started": "○", "In progress": "◐", "Done": "●"}
_PARTS = (
    (0, "Start"),
    (5, "Part I: The framework"),
    (9, "Part II: The patterns"),
    (13, "Part III: The best practices"),
    (99, "Part IV: Beyond the outline, and the proof"),
)


def page(home: "Home", trouble: Sequence[str], record: Path) -> dict[str, Any]:
    """Return what the browser shows; `record`: the file that holds it all."""
    step = home.step
    return {
        "title": "Where you are",
        "trouble": list(trouble),
        "step": {"sentence": step.sentence, **link(step.chapter, step.notebook)},
        "figures": figures(home),
        "columns": list(COLUMNS),
        "parts": [
            {"name": name, "rows": [_row(one, home) for one in home.chapters if part(one.chapter.slug) == name]}
            for name in dict.fromkeys(part(one.chapter.slug) for one in home.chapters)
        ],
        "note": NOTE,
        "mastery": _mastery(home),
        "reviews": {"sentence": reviews_sentence(home), "due": len(home.due)},
        "ledger": ledger_sentence(home.ledger),
        "exam": home.exam.sentence if home.exam else "Not handed in yet.",
        "record": f"{_count(home.events, 'event')} in {record}. Nothing of it leaves this machine.",
        "events": home.events,
    }


NOTE = (
    "Minutes: worked, of those that the notebooks ask for; a pause counts 15 minutes at most. Points: of the tests you ran "
    "yourself; hidden tests and written answers are a grader's."
)


def text(home: "Home", trouble: Sequence[str] = ()) -> str:
    """Return the same in lines of text."""
    step = home.step
    opened = f" {step.chapter}/{step.notebook}" if step.chapter else ""
    rows = [(one.chapter.title, *cells(one, home)) for one in home.chapters]
    return "\n".join(
        [
            *trouble,
            f"Next: {step.sentence}{opened}",
            " · ".join(f"{name}: {value}" for name, value in figures(home)),
            *([text_table(COLUMNS, rows)] if rows else []),
            f"Reviews: {reviews_sentence(home)}",
            f"Predictions: {ledger_sentence(home.ledger)}",
            f"Mastery check: {home.exam.sentence if home.exam else 'Not handed in yet.'}",
        ]
    )


def figures(home: "Home") -> list[tuple[str, str]]:
    """Return the figures of the whole course."""
    return [
        ("Chapters done", f"{home.done} of {len(home.chapters)}"),
        ("Minutes", f"{home.minutes_spent:.0f} of {home.minutes_planned}"),
        ("Points", f"{home.points:g} of {home.points_possible:g}"),
        ("Due reviews", f"{len(home.due)}"),
    ]


def cells(one: "Progress", home: "Home") -> tuple[str, ...]:
    """Return the cells of a chapter after its title."""
    chapter = one.chapter
    spent, tested = home.minutes.get(chapter.slug, 0.0), sum(chapter.points.values())
    return (
        f"{SIGNS[one.state]} {one.state}",
        f"{spent:.0f} of {chapter.planned_min}" if chapter.planned_min else f"{spent:.0f}",
        (f"{one.points:g} of {tested:g}" if tested else "–"),
        f"{one.correct} of {one.answered}" if one.answered else "–",
        str(one.predictions or "–"),
    )


def part(slug: str) -> str:
    """Return the part of the course that a chapter belongs to."""
    number = re.match(r"ch(\d+)_", slug)
    here = int(number.group(1)) if number else 99
    return next(name for last, name in _PARTS if here <= last)


def link(chapter: str, notebook: str) -> dict[str, str]:
    """Return the name of a notebook and its path from the folder of this kernel; an empty path where it is not there."""
    from mlsd_course.learner import workspace_root

    if not chapter:
        return {"label": "", "path": ""}
    label = f"{chapter}/{notebook}"
    for root in (workspace_root(), Path.cwd().parent, Path.cwd()):
        if (root / label).is_file():
            return {"label": label, "path": Path(os.path.relpath(root / label, Path.cwd())).as_posix()}
    return {"label": label, "path": ""}


def reviews_sentence(home: "Home") -> str:
    """Say what is due, and else when something will be."""
    due, later = len(home.due), len(home.reviews) - len(home.due)
    if due:
        more = f" {_count(later, 'question')} later." if later else ""
        return f"{_count(due, 'question')} that you missed {'is' if due == 1 else 'are'} due.{more}"
    if not home.reviews:
        return "Nothing waits. A question that you miss comes back after 1, 3, 7 and 21 days."
    return f"Nothing is due. The next of {_count(later, 'question')} comes {when(home.reviews[0].due - home.now)}."


def when(wait: timedelta) -> str:
    """Say how far a time is away."""
    hours = wait.total_seconds() / 3600
    if hours <= 0:
        return "now"
    return f"in {max(1, round(hours))} h" if hours < 36 else f"in {round(hours / 24)} days"


def ledger_sentence(book: "Ledger") -> str:
    """Say how good the predictions were so far."""
    sentences = []
    if book.entries:
        sentences.append(
            f"{book.hits} of {_count(len(book.entries), 'prediction')} came true or within a factor of 1.5."
        )
    if book.typical_factor is not None:
        sentences.append(f"A magnitude is typically off by a factor of {book.typical_factor:.2g}.")
    if book.brier is not None:
        sentences.append(
            f"Brier score of your confidence: {book.brier:.2f} (0 is best; always saying 50 % gives 0.25)."
        )
    if book.open:
        sentences.append(f"{_count(book.open, 'prediction')} still without outcome.")
    if book.skipped:
        sentences.append(f"{_count(book.skipped, 'question')} skipped.")
    return " ".join(sentences) or EMPTY


EMPTY = "None yet. What you predict in a lesson lands here once its outcome is shown, right or wrong, never for marks."


def _row(one: "Progress", home: "Home") -> dict[str, Any]:
    notebooks = [{"name": Path(name).stem, **link(one.chapter.slug, name)} for name in one.chapter.notebooks]
    return {"title": one.chapter.title, "state": one.state, "notebooks": notebooks, "cells": list(cells(one, home))}


def _mastery(home: "Home") -> list[dict[str, Any]]:
    chapters = []
    for one in home.chapters:
        objectives = [objective for objective in home.mastery if objective.chapter == one.chapter.slug]
        if not objectives:
            continue
        full = sum(objective.right == objective.asked for objective in objectives)
        rows = [
            {"says": objective.says, "words": objective.words, "share": round(objective.share, 3)}
            for objective in objectives
        ]
        chapters.append(
            {"title": one.chapter.title, "summary": f"{full} of {len(objectives)} objectives in full", "rows": rows}
        )
    return chapters


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
