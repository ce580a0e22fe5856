"""One thing that the learner did."""

import json
import uuid
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from mlsd_course.errors import ParameterError

KINDS = ("prediction", "reveal", "answer", "check", "calibration", "measurement", "visit")
_YEARS = range(2000, 2101)


@dataclass(frozen=True)
class RecordEvent:
    """One thing that the learner did. `at` is UTC in ISO 8601; `data` depends on `kind`, one of KINDS."""

    kind: str
    chapter: str
    key: str
    data: dict[str, Any] = field(default_factory=dict)
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds"))
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    def to_json(self) -> str:
        """Return the event as one line; ParameterError where `data` holds what JSON cannot."""
        try:
            line = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, allow_nan=False, default=_plain)
            return encodable(line)
        except (TypeError, ValueError) as error:
            raise ParameterError(
                f"The {self.kind} {self.key} cannot be kept ({error})",
                given=self.data,
                allowed="finite numbers, text, true, false, None, and lists and dictionaries of these",
            ) from error

    @classmethod
    def from_json(cls, line: str) -> "RecordEvent":
        """Read one line; ValueError where it is not an event."""
        try:
            values = json.loads(line)
        except RecursionError:
            raise ValueError("nested too deeply") from None
        if not isinstance(values, dict) or not isinstance(values.get("data"), dict):
            raise ValueError("not an event")
        words = {name: values.get(name) for name in ("kind", "chapter", "key", "at", "id")}
        if not all(isinstance(word, str) for word in words.values()):
            raise ValueError("a part of the event is missing")
        return cls(data=values["data"], **words)  # type: ignore[arg-type]


def encodable(text: str) -> str:
    """Return JSON that UTF-8 can hold: half a sign, which a browser may send, becomes its escape, `\\ud83d`."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _plain(value: Any) -> Any:
    """NumPy's numbers and arrays have `tolist`, which returns plain ones."""
    try:
        return value.tolist()
    except AttributeError:
        raise TypeError(f"{type(value).__name__} is not plain data") from None


def moment(at: str) -> datetime | None:
    """Return the instant `at` in UTC; a time without a zone is taken as UTC. None for what is no time of this century.

    A record that somebody has edited may hold any text there.
    """
    try:
        instant = datetime.fromisoformat(at)
        instant = (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return instant if instant.year in _YEARS else None
