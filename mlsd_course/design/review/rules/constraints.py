"""Rules over step 2: is it known what limits the design, and does the design stay inside?"""

from collections.abc import Iterator

from mlsd_course.design.analysis.binding import binding
from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.model.constraints import Bias, ComputeLatency, Expertise, Legacy, PeakTraffic, Quality
from mlsd_course.design.model.requirements import Availability, Latency, Throughput
from mlsd_course.design.review.rule import Rule
from mlsd_course.quantities import DAY_S, milliseconds, percent, rate, size

Objections = Iterator[tuple[str, str]]
ROOM_FOR_NEW = 3
ACCELERATOR = ("gpu", "tpu", "a100", "h100", "l4", "t4")


class LimitExceeded(Rule):
    """A limit of step 2 is exceeded by what the architecture and the plan need: the binding constraint is broken.

    Demand over limit is worked out for money, existing systems, storage, memory, replicas, batch window, the caller's own
    timeout, build time and hours of operation. The largest one binds; improving anything else changes nothing.
    """

    code, step, severity = "C01", "constraints", "error"
    remedy = "Change what that limit's demand comes from, or renegotiate the limit; binding() shows the arithmetic."

    def objections(self, facts: Facts) -> Objections:
        """Objects to each use above 1; latency, throughput and bandwidth apart, which have rules of their own."""
        for use in binding(facts).uses:
            if use.use is not None and use.use > 1 and not use.limit.startswith(("Latency", "Throughput", "Bandwidth")):
                yield use.limit, f"{use.arithmetic}."


class NoVolume(Rule):
    """Without the volume nobody can tell whether one machine is enough, and it usually is."""

    code, step = "C02", "constraints"
    remedy = "Add Volume(total_gb=…, growth_gb_per_day=…, retention_days=…)."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a missing volume."""
        if facts.volume is None:
            yield "data_constraints", "No Volume is stated."


class NoVelocity(Rule):
    """Whether data come in files or as events decides the pattern, and how late labels come decides what can be learnt."""

    code, step = "C03", "constraints"
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

    code, step = "C04", "constraints"
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

    code, step = "C05", "constraints"
    remedy = "Set mitigation: what is collected, weighted, or reported, and who looks at it."

    def objections(self, facts: Facts) -> Objections:
        """Objects to each bias without mitigation."""
        for bias in facts.constraints.of(Bias):
            if not bias.mitigation:
                yield bias.name, f"It affects {bias.affects}, and nothing is done about it."


class NoBudget(Rule):
    """A design without a budget is compared with nothing, and the most complicated one wins."""

    code, step, severity = "C06", "constraints", "error"
    remedy = "Add Budget(usd_per_month=…); a guess within a factor of two is enough."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a missing budget."""
        if facts.budget is None:
            yield "compute_constraints", "No Budget is stated."


class LinkTooFull(Rule):
    """A network link above 70 % of its rate queues: bursts are dropped or wait, whatever the average says."""

    code, step, severity = "C07", "constraints", "error"
    remedy = "Send less (batch, compress, move the compute to the data), or take a wider link."

    def objections(self, facts: Facts) -> Objections:
        """Objects to bandwidth use above 70 %."""
        for use in binding(facts).uses:
            if use.limit == "Bandwidth" and use.use is not None and use.use > 0.7:
                yield use.limit, f"{use.arithmetic}."


class TooMuchNew(Rule):
    """Each technology that the team has never run costs it incidents; a few such novelties are all that a project bears.

    Source: McKinley, Choose Boring Technology (2015): about three innovation tokens.
    """

    code, step = "C08", "constraints"
    remedy = "Replace some by what the team knows, by a managed service, or plan the weeks to learn them."

    def objections(self, facts: Facts) -> Objections:
        """Objects to more than three technologies that no one knows."""
        known = {word.lower() for part in facts.constraints.of(Expertise) for word in part.knows}
        used = dict.fromkeys(part.technology for part in facts.architecture.components if part.technology)
        new = [tool for tool in used if tool.lower() not in known]
        if known and len(new) > ROOM_FOR_NEW:
            yield "team_constraints", f"{len(new)} technologies are new to the team: {', '.join(new)}."


class PeaksDisagree(Rule):
    """The constraint expects a higher peak than the requirement promises to serve: one of the two is out of date."""

    code, step, severity = "C09", "constraints", "error"
    remedy = "Raise Throughput.per_s or peak_ratio, or say what is shed above the promised rate."

    def objections(self, facts: Facts) -> Objections:
        """Objects where the expected peak is above the promised one."""
        for peak in facts.constraints.of(PeakTraffic):
            for promise in facts.requirements.of(Throughput):
                if peak.per_s > promise.peak_per_s * 1.001:
                    yield peak.name, f"{rate(peak.per_s)} are expected, {rate(promise.peak_per_s)} are promised."


class NobodyOnCall(Rule):
    """A promise of 99.9 % leaves 43 minutes a month; without somebody on call one night uses them up."""

    code, step = "C10", "constraints"
    remedy = "Name an on-call rota in Support(on_call=True), or promise what office hours can keep."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a high objective without on-call, or no support at all."""
        if facts.support is None:
            yield "team_constraints", "No Support is stated: nobody keeps the system alive after launch."
        elif not facts.support.on_call and any(
            promise.share >= 0.999 for promise in facts.requirements.of(Availability)
        ):
            yield facts.support.name, "At least 99.9 % is promised, and nobody is on call."


class CallerGivesUpFirst(Rule):
    """The caller's own timeout is shorter than the limit that is promised: answers arrive after the caller has gone.

    The work is done, is paid for, and is thrown away; with retries it is done again.
    """

    code, step, severity = "C11", "constraints", "error"
    remedy = "Promise a limit below the caller's timeout."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a limit above what the environment leaves."""
        for room in facts.constraints.of(ComputeLatency):
            for promise in facts.requirements.of(Latency):
                if promise.limit_ms > room.limit_ms:
                    yield (
                        promise.name,
                        f"{milliseconds(promise.limit_ms)} are promised, {milliseconds(room.limit_ms)} are left.",
                    )


class LabelsTooNoisy(Rule):
    """Agreement with labels cannot be measured beyond the share of labels that are right.

    If 8 % of labels are wrong, a perfect model agrees with about 92 % of them; a target above that rewards learning
    the errors (Northcutt et al., NeurIPS 2021).
    """

    code, step, severity = "C12", "constraints", "error"
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


class AcceleratorNotPaidFor(Rule):
    """A component needs an accelerator that the budget does not include."""

    code, step, severity = "C13", "constraints", "error"
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


class NoTimeline(Rule):
    """Without people and weeks every plan fits, so the plan says nothing."""

    code, step = "C14", "constraints"
    remedy = "Add Resources(people=…, weeks=…)."

    def objections(self, facts: Facts) -> Objections:
        """Objects to missing resources."""
        if facts.resources is None:
            yield "team_constraints", "No Resources are stated."


class LegacyWithoutLimit(Rule):
    """An existing system that is called at a rate which nobody has asked it about becomes the bottleneck in production."""

    code, step = "C15", "constraints"
    remedy = "Ask its owner for the rate it bears, and set max_per_s and owner."

    def objections(self, facts: Facts) -> Objections:
        """Objects to legacy systems without a known rate or owner."""
        for system in facts.constraints.of(Legacy):
            if system.max_per_s is None or not system.owner:
                yield system.name, "Its limit or its owner is not known."


class NoPlace(Rule):
    """Cloud, on-premise and edge differ in what can be had within a minute, a quarter, or never."""

    code, step, severity = "C16", "constraints", "advice"
    remedy = "Add Infrastructure(where=…, max_replicas=…, bandwidth_gbps=…)."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a missing place."""
        if facts.infrastructure is None:
            yield "compute_constraints", "No Infrastructure is stated."


class VolumeDisagrees(Rule):
    """The volume that is stated is not the one that the events make: a factor of 8 is bits taken for bytes.

    Events a second x bytes x 86,400 s is what arrives in a day. A summary may keep less of it, so only five times too much
    or a tenth is reported.
    """

    code, step = "C17", "constraints"
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


class NobodyHasRunIt(Rule):
    """Research and operation are different trades: a service that people wait for needs somebody who has run one.

    A team of researchers alone can build it; the first night it fails, nobody knows where to look.
    """

    code, step = "C18", "constraints"
    remedy = "Name ml_engineers or operators in Expertise, take a managed service, or start with a nightly batch."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a stated expertise without engineers and operators while users wait for an answer."""
        for people in facts.constraints.of(Expertise):
            if people.ml_engineers + people.operators == 0 and any(
                part.role == "serving" for part in facts.on_request_path
            ):
                yield people.name, "A model answers users, and nobody in the team has run one."


class LabelsAfterDeadline(Rule):
    """Labels come after the project's last week: it ends before anything can be known about its effect."""

    code, step = "C19", "constraints"
    remedy = "Judge an earlier outcome that stands for the label, or plan the weeks until labels are there."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a label delay longer than the planned weeks."""
        delay = facts.velocity.label_delay_days if facts.velocity else None
        if delay and facts.resources and delay > 7 * facts.resources.weeks:
            yield (
                facts.velocity.name if facts.velocity else "",
                f"Labels come after {delay:g} days; the project has {7 * facts.resources.weeks:g}.",
            )
