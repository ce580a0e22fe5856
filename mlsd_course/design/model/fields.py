"""What a field of a part accepts, and the helpers that declare fields.

One piece of code refuses a wrong value in Python and in YAML alike, and says what is allowed.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf, isfinite
from typing import Any

from mlsd_course.design.model.vague_words import placeholder

REQUIRED: Any = object()
SMALLEST = 1e-9  # nothing in a design is smaller, and what is divided by it stays finite
LARGEST = 1e18  # nothing in a design is larger, and products of a few such stay finite
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_ .,:'()/+>-]{0,79}")


class Refused(Exception):
    """Raised by a kind of field; the part turns it into a `PartError` that names the field."""

    def __init__(self, why: str, remedy: str = "") -> None:
        super().__init__(why)
        self.why, self.remedy = why, remedy


@dataclass(frozen=True)
class NumberField:
    """A finite number between two bounds."""

    low: float = 0.0
    high: float = inf
    above: bool = False
    whole: bool = False
    optional: bool = False

    @property
    def allowed(self) -> str:
        """The accepted range in words."""
        noun = "a whole number" if self.whole else "a number"
        start = f"{'above' if self.above else 'of at least'} {self.low:g}"
        stop = f" and at most {self.high:g}" if isfinite(self.high) else ""
        return f"{noun} {start}{stop}" + (", or nothing for unknown" if self.optional else "")

    def read(self, value: object) -> float | int | None:
        """The value as a number, or `Refused`."""
        if value is None and self.optional:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Refused("is not a finite number", _as_number(value))
        if abs(value) > LARGEST or not isfinite(value):
            raise Refused("is not a finite number" if isinstance(value, float) else "is out of range")
        if value < self.low or value > self.high or (self.above and value - self.low < SMALLEST):
            raise Refused("is out of range")
        if self.whole and value != int(value):
            raise Refused("is not whole")
        return int(value) if self.whole else float(value)


def _as_number(value: object) -> str:
    """What to write for a text that means a number; YAML reads 1e5 as text."""
    try:
        meant = float(value.replace("_", "").replace(",", "")) if isinstance(value, str) else inf
    except ValueError:
        meant = inf
    return f"Write {as_written(meant)}, with neither quotes nor separators" if isfinite(meant) else ""


@dataclass(frozen=True)
class TextField:
    """A line of text; `needed` text must say something, and not merely hold a place."""

    needed: bool = False

    @property
    def allowed(self) -> str:
        """The accepted text in words."""
        return "a sentence that somebody else can act on" if self.needed else "text"

    def read(self, value: object) -> str:
        """The text on one line, or `Refused`."""
        if not isinstance(value, str):
            raise Refused("is not text")
        line = " ".join(value.split())
        if not line.isprintable():
            raise Refused("holds characters that cannot be printed")
        if self.needed and placeholder(line):
            raise Refused("says nothing that can be checked", "Say what, on which data, and how it is computed")
        return line


@dataclass(frozen=True)
class NameField:
    """A short name that other parts refer to."""

    optional: bool = False
    allowed: str = "a letter, then letters, digits, spaces or _ . , : ' ( ) / + > -, at most 80 characters"

    def read(self, value: object) -> str:
        """The name, or `Refused`."""
        if value == "" and self.optional:
            return ""
        if not isinstance(value, str) or not NAME.fullmatch(value) or value != " ".join(value.split()):
            raise Refused("is not a name")
        return value


@dataclass(frozen=True)
class ChoiceField:
    """One of a few words."""

    options: tuple[str, ...]

    @property
    def allowed(self) -> str:
        """The words."""
        return ", ".join(option or "(nothing)" for option in self.options)

    def read(self, value: object) -> str:
        """The word, or `Refused`."""
        if value not in self.options:
            raise Refused("is not one of the choices", suggestion(value, self.options))
        return str(value)


@dataclass(frozen=True)
class FlagField:
    """True or false."""

    allowed: str = "true or false"

    def read(self, value: object) -> bool:
        """The flag, or `Refused`."""
        if not isinstance(value, bool):
            raise Refused("is neither true nor false")
        return value


@dataclass(frozen=True)
class WordsField:
    """A list of short texts, each once."""

    options: tuple[str, ...] = ()

    @property
    def allowed(self) -> str:
        """The accepted list in words."""
        return f"a list of: {', '.join(self.options)}" if self.options else "a list of texts"

    def read(self, value: object) -> tuple[str, ...]:
        """The texts as a tuple, or `Refused`."""
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise Refused("is not a list", "Put it in square brackets")
        words = tuple(TextField().read(word) for word in value)
        for word in words:
            if not word or (self.options and word not in self.options):
                raise Refused(f"holds {word!r}", suggestion(word, self.options))
        return tuple(dict.fromkeys(words))


@dataclass(frozen=True)
class NumbersField:
    """A list of numbers of at least 0, such as measured milliseconds."""

    allowed: str = "a list of numbers of at least 0"

    def read(self, value: object) -> tuple[float, ...]:
        """The numbers as a tuple, or `Refused`."""
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise Refused("is not a list")
        one = NumberField()
        return tuple(float(one.read(item) or 0.0) for item in value)


@dataclass(frozen=True)
class PartField:
    """Another part, or nothing."""

    part: type[Any]

    @property
    def allowed(self) -> str:
        """The accepted part in words."""
        return f"a {self.part.__name__}, or nothing for unknown"

    def read(self, value: object) -> object:
        """The part, or `Refused`; a mapping becomes one."""
        if isinstance(value, Mapping):
            return self.part(**{str(key): entry for key, entry in value.items()})
        if value is not None and not isinstance(value, self.part):
            raise Refused(f"is not a {self.part.__name__}")
        return value


Kind = NumberField | TextField | NameField | ChoiceField | FlagField | WordsField | NumbersField | PartField


def part_field(kind: Kind, default: object = REQUIRED, *, positional: bool = False) -> Any:
    """A dataclass field of a kind."""
    return field(default=default, kw_only=not positional, metadata={"kind": kind})


def number(default: object = REQUIRED, **bounds: Any) -> Any:
    """A number field; bounds as in `NumberField`; a default of None makes it optional."""
    return part_field(NumberField(optional=default is None, **bounds), default)


def share(default: object = REQUIRED, *, above: bool = False) -> Any:
    """A number from 0 to 1."""
    return part_field(NumberField(high=1.0, above=above, optional=default is None), default)


def count(default: object = REQUIRED, *, low: int = 0) -> Any:
    """A whole number."""
    return part_field(NumberField(low=low, whole=True, optional=default is None), default)


def text(default: object = REQUIRED) -> Any:
    """A text field; without a default it must say something."""
    return part_field(TextField(needed=default is REQUIRED), default)


def name(default: object = REQUIRED) -> Any:
    """The part's own name: the one field that may be given by position."""
    return part_field(NameField(optional=default == ""), default, positional=True)


def refers(default: object = REQUIRED) -> Any:
    """The name of another part."""
    return part_field(NameField(optional=default == ""), default)


def choice(*options: str, default: object = REQUIRED) -> Any:
    """One of a few words."""
    return part_field(ChoiceField(options), default)


def flag(default: bool = False) -> Any:
    """True or false."""
    return part_field(FlagField(), default)


def nested(kind: type[Any]) -> Any:
    """Another part, or nothing."""
    return part_field(PartField(kind), None)


def samples() -> Any:
    """A list of numbers, empty by default."""
    return part_field(NumbersField(), ())


def words(*options: str) -> Any:
    """A list of texts, empty by default."""
    return part_field(WordsField(options), ())


def suggestion(given: object, options: Iterable[str]) -> str:
    """'Did you mean …' where one of the options is close, else nothing."""
    close = difflib.get_close_matches(str(given), list(options), n=1)
    return f"Did you mean {close[0]!r}?" if close else ""


def as_written(value: object) -> str:
    """A value as a person writes it."""
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(value)
