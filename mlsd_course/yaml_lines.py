"""YAML with line numbers: one reader for every file whose errors must say where to look."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LONGEST = 40


class YamlFault(Exception):
    """Text that is no YAML, or a value in it that cannot be read; the reader of a file says what to do about it."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"line {line}: {what}")
        self.line, self.what = line, what


@dataclass(frozen=True)
class YamlNode:
    """One value of a file. `line` counts from 1 and is that of the key where there is one; `steps` lead to the value."""

    node: yaml.Node
    source: str
    line: int
    steps: tuple[str | int, ...] = ()

    @property
    def path(self) -> str:
        """The steps as a person writes them: architecture.components[0].name."""
        return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.steps).lstrip(".")

    @property
    def is_mapping(self) -> bool:
        """True for `key: value` lines."""
        return isinstance(self.node, yaml.MappingNode)

    @property
    def is_list(self) -> bool:
        """True for a list."""
        return isinstance(self.node, yaml.SequenceNode)

    @property
    def summary(self) -> str:
        """What stands there, shortened: the text of a single value, else 'mapping' or 'sequence'."""
        if not isinstance(self.node, yaml.ScalarNode):
            return type(self.node).__name__.removesuffix("Node").lower()
        text = str(self.node.value)
        return text if len(text) <= LONGEST else text[: LONGEST - 3] + "…"

    def entries(self) -> dict[str, "YamlNode"]:
        """The values of a mapping by key; of a repeated key the last. Empty where this is no mapping."""
        return {str(key.value): self.below(key, value, str(key.value)) for key, value in self.pairs()}

    def items(self) -> list["YamlNode"]:
        """The members of a list. Empty where this is no list."""
        nodes = self.node.value if self.is_list else []
        return [self.below(node, node, index) for index, node in enumerate(nodes)]

    def field(self, name: str) -> "YamlNode":
        """The value of a key; where the key is missing, this node's line with the way to where it would stand."""
        return self.entries().get(name, replace(self, steps=(*self.steps, name)))

    def find(self, steps: Iterable[str]) -> "YamlNode":
        """The value that steps lead to. Steps that are not in the file are passed over; a last one is a missing field."""
        at, way = self, list(steps)
        for number, step in enumerate(way):
            below = at.entries().get(step) or next((item for item in at.items() if str(item.steps[-1]) == step), None)
            if below:
                at = below
            elif number == len(way) - 1:
                at = at.field(step)
        return at

    def walk(self) -> Iterator["YamlNode"]:
        """This value and all below it in the order of the file; each once, even where an alias repeats it."""
        seen: set[int] = set()
        todo = [self]
        while todo:
            at = todo.pop()
            if id(at.node) not in seen:
                seen.add(id(at.node))
                yield at
                todo += reversed([*at.entries().values(), *at.items()])

    def repeated_keys(self) -> Iterator["YamlNode"]:
        """Every key that stands in its mapping a second time; YAML would keep the last value and say nothing."""
        for at in self.walk():
            seen: set[str] = set()
            for key, value in at.pairs():
                label = str(key.value)
                if label in seen:
                    yield at.below(key, value, label)
                seen.add(label)

    def value(self) -> object:
        """The value as plain Python data; raises `YamlFault` with the line of what cannot be read."""
        try:
            return _constructed(self.node)
        except (yaml.YAMLError, ValueError, TypeError, RecursionError) as problem:
            raise YamlFault(self._line_of_unreadable(problem), _what(problem)) from None

    def pairs(self) -> list[tuple[yaml.Node, yaml.Node]]:
        """The keys and values of a mapping, repeated keys included. Empty where this is no mapping."""
        return self.node.value if self.is_mapping else []

    def below(self, marked: yaml.Node, node: yaml.Node, step: str | int) -> "YamlNode":
        """The `node` one step below this one. `marked` gives its line: the key in a mapping, the node itself in a list."""
        return YamlNode(node, self.source, marked.start_mark.line + 1, (*self.steps, step))

    def _line_of_unreadable(self, problem: Exception) -> int:
        mark = getattr(problem, "problem_mark", None)
        if mark:
            return int(mark.line) + 1
        scalars = (at for at in self.walk() if isinstance(at.node, yaml.ScalarNode))
        return next((at.line for at in scalars if not _reads(at.node)), self.line)


def read(text: str, source: str) -> YamlNode | None:
    """The top of a YAML text, None where nothing is in it; raises `YamlFault`. `source` names the file in errors."""
    try:
        node = yaml.compose(text, Loader=LOADER)
    except RecursionError:
        raise YamlFault(1, "it is nested too deeply") from None
    except (yaml.YAMLError, UnicodeEncodeError) as problem:
        raise YamlFault(_line_of_fault(problem, text), _what(problem)) from None
    return None if node is None else YamlNode(node, source, node.start_mark.line + 1)


def _line_of_fault(problem: Exception, text: str) -> int:
    mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
    if mark:
        return int(mark.line) + 1
    if isinstance(problem, UnicodeEncodeError):
        return text.count("\n", 0, problem.start) + 1
    position = getattr(problem, "position", None) or 0  # libyaml counts bytes, PyYAML characters
    before = text[:position] if LOADER is yaml.SafeLoader else text.encode()[:position].decode(errors="ignore")
    return before.count("\n") + 1


def _constructed(node: yaml.Node) -> object:
    return yaml.SafeLoader("").construct_document(node)


def _reads(node: yaml.Node) -> bool:
    try:
        _constructed(node)
    except (yaml.YAMLError, ValueError, TypeError):
        return False
    return True


def _what(problem: Exception) -> str:
    return getattr(problem, "problem", None) or (str(problem).splitlines() or ["it cannot be read"])[0]
