"""Finished designs of known systems, and a broken twin of each whose faults the review finds."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from mlsd_course.design.system import MLSystemDesign
from mlsd_course.errors import DesignError


@dataclass(frozen=True)
class BrokenTwin:
    """A worked design with planted faults: `codes` are the rules that must object, `story` says how it came about."""

    name: str
    story: str
    codes: frozenset[str]
    design: MLSystemDesign


def _folder() -> Traversable:
    return files("mlsd_course.design.worked")


@cache
def worked_designs() -> tuple[str, ...]:
    """The names of the worked designs."""
    return tuple(
        sorted(entry.name.removesuffix(".yaml") for entry in _folder().iterdir() if entry.name.endswith(".yaml"))
    )


def worked_design(name: str) -> MLSystemDesign:
    """A worked design by name, as a copy of your own.

    >>> worked_design("eta").business_objective
    'Tell riders when their car arrives, honestly enough that they wait for it'
    >>> worked_design("eta").review().clean
    True
    """
    _known(name)
    return MLSystemDesign.from_yaml(_folder().joinpath(f"{name}.yaml").read_text(encoding="utf-8"), f"{name}.yaml")


def broken_twin(name: str) -> BrokenTwin:
    """The broken twin of a worked design: the same system after a few plausible mistakes."""
    _known(name)
    twin = yaml.safe_load(_folder().joinpath("broken", f"{name}.yaml").read_text(encoding="utf-8"))
    data = yaml.safe_load(worked_design(name).to_yaml())
    for change in twin["changes"]:
        _apply(data, change)
    design = MLSystemDesign.from_yaml(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), f"broken/{name}.yaml")
    return BrokenTwin(name, " ".join(twin["story"].split()), frozenset(twin["codes"]), design)


def _apply(data: dict[str, Any], change: dict[str, Any]) -> None:
    """One change: `in` a group, on the part `named`; `set` fields, `unset` fields, or `drop` the part."""
    step, group = change["in"].split(".")
    parts = data[step][group]
    if change.get("drop") == "all":
        del data[step][group]
        return
    hits = [part for part in parts if part.get("name") == change["named"]]
    if not hits:
        raise DesignError(
            "A broken twin changes a part that is not there",
            given=change["named"],
            allowed=", ".join(str(part.get("name")) for part in parts),
        )
    if change.get("drop"):
        parts.remove(hits[0])
    hits[0].update(change.get("set", {}))
    for field in change.get("unset", ()):
        hits[0].pop(field, None)


def _known(name: str) -> None:
    if name not in worked_designs():
        raise DesignError("There is no worked design of this name", given=name, allowed=", ".join(worked_designs()))
