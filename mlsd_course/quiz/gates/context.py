"""What a bank is judged against, and the texts of an item as learners read them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mlsd_course.errors import BankError
from mlsd_course.quiz.bank import Bank
from mlsd_course.quiz.expression import Library
from mlsd_course.quiz.item import Item, Numeric, Ordering, Trap, WrongOrder
from mlsd_course.quiz.place import Lessons
from mlsd_course.quiz.variant import count, fill, values

SEEN_VARIANTS = 12  # of an item with hundreds, that many are read


@dataclass(frozen=True)
class Context:
    """What a bank is judged against: the library of keys, the notebooks that teach, the other banks."""

    library: Library
    lessons: Lessons
    others: Mapping[str, Bank] = field(default_factory=dict)


Gate = Callable[[Bank, Context], Iterator[str]]
Parts = list[tuple[str, str]]  # the field, as `2.because`, and its text with the values filled in


def filled(item: Item, context: Context) -> Iterator[Parts]:
    """Yield the texts of each variant, of at most SEEN_VARIANTS."""
    for variant in range(min(count(item), SEEN_VARIANTS)):
        known = values(item, variant, context.library)
        yield [(part, fill(text, known, item.id)) for part, text in _templates(item)]


def only(parts: Parts, *fields: str) -> list[str]:
    """Return the texts of some fields."""
    return [text for part, text in parts if part.rpartition(".")[2] in fields]


def question(item: Item, context: Context) -> str:
    """Return what is asked, in the first variant, as one text."""
    try:
        shown = only(next(filled(item, context)), "stem", "claim", "text")
    except BankError:
        return ""  # another bank, which its own test refuses
    return " ".join(text if text[-1:] in ".?!:" else f"{text}." for text in shown)


def _templates(item: Any) -> Iterator[tuple[str, str]]:
    yield "stem", item.stem
    if item.kind == "assumption":
        yield "claim", item.claim
    for number, option in enumerate(getattr(item, "options", ()) or getattr(item, "steps", ()), 1):
        for part in ("text", "because", "misconception"):
            yield f"{number}.{part}", getattr(option, part, "")
    if isinstance(item, Numeric | Ordering):
        yield "because", item.because
        yield "otherwise", item.otherwise
        wrongs: Sequence[Trap | WrongOrder] = item.traps if isinstance(item, Numeric) else item.mistakes
        for number, trap in enumerate(wrongs, 1):
            yield f"trap {number}.because", trap.because
            yield f"trap {number}.misconception", trap.misconception
