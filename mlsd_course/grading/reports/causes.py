"""Why tests failed: the messages that learners saw, folded so that like failures are counted together."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

COMPARED_LETTERS, SHOWN_LETTERS = 2000, 400  # letters of a message that are compared, and shown

_NUMBER = (
    r"(?:(?<![\w.])[-+−]?(?:\d+(?:[,_]\d{3})*(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?(?:\s?%)?|\b(?:nan|inf|infinity)\b)"
)
_FOLDS = (
    (re.compile(r"(?:/[\w.\-]+){2,}(?::\d+)?|<ipython-input-[^>]*>"), "<file>"),
    (re.compile(r"\b0x[0-9a-fA-F]+\b"), "<address>"),
    (
        re.compile(r"'(?:[^'\\\n]|\\.){0,200}?'(?![a-zA-Z])|\"[^\"\n]{0,200}?\"|`[^`\n]{1,200}?`|‘[^’\n]*’|“[^”\n]*”"),
        "…",
    ),
    (re.compile(_NUMBER, re.IGNORECASE), "#"),
    (re.compile(r"\b\w+_\w+\b|\b\w+\([^()]*\)"), "…"),
    (re.compile(r"([#…])(?:\s*[,;:]?\s*(?:and\s+)?\1)+"), r"\1"),
    (re.compile(r"\[[#…\s,.]*\]|\([#…\s,.]*\)|\{[#…\s,.]*\}"), "#"),
    (re.compile(r"\s+"), " "),
)


@dataclass(frozen=True)
class Failure:
    """One failed test: the kind of failure (an exception's name, "timeout", …) and what the learner read."""

    student: str
    kind: str
    message: str


@dataclass(frozen=True)
class Cause:
    """Like failures of one test. `pattern` is the folded message, `example` one of them, `students` whose they are."""

    kind: str
    pattern: str
    example: str
    students: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many learners failed so."""
        return len(self.students)


def folded(message: str) -> str:
    """Return the message without what differs from learner to learner: numbers, quoted text, names, places."""
    text = message[:COMPARED_LETTERS]
    for pattern, replacement in _FOLDS:
        text = pattern.sub(replacement, text)
    return text.strip()


def grouped(failures: Iterable[Failure]) -> tuple[Cause, ...]:
    """Return the causes, the most frequent first; the example of each is its most frequent message."""
    groups: dict[tuple[str, str], list[Failure]] = defaultdict(list)
    for failure in failures:
        groups[failure.kind, folded(failure.message)].append(failure)
    causes = [
        Cause(kind, pattern, _typical(alike), tuple(sorted({each.student for each in alike})))
        for (kind, pattern), alike in groups.items()
    ]
    return tuple(sorted(causes, key=lambda cause: (-cause.count, cause.kind, cause.pattern)))


def _typical(alike: list[Failure]) -> str:
    counts = Counter(" ".join(each.message.split()) for each in alike)
    most = min(counts, key=lambda message: (-counts[message], message))
    return most if len(most) <= SHOWN_LETTERS else f"{most[:SHOWN_LETTERS]} …"
