"""Parameter checks: one sentence for every number outside what is allowed."""

import math

from mlsd_course.errors import ParameterError


def positive(name: str, value: float, remedy: str = "") -> float:
    """Return `value` if it is a finite number above 0, else raise ParameterError."""
    if not (isinstance(value, int | float) and math.isfinite(value) and value > 0):
        raise ParameterError(
            name, given=value, allowed="a number above 0", remedy=remedy or f"Give {name} a positive number"
        )
    return float(value)


def not_negative(name: str, value: float) -> float:
    """Return `value` if it is a finite number of at least 0, else raise ParameterError."""
    if not (isinstance(value, int | float) and math.isfinite(value) and value >= 0):
        raise ParameterError(name, given=value, allowed="a number of at least 0", remedy=f"Give {name} as 0 or more")
    return float(value)


def count(name: str, value: int, least: int = 1) -> int:
    """Return `value` if it is a whole number of at least `least`, else raise ParameterError."""
    if isinstance(value, bool) or not math.isfinite(value) or int(value) != value or value < least:
        raise ParameterError(
            name, given=value, allowed=f"a whole number of at least {least}", remedy=f"Give {name} as {least} or more"
        )
    return int(value)


def share(name: str, value: float) -> float:
    """Return `value` if it lies from 0 to 1, else raise ParameterError."""
    if not 0 <= value <= 1:
        raise ParameterError(name, given=value, allowed="a share from 0 to 1", remedy="Divide a per-cent figure by 100")
    return float(value)
