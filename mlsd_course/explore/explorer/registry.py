"""Every explorer of the course, by name: each module in the folder `explorers/` declares a tuple `EXPLORERS`."""

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from typing import Any

from mlsd_course.errors import ParameterError
from mlsd_course.explore.explorer.description import Explorer

_FOLDER = Path(__file__).parents[1] / "explorers"


def find(name: str) -> Explorer:
    """Return the explorer of that name; ParameterError with the known names where there is none.

    Only its chapter's module is imported: `<module>` and `<module>_<noun>` live in `explorers/<module>.py`.
    """
    for module in _modules():
        if name == module or name.startswith(f"{module}_"):
            for explorer in _declared(module):
                if explorer.name == name:
                    return explorer
    raise ParameterError("Explorer", given=name, allowed=", ".join(_collect()))


def __getattr__(name: str) -> Any:
    if name != "EXPLORERS":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _collect()


@cache
def _collect() -> dict[str, Explorer]:
    explorers: dict[str, Explorer] = {}
    for module in _modules():
        for explorer in _declared(module):
            if explorer.name in explorers or not f"{explorer.name}_".startswith(f"{module}_"):
                raise ParameterError(
                    "Explorer name",
                    given=explorer.name,
                    allowed="each name once, and beginning with its module's",
                    remedy=f"Call it {module} or {module}_<noun>",
                )
            if explorer.chapter != module:
                raise ParameterError(
                    f"Chapter of the explorer {explorer.name!r}",
                    given=explorer.chapter,
                    allowed=module,
                    remedy=f"Pass chapter={module!r}: the learner's measurements are looked up by it",
                )
            explorers[explorer.name] = explorer
    return explorers


def _modules() -> list[str]:
    return sorted(info.name for info in pkgutil.iter_modules([str(_FOLDER)]))


def _declared(module: str) -> tuple[Explorer, ...]:
    declared: tuple[Explorer, ...] = importlib.import_module(f"mlsd_course.explore.explorers.{module}").EXPLORERS
    return declared
