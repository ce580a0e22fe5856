"""Rules on the structure: is everything there, connected, measured and decided?"""

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.review.rule import Objections, Rule


class NothingServes(Rule):
    """Without a part that serves or scores, no prediction ever reaches anybody."""

    code, slug, step, severity = "A01", "nothing-serves", "architecture", "error"
    remedy = "Add a Component(layer='ml', role='serving', …), a model endpoint or batch inference."

    def objections(self, facts: Facts) -> Objections:
        """Objects where no component serves."""
        if not any(part.role == "serving" for part in facts.architecture.components):
            yield "components", "No component serves predictions."


class UnconnectedComponent(Rule):
    """A component that nothing reaches and that reaches nothing is drawn, paid for and unused."""

    code, slug, step = "A30", "unconnected-component", "architecture"
    remedy = "Connect it, or leave it out."

    def objections(self, facts: Facts) -> Objections:
        """Objects to components without flows, where there is more than one component."""
        joined = {end for flow in facts.architecture.flows for end in (flow.source, flow.target)}
        if len(facts.architecture.components) > 1:
            for part in facts.architecture.components:
                if part.name not in joined:
                    yield part.name, "No flow touches it."


class NumbersMissing(Rule):
    """A part on the request's way without response time, capacity or availability makes the whole unknown."""

    code, slug, step = "A31", "numbers-missing", "architecture"
    remedy = "Measure it, or take the order of magnitude from the catalogue and say so."

    def objections(self, facts: Facts) -> Objections:
        """Objects to unknown numbers on the request's way; a frontend is the user's own machine."""
        for part in facts.on_request_path:
            missing = [name for name in ("response", "capacity_per_s", "availability") if getattr(part, name) is None]
            if missing and part.role != "frontend":
                yield part.name, f"It states no {', no '.join(missing)}."


class NoDecision(Rule):
    """A structure without recorded decisions is changed by people who do not know what it was for (Nygard 2011)."""

    code, slug, step, severity = "A33", "no-decision", "architecture", "advice"
    remedy = "Add Decision(context=…, choice=…, rejected=…, revisit_when=…) for the two or three that shape it."

    def objections(self, facts: Facts) -> Objections:
        """Objects to an architecture without decisions."""
        if facts.architecture.components and not facts.architecture.decisions:
            yield "decisions", "No decision is recorded."


class OneSidedDecision(Rule):
    """A decision without a rejected option is a habit; without a condition to revisit it is a dogma."""

    code, slug, step, severity = "A34", "one-sided-decision", "architecture", "advice"
    remedy = "Set rejected and revisit_when."

    def objections(self, facts: Facts) -> Objections:
        """Objects to each decision that lacks either."""
        for record in facts.architecture.decisions:
            if not (record.rejected and record.revisit_when):
                yield record.name, "It names no rejected option or no condition to revisit."
