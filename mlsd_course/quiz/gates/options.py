"""Gates on options: nothing but the answer gives the answer away."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from mlsd_course.quiz.bank import Bank
from mlsd_course.quiz.gates.context import SEEN_VARIANTS, Context, filled, only
from mlsd_course.quiz.reading import words
from mlsd_course.quiz.variant import Variant, count, render

_SWEEPING = re.compile(
    r"\b(all|none|any|both|neither|either) of (the |these|those|them|above)|\b(all|none) (above|are right|apply)\b"
    r"|\b(both|neither) [a-f]\) ?(and|nor)|\bboth (a|b|c) and (b|c|d)\b",
    re.IGNORECASE,
)


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
        texts = dict.fromkeys(text for parts in filled(item, context) for text in only(parts, "text"))
        for text in texts:
            if item.choosing and _SWEEPING.search(text):
                yield f"{item.id}: the option {text!r} speaks of the others. Use kind `multiple`, or another option."


def rationales_differ(bank: Bank, context: Context) -> Iterator[str]:
    """Each option is explained by itself, in more than a word or two."""
    for item in bank.items:
        told = [only(parts, "because") for parts in filled(item, context)]
        for reasons in told:
            for reason, times in Counter(reasons).items():
                if times > 1:
                    yield f"{item.id}: {times} options have the rationale {reason[:50]!r}. Say of each why it is wrong or right."
        for reason in dict.fromkeys(reason for reasons in told for reason in reasons):
            if len(words(reason)) < 4:
                yield f"{item.id}: the rationale {reason!r} explains nothing. Write a sentence."


def _chosen(bank: Bank, context: Context, one_right: bool) -> Iterator[tuple[Any, list[Variant]]]:
    for item in bank.items:
        if item.choosing and not (one_right and item.kind == "multiple"):
            yield item, [render(item, variant, context.library) for variant in range(min(count(item), SEEN_VARIANTS))]


def _longest(variant: Variant) -> str:
    """Return the letter of the longest option; "-" where two or more options are equally long."""
    lengths = {letter: len(text) for letter, text in variant.asked.choices.items()}
    longest = [letter for letter, length in lengths.items() if length == max(lengths.values())]
    return longest[0] if len(longest) == 1 else "-"
