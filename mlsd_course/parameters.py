"""Parameter checks: one sentence for every number outside what is allowed."""

import math
from numbers import Real

from mlsd_course.errors import ParameterError


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def positive(name: str, value: float, remedy: str = "") -> float:
    """Return `value` if it is a finite number above 0, else raise ParameterError."""
    if not (_is_number(value) and value > 0):
        raise ParameterError(
            name, given=value, allowed="a number above 0", remedy=remedy or f"Give {name} a positive number"
        )
    return float(value)


def not_negative(name: str, value: float) -> float:
    """Return `value` if it is a finite number of at least 0, else raise ParameterError."""
    if not (_is_number(value) and value >= 0):
        raise ParameterError(name, given=value, allowed="a number of at least 0", remedy=f"Give {name} as 0 or more")
    return float(value)


def count(name: str, value: int, least: int = 1, most: int | None = None) -> int:
    """Return `value` if it is a whole number from `least` to `most`, else raise ParameterError."""
    if not (_is_number(value) and int(value) == value and value >= least and (most is None or value <= most)):
        allowed = f"a whole number of at least {least}" + ("" if most is None else f" and at most {most:,}")
        raise ParameterError(name, given=value, allowed=allowed, remedy=f"Give {name} a number within these bounds")
    return int(value)


def share(name: str, value: float) -> float:
    """Return `value` if it lies from 0 to 1, else raise ParameterError."""
    if not (_is_number(value) and 0 <= value <= 1):
        raise ParameterError(name, given=value, allowed="a share from 0 to 1", remedy="Divide a per-cent figure by 100")
    return float(value)
