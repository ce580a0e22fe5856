"""Requirements written as people say them: 'p95 < 100 ms', '1000 QPS', '99.9 % over 30 days', '10x in 12 months'.

A sentence without a number is refused, with the question that it leaves open.
"""

import re
from collections.abc import Callable

from mlsd_course.design.parts import Part
from mlsd_course.design.requirements import Availability, Growth, Latency, Throughput
from mlsd_course.design.vague import vague_words
from mlsd_course.errors import DesignError

DAYS = {"day": 1.0, "week": 7.0, "month": 30.0, "quarter": 90.0, "year": 365.0}
MONTHS = {"month": 1.0, "quarter": 3.0, "year": 12.0}
TIMES = {"us": 0.001, "ms": 1.0, "s": 1000.0}
NUMBER = r"(\d+(?:[.,]\d+)*)"


def _number(digits: str) -> float:
    return float(digits.replace(",", ""))


def _latency(found: re.Match[str]) -> Part:
    return Latency(percentile=_number(found[1]), limit_ms=_number(found[2]) * TIMES[found[3].lower()])


def _throughput(found: re.Match[str]) -> Part:
    return Throughput(per_s=_number(found[1]) * (1000 if found[2] else 1))


def _availability(found: re.Match[str]) -> Part:
    return Availability(
        share=round(_number(found[1]) / 100, 12), window_days=_number(found[2] or "1") * DAYS[found[3].lower()]
    )


def _growth(found: re.Match[str]) -> Part:
    return Growth(factor=_number(found[1]), months=_number(found[2] or "1") * MONTHS[found[3].lower()])


FORMS: tuple[tuple[str, Callable[[re.Match[str]], Part], str], ...] = (
    (rf"\bp{NUMBER}\b.*?(?:<=?|≤|under|below|within)\s*{NUMBER}\s*(us|ms|s)\b", _latency, "p95 < 100 ms"),
    (rf"{NUMBER}\s*(k)?\s*(?:qps|rps|requests?\s*(?:per|a|/)\s*(?:s|sec|second)\b)", _throughput, "1000 QPS"),
    (
        rf"{NUMBER}\s*%.*?(?:over|per|in|a|within)\s+(?:any\s+)?(\d+)?\s*(day|week|month|quarter|year)s?\b",
        _availability,
        "99.9 % over 30 days",
    ),
    (rf"{NUMBER}\s*x\b.*?(?:in|within|by)\s+(\d+)?\s*(month|quarter|year)s?\b", _growth, "10x in 12 months"),
)


def read_sentence(line: str) -> Part:
    """The typed requirement that a sentence states, or a `DesignError` with the question that it leaves open."""
    for pattern, build, _ in FORMS:
        found = re.search(pattern, line, re.IGNORECASE)
        if found:
            return build(found)
    raise DesignError("This is a wish and not yet a requirement", given=line, allowed=_forms(), remedy=_question(line))


def _forms() -> str:
    return "a typed part, or a sentence like " + ", ".join(f"'{example}'" for _, _, example in FORMS)


def _question(line: str) -> str:
    if re.search(rf"{NUMBER}\s*%", line):
        return "A share needs its window: write '99.9 % over 30 days'"
    if re.search(rf"{NUMBER}\s*(ms|s)\b", line):
        return "A time needs its percentile: write 'p95 < 100 ms'"
    if re.search(rf"{NUMBER}\s*x\b", line):
        return "Growth needs its date: write '10x in 12 months'"
    vague = vague_words(line)
    if vague:
        return f"{vague[0].word!r} leaves open: {vague[0].ask} Write {vague[0].write}"
    return "Say how much, of what, for whom, and over which time"
