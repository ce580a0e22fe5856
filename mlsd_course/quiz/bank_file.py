"""Reading a bank from YAML: every fault with its file, line, item, field and remedy."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from mlsd_course.errors import BankError
from mlsd_course.quiz.bank import Bank
from mlsd_course.quiz.item import KINDS
from mlsd_course.yaml_lines import YamlFault, YamlNode
from mlsd_course.yaml_lines import read as read_yaml

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
    root, values = _parsed(text, name)
    try:
        bank = Bank.model_validate(values)
    except ValidationError as error:
        raise BankError("\n".join(dict.fromkeys(_sentences(error, root, values)))) from None
    if name.endswith(".yaml") and name != "bank.yaml" and bank.chapter != name.removesuffix(".yaml"):
        raise BankError(f"{name}: its chapter is {bank.chapter!r}", remedy=f"Name the file {bank.chapter}.yaml")
    return bank


def _parsed(text: str, name: str) -> tuple[YamlNode, dict[str, Any]]:
    try:
        root = read_yaml(text, name)
        repeated = list(root.repeated_keys()) if root else []
        if repeated:
            raise BankError("\n".join(f"{name}, line {key.line}: {key.steps[-1]!r} is there twice. Remove one" for key in repeated))  # fmt: skip
        values = root.value() if root else None
    except YamlFault as fault:
        raise BankError(
            f"{name}, line {fault.line}: it is no YAML ({fault.what})",
            remedy="Quote texts that hold `: ` or start with a sign",
        ) from None
    if root is None or not isinstance(values, dict):
        raise BankError(f"{name}: it holds no bank", remedy=_GUIDE)
    return root, values


def _sentences(error: ValidationError, root: YamlNode, values: dict[str, Any]) -> Iterator[str]:
    for fault in error.errors():
        if fault["loc"]:
            yield _sentence(root, values, [str(step) for step in fault["loc"]], _problem(fault))
        else:  # of the bank as a whole
            for line in str(fault["ctx"]["error"]).splitlines():
                where, _, what = line.partition("|")
                yield _sentence(root, values, where.split("."), what)


def _sentence(root: YamlNode, values: dict[str, Any], steps: list[str], what: str) -> str:
    at = root.find(steps)
    path = [str(step + 1) if isinstance(step, int) else step for step in at.steps]
    item = ""
    if steps[0] == "items" and len(steps) > 1 and steps[1].isdigit():
        path, number = path[2:], int(steps[1])
        entry = values["items"][number]
        item = f", item {entry.get('id') if isinstance(entry, dict) and entry.get('id') else number + 1}"
    field = f", field {'.'.join(path)}" if path else ""
    guide = _GUIDE if "ee quizzes" not in what else ""
    return f"{at.source}, line {at.line}{item}{field}: {what.rstrip('.')}. {guide}".rstrip()


def _problem(fault: Any) -> str:
    kind, given = fault["type"], fault.get("input")
    if kind == "missing":
        return "it is missing"
    if kind == "extra_forbidden":
        return "there is no such field"
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return f"`kind` is one of {', '.join(KINDS)}"
    shown = "" if isinstance(given, dict | list) else f", got {given!r}"
    return f"{fault['msg'][0].lower()}{fault['msg'][1:]}{shown}"
