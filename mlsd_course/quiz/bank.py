"""A question bank: objectives, and the items that ask for them, and how these must fit together."""

from collections.abc import Iterator
from typing import Any

from pydantic import Field, model_validator

from mlsd_course.errors import BankError
from mlsd_course.quiz.item import Item, Name, Numeric, Ordering, Part, Text
from mlsd_course.quiz.place import Place


class Objective(Part):
    """One thing that a learner can do afterwards, and the cell that teaches it."""

    says: Text = Field(description="What the learner can do, starting with a verb.")
    taught: Text = Field(description='The cell that teaches it: "lesson: <heading>", "ch01_x/lesson: <heading>".')


class Bank(Part):
    """The questions of one chapter. `chapter` is its slug and the file's name."""

    chapter: Name = Field(description="The chapter's slug, which is the file's name.")
    objectives: dict[Name, Objective] = Field(min_length=1, description="What the items ask for.")
    items: list[Item] = Field(min_length=1, description="The questions.")

    @model_validator(mode="after")
    def _coherent(self) -> "Bank":
        faults = list(_incoherent(self))
        if faults:
            raise ValueError("\n".join(f"{place}|{what}" for place, what in faults))
        return self

    def item(self, item_id: str) -> Item:
        """Return the item of that id; BankError where there is none."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise BankError(f"{self.chapter}: no item {item_id!r}", allowed=", ".join(item.id for item in self.items))

    def place(self, text: str) -> Place:
        """Return the cell that `reread` or `taught` names."""
        return Place.read(text, self.chapter)


def _incoherent(bank: Bank) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for objective, target in bank.objectives.items():
        yield from _no_place(f"objectives.{objective}.taught", target.taught, bank.chapter)
    for number, item in enumerate(bank.items):
        here = f"items.{number}"
        if item.id in seen:
            yield f"{here}.id", "another item has this id. Give each its own"
        seen.add(item.id)
        if not item.id.startswith(f"{bank.chapter}."):
            yield f"{here}.id", f"the id starts with the chapter. Write {bank.chapter}.{item.id.rpartition('.')[2]}"
        if item.objective not in bank.objectives:
            known = ", ".join(bank.objectives)
            yield f"{here}.objective", f"there is no objective {item.objective!r}. Declared: {known}"
        yield from _no_place(f"{here}.reread", item.reread, bank.chapter)
        yield from _wrong_parts(here, item)


def _no_place(field: str, text: str, chapter: str) -> Iterator[tuple[str, str]]:
    try:
        Place.read(text, chapter)
    except ValueError as error:
        yield field, f"{text!r} {error}"


def _wrong_parts(here: str, item: Any) -> Iterator[tuple[str, str]]:
    if item.choosing:
        right = sum(option.right for option in item.options)
        if item.kind != "multiple" and right != 1:
            yield f"{here}.options", f"{right} options are right. Mark exactly one with `right: true`"
        if item.kind == "multiple" and not 0 < right < len(item.options):
            yield f"{here}.options", f"{right} of {len(item.options)} options are right. Leave at least one of each"
        for number, option in enumerate(item.options):
            if not option.right and not option.misconception:
                yield (
                    f"{here}.options.{number}",
                    "a wrong option needs the misconception behind it. Write `misconception:`",
                )
            if option.right and option.misconception:
                yield f"{here}.options.{number}.misconception", "a right option has none. Remove it"
    if isinstance(item, Ordering):
        right_order = list(range(1, len(item.steps) + 1))
        for number, wrong in enumerate(item.mistakes):
            if sorted(wrong.order) != right_order or wrong.order == right_order:
                yield f"{here}.mistakes.{number}.order", f"{wrong.order} is no other order of {right_order}"
    if len({tuple(sorted(case)) for case in item.cases}) > 1:
        yield f"{here}.cases", "the cases have different names. Give each the same ones"
    given = [name for case in item.cases[:1] for name in case] + list(item.draw)
    if len(set(given) | set(item.compute)) != len(given) + len(item.compute):
        yield f"{here}.compute", "a name is declared twice. Names are shared by cases, draw and compute"
    for name, values in item.draw.items():
        if len(values) < 2 or len(set(values)) != len(values):
            yield f"{here}.draw.{name}", "at least two different values are drawn from. Else write it into the text"
    if isinstance(item, Numeric) and not item.worked:
        yield (
            f"{here}.worked",
            "a computed key needs its first value, worked out by hand. Write `worked: {answer: 230.3}`",
        )
