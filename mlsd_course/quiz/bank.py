"""A question bank: objectives, and the items that ask for them; read from YAML with the line of every fault."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, ValidationError, model_validator

from mlsd_course.errors import BankError
from mlsd_course.quiz.item import KINDS, Item, Name, Numeric, Ordering, Part, Text
from mlsd_course.quiz.place import Place

_GUIDE = "See quizzes/README.md for an example of every kind"


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


def load(path: Path) -> Bank:
    """Return the bank in a YAML file; BankError names file, line, item, field and remedy of every fault."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BankError(f"{path.name} cannot be read ({error})", remedy="It must be UTF-8 text in quizzes/") from error
    return read(text, path.name)


def read(text: str, name: str = "bank.yaml") -> Bank:
    """Return the bank that `text` holds; see `load`."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.load(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error)
        raise BankError(
            f"{name}{line}: it is no YAML ({problem})", remedy="Quote texts that hold `: ` or start with a sign"
        ) from None
    if root is None or not isinstance(values, dict):
        raise BankError(f"{name}: it holds no bank", remedy=_GUIDE)
    doubled = [f"{name}, line {line}: {key!r} is there twice. Remove one" for key, line in _doubled(root)]
    if doubled:
        raise BankError("\n".join(doubled))
    try:
        bank = Bank.model_validate(values)
    except ValidationError as error:
        raise BankError("\n".join(dict.fromkeys(_sentences(error, root, values, name)))) from None
    if name.endswith(".yaml") and name != "bank.yaml" and bank.chapter != name.removesuffix(".yaml"):
        raise BankError(f"{name}: its chapter is {bank.chapter!r}", remedy=f"Name the file {bank.chapter}.yaml")
    return bank


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


def _doubled(node: Any) -> Iterator[tuple[str, int]]:
    """Yield keys that YAML would silently let the last one win."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.value, key.start_mark.line + 1
            seen.add(key.value)
            yield from _doubled(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _doubled(value)


def _sentences(error: ValidationError, root: Any, values: dict[str, Any], name: str) -> Iterator[str]:
    for fault in error.errors():
        if fault["loc"]:
            yield _sentence(name, root, values, [str(step) for step in fault["loc"]], _said(fault))
        else:  # of the bank as a whole
            for line in str(fault["ctx"]["error"]).splitlines():
                place, _, what = line.partition("|")
                yield _sentence(name, root, values, place.split("."), what)


def _sentence(name: str, root: Any, values: dict[str, Any], steps: list[str], what: str) -> str:
    line, path = _where(root, steps)
    item = ""
    if steps[0] == "items" and len(steps) > 1 and steps[1].isdigit():
        path, number = path[2:], int(steps[1])
        known = values["items"][number]
        item = f", item {known.get('id') if isinstance(known, dict) and known.get('id') else number + 1}"
    field = f", field {'.'.join(path)}" if path else ""
    return (
        f"{name}, line {line}{item}{field}: {what.rstrip('.')}. {_GUIDE if 'ee quizzes' not in what else ''}".rstrip()
    )


def _where(node: Any, steps: list[str]) -> tuple[int, list[str]]:
    """Return the line (from 1) and the steps that exist; pydantic's own (the kind) are passed over."""
    line, path = node.start_mark.line, []
    for number, step in enumerate(steps):
        if isinstance(node, yaml.SequenceNode) and step.isdigit() and int(step) < len(node.value):
            node = node.value[int(step)]
        elif isinstance(node, yaml.MappingNode) and (
            found := next(((key, value) for key, value in node.value if key.value == step), None)
        ):
            node = found[1]
            line = found[0].start_mark.line
            path.append(step)
            continue
        elif number == len(steps) - 1:
            path.append(step)  # the field that is missing
            break
        else:
            continue
        line = node.start_mark.line
        path.append(str(int(step) + 1) if step.isdigit() else step)
    return line + 1, path


def _said(fault: Any) -> str:
    kind, given = fault["type"], fault.get("input")
    if kind == "missing":
        return "it is missing"
    if kind == "extra_forbidden":
        return "there is no such field"
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return f"`kind` is one of {', '.join(KINDS)}"
    shown = "" if isinstance(given, dict | list) else f", got {given!r}"
    return f"{fault['msg'][0].lower()}{fault['msg'][1:]}{shown}"


Banks = Annotated[dict[str, Bank], "by chapter"]


def load_all(folder: Path) -> dict[str, Bank]:
    """Return every bank in `folder`, by chapter; BankError for the first broken one."""
    return {bank.chapter: bank for bank in (load(path) for path in sorted(folder.glob("*.yaml")))}
