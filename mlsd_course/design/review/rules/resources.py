"""Rules on resources: the skills and the time of a team, the systems that are there already, a budget and what is to be paid from it."""

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.model.constraints import Expertise, Legacy
from mlsd_course.design.model.requirements import (
    Availability,
)
from mlsd_course.design.review.rule import Objections, Rule

ROOM_FOR_NEW = 3


class TooManyNewTechnologies(Rule):
    """Each technology that the team has never run costs it incidents; a few such novelties are all that a project bears.

    Source: McKinley, Choose Boring Technology (2015): about three innovation tokens.
    """

    code, slug, step = "C08", "too-many-new-technologies", "constraints"
    remedy = "Replace some by what the team knows, by a managed service, or plan the weeks to learn them."

    def objections(self, facts: Facts) -> Objections:
        """Objects to more than three technologies that no one knows."""
        skills = {word.lower() for part in facts.constraints.of(Expertise) for word in part.knows}
        used = dict.fromkeys(part.technology for part in facts.architecture.components if part.technology)
        new = [tool for tool in used if tool.lower() not in skills]
        if skills and len(new) > ROOM_FOR_NEW:
            yield "team_constraints", f"{len(new)} technologies are new to the team: {', '.join(new)}."


class NobodyOnCall(Rule):
    """A promise of 99.9 % leaves 43 minutes a month; without somebody on call one night uses them up."""

    code, slug, step = "C10", "nobody-on-call", "constraints"
    remedy = "Name an on-call rota in Support(on_call=True), or promise what office hours can keep."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a high objective without on-call, or no support at all."""
        if facts.support is None:
            yield "team_constraints", "No Support is stated: nobody keeps the system alive after launch."
        elif not facts.support.on_call and any(
            promise.share >= 0.999 for promise in facts.requirements.of(Availability)
        ):
            yield facts.support.name, "At least 99.9 % is promised, and nobody is on call."


class NoTimeline(Rule):
    """Without people and weeks every plan fits, so the plan says nothing."""

    code, slug, step = "C14", "no-timeline", "constraints"
    remedy = "Add Resources(people=…, weeks=…)."

    def objections(self, facts: Facts) -> Objections:
        """Objects to missing resources."""
        if facts.resources is None:
            yield "team_constraints", "No Resources are stated."


class LegacyWithoutLimit(Rule):
    """An existing system that is called at a rate which nobody has asked it about becomes the bottleneck in production."""

    code, slug, step = "C15", "legacy-without-limit", "constraints"
    remedy = "Ask its owner for the rate it bears, and set max_per_s and owner."

    def objections(self, facts: Facts) -> Objections:
        """Objects to legacy systems without a known rate or owner."""
        for system in facts.constraints.of(Legacy):
            if system.max_per_s is None or not system.owner:
                yield system.name, "Its limit or its owner is not known."


class NoInfrastructure(Rule):
    """Cloud, on-premise and edge differ in what can be had within a minute, a quarter, or never."""

    code, slug, step, severity = "C16", "no-infrastructure", "constraints", "advice"
    remedy = "Add Infrastructure(where=…, max_replicas=…, bandwidth_gbps=…)."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a missing place."""
        if facts.infrastructure is None:
            yield "compute_constraints", "No Infrastructure is stated."


class UntriedTechnology(Rule):
    """Research and operation are different trades: a service that people wait for needs somebody who has run one.

    A team of researchers alone can build it; the first night it fails, nobody knows where to look.
    """

    code, slug, step = "C18", "untried-technology", "constraints"
    remedy = "Name ml_engineers or operators in Expertise, take a managed service, or start with a nightly batch."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a stated expertise without engineers and operators while users wait for an answer."""
        for people in facts.constraints.of(Expertise):
            if people.ml_engineers + people.operators == 0 and any(
                part.role == "serving" for part in facts.on_request_path
            ):
                yield people.name, "A model answers users, and nobody in the team has run one."


ACCELERATOR = ("gpu", "tpu", "a100", "h100", "l4", "t4")


class NoBudget(Rule):
    """A design without a budget is compared with nothing, and the most complicated one wins."""

    code, slug, step, severity = "C06", "no-budget", "constraints", "error"
    remedy = "Add Budget(usd_per_month=…); a guess within a factor of two is enough."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a missing budget."""
        if facts.budget is None:
            yield "compute_constraints", "No Budget is stated."


class AcceleratorNotPaidFor(Rule):
    """A component needs an accelerator that the budget does not include."""

    code, slug, step, severity = "C13", "accelerator-not-paid-for", "constraints", "error"
    remedy = "Add the accelerator to Budget.accelerators, or serve a model that runs on a CPU."

    def objections(self, facts: Facts) -> Objections:
        """Objects to accelerators in components while the budget names others or none."""
        allowed = facts.budget.accelerators if facts.budget else ()
        for part in facts.architecture.components:
            asks = [
                word
                for word in ACCELERATOR
                if word in part.technology.lower().replace("(", " ").replace(")", " ").split()
            ]
            if allowed and asks and not ({"tpu"} if asks == ["tpu"] else {"gpu"}) & set(allowed):
                yield part.name, f"{part.technology} needs an accelerator; the budget allows {', '.join(allowed)}."


class NoPrice(Rule):
    """A component without a price is free on paper, so the budget is kept on paper."""

    code, slug, step = "A38", "no-price", "architecture"
    remedy = "Set cost_usd_per_month per replica, or usd_per_million; an order of magnitude is enough."

    def objections(self, facts: Facts) -> Objections:
        """Objects to components without any price, frontends apart."""
        for part in facts.architecture.components:
            if part.cost_usd_per_month is None and not part.usd_per_million and part.role != "frontend":
                yield part.name, "It has no price."
