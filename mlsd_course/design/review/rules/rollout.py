"""Rules on tests and rollout: what is tried before users see it, and how it is taken back."""

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.model.requirements import (
    Maintainability,
)
from mlsd_course.design.review.rule import Objections, Rule

ENOUGH_REQUESTS = 1_000
LIVE = ("canary", "ab_test", "interleaving", "blue_green")


class NoMaintainability(Rule):
    """'Easy to update' becomes testable as two times: until a change is out, and until it is back."""

    code, slug, step = "R19", "no-maintainability", "requirements"
    remedy = "Add Maintainability(update_days=…, rollback_minutes=…)."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a missing requirement."""
        if not facts.requirements.of(Maintainability):
            yield "system_requirements", "No Maintainability is required."


class NoFeatureFlag(Rule):
    """Without a flag or experiment the only way to take a model back is a deployment."""

    code, slug, step, severity = "A26", "no-feature-flag", "architecture", "advice"
    remedy = "Add an integration Component: feature flags or an A/B assignment in front of the model."

    def objections(self, facts: Facts) -> Objections:
        """Objects where requests are answered and no integration component exists."""
        if facts.sync_flows and not any(part.role == "integration" for part in facts.architecture.components):
            yield "components", "No feature flag or A/B assignment is there."


class UntestedPart(Rule):
    """Data, model and code fail in different ways, and a test of one does not see the others.

    The ML Test Score takes the minimum over data, model, infrastructure and monitoring, because a chain is as strong
    as its weakest part (Breck et al., IEEE Big Data 2017).
    """

    code, slug, step, severity = "S08", "untested-part", "strategy", "error"
    remedy = "Add a Test for it: schema and range; quality on slices against the baseline; behaviour of the code."

    def objections(self, facts: Facts) -> Objections:
        """Objects to each of data, model and code without a test."""
        tested = {test.of for test in facts.strategy.tests}
        for part in ("data", "model", "code"):
            if part not in tested:
                yield "tests", f"Nothing tests the {part}."


class NoInfrastructureTest(Rule):
    """A rollback, a restore or a load that was never tried does not work on the day it is needed."""

    code, slug, step = "S09", "no-infrastructure-test", "strategy"
    remedy = "Add a Test(of='infrastructure'): roll back in staging, restore a backup, run at peak load."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a plan whose tests leave the infrastructure out."""
        if facts.strategy.tests and not any(test.of == "infrastructure" for test in facts.strategy.tests):
            yield "tests", "Nothing tests the infrastructure."


class BigBang(Rule):
    """A release to everybody at once shows every fault to every user."""

    code, slug, step, severity = "S10", "big-bang", "strategy", "error"
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

    code, slug, step, severity = "S11", "no-rollback", "strategy", "error"
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

    code, slug, step = "S12", "canary-too-small", "strategy"
    remedy = "Widen the share or lengthen the stage until it sees at least 1,000 requests."

    def objections(self, facts: Facts) -> Objections:
        """Objects to live stages that see too few requests."""
        for stage in facts.strategy.rollout:
            requests = facts.mean_per_s * stage.traffic_share * stage.hours * 3600
            if stage.mode in LIVE and facts.mean_per_s and requests < ENOUGH_REQUESTS:
                yield stage.name, f"It sees {requests:,.0f} requests."


class DecidesBeforeLabels(Rule):
    """A stage that promotes on a metric whose labels come later decides on nothing."""

    code, slug, step, severity = "S13", "decides-before-labels", "strategy", "error"
    remedy = "Lengthen the stage beyond the label delay, or decide on a proxy that is known at once."

    def objections(self, facts: Facts) -> Objections:
        """Objects to stages shorter than the label delay that name an ML metric in a condition."""
        delay = facts.velocity.label_delay_days if facts.velocity else None
        for stage in facts.strategy.rollout:
            text = f"{stage.promote_if} {stage.rollback_if}".lower().replace("_", " ")
            named = [
                metric.name for metric in facts.requirements.ml_metrics if metric.name.lower().replace("_", " ") in text
            ]
            if delay and named and stage.hours < delay * 24:
                yield stage.name, f"It lasts {stage.hours:g} h; labels for {named[0]} take {delay * 24:g} h."
