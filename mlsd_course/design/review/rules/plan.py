"""Rules on the plan: thin slices first, risks with an answer, and a condition to stop."""

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.model.requirements import (
    BusinessMetric,
    MLMetric,
)
from mlsd_course.design.review.rule import Objections, Rule


class NoSlice(Rule):
    """A plan without slices delivers everything at the end, when nothing can be learnt from it any more."""

    code, slug, step, severity = "S01", "no-slice", "strategy", "error"
    remedy = "Add Slice(...): the thinnest way from data to a user that can be measured."

    def objections(self, facts: Facts) -> Objections:
        """Objects to an empty plan."""
        if not facts.strategy.slices:
            yield "slices", "No slice is planned."


class StartsWithModel(Rule):
    """The first slice should prove the pipeline and the metric with a rule; a model comes when both hold.

    "Don't be afraid to launch a product without machine learning": Zinkevich, Rules of Machine Learning, rule 1.
    """

    code, slug, step = "S02", "starts-with-model", "strategy"
    remedy = "Make the first slice a heuristic, an existing tool or a simple model."

    def objections(self, facts: Facts) -> Objections:
        """Objects where the first slice is the full model."""
        if facts.strategy.slices and facts.strategy.slices[0].method == "model":
            yield facts.strategy.slices[0].name, "The first slice is already the full model."


class ThickFirstSlice(Rule):
    """A first slice that takes most of the time leaves none for what it teaches."""

    code, slug, step = "S03", "thick-first-slice", "strategy"
    remedy = "Cut it: fewer users, one source, a fixed rule in place of the model."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a first slice above 6 weeks, or above 40 % of a plan of several slices."""
        slices = facts.strategy.slices
        total = sum(piece.weeks for piece in slices)
        if slices and (slices[0].weeks > 6 or (len(slices) > 1 and slices[0].weeks > 0.4 * total)):
            yield slices[0].name, f"It takes {slices[0].weeks:g} of {total:g} weeks."


class UnmeasuredSlice(Rule):
    """A slice that measures nothing ships an opinion: measure everything, and let data decide what is next."""

    code, slug, step = "S04", "unmeasured-slice", "strategy"
    remedy = "Set measures: the business metric or guardrail that this slice moves."

    def objections(self, facts: Facts) -> Objections:
        """Objects to each slice without a measure."""
        for piece in facts.strategy.slices:
            if not piece.measures:
                yield piece.name, "Nothing is measured."


class NoRisk(Rule):
    """A plan without risks has not been thought through; the risky part belongs first."""

    code, slug, step, severity = "S05", "no-risk", "strategy", "error"
    remedy = "Add Risk(...) for data, model, dependency and people, each with a fallback."

    def objections(self, facts: Facts) -> Objections:
        """Objects to an empty list."""
        if not facts.strategy.risks:
            yield "risks", "No risk is named."


class RiskWithoutAnswer(Rule):
    """A grave risk without mitigation and fallback is a hope."""

    code, slug, step, severity = "S06", "risk-without-answer", "strategy", "error"
    remedy = "Say what lowers the chance (mitigation) and what users get meanwhile (fallback)."

    def objections(self, facts: Facts) -> Objections:
        """Objects to risks of high harm, or high likelihood, that lack either."""
        for risk in facts.strategy.risks:
            if "high" in (risk.harm, risk.likelihood) and not (risk.mitigation and risk.fallback):
                missing = " and ".join(name for name in ("mitigation", "fallback") if not getattr(risk, name))
                yield risk.name, f"It is grave and has no {missing}."


class RiskWithoutOwner(Rule):
    """A risk that everybody owns is watched by nobody."""

    code, slug, step, severity = "S07", "risk-without-owner", "strategy", "advice"
    remedy = "Set owner to a role."

    def objections(self, facts: Facts) -> Objections:
        """Objects to each risk without an owner."""
        for risk in facts.strategy.risks:
            if not risk.owner:
                yield risk.name, "Nobody owns it."


class NoKillCriterion(Rule):
    """A project without a condition to stop is never stopped, only forgotten."""

    code, slug, step = "S14", "no-kill-criterion", "strategy"
    remedy = "Add KillCriterion(stop_if=…, by_week=…, metric=…) before the work starts."

    def objections(self, facts: Facts) -> Objections:
        """Objects to an empty list."""
        if not facts.strategy.kill_criteria:
            yield "kill_criteria", "Nothing would end the project."


class KillCriterionTooEarly(Rule):
    """A kill criterion that is looked at before the labels are in, or before anything is delivered, ends on noise."""

    code, slug, step = "S15", "kill-criterion-too-early", "strategy"
    remedy = "Move by_week behind the first slice plus the label delay."

    def objections(self, facts: Facts) -> Objections:
        """Objects to dates before the first slice plus the label delay."""
        delay = (facts.velocity.label_delay_days or 0.0) / 7 if facts.velocity else 0.0
        first = facts.strategy.slices[0].weeks if facts.strategy.slices else 0.0
        for criterion in facts.strategy.kill_criteria:
            if criterion.by_week < first + delay:
                yield (
                    criterion.name,
                    f"Week {criterion.by_week:g} is before week {first + delay:g}, when the first labels are in.",
                )


class UndecidableKillCriterion(Rule):
    """A kill criterion on a metric that is not defined cannot be decided."""

    code, slug, step, severity = "S16", "undecidable-kill-criterion", "strategy", "error"
    remedy = "Set metric to the name of a business or ML metric of step 1."

    def objections(self, facts: Facts) -> Objections:
        """Objects to criteria with an unknown metric or none."""
        names = {metric.name for metric in facts.requirements.of(BusinessMetric, MLMetric)}
        for criterion in facts.strategy.kill_criteria:
            if criterion.metric not in names:
                yield (
                    criterion.name,
                    f"Its metric {criterion.metric!r} is not defined." if criterion.metric else "It names no metric.",
                )
