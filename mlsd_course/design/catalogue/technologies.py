"""The technologies that the outline names: what each is for, when not, its order of magnitude, its stand-in here."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from mlsd_course.design.catalogue.magnitudes import Magnitude, Reference, named_sources
from mlsd_course.errors import DesignError
from mlsd_course.tables import markdown_table

NO_LATENCY, NO_COST = "varies; measure it", "varies; look at the vendor's page"


@dataclass(frozen=True, repr=False)
class Technology:
    """One kind of technology. Latency and cost are orders of magnitude, each with its sources.

    `reading`: what says more about it. `on_request_path` says whether a user's request may wait for it.
    """

    name: str
    layer: str
    role: str
    what_for: str
    when_not: str
    latency: Magnitude
    cost: Magnitude
    stand_in: str
    on_request_path: bool
    also: tuple[str, ...] = ()
    reading: tuple[Reference, ...] = ()

    @property
    def sources(self) -> tuple[Reference, ...]:
        """Every document that is named, once: those of the latency, of the cost, further reading."""
        return tuple(dict.fromkeys((*self.latency.sources, *self.cost.sources, *self.reading)))

    def rows(self) -> list[tuple[str, str]]:
        """What is known about it, as table rows."""
        return [
            ("layer", f"{self.layer}, {self.role}"),
            ("what for", self.what_for),
            ("when not", self.when_not),
            ("latency", self.latency.cited),
            ("cost", self.cost.cited),
            ("may a request wait for it", "yes" if self.on_request_path else "no"),
            ("here", self.stand_in),
            ("sources", "; ".join(map(str, self.sources))),
        ]

    def __repr__(self) -> str:
        return "\n".join([self.name, *(f"  {label}: {text}" for label, text in self.rows())])

    def _repr_markdown_(self) -> str:
        return f"**{self.name}**\n\n" + markdown_table(("", ""), self.rows())


class Catalogue(dict[str, Technology]):
    """Technologies by name, in the outline's order; shows as a table."""

    def on(self, layer: str, *roles: str) -> "Catalogue":
        """Those of a layer, and of the given roles only where some are given."""
        layers = {tool.layer for tool in catalogue().values()}
        if layer not in layers:
            raise DesignError("There is no such layer", given=layer, allowed=", ".join(sorted(layers)))
        return Catalogue(
            (name, tool) for name, tool in self.items() if tool.layer == layer and (not roles or tool.role in roles)
        )

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self.values()))

    def _repr_markdown_(self) -> str:
        head = ("", "what for", "when not", "latency", "cost", "here", "sources")
        return markdown_table(head, map(_row, self.values()))


def _row(tool: Technology) -> tuple[object, ...]:
    sources = "; ".join(source.markdown() for source in tool.sources)
    return f"**{tool.name}**", tool.what_for, tool.when_not, tool.latency, tool.cost, tool.stand_in, sources


@cache
def catalogue() -> Catalogue:
    """All technologies by name, in the outline's order."""
    text = files("mlsd_course.design.catalogue").joinpath("technologies.yaml").read_text(encoding="utf-8")
    content = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    references = {key: Reference(**source) for key, source in content["sources"].items()}
    return Catalogue({entry["name"]: _technology(entry, references) for entry in content["technologies"]})


def _technology(entry: dict[str, Any], references: dict[str, Reference]) -> Technology:
    read = {
        "latency": Magnitude.read(entry["latency"], references, NO_LATENCY),
        "cost": Magnitude.read(entry["cost"], references, NO_COST),
        "reading": named_sources(entry.get("reading", ()), references),
        "also": tuple(entry.get("also", ())),
    }
    return Technology(**{**entry, **read})


@cache
def _names() -> dict[str, Technology]:
    return {name.lower(): tool for tool in catalogue().values() for name in (tool.name, *tool.also)}


@cache
def lookup(technology: str) -> Technology | None:
    """The entry that a component's technology names, by its start, or None."""
    text = technology.lower().strip()
    hits = [name for name in _names() if text == name or text.startswith((f"{name} ", f"{name},", f"{name}("))]
    return _names()[max(hits, key=len)] if hits else None


def technology(name: str) -> Technology:
    """The entry of a name, or a `DesignError` that lists the names."""
    entry = lookup(name)
    if entry is None:
        raise DesignError("The catalogue has no such technology", given=name, allowed=", ".join(catalogue()))
    return entry
