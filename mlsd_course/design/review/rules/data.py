"""Rules on data: how much, how fast, how good, and whether labels are of use."""

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.model.constraints import Bias, Quality
from mlsd_course.design.review.rule import Objections, Rule
from mlsd_course.quantities import DAY_S, percent, rate, size


class NoVolume(Rule):
    """Without the volume nobody can tell whether one machine is enough, and it usually is."""

    code, slug, step = "C02", "no-volume", "constraints"
    remedy = "Add Volume(total_gb=…, growth_gb_per_day=…, retention_days=…)."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a missing volume."""
        if facts.volume is None:
            yield "data_constraints", "No Volume is stated."


class NoVelocity(Rule):
    """Whether data come in files or as events decides the pattern, and how late labels come decides what can be learnt."""

    code, slug, step = "C03", "no-velocity", "constraints"
    remedy = "Add Velocity(arrival=…, events_per_s=…, label_delay_days=…, foreseeable_share=…)."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a missing velocity, or one without a label delay."""
        if facts.velocity is None:
            yield "data_constraints", "No Velocity is stated."
        elif facts.velocity.label_delay_days is None:
            yield facts.velocity.name, "It is not said how late labels come."


class UncheckedQuality(Rule):
    """Data that nobody checks break the model silently: it answers all the same.

    Most data errors are caught by simple checks of schema, range and missing share (Breck et al., MLSys 2019).
    """

    code, slug, step = "C04", "unchecked-quality", "constraints"
    remedy = "Add Quality(missing_share=…, label_error_share=…, checked_by='…') with the check that runs on each batch."

    def objections(self, facts: Facts) -> Objections:
        """Objects to quality that is not stated or not checked."""
        stated = facts.constraints.of(Quality)
        if not stated:
            yield "data_constraints", "No Quality is stated."
        for quality in stated:
            if not quality.checked_by:
                yield quality.name, "Nothing checks it."


class BiasWithoutAnswer(Rule):
    """A bias that is known and not answered is a decision to harm the people it affects."""

    code, slug, step = "C05", "bias-without-answer", "constraints"
    remedy = "Set mitigation: what is collected, weighted, or reported, and who looks at it."

    def objections(self, facts: Facts) -> Objections:
        """Objects to each bias without mitigation."""
        for bias in facts.constraints.of(Bias):
            if not bias.mitigation:
                yield bias.name, f"It affects {bias.affects}, and nothing is done about it."


class LabelsTooNoisy(Rule):
    """Agreement with labels cannot be measured beyond the share of labels that are right.

    If 8 % of labels are wrong, a perfect model agrees with about 92 % of them; a target above that rewards learning
    the errors (Northcutt et al., NeurIPS 2021).
    """

    code, slug, step, severity = "C12", "labels-too-noisy", "constraints", "error"
    remedy = "Clean a test set by hand, or lower the target below 1 - label_error_share."

    def objections(self, facts: Facts) -> Objections:
        """Objects to targets above what labels allow."""
        noise = max((quality.label_error_share for quality in facts.constraints.of(Quality)), default=0.0)
        for metric in facts.requirements.ml_metrics:
            if noise and metric.aim == "at_least" and 1 - noise < metric.target <= 1 and not metric.unit:
                yield (
                    metric.name,
                    f"The target is {percent(metric.target)}; labels are right {percent(1 - noise)} of the time.",
                )


class VolumeDisagrees(Rule):
    """The volume that is stated is not the one that the events make: a factor of 8 is bits taken for bytes.

    Events a second x bytes x 86,400 s is what arrives in a day. A summary may keep less of it, so only five times too much
    or a tenth is reported.
    """

    code, slug, step = "C17", "volume-disagrees", "constraints"
    remedy = "Work growth_gb_per_day out from events_per_s and event_bytes, in gigabytes; say what is dropped."

    def objections(self, facts: Facts) -> Objections:
        """Objects where growth and events disagree by more than a summary or a second source explains."""
        volume, velocity = facts.volume, facts.velocity
        if volume and velocity and volume.growth_gb_per_day and velocity.events_per_s:
            arriving = velocity.events_per_s * velocity.event_bytes * DAY_S / 1e9
            if not 0.1 <= volume.growth_gb_per_day / arriving <= 5:
                yield (
                    volume.name,
                    f"{size(volume.growth_gb_per_day)} a day are stated; {rate(velocity.events_per_s)} of "
                    f"{velocity.event_bytes:g} bytes make {size(arriving)}.",
                )


class LabelsAfterDeadline(Rule):
    """Labels come after the project's last week: it ends before anything can be known about its effect."""

    code, slug, step = "C19", "labels-after-deadline", "constraints"
    remedy = "Judge an earlier outcome that stands for the label, or plan the weeks until labels are there."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a label delay longer than the planned weeks."""
        delay = facts.velocity.label_delay_days if facts.velocity else None
        if delay and facts.resources and delay > 7 * facts.resources.weeks:
            yield (
                facts.velocity.name if facts.velocity else "",
                f"Labels come after {delay:g} days; the project has {7 * facts.resources.weeks:g}.",
            )
