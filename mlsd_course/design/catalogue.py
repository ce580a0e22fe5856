"""The technologies that the outline names: what each is for, when not, its order of magnitude, its stand-in here."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from mlsd_course.design.table import markdown_table
from mlsd_course.errors import DesignError


@dataclass(frozen=True, repr=False)
class Technology:
    """One kind of technology. Latency and cost are orders of magnitude, each from `source`.

    `on_request_path` says whether a user's request may wait for it.
    """

    name: str
    layer: str
    role: str
    what_for: str
    when_not: str
    latency: str
    cost: str
    source: str
    stand_in: str
    on_request_path: bool
    also: tuple[str, ...] = ()

    def rows(self) -> list[tuple[str, str]]:
        """What is known about it, as table rows."""
        return [
            ("layer", f"{self.layer}, {self.role}"),
            ("what for", self.what_for),
            ("when not", self.when_not),
            ("latency", self.latency),
            ("cost", self.cost),
            ("may a request wait for it", "yes" if self.on_request_path else "no"),
            ("here", self.stand_in),
            ("source", self.source),
        ]

    def __repr__(self) -> str:
        return "\n".join([self.name, *(f"  {label}: {said}" for label, said in self.rows())])

    def _repr_markdown_(self) -> str:
        return f"**{self.name}**\n\n" + markdown_table(("", ""), self.rows())


class Catalogue(dict[str, Technology]):
    """Technologies by name, in the outline's order; shows as a table."""

    def on(self, layer: str, *roles: str) -> "Catalogue":
        """Those of a layer, and of the given roles only where some are given."""
        known = {tool.layer for tool in catalogue().values()}
        if layer not in known:
            raise DesignError("There is no such layer", given=layer, allowed=", ".join(sorted(known)))
        return Catalogue(
            (name, tool) for name, tool in self.items() if tool.layer == layer and (not roles or tool.role in roles)
        )

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self.values()))

    def _repr_markdown_(self) -> str:
        head = ("", "what for", "when not", "latency", "cost", "here", "source")
        rows = [
            (f"**{tool.name}**", tool.what_for, tool.when_not, tool.latency, tool.cost, tool.stand_in, tool.source)
            for tool in self.values()
        ]
        return markdown_table(head, rows)


@cache
def catalogue() -> Catalogue:
    """All technologies by name, in the outline's order."""
    text = files("mlsd_course.design").joinpath("catalogue.yaml").read_text(encoding="utf-8")
    entries = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return Catalogue(
        {entry["name"]: Technology(**{**entry, "also": tuple(entry.get("also", ()))}) for entry in entries}
    )


@cache
def _names() -> dict[str, Technology]:
    return {name.lower(): tool for tool in catalogue().values() for name in (tool.name, *tool.also)}


@cache
def lookup(technology: str) -> Technology | None:
    """The entry that a component's technology names, by its start, or None."""
    said = technology.lower().strip()
    hits = [name for name in _names() if said == name or said.startswith((f"{name} ", f"{name},", f"{name}("))]
    return _names()[max(hits, key=len)] if hits else None


def technology(name: str) -> Technology:
    """The entry of a name, or a `DesignError` that lists the names."""
    found = lookup(name)
    if found is None:
        raise DesignError("The catalogue has no such technology", given=name, allowed=", ".join(catalogue()))
    return found
