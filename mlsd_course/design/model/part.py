"""What every typed part of a design shares: checked fields, a short repr, equality by value.

A part is a frozen dataclass whose fields are declared with the helpers of `fields`.
"""

import re
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any, Self

from mlsd_course.design.model.fields import REQUIRED, Kind, Refused, as_written, suggestion
from mlsd_course.errors import DesignError


class PartError(DesignError):
    """A field that cannot be accepted; `field` holds its name."""

    def __init__(
        self, field_name: str, what: str, *, given: object = None, allowed: str = "", remedy: str = ""
    ) -> None:
        self.field = field_name
        super().__init__(what, given=given, allowed=allowed, remedy=remedy)


@dataclass(frozen=True, repr=False)
class Part:
    """One checked piece of a design."""

    def __new__(cls, *values: object, **named: object) -> Self:
        """Refuse an unknown field with the nearest known one."""
        names = [entry.name for entry in fields(cls)]
        for given in named:
            if given not in names:
                remedy = suggestion(given, names)
                raise PartError(
                    given, f"{cls.__name__} has no field {given!r}", allowed=", ".join(names), remedy=remedy
                )
        return super().__new__(cls)

    def __post_init__(self) -> None:
        for entry in fields(self):
            object.__setattr__(self, entry.name, self._read(entry))
        if not getattr(self, "name", "x"):
            object.__setattr__(self, "name", self.default_name())
        self.check()

    def _read(self, entry: Field[Any]) -> object:
        value, label = getattr(self, entry.name), f"{type(self).__name__}.{entry.name}"
        kind: Kind = entry.metadata["kind"]
        if value is REQUIRED:
            raise PartError(entry.name, f"{label} is missing", allowed=kind.allowed, remedy=f"Add {entry.name}=…")
        try:
            return kind.read(value)
        except Refused as refusal:
            raise PartError(
                entry.name, f"{label} {refusal.why}", given=value, allowed=kind.allowed, remedy=refusal.remedy
            ) from None

    def default_name(self) -> str:
        """The name of a part that was given none."""
        return snake(type(self).__name__)

    def check(self) -> None:
        """Refuse fields that do not go together; overridden where there are such."""

    def stated_fields(self) -> dict[str, Any]:
        """The fields that differ from their defaults, in order."""
        pairs = ((entry, getattr(self, entry.name)) for entry in fields(self))
        return {entry.name: value for entry, value in pairs if entry.default is MISSING or value != entry.default}

    def __repr__(self) -> str:
        inside = ", ".join(f"{key}={as_written(value)}" for key, value in self.stated_fields().items())
        return f"{type(self).__name__}({inside})"

    def sentence(self) -> str:
        """The part in one line for a reader; overridden where a better sentence is known."""
        return ", ".join(
            f"{key.replace('_', ' ')} {_plain(value)}" for key, value in self.stated_fields().items() if key != "name"
        )


def _plain(value: object) -> str:
    if isinstance(value, Part):
        return f"({value.sentence()})"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def snake(camel: str) -> str:
    """`MLMetric` → `ml_metric`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", camel).lower()
