"""The review: every rule looks at the design; what they find comes gravest first."""

from collections.abc import Iterator
from dataclasses import dataclass

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.model.design import Design
from mlsd_course.design.review.rule import SEVERITIES, Finding
from mlsd_course.design.review.rules import RULES
from mlsd_course.tables import markdown_table, notebook_text, text_table

HEAD = ("severity", "rule", "where", "what", "remedy")


@dataclass(frozen=True, repr=False)
class Review:
    """The findings of a review; empty is clean. Iterates over findings."""

    findings: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        """True where no rule found anything."""
        return not self.findings

    @property
    def codes(self) -> set[str]:
        """The codes of the rules that found something."""
        return {finding.code for finding in self.findings}

    def of(self, severity: str) -> tuple[Finding, ...]:
        """The findings of one severity."""
        return tuple(finding for finding in self.findings if finding.severity == severity)

    def sentence(self) -> str:
        """Counts in one line."""
        if self.clean:
            return f"{len(RULES)} rules found nothing to object to."
        counts = ", ".join(
            f"{len(self.of(level))} {level}{'s' * (len(self.of(level)) != 1)}" for level in SEVERITIES if self.of(level)
        )
        return f"{len(RULES)} rules found {counts}."

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def rows(self) -> list[tuple[str, ...]]:
        """The findings as table rows."""
        return [(find.severity, find.code, find.where, find.what, find.remedy) for find in self.findings]

    def __repr__(self) -> str:
        return self.sentence() + ("\n" + text_table(HEAD, self.rows()) if self.findings else "")

    def _repr_markdown_(self) -> str:
        return notebook_text(self.sentence()) + ("\n\n" + markdown_table(HEAD, self.rows()) if self.findings else "")


def review(design: Design) -> Review:
    """Let every rule look at the design."""
    facts = Facts(design)
    findings = [finding for rule in RULES for finding in rule.find(facts)]
    return Review(tuple(sorted(findings, key=lambda find: (SEVERITIES.index(find.severity), find.code))))
