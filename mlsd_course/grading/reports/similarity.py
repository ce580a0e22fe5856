"""Pairs of submissions whose answers are alike: hints where to look, never a verdict.

Compared is what a learner wrote into solution cells, after names, spacing and comments are taken away. Left out is what
everybody was given, and what so many have that it says nothing about any two of them.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from mlsd_course.grading.reports.fingerprints import all_shingles, code_tokens, shingles, winnowed, word_tokens

ALIKE = 0.6  # Dice: twice what two cells share, by what both have; fingerprints weighted by their rarity
LONGEST = 50_000  # letters of an answer that are compared
LEAST = 4  # fingerprints in common below which a cell says nothing: about 15 tokens
COMMON_SHARE, COMMON_LEAST, SMALL_CLASS_SHARE = 0.1, 5, 0.6


@dataclass(frozen=True)
class AlikeCell:
    """One cell that two learners answered alike: `likeness` from 0 to 1, and what each wrote."""

    name: str
    likeness: float
    one: str
    other: str


@dataclass(frozen=True)
class Pair:
    """Two learners and the cells in which they are alike; `weight` is larger the more and the rarer what they share."""

    one: str
    other: str
    weight: float
    cells: tuple[AlikeCell, ...]


def alike(
    written: Mapping[str, Mapping[str, str]], given: Iterable[str] = (), prose: Iterable[str] = ()
) -> tuple[Pair, ...]:
    """Return the pairs of learners to look at, the most striking first.

    `written`: by learner and cell, the text. `given`: texts that everybody was handed. `prose`: cells that hold no code.
    """
    known, words = all_shingles(given), frozenset(prose)
    marks = {
        cell: {
            student: prints
            for student, cells in written.items()
            if cell in cells and (prints := _prints(cells[cell], cell in words) - known)
        }
        for cell in dict.fromkeys(cell for cells in written.values() for cell in cells)
    }
    found: dict[tuple[str, str], list[tuple[float, AlikeCell]]] = defaultdict(list)
    for cell, by_learner in marks.items():
        for (one, other), (weight, likeness) in _in_cell(by_learner).items():
            found[one, other].append((weight, AlikeCell(cell, likeness, written[one][cell], written[other][cell])))
    pairs = [
        Pair(one, other, sum(weight for weight, _ in cells), tuple(cell for _, cell in cells))
        for (one, other), cells in found.items()
    ]
    return tuple(sorted(pairs, key=lambda pair: (-pair.weight, pair.one, pair.other)))


def too_common(learners: int) -> float:
    """Return how many of `learners` may share a thing before it says nothing about any two of them."""
    return min(max(COMMON_LEAST, COMMON_SHARE * learners), max(2.0, SMALL_CLASS_SHARE * learners))


def _in_cell(prints: Mapping[str, frozenset[int]]) -> dict[tuple[str, str], tuple[float, float]]:
    """Return weight and likeness of the pairs that are alike in one cell."""
    holders: dict[int, list[str]] = defaultdict(list)
    for student in sorted(prints):
        for mark in prints[student]:
            holders[mark].append(student)
    limit = too_common(len(prints))
    rare = {mark: math.log(1 + len(prints) / len(who)) for mark, who in holders.items() if len(who) <= limit}
    shared: dict[tuple[str, str], list[float]] = defaultdict(list)
    for mark, worth in rare.items():
        for pair in combinations(holders[mark], 2):
            shared[pair].append(worth)
    total = {student: sum(rare.get(mark, 0.0) for mark in marks) for student, marks in prints.items()}
    found = {}
    for (one, other), worths in shared.items():
        weight = sum(worths)
        likeness = 2 * weight / (total[one] + total[other])
        if len(worths) >= LEAST and likeness >= ALIKE:
            found[one, other] = (weight, likeness)
    return found


@cache
def _prints(text: str, prose: bool) -> frozenset[int]:
    seen = text[:LONGEST]
    return winnowed(shingles(word_tokens(seen) if prose else code_tokens(seen)))
