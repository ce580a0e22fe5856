"""A contract: named checks that each delivery must pass before anybody uses it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mlsd_course.errors import ParameterError
from mlsd_course.systems.data_quality.delivery import COLUMNS, Delivery

Check = Callable[[Delivery], Any]
"""Takes a delivery; returns one truth for the file, or one for each row (True: as promised)."""


@dataclass(frozen=True)
class Breach:
    """A promise that a delivery breaks; `rows`: how many rows break it, None where it is about the whole file."""

    promise: str
    rows: int | None = None
    note: str = ""

    def __str__(self) -> str:
        where = "" if self.rows is None else f" ({self.rows:,} rows)"
        return f"{self.promise}{where}{': ' + self.note if self.note else ''}"


@dataclass(frozen=True)
class Contract:
    """Promises by name, each with its check. A check that cannot run (a column is gone) counts as broken."""

    promises: Mapping[str, Check]

    def __post_init__(self) -> None:
        if not self.promises or not all(callable(check) for check in self.promises.values()):
            raise ParameterError(
                "promises",
                given=list(self.promises),
                allowed="names with a function each",
                remedy="Write {'all airports': lambda delivery: …}",
            )

    def breaches(self, delivery: Delivery) -> list[Breach]:
        """Return what the delivery breaks; empty where it is as promised."""
        breaches = (_breach(promise, check, delivery) for promise, check in self.promises.items())
        return [breach for breach in breaches if breach]


def _breach(promise: str, check: Check, delivery: Delivery) -> Breach | None:
    try:
        kept = check(delivery)
        if (rows := _rows_kept(kept)) is not None:
            broken = int((~rows).sum())
            return Breach(promise, broken) if broken else None
        return None if bool(kept) else Breach(promise)
    except Exception as trouble:  # whatever a damaged file does to a check is a breach, not a crash
        return Breach(promise, note=f"cannot be checked ({type(trouble).__name__}: {trouble})")


def _rows_kept(kept: Any) -> Any:
    """Return one truth for each row, from a series, an array or a list (a missing one is no truth); None for one truth."""
    import pandas as pd

    if not pd.api.types.is_list_like(kept, allow_sets=False) or isinstance(kept, Mapping):
        return None
    return pd.Series(kept).fillna(False).astype(bool)


def _typed(delivery: Delivery, words: tuple[str, ...], kind: str) -> bool:
    import pandas as pd

    right = {
        "number": pd.api.types.is_numeric_dtype,
        "instant": pd.api.types.is_datetime64_any_dtype,
        "text": pd.api.types.is_string_dtype,
    }[kind]
    return all(right(delivery.rows[word]) for word in words)


_NUMBERS = ("flight", "distance_miles", "departure_delay_min", "arrival_delay_min", "air_time_min")
_TEXTS = ("carrier", "origin", "dest")

schema_only = Contract(
    {
        "the columns are there": lambda delivery: set(COLUMNS) <= set(delivery.rows.columns),
        "numbers are numbers": lambda delivery: _typed(delivery, _NUMBERS, "number"),
        "codes are text": lambda delivery: _typed(delivery, _TEXTS, "text"),
        "instants are instants": lambda delivery: _typed(
            delivery, tuple(word for word in COLUMNS if word not in _NUMBERS + _TEXTS), "instant"
        ),
        "there are rows": lambda delivery: len(delivery) > 0,
    }
)
"""The naive twin: what a database's schema would say."""
