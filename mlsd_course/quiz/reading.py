"""How hard a text is to read: words, sentences, and the grade level of Kincaid et al. 1975, for English."""

import re

_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_SILENT = re.compile(r"(?:[^laeiouy]e|ed|[^laeiouy]es)$")


def words(text: str) -> list[str]:
    """Return the words, without numbers and signs."""
    return _WORD.findall(text)


def sentences(text: str) -> list[str]:
    """Return the sentences; a full stop inside a number or an abbreviation ends none."""
    return [part for part in re.split(r"(?<=[.?!:;])\s+", text) if words(part)]


def syllables(word: str) -> int:
    """Return about how many syllables an English word has: its groups of vowels, without a silent e."""
    plain = word.lower()
    return max(1, len(re.findall(r"[aeiouy]+", plain)) - bool(_SILENT.search(plain)))


def grade(text: str) -> float:
    """Return the school grade that the text asks for: 0.39 words/sentence + 11.8 syllables/word - 15.59."""
    found, parts = words(text), sentences(text)
    if not found or not parts:
        return 0.0
    spoken = sum(syllables(word) for word in found)
    return 0.39 * len(found) / len(parts) + 11.8 * spoken / len(found) - 15.59


def shingles(text: str, size: int = 3) -> set[tuple[str, ...]]:
    """Return all runs of `size` words, by which two texts can be compared."""
    found = [word.lower() for word in words(text)]
    return {tuple(found[start : start + size]) for start in range(max(1, len(found) - size + 1))}


def likeness(one: str, other: str) -> float:
    """Return the share of shingles that two texts have in common, from 0 to 1 (Jaccard)."""
    left, right = shingles(one), shingles(other)
    return len(left & right) / len(left | right) if left | right else 0.0
