"""Words that sound like requirements and are not: each with the question to ask and the part that answers it.

Source: Vogelsang & Borg (RE 2019) on requirements for ML; ISO/IEC/IEEE 29148:2018, 5.2.7, terms to avoid.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Vague:
    """A vague word, the question it hides and the typed part that holds the answer."""

    word: str
    ask: str
    write: str


LATENCY = ("How many milliseconds, for which share of requests?", "Latency(percentile=95, limit_ms=100)")
AVAILABLE = ("What share of requests may fail, over which window?", "Availability(share=0.999, window_days=30)")
LOAD = (
    "How many requests a second at the peak, and how much growth by when?",
    "Throughput(per_s=1000), Growth(factor=10)",
)
QUALITY = (
    "Which errors, on which data, computed how, against what baseline?",
    "MLMetric('recall', what=…, on_data=…, computed=…)",
)
FRESH = ("How old may the data be when it is used?", "Freshness(at='model', limit_s=3600)")
UPDATE = ("How long may a safe update or a rollback take?", "Maintainability(update_days=1, rollback_minutes=10)")
LEGAL = (
    "Which law, and which duty must the system fulfil by when?",
    "Compliance(regime='GDPR', obligations=['erase within 30 days'])",
)
MONEY = ("How many dollars a month, at most?", "Budget(usd_per_month=5000)")

VAGUE: tuple[Vague, ...] = tuple(
    Vague(word, *answer)
    for answer, vague in (
        (
            LATENCY,
            "fast|quick|quickly|responsive|snappy|instant|low latency|performant|real-time|real time|immediately",
        ),
        (AVAILABLE, "reliable|robust|always on|always available|highly available|high availability|resilient|stable"),
        (
            LOAD,
            "scalable|scales|must scale|to scale|at scale|web scale|high throughput|many users|large scale|big data",
        ),
        (
            QUALITY,
            "accurate|good|better|best|high quality|state of the art|smart|intelligent|relevant|improve|optimal|fair|reasonable",
        ),
        (FRESH, "fresh|up to date|up-to-date|recent|timely|current"),
        (UPDATE, "maintainable|easy|flexible|extensible|modular|user-friendly|simple|easy updates"),
        (LEGAL, "compliant|secure|private|safe|privacy"),
        (MONEY, "cheap|cost-effective|cost effective|affordable|efficient"),
    )
    for word in vague.split("|")
)
HEDGES = (
    "as appropriate",
    "as possible",
    "if possible",
    "as needed",
    "as required",
    "etc",
    "and so on",
    "where applicable",
)
EMPTY = {
    "",
    "tbd",
    "todo",
    "n/a",
    "na",
    "none",
    "?",
    "…",
    "...",
    "-",
    "x",
    "to be defined",
    "to be decided",
    "various",
    "some",
}
_WORD = {entry.word: entry for entry in VAGUE}
_FIND = re.compile(
    r"(?<![\w-])(" + "|".join(sorted(map(re.escape, _WORD), key=len, reverse=True)) + r")(?![\w-])", re.I
)
_QUANTITY = re.compile(r"(?<![A-Za-z_])\d")
_YEAR = re.compile(r"\b(?:in|of|since|from|during|until|for)\s+(?:19|20)\d\d\b", re.I)
_HEDGE = re.compile(r"(?<!\w)(" + "|".join(map(re.escape, HEDGES)) + r")(?!\w)", re.I)


def placeholder(line: str) -> bool:
    """True where a text only holds a place ('TBD') or is nothing but vague words ('very fast')."""
    rest = _FIND.sub(" ", line)
    rest = re.sub(
        r"(?i)\b(very|more|as|be|is|should|must|the|a|an|it|and|or|system|model|have|to|get)\b|[^\w]", " ", rest
    )
    return line.strip().lower() in EMPTY or not rest.strip()


def vague_words(line: str) -> list[Vague]:
    """The vague words of a text that are not pinned down by a quantity in the same text; a year or 'p95' is none."""
    if _QUANTITY.search(_YEAR.sub(" ", line)):
        return []
    return [_WORD[word.lower()] for word in dict.fromkeys(_FIND.findall(line))]


def hedges(line: str) -> list[str]:
    """Phrases that let everything pass: 'as appropriate', 'etc'."""
    return [word.lower() for word in _HEDGE.findall(line)]
