"""An interview: what people said becomes requirements, open questions, or contradictions, each with who said it.

Nothing is guessed. A sentence that a test could not decide is refused with the question to take back; two requirements
that cannot both hold are reported with the people who have to talk. Source: Vogelsang & Borg (RE 2019); Kästner (2025).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Self, cast

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.language.sentences import read_sentence
from mlsd_course.design.model.part import Part
from mlsd_course.design.model.requirements import SYSTEM, Assumption, BusinessMetric, MLMetric
from mlsd_course.design.review.rules import rule_named
from mlsd_course.design.system import MLSystemDesign
from mlsd_course.errors import DesignError
from mlsd_course.tables import markdown_table, text_table

# The rules that need no architecture to see that two statements exclude each other.
CLASHES = tuple(
    rule_named(slug)
    for slug in (
        "budget-below-rollback",
        "crossed-percentiles",
        "fresher-than-its-source",
        "conflicting-numbers",
        "kept-longer-than-erased",
    )
)
REQUIRED = (*SYSTEM, BusinessMetric, MLMetric, Assumption)
HEAD = ("who", "said", "became")


@dataclass(frozen=True)
class Statement:
    """One answer: who gave it, in which words, and the part that it became; `ask` is the open question of a refused one."""

    who: str
    said: str
    part: Part | None = None
    ask: str = ""

    @property
    def became(self) -> str:
        """The part in one line, or the question."""
        return f"refused: {self.ask}" if self.part is None else f"{_name(self.part)}: {self.part.sentence()}"


@dataclass(frozen=True)
class Contradiction:
    """Two statements that cannot both hold: who has to talk, about what, and how it can be settled."""

    code: str
    between: tuple[str, ...]
    what: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{' and '.join(self.between)}: {self.what} {self.remedy}"


class Interview:
    """The requirements talk for one business objective."""

    def __init__(self, business_objective: str) -> None:
        self.business_objective = MLSystemDesign(business_objective).business_objective
        self.statements: tuple[Statement, ...] = ()

    def hear(self, who: str, said: str | Part) -> Statement:
        """Take one answer, a sentence or a typed part, and return what it became."""
        if not isinstance(who, str) or not who.strip():
            raise DesignError("A requirement needs somebody who wants it", given=who, allowed="a role: 'pricing'")
        try:
            part = read_sentence(said) if isinstance(said, str) else said
            MLSystemDesign(self.business_objective).add(*(entry for _, entry in self._named()), part)
            statement = Statement(who, said if isinstance(said, str) else repr(said), part)
        except DesignError as refusal:
            statement = Statement(who, str(said), None, refusal.remedy or str(refusal))
        self.statements += (statement,)
        return statement

    def hear_all(self, answers: Iterable[tuple[str, str | Part]]) -> Self:
        """Take many answers."""
        for who, said in answers:
            self.hear(who, said)
        return self

    def settle(self, *answers: tuple[str, str | Part], instead_of: str) -> Self:
        """Replace everything that one role said in these words, or the part of this name, by new answers."""
        rest = tuple(entry for entry in self.statements if instead_of not in (entry.said, _name(entry.part)))
        if rest == self.statements:
            given = ", ".join(_name(entry.part) or entry.said for entry in self.statements)
            raise DesignError("Nobody said this", given=instead_of, allowed=given or "(nothing was said yet)")
        self.statements = rest
        return self.hear_all(answers)

    @property
    def accepted(self) -> tuple[Statement, ...]:
        """What became a part."""
        return tuple(entry for entry in self.statements if entry.part is not None)

    @property
    def refused(self) -> tuple[Statement, ...]:
        """What is still a wish; each with the question to take back."""
        return tuple(entry for entry in self.statements if entry.part is None)

    @property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """Pairs of answers that cannot both hold, found by the review's own rules on each pair alone."""
        named = self._named()
        pairs = combinations([pair for pair in named if isinstance(pair[1], REQUIRED)], 2)
        return tuple(clash for one, other in pairs for clash in self._clashes(one, other))

    def _clashes(self, one: tuple[str, Part], other: tuple[str, Part]) -> Iterator[Contradiction]:
        facts = Facts(MLSystemDesign(self.business_objective).add(one[1], other[1]))
        between = tuple(dict.fromkeys((one[0], other[0])))
        for rule in CLASHES:
            for find in rule.find(facts):
                yield Contradiction(find.code, between, find.what, find.reason, find.remedy)

    def design(self) -> MLSystemDesign:
        """The design that the talk has led to. Raises DesignError while a question is open or two answers clash."""
        if self.refused:
            first = self.refused[0]
            raise DesignError(f"{len(self.refused)} answers are still wishes; the first, by {first.who}",
                              given=first.said, remedy=first.ask)  # fmt: skip
        if self.contradictions:
            first_clash = self.contradictions[0]
            raise DesignError(f"{len(self.contradictions)} contradictions; the first: {first_clash.what}",
                              remedy=f"Let {' and '.join(first_clash.between)} talk. {first_clash.remedy}")  # fmt: skip
        return MLSystemDesign(self.business_objective).add(*(part for _, part in self._named()))

    def _named(self) -> list[tuple[str, Part]]:
        """(who, part), each part under a name of its own; equal parts count once, for whoever said it first."""
        named: dict[str, tuple[str, Part]] = {}
        for entry in self.accepted:
            part, number = cast(Any, entry.part), 2
            while part.name in named and named[part.name][1] != part:
                part = replace(part, name=f"{_name(entry.part)} {number}")
                number += 1
            named.setdefault(part.name, (entry.who, part))
        return list(named.values())

    def rows(self) -> list[tuple[str, str, str]]:
        """The statements as table rows."""
        return [(entry.who, entry.said, entry.became) for entry in self.statements]

    def sentence(self) -> str:
        """Counts in one line."""
        clashes = len(self.contradictions)
        plural = "" if clashes == 1 else "s"
        return f"{len(self.accepted)} accepted, {len(self.refused)} refused, {clashes} contradiction{plural}."

    def __repr__(self) -> str:
        lines = [self.sentence()]
        lines += [text_table(HEAD, self.rows())] if self.statements else []
        return "\n".join([*lines, *(f"{clash.code} {clash}" for clash in self.contradictions)])

    def _repr_markdown_(self) -> str:
        blocks = [self.sentence()] + ([markdown_table(HEAD, self.rows())] if self.statements else [])
        return "\n\n".join([*blocks, *(f"- **{clash.code}** {clash}" for clash in self.contradictions)])


def _name(part: Part | None) -> str:
    return str(getattr(part, "name", ""))
