"""Rules over step 4: will it be built in pieces, tested, released with care, and stopped if it fails?"""

from collections.abc import Iterator

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.model.requirements import BusinessMetric, Compliance, MLMetric
from mlsd_course.design.review.rule import Rule

Objections = Iterator[tuple[str, str]]
ENOUGH_REQUESTS = 1_000
LIVE = ("canary", "ab_test", "interleaving", "blue_green")


class NoSlice(Rule):
    """A plan without slices delivers everything at the end, when nothing can be learnt from it any more."""

    code, step, severity = "S01", "strategy", "error"
    remedy = "Add Slice(...): the thinnest way from data to a user that can be measured."

    def objections(self, facts: Facts) -> Objections:
        """Objects to an empty plan."""
        if not facts.strategy.slices:
            yield "slices", "No slice is planned."


class StartsWithModel(Rule):
    """The first slice should prove the pipeline and the metric with a rule; a model comes when both hold.

    "Don't be afraid to launch a product without machine learning": Zinkevich, Rules of Machine Learning, rule 1.
    """

    code, step = "S02", "strategy"
    remedy = "Make the first slice a heuristic, an existing tool or a simple model."

    def objections(self, facts: Facts) -> Objections:
        """Objects where the first slice is the full model."""
        if facts.strategy.slices and facts.strategy.slices[0].method == "model":
            yield facts.strategy.slices[0].name, "The first slice is already the full model."


class ThickFirstSlice(Rule):
    """A first slice that takes most of the time leaves none for what it teaches."""

    code, step = "S03", "strategy"
    remedy = "Cut it: fewer users, one source, a fixed rule in place of the model."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a first slice above 6 weeks, or above 40 % of a plan of several slices."""
        slices = facts.strategy.slices
        total = sum(piece.weeks for piece in slices)
        if slices and (slices[0].weeks > 6 or (len(slices) > 1 and slices[0].weeks > 0.4 * total)):
            yield slices[0].name, f"It takes {slices[0].weeks:g} of {total:g} weeks."


class UnmeasuredSlice(Rule):
    """A slice that measures nothing ships an opinion: measure everything, and let data decide what is next."""

    code, step = "S04", "strategy"
    remedy = "Set measures: the business metric or guardrail that this slice moves."

    def objections(self, facts: Facts) -> Objections:
        """Objects to each slice without a measure."""
        for piece in facts.strategy.slices:
            if not piece.measures:
                yield piece.name, "Nothing is measured."


class NoRisk(Rule):
    """A plan without risks has not been thought through; the risky part belongs first."""

    code, step, severity = "S05", "strategy", "error"
    remedy = "Add Risk(...) for data, model, dependency and people, each with a fallback."

    def objections(self, facts: Facts) -> Objections:
        """Objects to an empty list."""
        if not facts.strategy.risks:
            yield "risks", "No risk is named."


class RiskWithoutAnswer(Rule):
    """A grave risk without mitigation and fallback is a hope."""

    code, step, severity = "S06", "strategy", "error"
    remedy = "Say what lowers the chance (mitigation) and what users get meanwhile (fallback)."

    def objections(self, facts: Facts) -> Objections:
        """Objects to risks of high harm, or high likelihood, that lack either."""
        for risk in facts.strategy.risks:
            if "high" in (risk.harm, risk.likelihood) and not (risk.mitigation and risk.fallback):
                missing = " and ".join(name for name in ("mitigation", "fallback") if not getattr(risk, name))
                yield risk.name, f"It is grave and has no {missing}."


class RiskWithoutOwner(Rule):
    """A risk that everybody owns is watched by nobody."""

    code, step, severity = "S07", "strategy", "advice"
    remedy = "Set owner to a role."

    def objections(self, facts: Facts) -> Objections:
        """Objects to each risk without an owner."""
        for risk in facts.strategy.risks:
            if not risk.owner:
                yield risk.name, "Nobody owns it."


class UntestedPart(Rule):
    """Data, model and code fail in different ways, and a test of one does not see the others.

    The ML Test Score takes the minimum over data, model, infrastructure and monitoring, because a chain is as strong
    as its weakest part (Breck et al., IEEE Big Data 2017).
    """

    code, step, severity = "S08", "strategy", "error"
    remedy = "Add a Test for it: schema and range; quality on slices against the baseline; behaviour of the code."

    def objections(self, facts: Facts) -> Objections:
        """Objects to each of data, model and code without a test."""
        tested = {test.of for test in facts.strategy.tests}
        for part in ("data", "model", "code"):
            if part not in tested:
                yield "tests", f"Nothing tests the {part}."


class NoInfrastructureTest(Rule):
    """A rollback, a restore or a load that was never tried does not work on the day it is needed."""

    code, step = "S09", "strategy"
    remedy = "Add a Test(of='infrastructure'): roll back in staging, restore a backup, run at peak load."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a plan whose tests leave the infrastructure out."""
        if facts.strategy.tests and not any(test.of == "infrastructure" for test in facts.strategy.tests):
            yield "tests", "Nothing tests the infrastructure."


class BigBang(Rule):
    """A release to everybody at once shows every fault to every user."""

    code, step, severity = "S10", "strategy", "error"
    remedy = "Add a shadow or canary Stage before the full one."

    def objections(self, facts: Facts) -> Objections:
        """Objects to no rollout, or one whose first stage takes all the traffic for real."""
        rollout = facts.strategy.rollout
        if not rollout:
            yield "rollout", "No stage of a rollout is planned."
        elif rollout[0].mode not in ("shadow", "interleaving") and rollout[0].traffic_share > 0.5:
            yield rollout[0].name, f"The first stage already takes {rollout[0].traffic_share:.0%} of the traffic."


class NoRollback(Rule):
    """A stage without a condition to go back is a release with extra steps."""

    code, step, severity = "S11", "strategy", "error"
    remedy = "Set rollback_if to a measured condition that a program can decide."

    def objections(self, facts: Facts) -> Objections:
        """Objects to live stages without a condition."""
        for stage in facts.strategy.rollout:
            if stage.mode != "shadow" and not stage.rollback_if:
                yield stage.name, "Nothing takes it back."


class CanaryTooSmall(Rule):
    """A canary that sees a few hundred requests cannot tell a bad release from bad luck.

    With n requests the standard error of a share p is sqrt(p(1-p)/n): at n = 1,000 and p = 1 % it is 0.3 points, so
    only a rate that almost doubles is seen.
    """

    code, step = "S12", "strategy"
    remedy = "Widen the share or lengthen the stage until it sees at least 1,000 requests."

    def objections(self, facts: Facts) -> Objections:
        """Objects to live stages that see too few requests."""
        for stage in facts.strategy.rollout:
            seen = facts.mean_per_s * stage.traffic_share * stage.hours * 3600
            if stage.mode in LIVE and facts.mean_per_s and seen < ENOUGH_REQUESTS:
                yield stage.name, f"It sees {seen:,.0f} requests."


class DecidesBeforeLabels(Rule):
    """A stage that promotes on a metric whose labels come later decides on nothing."""

    code, step, severity = "S13", "strategy", "error"
    remedy = "Lengthen the stage beyond the label delay, or decide on a proxy that is known at once."

    def objections(self, facts: Facts) -> Objections:
        """Objects to stages shorter than the label delay that name an ML metric in a condition."""
        delay = facts.velocity.label_delay_days if facts.velocity else None
        for stage in facts.strategy.rollout:
            said = f"{stage.promote_if} {stage.rollback_if}".lower().replace("_", " ")
            named = [
                metric.name for metric in facts.requirements.ml_metrics if metric.name.lower().replace("_", " ") in said
            ]
            if delay and named and stage.hours < delay * 24:
                yield stage.name, f"It lasts {stage.hours:g} h; labels for {named[0]} take {delay * 24:g} h."


class NoKillCriterion(Rule):
    """A project without a condition to stop is never stopped, only forgotten."""

    code, step = "S14", "strategy"
    remedy = "Add KillCriterion(stop_if=…, by_week=…, metric=…) before the work starts."

    def objections(self, facts: Facts) -> Objections:
        """Objects to an empty list."""
        if not facts.strategy.kill_criteria:
            yield "kill_criteria", "Nothing would end the project."


class KillsTooEarly(Rule):
    """A kill criterion that is looked at before the labels are in, or before anything is delivered, ends on noise."""

    code, step = "S15", "strategy"
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


class KillsByNothing(Rule):
    """A kill criterion on a metric that is not defined cannot be decided."""

    code, step, severity = "S16", "strategy", "error"
    remedy = "Set metric to the name of a business or ML metric of step 1."

    def objections(self, facts: Facts) -> Objections:
        """Objects to criteria with an unknown metric or none."""
        known = {metric.name for metric in facts.requirements.of(BusinessMetric, MLMetric)}
        for criterion in facts.strategy.kill_criteria:
            if criterion.metric not in known:
                yield (
                    criterion.name,
                    f"Its metric {criterion.metric!r} is not defined." if criterion.metric else "It names no metric.",
                )


class NoAlert(Rule):
    """Without alerts the users are the monitoring."""

    code, step, severity = "S17", "strategy", "error"
    remedy = "Add Alert(on='error budget burns 14.4x over 1 h', pages=True, runbook=…)."

    def objections(self, facts: Facts) -> Objections:
        """Objects to an empty list."""
        if not facts.strategy.alerts:
            yield "alerts", "Nothing calls anybody."


class AlertWithoutRunbook(Rule):
    """Whoever is woken at night needs the first three steps, not a research question (SRE Book 2016, chapter 11)."""

    code, step = "S18", "strategy"
    remedy = "Set runbook: how to see the cause, how to stop the harm, whom to call."

    def objections(self, facts: Facts) -> Objections:
        """Objects to paging alerts without a runbook."""
        for alert in facts.strategy.alerts:
            if alert.pages and not alert.runbook:
                yield alert.name, "It wakes somebody and does not say what to do."


class OnlyServiceAlerts(Rule):
    """A model that answers quickly and wrongly keeps every service alert green."""

    code, step = "S19", "strategy"
    remedy = "Add an Alert that watches data or model: missing share, prediction distribution, delayed quality."

    def objections(self, facts: Facts) -> Objections:
        """Objects where no alert watches data, model or business."""
        alerts = facts.strategy.alerts
        if alerts and not any(alert.watches in ("data", "model", "business") for alert in alerts):
            yield "alerts", "No alert watches data, model or business."


class NoRetraining(Rule):
    """A model is as old as its last training; without a plan that is for ever."""

    code, step = "S20", "strategy"
    remedy = "Add Retraining(trigger=…, every_days=…, gate=…)."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a missing plan."""
        if not facts.strategy.retraining:
            yield "retraining", "No retraining is planned."


class RetrainsWithoutNewLabels(Rule):
    """Late labels keep a model behind the world, and training much more often than they are late does not catch it up.

    The newest label that a round can learn from is as old as the delay. Going from a quarter of the delay to no pause at
    all takes a tenth off the mean age of what the model knows, and costs every further round in full.
    """

    code, step = "S21", "strategy"
    remedy = "Train about four times per label delay at most, or learn from a proxy label that comes sooner."

    def objections(self, facts: Facts) -> Objections:
        """Objects to schedules shorter than a quarter of the label delay."""
        delay = facts.velocity.label_delay_days if facts.velocity else None
        for plan in facts.strategy.retraining:
            if delay and plan.every_days and plan.every_days < delay / 4:
                yield plan.name, f"It trains every {plan.every_days:g} days; labels take {delay:g} days."


class RetrainsUngated(Rule):
    """Automatic training without a gate puts the first poisoned or broken batch of data into production."""

    code, step, severity = "S22", "strategy", "error"
    remedy = "Set gate: what the new model must beat, on which data, before it may serve."

    def objections(self, facts: Facts) -> Objections:
        """Objects to plans without a gate."""
        for plan in facts.strategy.retraining:
            if not plan.gate and plan.trigger != "manual":
                yield plan.name, "Nothing stands between training and serving."


class NobodyToAsk(Rule):
    """A decision about a person that only a machine takes needs a person to turn to.

    Regulation (EU) 2016/679, article 22(3): the right to human intervention and to contest the decision.
    """

    code, step, severity = "S23", "strategy", "error"
    remedy = "Add a Risk about wrong decisions whose fallback is a review by a human."

    def objections(self, facts: Facts) -> Objections:
        """Objects to automated decisions where no fallback or mitigation names a human."""
        said = " ".join(f"{risk.mitigation} {risk.fallback}" for risk in facts.strategy.risks).lower()
        for law in facts.requirements.of(Compliance):
            if law.automated_decision and not any(
                word in said for word in ("human", "person", "reviewer", "analyst", "agent", "appeal", "moderator")
            ):
                yield law.name, "Decisions are automated, and no human can be asked."
