"""A design as YAML and back. Errors name the line and the field.

The file mirrors the object: a step holds groups, a group holds parts. Where a group takes several types, a part says
its `type`. Fields at their defaults are left out.
"""

from collections.abc import Collection
from dataclasses import fields, replace
from typing import Any, cast

import yaml

from mlsd_course.design.model.design import STEPS, Design
from mlsd_course.design.model.fields import Kind, PartField, suggestion
from mlsd_course.design.model.part import Part, PartError, snake
from mlsd_course.design.model.step import Step, group_names
from mlsd_course.errors import DesignError
from mlsd_course.yaml_lines import YamlFault, YamlNode, read

TOP = ("business_objective", *STEPS)


def dump(design: Design) -> str:
    """The design as YAML text."""
    steps = {step: _step_data(getattr(design, step)) for step in STEPS}
    data = {
        "business_objective": design.business_objective,
        **{step: groups for step, groups in steps.items() if groups},
    }
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=110)


def _step_data(step: Step) -> dict[str, list[dict[str, Any]]]:
    groups = {}
    for group in group_names(type(step)):
        kinds = step.accepts[group]
        parts = [
            ({"type": snake(type(part).__name__)} if len(kinds) > 1 else {}) | _part_data(part)
            for part in getattr(step, group)
        ]
        if parts:
            groups[group] = parts
    return groups


def _part_data(part: Part) -> dict[str, Any]:
    return {name: _plain(value) for name, value in part.stated_fields().items()}


def _plain(value: object) -> object:
    if isinstance(value, Part):
        return _part_data(value)
    if isinstance(value, tuple):
        return list(value)
    return int(value) if isinstance(value, float) and value == int(value) and abs(value) < 1e15 else value


def load(text: str, source: str = "design") -> Design:
    """Read a design from YAML text; `source` is the name that errors show."""
    if not isinstance(text, str):
        raise DesignError(f"{source}: this is no YAML text", given=text, allowed="the text of a design",
                          remedy="Use MLSystemDesign.open(path) for a file")  # fmt: skip
    root = _root(text, source)
    entries = _entries(root)
    _refuse_unknown(entries, TOP)
    if "business_objective" not in entries:
        raise _refusal(
            root, "the business objective is missing", remedy="Add `business_objective: …` as the first line"
        )
    objective = entries["business_objective"]
    try:
        design = Design(cast(str, _value(objective)))
    except DesignError as problem:
        raise _at(objective, problem) from None
    steps: dict[str, Any] = {step: _step(kind, entries[step]) for step, kind in STEPS.items() if step in entries}
    return replace(design, **steps)


def _root(text: str, source: str) -> YamlNode:
    try:
        root = read(text, source)
    except YamlFault as fault:
        raise DesignError(
            f"{source}, line {fault.line}: not valid YAML: {fault.what}", remedy="Check indentation, colons and quotes"
        ) from None
    if root is None:
        raise DesignError(f"{source}, line 1: the file is empty", remedy="Start with `business_objective: …`")
    for key in root.repeated_keys():
        raise _refusal(key, "this key stands here twice", given=key.steps[-1], remedy="Keep one")
    return root


def _step(kind: type[Step], at: YamlNode) -> Step:
    entries = _entries(at)
    _refuse_unknown(entries, group_names(kind))
    parts = {
        group: [(item, _part(item, kind.accepts[group])) for item in _items(listed)]
        for group, listed in entries.items()
    }
    try:
        return kind(**{group: [part for _, part in pairs] for group, pairs in parts.items()})
    except DesignError as problem:
        raise _at(_nearest(problem, at, [pair for pairs in parts.values() for pair in pairs]), problem) from None


def _nearest(problem: DesignError, step: YamlNode, parts: list[tuple[YamlNode, Part]]) -> YamlNode:
    """The part that a step's complaint is about: the last whose field, written or by default, holds the given value."""
    field = getattr(problem, "field", "name")
    wanted = problem.given[-1] if isinstance(problem.given, list) else problem.given
    for at, part in reversed(parts):
        if wanted is not None and getattr(part, field, None) == wanted:
            return at.field(field)
    return next((at for at, _ in parts if at.path.split(".")[-1].startswith(field)), step)


def _part(at: YamlNode, kinds: tuple[type[Part], ...]) -> Part:
    entries = _entries(at)
    kind = kinds[0] if len(kinds) == 1 else _kind(at, entries, kinds)
    if len(kinds) > 1:
        del entries["type"]
    return _built(kind, at, entries)


def _kind(at: YamlNode, entries: dict[str, YamlNode], kinds: tuple[type[Part], ...]) -> type[Part]:
    names = {snake(kind.__name__): kind for kind in kinds}
    if "type" not in entries:
        raise _refusal(at, "the part does not say its type", allowed=", ".join(names), remedy="Add `type: …`")
    name = _value(entries["type"])
    if not isinstance(name, str) or name not in names:
        raise _refusal(
            entries["type"], "no such type here", given=name, allowed=", ".join(names), remedy=suggestion(name, names)
        )
    return names[name]


def _built(kind: type[Part], at: YamlNode, entries: dict[str, YamlNode]) -> Part:
    declared = {entry.name: entry.metadata["kind"] for entry in fields(kind)}
    _refuse_unknown(entries, declared)
    values = {name: _field(declared[name], entry) for name, entry in entries.items()}
    try:
        return kind(**values)
    except PartError as problem:
        raise _at(at.field(problem.field), problem) from None


def _field(kind: Kind, at: YamlNode) -> Any:
    return _built(kind.part, at, at.entries()) if isinstance(kind, PartField) and at.is_mapping else _value(at)


def _entries(at: YamlNode) -> dict[str, YamlNode]:
    if not at.is_mapping:
        raise _refusal(at, "expected `key: value` lines", given=at.summary, remedy="Check the indentation")
    return at.entries()


def _items(at: YamlNode) -> list[YamlNode]:
    if not at.is_list:
        raise _refusal(at, "expected a list", given=at.summary, remedy="Start each part with '- '")
    return at.items()


def _value(at: YamlNode) -> object:
    try:
        return at.value()
    except YamlFault as fault:
        raise _refusal(at, "this value cannot be read", given=at.summary, remedy=fault.what) from None


def _refuse_unknown(entries: dict[str, YamlNode], allowed: Collection[str]) -> None:
    for name, at in entries.items():
        if name not in allowed:
            raise _refusal(
                at, "no such field", given=name, allowed=", ".join(allowed), remedy=suggestion(name, allowed)
            )


def _at(at: YamlNode, problem: DesignError) -> DesignError:
    return _refusal(at, problem.what, given=problem.given, allowed=problem.allowed, remedy=problem.remedy)


def _refusal(at: YamlNode, what: str, **parts: Any) -> DesignError:
    """An error that begins with file, line and field."""
    return DesignError(f"{at.source}, line {at.line}, field {at.path or '(top)'}: {what}", **parts)
