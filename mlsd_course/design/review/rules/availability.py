"""Rules on availability: is a promise made, and does the structure keep it when something fails?"""

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.model.requirements import (
    Availability,
    Maintainability,
)
from mlsd_course.design.review.rule import Objections, Rule
from mlsd_course.quantities import duration, percent


class NoAvailability(Rule):
    """Somebody depends on the answer, and nothing says how often it may be missing.

    The error budget is also what pays for releases: with no objective, every risk is too much or none is
    (SRE Book 2016, chapter 3).
    """

    code, slug, step, severity = "R09", "no-availability", "requirements", "error"
    remedy = "Add Availability(share=0.999, window_days=30) or what a missing answer is worth."

    def objections(self, facts: Facts) -> Objections:
        """Objects where requests are answered without an objective."""
        if facts.sync_flows and not facts.requirements.of(Availability):
            yield "system_requirements", "Requests are answered, and no Availability is required."


class BudgetBelowRollback(Rule):
    """One bad release that takes longer to take back than the whole error budget breaks the promise by itself.

    99.99 % over 30 days is 4.3 minutes. No person notices, decides and rolls back in that time.
    """

    code, slug, step = "R10", "budget-below-rollback", "requirements"
    remedy = "Roll back faster and by itself, release to a small share first, or promise less."

    def objections(self, facts: Facts) -> Objections:
        """Objects where the rollback eats the budget."""
        for change in facts.requirements.of(Maintainability):
            for promise in facts.requirements.of(Availability):
                if change.rollback_minutes > promise.budget_minutes:
                    back, budget = duration(change.rollback_minutes * 60), duration(promise.budget_minutes * 60)
                    yield promise.name, f"A rollback takes {back}; the error budget is {budget}."


class AvailabilityMissed(Rule):
    """Parts in series multiply: ten parts of 99.9 % make a whole of 99 %.

    Only spare replicas and fallbacks win it back; green parts do not make a green system.
    """

    code, slug, step, severity = "A04", "availability-missed", "architecture", "error"
    remedy = "Add a spare replica to the weakest part, or a fallback to the call that needs it."

    def objections(self, facts: Facts) -> Objections:
        """Objects to promises that the roll-up does not keep."""
        for promise in facts.requirements.of(Availability):
            value = facts.availability(promise)
            if value is not None and value < promise.share:
                yield promise.name, f"The structure gives {percent(value)}; {percent(promise.share)} is promised."


class SinglePointOfFailure(Rule):
    """One replica on the way of every request: its restart, deployment or failure is everybody's outage."""

    code, slug, step = "A09", "single-point-of-failure", "architecture"
    remedy = "Run at least two replicas, or give the call a fallback."

    def objections(self, facts: Facts) -> Objections:
        """Objects to lone replicas without fallback where at least 99.9 % is promised."""
        if not any(promise.share >= 0.999 for promise in facts.requirements.of(Availability)):
            return
        for name, needed in _uncaught(facts).items():
            part = facts.architecture.by_name[name]
            managed = part.availability is not None and part.availability >= 0.9999
            if part.replicas == 1 and part.role != "frontend" and not managed:
                who = "every request needs it" if needed == 1 else f"{percent(needed)} of requests need it"
                yield name, f"It has one replica, and {who}."


class OneZone(Rule):
    """Replicas in one zone fail together, so multiplying their availabilities promises what the zone cannot keep."""

    code, slug, step = "A10", "one-zone", "architecture"
    remedy = "Spread the replicas over two zones or more."

    def objections(self, facts: Facts) -> Objections:
        """Objects to replicas in one zone where at least 99.9 % is promised."""
        if any(promise.share >= 0.999 for promise in facts.requirements.of(Availability)):
            for part in facts.on_request_path:
                if part.replicas > 1 and part.zones == 1:
                    yield part.name, f"All {part.replicas} replicas stand in one zone."


class ModelWithoutFallback(Rule):
    """When the model is slow or down, something must be answered: the last answer, a rule, or nothing, but by design."""

    code, slug, step = "A37", "model-without-fallback", "architecture"
    remedy = "Set fallback on the call to the model: a component, or a sentence such as 'the most popular items'."

    def objections(self, facts: Facts) -> Objections:
        """Objects to sync calls to a serving part without a fallback."""
        for flow in facts.sync_flows:
            if facts.architecture.by_name[flow.target].role == "serving" and not flow.fallback:
                yield flow.name, "The call to the model has no fallback."


def _uncaught(facts: Facts) -> dict[str, float]:
    """Parts whose failure no fallback on the way catches, with the share of an entry's requests that need them."""
    shares = {entry.name: 1.0 for entry in facts.architecture.entries}
    todo = list(shares)
    while todo:
        source = todo.pop()
        for flow in facts.architecture.calls_of[source]:
            share = shares[source] * flow.share
            if not flow.fallback and share > shares.get(flow.target, 0.0):
                shares[flow.target] = share
                todo.append(flow.target)
    return shares
