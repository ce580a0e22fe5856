"""A design as YAML and back. Errors name the line and the field.

The file mirrors the object: a step holds groups, a group holds parts. Where a group takes several types, a part says
its `type`. Fields at their defaults are left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import yaml

from mlsd_course.design.model.design import STEPS, Design
from mlsd_course.design.model.part import Nested, Part, PartError, snake, suggestion
from mlsd_course.design.model.step import Step, group_names
from mlsd_course.errors import DesignError

FAST_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
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
    return {name: _plain(value) for name, value in part.given().items()}


def _plain(value: object) -> object:
    if isinstance(value, Part):
        return _part_data(value)
    if isinstance(value, tuple):
        return list(value)
    return int(value) if isinstance(value, float) and value == int(value) and abs(value) < 1e15 else value


@dataclass(frozen=True)
class Place:
    """A node of the file and the way to it, for error messages."""

    node: yaml.Node
    path: str
    source: str

    def refuse(self, what: str, **told: Any) -> DesignError:
        """An error that begins with file, line and field."""
        line = self.node.start_mark.line + 1
        return DesignError(f"{self.source}, line {line}, field {self.path or '(top)'}: {what}", **told)

    def entries(self) -> Iterator[tuple[str, "Place"]]:
        """The keys and values of a mapping, each key once."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.refuse("expected `key: value` lines", given=_short(self.node), remedy="Check the indentation")
        seen: set[str] = set()
        for key, value in self.node.value:
            label = str(key.value)
            place = Place(value, f"{self.path}.{label}".lstrip("."), self.source)
            if label in seen:
                raise Place(key, place.path, self.source).refuse(
                    "this key stands here twice", given=label, remedy="Keep one"
                )
            seen.add(label)
            yield label, place

    def items(self) -> Iterator["Place"]:
        """The members of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.refuse("expected a list", given=_short(self.node), remedy="Start each part with '- '")
        for index, node in enumerate(self.node.value):
            yield Place(node, f"{self.path}[{index}]", self.source)

    def value(self) -> object:
        """The node as plain Python data."""
        loader = yaml.SafeLoader("")
        try:
            return loader.construct_document(self.node)
        except (yaml.YAMLError, ValueError, TypeError, RecursionError) as problem:
            raise self.refuse("this value cannot be read", given=_short(self.node), remedy=str(problem)) from None


def load(text: str, source: str = "design") -> Design:
    """Read a design from YAML text; `source` is the name that errors show."""
    if not isinstance(text, str):
        raise DesignError(f"{source}: this is no YAML text", given=text, allowed="the text of a design",
                          remedy="Use MLSystemDesign.open(path) for a file")  # fmt: skip
    root = Place(_compose(text, source), "", source)
    given = dict(root.entries())
    _known(root, given, TOP)
    if "business_objective" not in given:
        raise root.refuse("the business objective is missing", remedy="Add `business_objective: …` as the first line")
    objective = given["business_objective"]
    design: Design = _Line(objective).build(Design, objective.value())
    steps: dict[str, Any] = {step: _load_step(kind, given[step]) for step, kind in STEPS.items() if step in given}
    return replace(design, **steps)


def _compose(text: str, source: str) -> yaml.Node:
    try:
        node = yaml.compose(text, Loader=FAST_LOADER)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
        at = mark.line if mark else text.count("\n", 0, getattr(problem, "position", None) or 0)
        line = f", line {at + 1}"
        what = getattr(problem, "problem", None) or str(problem).splitlines()[0]
        raise DesignError(
            f"{source}{line}: not valid YAML: {what}", remedy="Check indentation, colons and quotes"
        ) from None
    if node is None:
        raise DesignError(f"{source}, line 1: the file is empty", remedy="Start with `business_objective: …`")
    return node


def _load_step(kind: type[Step], place: Place) -> Step:
    given = dict(place.entries())
    _known(place, given, group_names(kind))
    read = {
        group: [(item, _load_part(item, kind.accepts[group])) for item in at.items()] for group, at in given.items()
    }
    try:
        step: Step = kind(**{group: [part for _, part in pairs] for group, pairs in read.items()})
    except DesignError as problem:
        raise _nearest(problem, place, [pair for pairs in read.values() for pair in pairs]).refuse(
            problem.what, given=problem.given, allowed=problem.allowed, remedy=problem.remedy
        ) from None
    return step


def _nearest(problem: DesignError, step: Place, parts: list[tuple[Place, Part]]) -> Place:
    """The part that a step's complaint is about: the last whose field, written or by default, holds the given value."""
    field = getattr(problem, "field", "name")
    wanted = problem.given[-1] if isinstance(problem.given, list) else problem.given
    for place, part in reversed(parts):
        if wanted is not None and getattr(part, field, None) == wanted:
            return dict(place.entries()).get(field, Place(place.node, f"{place.path}.{field}", place.source))
    return next((place for place, _ in parts if place.path.split(".")[-1].startswith(field)), step)


def _load_part(place: Place, kinds: tuple[type[Part], ...]) -> Part:
    given = dict(place.entries())
    kind = _kind(place, given, kinds)
    _known(
        place,
        {key: at for key, at in given.items() if key != "type" or len(kinds) == 1},
        [entry.name for entry in fields(kind)],
    )
    return _build(kind, place, {key: at for key, at in given.items() if key != "type"})


def _build(kind: type[Part], place: Place, given: dict[str, Place]) -> Part:
    nested = {
        entry.name: entry.metadata["kind"].part for entry in fields(kind) if isinstance(entry.metadata["kind"], Nested)
    }
    values: dict[str, Any] = {}
    for key, at in given.items():
        if key in nested and isinstance(at.node, yaml.MappingNode):
            inside = dict(at.entries())
            _known(at, inside, [entry.name for entry in fields(nested[key])])
            values[key] = _build(nested[key], at, inside)
        else:
            values[key] = at.value()
    try:
        return kind(**values)
    except PartError as problem:
        at = given.get(problem.field, place)
        path = at if problem.field in given else Place(place.node, f"{place.path}.{problem.field}", place.source)
        raise path.refuse(problem.what, given=problem.given, allowed=problem.allowed, remedy=problem.remedy) from None


def _kind(place: Place, given: dict[str, Place], kinds: tuple[type[Part], ...]) -> type[Part]:
    if len(kinds) == 1:
        return kinds[0]
    names = {snake(kind.__name__): kind for kind in kinds}
    if "type" not in given:
        raise place.refuse("the part does not say its type", allowed=", ".join(names), remedy="Add `type: …`")
    said = given["type"].value()
    if not isinstance(said, str) or said not in names:
        raise given["type"].refuse(
            "no such type here", given=said, allowed=", ".join(names), remedy=suggestion(said, names)
        )
    return names[said]


def _known(place: Place, given: dict[str, Place], allowed: Any) -> None:
    for key, at in given.items():
        if key not in allowed:
            raise at.refuse("no such field", given=key, allowed=", ".join(allowed), remedy=suggestion(key, allowed))


@dataclass(frozen=True)
class _Line:
    place: Place

    def build(self, kind: Any, *values: object) -> Any:
        try:
            return kind(*values)
        except DesignError as problem:
            raise self.place.refuse(
                problem.what, given=problem.given, allowed=problem.allowed, remedy=problem.remedy
            ) from None


def _short(node: yaml.Node) -> str:
    text = str(node.value) if isinstance(node, yaml.ScalarNode) else type(node).__name__.removesuffix("Node").lower()
    return text if len(text) <= 40 else text[:37] + "…"
