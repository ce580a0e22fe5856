"""Lineage: what a model was made of, as fingerprints, so that two runs can be compared and one can be repeated."""

import hashlib
import inspect
import json
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import pandas as pd

LIBRARIES = ("numpy", "pandas", "scikit-learn")
SHOWN = 10


def fingerprint(thing: object) -> str:
    """Return 10 hexadecimal digits that change when the content changes: of a frame, of a function's source, of JSON data.

    A frame's row order counts: the same rows in another order can train another model.
    """
    return hashlib.sha256(_content(thing)).hexdigest()[:SHOWN]


def _content(thing: Any) -> bytes:
    if hasattr(thing, "columns") and hasattr(thing, "dtypes"):
        return _frame(thing)
    if callable(thing):
        return inspect.getsource(thing).encode()
    return json.dumps(thing, sort_keys=True, default=str).encode()


def _frame(frame: "pd.DataFrame") -> bytes:
    from pandas.util import hash_pandas_object

    names = "|".join(f"{name}:{kind}" for name, kind in frame.dtypes.items())
    return names.encode() + hash_pandas_object(frame, index=False).to_numpy().tobytes()


@dataclass(frozen=True)
class Lineage:
    """The four things that make a model: code, data, parameters (the seed is one of them) and environment."""

    code: str
    data: str
    parameters: str
    environment: str

    @classmethod
    def of(cls, train: Callable[..., Any], frame: "pd.DataFrame", parameters: Mapping[str, Any]) -> Self:
        """Return the lineage of `train(frame, **parameters)` on this machine."""
        environment = {name: version(name) for name in LIBRARIES} | {"python": platform.python_version()}
        return cls(fingerprint(train), fingerprint(frame), fingerprint(dict(parameters)), fingerprint(environment))

    def changed(self, other: "Lineage") -> list[str]:
        """Name what differs from another lineage."""
        return [part.name for part in fields(self) if getattr(self, part.name) != getattr(other, part.name)]
