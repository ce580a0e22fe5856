"""What keeps a bank of questions from being good. Each gate yields sentences that name the item, the fault, the remedy."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mlsd_course.errors import BankError
from mlsd_course.quiz.bank import Bank
from mlsd_course.quiz.expression import Library, calls, names
from mlsd_course.quiz.item import Item, Numeric, Ordering, Trap, WrongOrder
from mlsd_course.quiz.marking import is_right
from mlsd_course.quiz.place import Lessons, Place, find
from mlsd_course.quiz.reading import grade, likeness, words
from mlsd_course.quiz.variant import Variant, count, fill, render, values

MASTERY = "mastery_check"
LEAST_ITEMS, MASTERY_ITEMS, MASTERY_VARIANTS = 8, 8, 3
LONGEST = {"stem": 90, "claim": 60, "text": 30, "because": 60, "otherwise": 60, "misconception": 25}  # words
HIGHEST_GRADE, HIGHEST_MEAN_GRADE = 16.0, 12.0
ALIKE = 0.6
TEACHING_WORDS = 15
SEEN_VARIANTS = 12  # of an item with hundreds, that many are read
WORKED_WITHIN = 0.005  # a value worked out by hand has three digits
_SWEEPING = re.compile(
    r"\b(all|none|any|both|neither|either) of (the |these|those|them|above)|\b(all|none) (above|are right|apply)\b"
    r"|\b(both|neither) [a-f]\) ?(and|nor)|\bboth (a|b|c) and (b|c|d)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Context:
    """What a bank is judged against: the library of keys, the notebooks that teach, the other banks."""

    library: Library
    lessons: Lessons
    others: Mapping[str, Bank] = field(default_factory=dict)


Gate = Callable[[Bank, Context], Iterator[str]]
Parts = list[tuple[str, str]]  # the field, as `2.because`, and its text with the values filled in


def faults(bank: Bank, context: Context) -> list[str]:
    """Return every fault of `bank`; a bank whose values cannot be filled in gets no further."""
    if broken := list(computable(bank, context)):
        return broken
    return [fault for gate in GATES if gate is not computable for fault in gate(bank, context)]


def computable(bank: Bank, context: Context) -> Iterator[str]:
    """Every variant can be filled in, and its options read differently."""
    for item in bank.items:
        for variant in range(count(item)):
            try:
                render(item, variant, context.library)
            except BankError as error:
                yield str(error)
                break


def enough(bank: Bank, context: Context) -> Iterator[str]:
    """A bank has 8 items or more, the mastery check exactly 8 with 3 variants each; each objective is asked for."""
    if bank.chapter == MASTERY:
        if len(bank.items) != MASTERY_ITEMS:
            yield f"{bank.chapter}: {len(bank.items)} items. The mastery check has {MASTERY_ITEMS}."
        for item in bank.items:
            if count(item) < MASTERY_VARIANTS:
                yield f"{item.id}: {count(item)} variant(s). Give `cases` or `draw` for at least {MASTERY_VARIANTS}."
    elif len(bank.items) < LEAST_ITEMS:
        yield f"{bank.chapter}: {len(bank.items)} items. Write at least {LEAST_ITEMS}."
    for objective in sorted(set(bank.objectives) - {item.objective for item in bank.items}):
        yield f"{bank.chapter}: no item asks for the objective {objective!r}. Write one, or remove the objective."


def no_longest_is_right(bank: Bank, context: Context) -> Iterator[str]:
    """The right option is uniquely longest in no more items than chance would have it: 1/k of them for k options."""
    expected, cued = 0.0, []
    for item, variants in _chosen(bank, context, one_right=False):
        asked, key = variants[0].asked, variants[0].key
        expected += len(key.letters) / len(asked.choices)
        hits = sum(_longest(variant) in variant.key.letters for variant in variants)
        if hits * 2 > len(variants):
            cued.append(item.id)
    if len(cued) > math.floor(expected + 1e-9):
        yield (
            f"{bank.chapter}: the right option is the only longest one in {len(cued)} items ({', '.join(cued)}), chance "
            f"gives {math.floor(expected + 1e-9)}. Shorten the right options or make a wrong one as exact as they are."
        )


def positions_balanced(bank: Bank, context: Context) -> Iterator[str]:
    """The right option stands at each place of the file about equally often: at most one more than its share."""
    places: Counter[int] = Counter()
    sizes = []
    for item, _ in _chosen(bank, context, one_right=True):
        places[next(place for place, option in enumerate(item.options) if option.right)] += 1
        sizes.append(len(item.options))
    if not sizes:
        return
    most = math.ceil(len(sizes) / max(sizes)) + 1
    for place, times in sorted(places.items()):
        if times > most:
            yield (
                f"{bank.chapter}: the right option is number {place + 1} in {times} of {len(sizes)} items, at most {most} "
                "are balanced. Move some of them to other places."
            )


def no_sweeping_options(bank: Bank, context: Context) -> Iterator[str]:
    """No "all of the above": shuffled options have no above, and the phrase gives itself away."""
    for item in bank.items:
        texts = dict.fromkeys(text for parts in _parts(item, context) for text in _only(parts, "text"))
        for text in texts:
            if item.choosing and _SWEEPING.search(text):
                yield f"{item.id}: the option {text!r} speaks of the others. Use kind `multiple`, or another option."


def rationales_differ(bank: Bank, context: Context) -> Iterator[str]:
    """Each option is explained by itself, in more than a word or two."""
    for item in bank.items:
        told = [_only(parts, "because") for parts in _parts(item, context)]
        for reasons in told:
            for reason, times in Counter(reasons).items():
                if times > 1:
                    yield f"{item.id}: {times} options have the rationale {reason[:50]!r}. Say of each why it is wrong or right."
        for reason in dict.fromkeys(reason for reasons in told for reason in reasons):
            if len(words(reason)) < 4:
                yield f"{item.id}: the rationale {reason!r} explains nothing. Write a sentence."


def taught_before_asked(bank: Bank, context: Context) -> Iterator[str]:
    """The cell that teaches an objective, and the one to reread, exist; they come before the question is asked."""
    places = [(f"objective {name}", "taught", objective.taught) for name, objective in bank.objectives.items()]
    places += [(item.id, "reread", item.reread) for item in bank.items]
    for owner, part, text in places:
        place = bank.place(text)
        number = find(place, context.lessons)
        where = f"{bank.chapter}, {owner}, field {part}"
        if number is None:
            yield f"{where}: there is no {place}. {_nearest(place, context.lessons)}"
        elif place.chapter > bank.chapter and bank.chapter != MASTERY:
            yield f"{where}: {place} comes after this chapter. Name a cell that the learner has read."
        elif part == "taught":
            yield from _teaches(where, place, number, bank, context)


def no_two_alike(bank: Bank, context: Context) -> Iterator[str]:
    """No two items ask the same, within a bank and across all of them."""
    own = [(item.id, _question(item, context)) for item in bank.items]
    others = [other for other in context.others.values() if other.chapter != bank.chapter]
    foreign = [(item.id, _question(item, context)) for other in others for item in other.items]
    for number, (one, text) in enumerate(own):
        for other_id, other_text in own[number + 1 :] + foreign:
            if (share := likeness(text, other_text)) >= ALIKE:
                yield f"{one}: it reads like {other_id} ({share:.0%} of its phrases). Ask something else."


def keys_recomputed(bank: Bank, context: Context) -> Iterator[str]:
    """Numbers come from the library: a key is an expression of it, agrees with the value by hand, and spares its traps."""
    for item in bank.items:
        first = render(item, 0, context.library)
        known = {**first.values, **({"answer": first.key.number} if isinstance(item, Numeric) else {})}
        for name, by_hand in item.worked.items():
            if name not in known or isinstance(known[name], str):
                yield f"{item.id}, field worked.{name}: there is no such number. Known: {', '.join(known)}."
            elif not math.isclose(known[name], by_hand, rel_tol=WORKED_WITHIN):
                yield f"{item.id}, field worked.{name}: by hand {by_hand:g}, by the library {known[name]:g}. Find out which is right."
        missing = sorted(set(item.compute) - set(item.worked)) if not isinstance(item, Numeric) else []
        if missing and not item.worked:
            yield f"{item.id}: no computed value is checked by hand. Write `worked: {{{missing[0]}: …}}`."
        if isinstance(item, Numeric):
            yield from _numeric_faults(item, context)


def readable(bank: Bank, context: Context) -> Iterator[str]:
    """Texts are short, and their grade level is one that a reader of English as a second language copes with."""
    grades = []
    for item in bank.items:
        told = [text for parts in _parts(item, context) for text in _too_long(parts)]
        yield from dict.fromkeys(f"{item.id}, {sentence}" for sentence in told)
        grades.append(grade(_question(item, context)))
        if grades[-1] > HIGHEST_GRADE:
            yield f"{item.id}: reads at grade {grades[-1]:.0f}, at most {HIGHEST_GRADE:.0f}. Use shorter sentences and words."
    if grades and sum(grades) / len(grades) > HIGHEST_MEAN_GRADE:
        yield (
            f"{bank.chapter}: its items read at grade {sum(grades) / len(grades):.1f} on average, at most "
            f"{HIGHEST_MEAN_GRADE:.0f}. Use shorter sentences and words."
        )


def _too_long(parts: Parts) -> Iterator[str]:
    for part, text in parts:
        limit = LONGEST[part.rpartition(".")[2]]
        if len(words(text)) > limit:
            yield f"field {part}: {len(words(text))} words, at most {limit}. Shorten it."


def variants_differ(bank: Bank, context: Context) -> Iterator[str]:
    """No two variants of an item ask the same."""
    for item in bank.items:
        seen = Counter(_shown(render(item, variant, context.library)) for variant in range(count(item)))
        if len(seen) < count(item):
            yield f"{item.id}: {count(item) - len(seen)} variants read like another. Use every value in the text or options."


GATES: tuple[Gate, ...] = (
    computable,
    enough,
    no_longest_is_right,
    positions_balanced,
    no_sweeping_options,
    rationales_differ,
    taught_before_asked,
    no_two_alike,
    keys_recomputed,
    readable,
    variants_differ,
)


def _chosen(bank: Bank, context: Context, one_right: bool) -> Iterator[tuple[Any, list[Variant]]]:
    for item in bank.items:
        if item.choosing and not (one_right and item.kind == "multiple"):
            yield item, [render(item, variant, context.library) for variant in range(min(count(item), SEEN_VARIANTS))]


def _longest(variant: Variant) -> str:
    """Return the letter of the only longest option; a sign that is no letter where two are equally long."""
    lengths = {letter: len(text) for letter, text in variant.asked.choices.items()}
    longest = [letter for letter, length in lengths.items() if length == max(lengths.values())]
    return longest[0] if len(longest) == 1 else "-"


def _teaches(where: str, place: Place, number: int, bank: Bank, context: Context) -> Iterator[str]:
    cells = context.lessons[place.chapter, place.notebook]
    section = [cells[number].text]
    for cell in cells[number + 1 :]:
        if cell.headings:
            break
        section.append(cell.text if cell.prose else "")
    if len(words(" ".join(section))) < TEACHING_WORDS:
        yield f"{where}: {place} holds fewer than {TEACHING_WORDS} words of prose. Teach it there, or name the cell that does."
    asked = [at for at, cell in enumerate(cells) if not cell.prose and "self_check(" in cell.text]
    if place.chapter == bank.chapter and asked and number > asked[0]:
        yield f"{where}: {place} comes after the self-check. Teach before asking."


def _nearest(place: Place, lessons: Lessons) -> str:
    cells = lessons.get((place.chapter, place.notebook))
    if cells is None:
        return "Notebooks: " + (", ".join("/".join(key) for key in sorted(lessons)) or "none yet") + "."
    return "Headings there: " + "; ".join(heading for cell in cells for heading in cell.headings) + "."


def _numeric_faults(item: Numeric, context: Context) -> Iterator[str]:
    expressions = [item.answer, *(str(expression) for expression in item.compute.values())]
    if not any(calls(expression) or names(expression) for expression in expressions):
        yield f"{item.id}, field answer: {item.answer!r} is typed in, not computed. Write an expression of values or the library."
    if "answer" not in item.worked:
        yield f"{item.id}, field worked: the answer is not checked by hand. Write `worked: {{answer: …}}`."
    for variant in range(count(item)):
        key = render(item, variant, context.library).key
        for value, told in key.by_number:
            if is_right(key, value):
                yield f"{item.id}, variant {variant}: the trap {value:g} ({told.misconception}) counts as right. Narrow the tolerance."
        if not is_right(key, key.number) or key.number == 0:
            yield f"{item.id}, variant {variant}: the answer {key.number:g} leaves no tolerance. Ask for a number other than 0."


def _parts(item: Item, context: Context) -> Iterator[Parts]:
    """Yield the texts of the item's variants."""
    for variant in range(min(count(item), SEEN_VARIANTS)):
        known = values(item, variant, context.library)
        yield [(part, fill(text, known, item.id)) for part, text in _templates(item)]


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


def _only(parts: Parts, *fields: str) -> list[str]:
    return [text for part, text in parts if part.rpartition(".")[2] in fields]


def _question(item: Item, context: Context) -> str:
    """Return what is asked, in the first variant, as one text."""
    try:
        shown = _only(next(_parts(item, context)), "stem", "claim", "text")
    except BankError:
        return ""  # another bank, which its own test refuses
    return " ".join(text if text[-1:] in ".?!:" else f"{text}." for text in shown)


def _shown(variant: Variant) -> str:
    asked = variant.asked
    return " | ".join([asked.stem, asked.claim, *sorted(asked.choices.values())])
