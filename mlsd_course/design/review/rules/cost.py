"""Rules on cost: is there a budget, and a price for what is built?"""

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.review.rule import Objections, Rule

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
