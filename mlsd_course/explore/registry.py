"""Every explorer of the course, by name: each module in the folder `explorers/` declares a tuple `EXPLORERS`."""

import importlib
import pkgutil
from pathlib import Path

from mlsd_course.errors import ParameterError
from mlsd_course.explore.explorer import Explorer

_FOLDER = Path(__file__).parent / "explorers"


def _collect() -> dict[str, Explorer]:
    found: dict[str, Explorer] = {}
    for module in sorted(info.name for info in pkgutil.iter_modules([str(_FOLDER)])):
        for explorer in importlib.import_module(f"mlsd_course.explore.explorers.{module}").EXPLORERS:
            if explorer.name in found:
                raise ParameterError("Explorer name", given=explorer.name, allowed="each name once")
            found[explorer.name] = explorer
    return found


EXPLORERS: dict[str, Explorer] = _collect()


def find(name: str) -> Explorer:
    """Return the explorer of that name; ParameterError with the known names where there is none."""
    if name not in EXPLORERS:
        raise ParameterError("Explorer", given=name, allowed=", ".join(EXPLORERS))
    return EXPLORERS[name]
