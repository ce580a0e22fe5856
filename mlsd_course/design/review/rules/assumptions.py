"""Rules on what requirements rest on: no two numbers for one thing, and assumptions that somebody checks."""

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.model.requirements import (
    Assumption,
    Availability,
    BusinessMetric,
    Freshness,
    Growth,
    Latency,
    Maintainability,
    MLMetric,
    Throughput,
)
from mlsd_course.design.review.rule import Objections, Rule


class ConflictingNumbers(Rule):
    """Two limits for one and the same thing mean that two people believe in two requirements, and one will be surprised."""

    code, slug, step, severity = "R24", "conflicting-numbers", "requirements", "error"
    remedy = "Let the two who asked agree on one number, and drop the other."

    def objections(self, facts: Facts) -> Objections:
        """Objects to the second of two different numbers for one percentile, entry, place or system."""
        for kind, subject, limit in (
            (Latency, ("percentile", "entry"), "limit_ms"),
            (Availability, ("entry", "window_days"), "share"),
            (Freshness, ("source", "at"), "limit_s"),
            (Throughput, (), "per_s"),
            (Growth, ("months",), "factor"),
            (Maintainability, (), "rollback_minutes"),
            (BusinessMetric, ("what", "on_data", "computed", "aim"), "target"),
            (MLMetric, ("what", "on_data", "computed", "aim"), "target"),
        ):
            first: dict[tuple[object, ...], str] = {}
            for part in facts.requirements.of(kind):
                other = first.setdefault(tuple(getattr(part, field) for field in subject), part.name)
                if other != part.name and getattr(facts.requirements.get(other), limit) != getattr(part, limit):
                    yield (
                        part.name,
                        f"{other} says {facts.requirements.get(other).sentence()}; this says {part.sentence()}.",
                    )


class UncheckedAssumption(Rule):
    """The program can be right and the requirement unmet, because the world is not as it was assumed to be.

    Requirement = specification + assumptions about the world (Jackson, ICSE 1995). What nobody checks is found by users.
    """

    code, slug, step, severity = "R25", "unchecked-assumption", "requirements", "advice"
    remedy = "Set checked_by: the metric, the alert or the person that notices when it no longer holds."

    def objections(self, facts: Facts) -> Objections:
        """Objects to each assumption that nobody checks."""
        for part in facts.requirements.of(Assumption):
            if not part.checked_by:
                yield part.name, "Nobody would notice that it no longer holds."


class AssumptionWithoutRequirement(Rule):
    """An assumption that supports no requirement of this design is either left over, or its requirement was lost."""

    code, slug, step = "R27", "assumption-without-requirement", "requirements"
    remedy = "Correct the name in supports, or drop the assumption with the requirement that is gone."

    def objections(self, facts: Facts) -> Objections:
        """Objects to names of requirements that are not there."""
        names = {getattr(part, "name", "") for part in facts.requirements}
        for part in facts.requirements.of(Assumption):
            if part.supports and part.supports not in names:
                yield part.name, f"There is no requirement named {part.supports!r}."
