"""What a review rule is: a code, a slug, a severity, a remedy, a docstring that teaches, and `find`."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from mlsd_course.design.analysis.facts import Facts

Objections = Iterator[tuple[str, str]]
SEVERITIES = ("error", "warning", "advice")


@dataclass(frozen=True)
class Finding:
    """One objection to one place of a design."""

    code: str
    severity: str
    where: str
    what: str
    reason: str
    remedy: str
    slug: str = ""

    def __str__(self) -> str:
        return f"{self.code} ({self.severity}) {self.where}: {self.what} {self.remedy}"


class Rule:
    """Looks for one kind of fault. The first line of a rule's docstring is the reason that a finding gives.

    `code` is what learners read (A12), `slug` what code calls the rule by: the class's name in kebab case.

    error: the design cannot keep what it promises, or promises nothing that can be checked. warning: it works until
    something ordinary happens. advice: it will cost more than it needs to.
    """

    code: ClassVar[str]
    slug: ClassVar[str]
    step: ClassVar[str]
    severity: ClassVar[str] = "warning"
    remedy: ClassVar[str]

    def find(self, facts: Facts) -> Iterator[Finding]:
        """Every place where the rule objects."""
        for where, what in self.objections(facts):
            yield Finding(self.code, self.severity, where, what, self.reason, self.remedy, self.slug)

    def objections(self, facts: Facts) -> Objections:
        """(where, what) pairs; what every rule writes itself."""
        raise NotImplementedError

    @property
    def explanation(self) -> str:
        """The docstring, for learners."""
        return inspect.cleandoc(self.__doc__ or "")

    @property
    def reason(self) -> str:
        """The first line of the docstring."""
        return self.explanation.splitlines()[0]

    def __repr__(self) -> str:
        return f"{self.code} ({self.severity}): {self.reason}"
