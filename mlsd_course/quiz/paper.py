"""An exam paper: every variant of every question as learners see it, and nothing of the keys."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mlsd_course.quiz.bank import Bank
from mlsd_course.quiz.expression import Library
from mlsd_course.quiz.variant import Asked, Key, count, pick, render

MASTERY_PAPER = Path(__file__).with_name("mastery_paper.json")


@dataclass(frozen=True)
class PaperItem:
    """One question: its id, what it asks for, the cell to reread, its variants."""

    id: str
    says: str
    reread: str
    variants: tuple[Asked, ...]

    @property
    def name(self) -> str:
        """The part of the id after the chapter."""
        return self.id.partition(".")[2]

    def asked(self, seed: int, attempt: int) -> Asked:
        """Return the variant of an attempt (from 1)."""
        return self.variants[pick(seed, attempt, self.id, len(self.variants))]


@dataclass(frozen=True)
class Paper:
    """All questions of an exam. `edition` changes with every change that a learner could see."""

    chapter: str
    items: tuple[PaperItem, ...]
    edition: str

    def item(self, name: str) -> PaperItem:
        """Return the question of that name; KeyError where there is none."""
        for item in self.items:
            if item.name == name:
                return item
        raise KeyError(name)


def paper_of(bank: Bank, library: Library) -> Paper:
    """Return the paper of a bank."""
    items = tuple(
        PaperItem(
            item.id,
            bank.objectives[item.objective].says,
            str(bank.place(item.reread)),
            tuple(render(item, variant, library).asked for variant in range(count(item))),
        )
        for item in bank.items
    )
    return Paper(bank.chapter, items, _edition(items))


def keys_of(bank: Bank, library: Library) -> dict[str, tuple[Key, ...]]:
    """Return the keys of every variant, by the question's name."""
    return {
        item.id.partition(".")[2]: tuple(render(item, variant, library).key for variant in range(count(item)))
        for item in bank.items
    }


def write_paper(paper: Paper) -> str:
    """Return the paper as the text of a file."""
    return json.dumps(_plain(paper.chapter, paper.items), ensure_ascii=False, indent=1) + "\n"


def read_paper(path: Path = MASTERY_PAPER) -> Paper:
    """Return the paper in a file that `write_paper` made."""
    made = json.loads(path.read_text(encoding="utf-8"))
    items = tuple(
        PaperItem(item["id"], item["says"], item["reread"], tuple(Asked(**asked) for asked in item["variants"]))
        for item in made["items"]
    )
    return Paper(made["chapter"], items, _edition(items))


def _plain(chapter: str, items: Sequence[PaperItem]) -> dict[str, Any]:
    return {"chapter": chapter, "items": [asdict(item) for item in items]}


def _edition(items: Sequence[PaperItem]) -> str:
    text = json.dumps(_plain("", items), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]
