"""Which functions of the course a question's key may call, by the name that authors write."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

# Before the dot, as authors write it: the module. All public functions of it can be called.
MODULES = {
    "budget": "mlsd_course.sim.error_budget",
    "closed": "mlsd_course.sim.queueing.closed_forms",
    "scale": "mlsd_course.sim.estimation",
    "threshold": "mlsd_course.sim.decision_threshold",
}


def library(name: str) -> Callable[..., Any]:
    """Return the function that `closed.mm1_mean_ms` names; KeyError where it names none."""
    short, _, function = name.partition(".")
    if short not in MODULES or not function.isidentifier() or function.startswith("_"):
        raise KeyError(name)
    found: Any = getattr(import_module(MODULES[short]), function, None)
    if not callable(found) or isinstance(found, type):
        raise KeyError(name)
    return found


def listed() -> list[str]:
    """Return every name that a key may call."""
    return [
        f"{short}.{name}"
        for short, module in MODULES.items()
        for name, found in sorted(vars(import_module(module)).items())
        if callable(found) and not name.startswith("_") and getattr(found, "__module__", "") == module
    ]
