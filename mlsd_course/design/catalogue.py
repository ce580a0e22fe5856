"""The technologies that the outline names: what each is for, when not, its order of magnitude, its stand-in here."""

from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files

import yaml

from mlsd_course.design.table import markdown_table
from mlsd_course.errors import DesignError


@dataclass(frozen=True)
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

    def _repr_markdown_(self) -> str:
        rows = [
            (entry.name.replace("_", " "), getattr(self, entry.name))
            for entry in fields(self)
            if entry.name not in ("name", "also")
        ]
        return f"**{self.name}**\n\n" + markdown_table(("", ""), rows)


@cache
def catalogue() -> dict[str, Technology]:
    """All technologies by name, in the outline's order."""
    text = files("mlsd_course.design").joinpath("catalogue.yaml").read_text(encoding="utf-8")
    entries = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return {entry["name"]: Technology(**{**entry, "also": tuple(entry.get("also", ()))}) for entry in entries}


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
