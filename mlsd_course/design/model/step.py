"""A step of the framework: named groups of parts, each name used once."""

import html
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self, cast

from mlsd_course.design.model.part import Part
from mlsd_course.errors import DesignError
from mlsd_course.tables import markdown_table


def group_names(step: "type[Step]") -> tuple[str, ...]:
    """The groups of a step, in order."""
    return tuple(step.accepts)


def heading(name: str) -> str:
    """A field's name as a person writes it: ml_metrics is "ML metrics", kill_criteria "Kill criteria"."""
    words = name.split("_")
    return " ".join([words[0].upper() if words[0] == "ml" else words[0].capitalize(), *words[1:]])


@dataclass(frozen=True, repr=False)
class Step:
    """One step of a design. Groups are tuples of parts; names are unique over the step."""

    accepts: ClassVar[dict[str, tuple[type[Part], ...]]] = {}
    title: ClassVar[str] = ""

    def __post_init__(self) -> None:
        for group, kinds in self.accepts.items():
            object.__setattr__(self, group, _group(group, getattr(self, group), kinds))
        names: set[str] = set()
        for part in self:
            if part.name in names:  # type: ignore[attr-defined]
                raise DesignError("Two parts have one name", given=part.name, remedy="Rename one of them")  # type: ignore[attr-defined]
            names.add(part.name)  # type: ignore[attr-defined]
        self.check()

    def check(self) -> None:
        """Refuse parts that do not go together; overridden where there are such."""

    def __iter__(self) -> Iterator[Part]:
        for group in group_names(type(self)):
            yield from getattr(self, group)

    def __len__(self) -> int:
        return sum(len(getattr(self, group)) for group in group_names(type(self)))

    def of(self, *kinds: type[Any]) -> tuple[Any, ...]:
        """All parts of the given types, in order."""
        return tuple(part for part in self if isinstance(part, kinds))

    def get(self, name: str) -> Any:
        """The part of a name, or a `DesignError` that lists the names."""
        names = {cast(Any, part).name: part for part in self}
        if name not in names:
            raise DesignError(f"{self.title} has no part of this name", given=name, allowed=", ".join(names))
        return names[name]

    def with_groups(self, **groups: Iterable[Part] | None) -> Self:
        """A copy in which the given groups are replaced; a group given as None is kept."""
        return replace(self, **{group: parts for group, parts in groups.items() if parts is not None})

    def adding(self, part: Part) -> Self:
        """A copy with one more part; a part of the same group and name is replaced where it stands."""
        group = next((group for group, kinds in self.accepts.items() if isinstance(part, kinds)), None)
        if group is None:
            raise DesignError(f"{self.title} does not hold this", given=part, allowed=self.allowed())
        old: tuple[Part, ...] = getattr(self, group)
        same = [cast(Any, entry).name == cast(Any, part).name for entry in old]
        new = tuple(part if hit else entry for hit, entry in zip(same, old, strict=True))
        return replace(self, **{group: new if any(same) else (*old, part)})

    @classmethod
    def allowed(cls) -> str:
        """The part types that the step takes, in words."""
        return ", ".join(kind.__name__ for kinds in cls.accepts.values() for kind in kinds)

    def __repr__(self) -> str:
        lines = [f"{self.title}: {len(self)} part{'s' * (len(self) != 1)}"]
        for group in group_names(type(self)):
            lines += [f"  {group}"] * bool(getattr(self, group))
            lines += [f"    {part.name}: {part.sentence()}" for part in getattr(self, group)]
        return "\n".join(lines)

    def _repr_markdown_(self) -> str:
        blocks = [f"**{self.title}**"]
        for group in group_names(type(self)):
            rows = [(part.name, html.escape(part.sentence(), quote=False)) for part in getattr(self, group)]
            blocks += [markdown_table((heading(group), "what it says"), rows)] * bool(rows)
        return "\n\n".join(blocks) if len(blocks) > 1 else f"{blocks[0]}: nothing yet"


def _group(group: str, given: object, kinds: tuple[type[Part], ...]) -> tuple[Part, ...]:
    one = isinstance(given, Part | str | Mapping) or not isinstance(given, Iterable)
    parts = (given,) if one else tuple(cast(Iterable[object], given))
    for part in parts:
        if not isinstance(part, kinds):
            allowed = ", ".join(kind.__name__ for kind in kinds)
            raise DesignError(f"{group} does not hold this", given=part, allowed=allowed, remedy=_remedy(part))
    return cast(tuple[Part, ...], parts)


def _remedy(part: object) -> str:
    if isinstance(part, Mapping):
        return "Write a typed part, for example Latency(percentile=95, limit_ms=100)"
    if isinstance(part, str):
        return "Write a typed part, or make one of the sentence with read_sentence(…)"
    return "Give it in the group that holds its type"
