"""Rules on freshness: is it stated how old data may be, and does news arrive in time?"""

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.model.requirements import (
    Assumption,
    Availability,
    Freshness,
    Latency,
)
from mlsd_course.design.review.rule import Objections, Rule
from mlsd_course.quantities import duration


class NoFreshness(Rule):
    """Data flow to the model, and nothing says how old they may be when they are used.

    Freshness decides between batch, stream and hybrid more often than latency does.
    """

    code, slug, step = "R14", "no-freshness", "requirements"
    remedy = "Add Freshness(at=…, limit_s=…): the age at which the answer loses its worth."

    def objections(self, facts: Facts) -> Objections:
        """Objects where data move without a limit on age."""
        if any(flow.kind == "async" for flow in facts.architecture.flows) and not facts.requirements.of(Freshness):
            yield "system_requirements", "Data move to where they are used, and no Freshness is required."


class UnknownComponent(Rule):
    """A requirement about a component that is not in the architecture can be met by nothing."""

    code, slug, step, severity = "R22", "unknown-component", "requirements", "error"
    remedy = "Correct the name, or add the component."

    def objections(self, facts: Facts) -> Objections:
        """Objects to places that do not exist, once there is an architecture."""
        components = facts.architecture.by_name
        for rule in facts.requirements.of(Latency, Availability, Freshness):
            for field in ("entry", "at", "source"):
                component = getattr(rule, field, "")
                if components and component and component not in components:
                    yield rule.name, f"There is no component named {component!r}."


class FresherThanItsSource(Rule):
    """News cannot be younger than the schedule by which it comes: freshness of a second and a nightly batch exclude each other.

    Found before anything is drawn: the stakeholder who wants the freshness and the one who runs the batch have to talk.
    """

    code, slug, step, severity = "R23", "fresher-than-its-source", "requirements", "error"
    remedy = "Shorten the schedule (a stream costs more), or allow the age that the schedule gives."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a freshness that an assumed schedule of its source, or of everything, cannot give."""
        schedules = [part for part in facts.requirements.of(Assumption) if part.every_s]
        for limit in facts.requirements.of(Freshness):
            for schedule in schedules:
                concerns = not schedule.source or schedule.source in (limit.source, limit.at) or not limit.source
                if concerns and schedule.every_s > limit.limit_s:
                    often = duration(schedule.every_s)
                    yield limit.name, f"It allows {duration(limit.limit_s)}; {schedule.name} brings news every {often}."


class StaleData(Rule):
    """News takes longer to arrive than it may be old: one slow step on the way decides the age of everything.

    A nightly batch on the way makes data up to a day old, however fast the rest is.
    """

    code, slug, step, severity = "A07", "stale-data", "architecture", "error"
    remedy = "Shorten the schedule on the way, or add a stream for the fields that must be fresh."

    def objections(self, facts: Facts) -> Objections:
        """Objects to ages above the limit."""
        for limit in facts.requirements.of(Freshness):
            age = facts.age(limit)
            if age is not None and age.age_s > limit.limit_s:
                yield (
                    limit.name,
                    f"It is up to {duration(age.age_s)} by {' > '.join(age.way)}; the limit is {duration(limit.limit_s)}.",
                )


class UnreachableFreshness(Rule):
    """Data that must be fresh at a place has no way to it."""

    code, slug, step, severity = "A08", "unreachable-freshness", "architecture", "error"
    remedy = "Add the flow that carries it, or correct the names in the requirement."

    def objections(self, facts: Facts) -> Objections:
        """Objects where both ends exist and no way joins them."""
        components = facts.architecture.by_name
        for limit in facts.requirements.of(Freshness):
            if limit.at in components and (not limit.source or limit.source in components) and facts.age(limit) is None:
                yield limit.name, f"Nothing from {limit.source or 'a source'} reaches {limit.at}."
