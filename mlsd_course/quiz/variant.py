"""One item with its values filled in: what is asked, and, apart from it, the key."""

import hashlib
import math
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mlsd_course.errors import BankError
from mlsd_course.quiz.expression import Library, evaluate
from mlsd_course.quiz.item import Assumption, Item, Multiple, Numeric, Ordering, Single

LETTERS = "abcdefgh"
Fill = Callable[[str, str], str]  # a template and the field it stands in -> the text


@dataclass(frozen=True)
class Asked:
    """A question as a learner sees it. Nothing of the key is in here. `choices`: texts by letter, for an order too."""

    item: str
    kind: str
    variant: int
    stem: str
    claim: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""


@dataclass(frozen=True)
class Told:
    """What one answer earns as an explanation; `misconception` is "" for a right one."""

    because: str
    misconception: str = ""


@dataclass(frozen=True)
class Key:
    """The answer: letters (in order, for an order), or a number with its tolerance; and what each answer is told."""

    letters: str = ""
    number: float = math.nan
    tolerance: float = 0.0
    shown: str = ""
    by_letter: Mapping[str, Told] = field(default_factory=dict)
    by_order: Mapping[str, Told] = field(default_factory=dict)
    by_number: tuple[tuple[float, Told], ...] = ()
    right: Told = Told("")
    otherwise: Told = Told("")


@dataclass(frozen=True)
class Variant:
    """What is asked and its key."""

    asked: Asked
    key: Key
    values: Mapping[str, Any]


def count(item: Item) -> int:
    """Return how many variants an item has."""
    return max(1, len(item.cases)) * math.prod(len(values) for values in item.draw.values())


def pick(seed: int, attempt: int, item_id: str, variants: int) -> int:
    """Return the variant of an attempt (from 1): fixed by the seed, and another one in the next attempt."""
    start = _digest(f"{seed}:{item_id}")
    return (start + attempt - 1) % variants


def values(item: Item, variant: int, library: Library) -> dict[str, Any]:
    """Return the values of a variant, the computed ones among them; BankError names the value that has none."""
    rest, found = variant % count(item), {}
    if item.cases:
        rest, case = divmod(rest, len(item.cases))
        found.update(item.cases[case])
    for name, drawn in item.draw.items():
        rest, which = divmod(rest, len(drawn))
        found[name] = drawn[which]
    for name, expression in item.compute.items():
        found[name] = _computed(item, f"compute.{name}", str(expression), found, library)
    return found


def render(item: Item, variant: int, library: Library) -> Variant:
    """Return the variant; BankError names the item and the field that cannot be filled in."""
    variant %= count(item)
    filled = values(item, variant, library)

    def text(template: str, part: str) -> str:
        return fill(template, filled, f"{item.id}, field {part}")

    asked = Asked(item.id, item.kind, variant, text(item.stem, "stem"))
    if isinstance(item, Numeric):
        return Variant(replace(asked, unit=item.unit), _numeric_key(item, filled, library, text), filled)
    if isinstance(item, Ordering):
        choices, key = _order(item, variant, text)
        return Variant(replace(asked, choices=choices), key, filled)
    choices, key = _choice(item, variant, text)
    claim = text(item.claim, "claim") if isinstance(item, Assumption) else ""
    return Variant(replace(asked, claim=claim, choices=choices), key, filled)


def _choice(item: Single | Multiple | Assumption, variant: int, text: Fill) -> tuple[dict[str, str], Key]:
    texts = [text(option.text, f"options.{number}") for number, option in enumerate(item.options, 1)]
    letter = _lettered(item.id, variant, texts)
    pairs = list(zip(texts, item.options, strict=True))
    told = {
        letter[words]: Told(text(option.because, "because"), text(option.misconception, "misconception"))
        for words, option in pairs
    }
    right = sorted(letter[words] for words, option in pairs if option.right)
    return _by_letter(letter), Key("".join(right), by_letter=told)


def _order(item: Ordering, variant: int, text: Fill) -> tuple[dict[str, str], Key]:
    texts = [text(step.text, f"steps.{number}") for number, step in enumerate(item.steps, 1)]
    letter = _lettered(item.id, variant, texts, mixed=True)
    mistakes = {
        "".join(letter[texts[step - 1]] for step in wrong.order): Told(
            text(wrong.because, "mistakes.because"), text(wrong.misconception, "mistakes.misconception")
        )
        for wrong in item.mistakes
    }
    right, other = Told(text(item.because, "because")), Told(text(item.otherwise, "otherwise"))
    key = Key("".join(letter[words] for words in texts), by_order=mistakes, right=right, otherwise=other)
    return _by_letter(letter), key


def fill(template: str, values: Mapping[str, Any], where: str) -> str:
    """Return `template` with `{name}` and `{name:.0f}` filled in; BankError where a name or a format is wrong."""
    try:
        parts = list(string.Formatter().parse(template))
        return "".join(
            before + (_shown(name, spec, values) if name is not None else "") for before, name, spec, _ in parts
        )
    except (KeyError, ValueError, TypeError) as error:
        raise BankError(
            f"{where}: {template[:60]!r} cannot be filled in ({error})",
            allowed=", ".join(values) or "no names, this item declares no values",
            remedy="Write {{ and }} for braces",
        ) from None


def _shown(name: str, spec: str | None, values: Mapping[str, Any]) -> str:
    if not name.isidentifier():
        raise ValueError(f"{{{name}}} is no name")
    value = values[name]
    if not spec and isinstance(value, float):
        spec = "g"
    return format(value, spec or "")


def _numeric_key(item: Numeric, filled: Mapping[str, Any], library: Library, text: Fill) -> Key:
    number = _computed(item, "answer", item.answer, filled, library)
    traps = tuple(
        (
            _computed(item, "traps.value", trap.value, filled, library),
            Told(text(trap.because, "traps.because"), text(trap.misconception, "traps.misconception")),
        )
        for trap in item.traps
    )
    shown = f"{format(number, item.shown)} {item.unit}".strip()
    right, other = Told(text(item.because, "because")), Told(text(item.otherwise, "otherwise"))
    return Key(
        "", number, abs(number) * item.within_percent / 100, shown, by_number=traps, right=right, otherwise=other
    )


def _computed(item: Item, part: str, expression: str, filled: Mapping[str, Any], library: Library) -> float:
    try:
        return evaluate(expression, filled, library)
    except BankError as error:
        raise BankError(f"{item.id}, field {part}: {error}") from None


def _lettered(item_id: str, variant: int, texts: list[str], mixed: bool = False) -> dict[str, str]:
    """Return the letter of each text; shuffled by the text itself, so that nothing of the author's order remains."""
    if len(set(texts)) != len(texts):
        raise BankError(f"{item_id}, variant {variant}: two options read the same", given=texts)
    order = sorted(texts, key=lambda words: _digest(f"{item_id}:{variant}:{words}"))
    if mixed and order == texts:
        order = order[1:] + order[:1]
    return {words: LETTERS[place] for place, words in enumerate(order)}


def _by_letter(letter: Mapping[str, str]) -> dict[str, str]:
    return {sign: words for words, sign in sorted(letter.items(), key=lambda pair: pair[1])}


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8], "big")
