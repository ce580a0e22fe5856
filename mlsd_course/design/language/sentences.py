"""Requirements written as people say them: 'p95 < 100 ms', '1000 QPS', '99.9 % over 30 days', '10x in 12 months'.

A sentence without a number is refused, with the question that it leaves open; so is one that states two requirements,
because one of them would be lost.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from mlsd_course.design.model.constraints import Budget
from mlsd_course.design.model.part import Part
from mlsd_course.design.model.requirements import (
    Assumption,
    Availability,
    Compliance,
    Freshness,
    Growth,
    Latency,
    Maintainability,
    Throughput,
)
from mlsd_course.design.model.vague_words import vague_words
from mlsd_course.errors import DesignError

SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "day": 86_400.0, "night": 86_400.0,
           "week": 604_800.0}  # fmt: skip
DAYS = {"day": 1.0, "week": 7.0, "month": 30.0, "quarter": 90.0, "year": 365.0}
MONTHS = {"month": 1.0, "quarter": 3.0, "year": 12.0}
SCHEDULES = {"hourly": 3600.0, "daily": 86_400.0, "nightly": 86_400.0, "weekly": 604_800.0}

NUMBER = r"(\d+(?:[.,]\d+)*)"
TIME = r"(us|µs|ms|milliseconds?|s|sec|seconds?|min|minutes?|h|hours?|days?|nights?|weeks?)\b"
LIMIT = r"(?:<=?|≤|under|below|within|at most|no more than|less than)"
WINDOW = r"(?:over|per|in|within|a|each|every|any)\s+(?:any\s+)?(\d+)?\s*(day|week|month|quarter|year)s?\b"
PLACE = r"([A-Za-z][\w-]*)"
UP = re.compile(r"(?i)availab|uptime|\bup\b|answer|\bserve|succe|respon|\brequests?\b|\bcalls?\b")
DOWN = re.compile(r"(?i)\bfail|\berrors?\b|\blost\b|\bdown|unavailab|unanswered")


def _number(digits: str) -> float:
    """1,000 is a thousand; 99,9 is 99.9, as half of the world writes it."""
    thousands = re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", digits)
    plain = digits.replace(",", "") if thousands else digits.replace(",", ".")
    try:
        return float(plain)
    except ValueError:
        raise DesignError("This number cannot be read", given=digits, allowed="1000, 1,000 or 99.9") from None


def _share(digits: str) -> float:
    """A figure in per cent as a share; a comma is always a decimal one here."""
    return round(_number(digits.replace(",", ".")) / 100, 12)


def _seconds(count: str | None, unit: str) -> float:
    short = unit.lower().replace("µ", "u")
    for known in ("ms", "us", "min", "day", "night", "week"):
        if short.startswith(known) or (known == "ms" and short.startswith("milli")):
            return _number(count or "1") * SECONDS[known]
    return _number(count or "1") * SECONDS[short[0]]


def _latency(match: re.Match[str]) -> Part:
    return Latency(percentile=_number(match[1]), limit_ms=1000 * _seconds(match[2], match[3]))


def _latency_of_share(match: re.Match[str]) -> Part:
    return Latency(percentile=100 * _share(match[1]), limit_ms=1000 * _seconds(match[2], match[3]))


def _throughput(match: re.Match[str]) -> Part:
    if match[0].lower().endswith(("qps", "rps")):
        return Throughput(per_s=_number(match[1]) * _scale(match[2]))
    return Throughput(per_s=_number(match[1]) * _scale(match[2]) / _seconds("1", match[3]))


def _scale(word: str | None) -> float:
    return {"k": 1e3, "t": 1e3, "m": 1e6, "b": 1e9}.get((word or "").strip().lower()[:1], 1.0)


def _availability(match: re.Match[str]) -> Part:
    stated = _share(match[1])
    share = round(1 - stated, 12) if DOWN.search(match.string) and stated < 0.5 else stated
    return Availability(share=share, window_days=_number(match[2] or "1") * DAYS[match[3].lower()])


def _growth(match: re.Match[str]) -> Part:
    return Growth(factor=_number(match[1]), months=_number(match[2] or "1") * MONTHS[match[3].lower()])


def _freshness(match: re.Match[str]) -> Part:
    return Freshness(source=match[1], at=match[2], limit_s=_seconds(match[3], match[4]))


def _maintainability(match: re.Match[str]) -> Part:
    out, back = _seconds(match[1], match[2]), _seconds(match[3], match[4])
    return Maintainability(update_days=out / 86_400, rollback_minutes=back / 60)


def _compliance(match: re.Match[str]) -> Part:
    duties = [duty.strip().rstrip(".") for duty in re.split(r"[;,]| and ", match[2]) if duty.strip()]
    keep = re.search(rf"ke(?:ep|pt)\b.*?{NUMBER}\s*days?", match[2], re.IGNORECASE)
    erase = re.search(rf"eras\w*\b.*?{NUMBER}\s*days?", match[2], re.IGNORECASE)
    return Compliance(
        regime=match[1].strip(),
        obligations=tuple(duties),
        erase_within_days=_number(erase[1]) if erase else None,
        retention_days=_number(keep[1]) if keep else None,
    )


def _budget(match: re.Match[str]) -> Part:
    return Budget(usd_per_month=_number(match[1]) * _scale(match[2]))


def _arrival(match: re.Match[str]) -> Part:
    every_s = _seconds(match[2], match[3])
    return Assumption(f"{match[1]}_schedule", source=match[1], what=match.string.strip(), every_s=every_s)


def _schedule(match: re.Match[str]) -> Part:
    every_s = SCHEDULES[match[2].lower()]
    name = f"{match[1] or match[2].lower()}_schedule"
    return Assumption(name, source=match[1] or "", what=match.string.strip(), every_s=every_s)


@dataclass(frozen=True)
class SentenceForm:
    """One way to say a requirement: what it looks like, the part that it becomes, and a model sentence."""

    pattern: str
    build: Callable[[re.Match[str]], Part]
    example: str

    def search(self, line: str) -> re.Match[str] | None:
        """The place where a sentence has this form."""
        match = re.search(self.pattern, line, re.IGNORECASE)
        # A share over a window is availability only where requests or their absence are spoken of, or nothing else is.
        if match and self.build is _availability and not (UP.search(line) or DOWN.search(line)):
            rest = re.sub(r"(?i)\b(and|with)\b|[\W_]", "", line[: match.start()] + line[match.end() :])
            between = re.search(rf"{NUMBER}\s*%\s*(.*?)\s*{WINDOW}", match[0], re.IGNORECASE)
            return None if rest or (between and between[2]) else match
        return match


FORMS = (
    SentenceForm(
        rf"{PLACE}\s+(?:at|in|for)\s+(?:the\s+)?{PLACE}\s+(?:is\s+|are\s+|must be\s+|may be\s+)*(?:{LIMIT})\s*{NUMBER}\s*{TIME}\s+old",
        _freshness,
        "weather at the model is at most 1 h old",
    ),
    SentenceForm(
        rf"(?:change|update|release)s?\b.*?within\s+{NUMBER}\s*{TIME}.*?(?:back|undone).*?within\s+{NUMBER}\s*{TIME}",
        _maintainability,
        "a change goes out within 1 day and back within 10 min",
    ),
    SentenceForm(rf"\bp{NUMBER}\b[^;]*?{LIMIT}\s*{NUMBER}\s*{TIME}", _latency, "p95 < 100 ms"),
    SentenceForm(
        rf"{NUMBER}\s*%[^;]*?{LIMIT}\s*{NUMBER}\s*(us|µs|ms|milliseconds?|s|sec|seconds?)\b",
        _latency_of_share,
        "99 % of requests within 200 ms",
    ),
    SentenceForm(
        rf"{NUMBER}\s*(k|thousand|million|billion)?\s*(?:qps|rps|(?:requests?|queries|calls)\s*(?:per|an?|/|each)\s*(s|sec|second|minute|min|hour|day|week)\b)",
        _throughput,
        "1000 QPS",
    ),
    SentenceForm(rf"{NUMBER}\s*%.*?{WINDOW}", _availability, "99.9 % over 30 days"),
    SentenceForm(
        rf"{NUMBER}\s*x\b.*?(?:in|within|by)\s+(?:an?\s+|one\s+)?(\d+)?\s*(month|quarter|year)s?\b",
        _growth,
        "10x in 12 months",
    ),
    SentenceForm(
        r"^\s*([A-Z][\w &/]*?)\s*:\s*(.*\b(?:eras|delet|keep|kept|notif|report).*\d+\s*days?.*)$",
        _compliance,
        "GDPR: erase within 30 days, keep at most 400 days",
    ),
    SentenceForm(rf"\$\s*{NUMBER}\s*(k|thousand|million)?\s*(?:a|per|/|each)\s*month", _budget, "$5000 a month"),
    SentenceForm(
        rf"{PLACE}\s+(?:come|comes|arrive|arrives|run|runs|(?:is|are)\s+(?:delivered|computed|exported))\s+(?:every|each|once an?)\s+(\d+)?\s*{TIME}",
        _arrival,
        "weather comes every 1 h",
    ),
    SentenceForm(
        rf"(?:{PLACE}\s+(?:come|comes|arrive|arrives|(?:is|are)\s+\w+)\s+(?:from|in|by)\s+an?\s+)?\b(hourly|daily|nightly|weekly)\s+(?:batch|job|file|export|run)",
        _schedule,
        "weather comes from a nightly batch",
    ),
)


def read_sentence(line: str) -> Part:
    """The typed part that a sentence states, or a `DesignError` with the question that it leaves open.

    >>> read_sentence("p95 < 100 ms")
    Latency(name='latency_p95', percentile=95, limit_ms=100)
    >>> read_sentence("99.9 % of requests over 30 days")
    Availability(name='availability', share=0.999, window_days=30)
    """
    for form in FORMS:
        match = form.search(line)
        if match:
            _alone(line, match, form)
            return form.build(match)
    raise DesignError("This is a wish and not yet a requirement", given=line, allowed=_forms(), remedy=_question(line))


def _alone(line: str, match: re.Match[str], form: SentenceForm) -> None:
    """Refuse a sentence in which a second requirement stands beside the one that was found."""
    if form.build is _compliance:
        return
    rest = f"{line[: match.start()]} ; {line[match.end() :]}"
    other = next((entry for entry in FORMS if entry.search(rest)), None)
    if other:
        raise DesignError(
            "This states two requirements", given=line, allowed="one requirement a sentence",
            remedy=f"Split it: {match[0].strip()!r} is one; the other reads like {other.example!r}",
        )  # fmt: skip


def _forms() -> str:
    return "a typed part, or a sentence like " + ", ".join(f"'{form.example}'" for form in FORMS)


def _question(line: str) -> str:
    if re.search(rf"\bp{NUMBER}\b", line, re.IGNORECASE):
        return "A percentile needs a limit above which it must not go: write 'p95 < 100 ms'"
    if re.search(rf"{NUMBER}\s*%", line):
        if UP.search(line) or DOWN.search(line) or re.fullmatch(rf"\s*{NUMBER}\s*%\s*", line):
            return "A share of requests needs its window: write '99.9 % over 30 days'"
        return "Of what, on which data, computed how? A share of anything but requests is a metric: write MLMetric(…) or BusinessMetric(…)"
    if re.search(rf"{NUMBER}\s*(ms|s|milliseconds?|seconds?)\b", line):
        return "A time needs its percentile: write 'p95 < 100 ms'"
    if re.search(rf"{NUMBER}\s*x\b", line):
        return "Growth needs its date: write '10x in 12 months'"
    vague = vague_words(line)
    if vague:
        return f"{vague[0].word!r} leaves open: {vague[0].ask} Write {vague[0].write}"
    return "Say how much, of what, for whom, and over which time"
