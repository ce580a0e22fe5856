"""Reading a bank from YAML: every fault is told with its file, line, item, field and remedy."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from mlsd_course.errors import BankError
from mlsd_course.quiz.bank import Bank
from mlsd_course.quiz.item import KINDS

_GUIDE = "See quizzes/README.md for an example of every kind"


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
