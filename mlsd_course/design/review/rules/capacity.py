"""Rules on capacity: is the traffic known, and can every part, job and link carry it?"""

from mlsd_course.design.analysis.binding import binding
from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.model.constraints import PeakTraffic
from mlsd_course.design.model.requirements import (
    Growth,
    Throughput,
)
from mlsd_course.design.review.rule import Objections, Rule
from mlsd_course.quantities import duration, percent, rate


class NoThroughput(Rule):
    """Without a rate of requests no replica can be counted and no cost known."""

    code, slug, step, severity = "R08", "no-throughput", "requirements", "error"
    remedy = "Add Throughput(per_s=…, peak_ratio=…) from logs, or from users x actions per day / 86,400 s."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a missing rate."""
        if not facts.requirements.of(Throughput):
            yield "system_requirements", "No Throughput is required."


class NoGrowth(Rule):
    """A design without a growth factor is rebuilt at a time that somebody else chooses."""

    code, slug, step, severity = "R15", "no-growth", "requirements", "advice"
    remedy = "Add Growth(factor=…, months=…), even if the factor is 1."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a missing growth factor."""
        if not facts.requirements.of(Growth):
            yield "system_requirements", "No Growth is stated."


class LimitExceeded(Rule):
    """A limit of step 2 is exceeded by what the architecture and the plan need: the binding constraint is broken.

    Demand over limit is worked out for money, existing systems, storage, memory, replicas, batch window, the caller's own
    timeout, build time and hours of operation. The largest one binds; improving anything else changes nothing.
    """

    code, slug, step, severity = "C01", "limit-exceeded", "constraints", "error"
    remedy = "Change what that limit's demand comes from, or renegotiate the limit; binding() shows the arithmetic."

    def objections(self, facts: Facts) -> Objections:
        """Objects to each use above 1; latency, throughput and bandwidth apart, which have rules of their own."""
        for use in binding(facts).uses:
            if use.use is not None and use.use > 1 and not use.limit.startswith(("Latency", "Throughput", "Bandwidth")):
                yield use.limit, f"{use.arithmetic}."


class LinkTooFull(Rule):
    """A network link above 70 % of its rate queues: bursts are dropped or wait, whatever the average says."""

    code, slug, step, severity = "C07", "link-too-full", "constraints", "error"
    remedy = "Send less (batch, compress, move the compute to the data), or take a wider link."

    def objections(self, facts: Facts) -> Objections:
        """Objects to bandwidth use above 70 %."""
        for use in binding(facts).uses:
            if use.limit == "Bandwidth" and use.use is not None and use.use > 0.7:
                yield use.limit, f"{use.arithmetic}."


class PeaksDisagree(Rule):
    """The constraint expects a higher peak than the requirement promises to serve: one of the two is out of date."""

    code, slug, step, severity = "C09", "peaks-disagree", "constraints", "error"
    remedy = "Raise Throughput.per_s or peak_ratio, or say what is shed above the promised rate."

    def objections(self, facts: Facts) -> Objections:
        """Objects where the expected peak is above the promised one."""
        for peak in facts.constraints.of(PeakTraffic):
            for promise in facts.requirements.of(Throughput):
                if peak.per_s > promise.peak_per_s * 1.001:
                    yield peak.name, f"{rate(peak.per_s)} are expected, {rate(promise.peak_per_s)} are promised."


class SaturatedComponent(Rule):
    """Above its capacity a queue grows without end, and so does the response time.

    Utilisation is load over capacity; at 1 the mean wait is unbounded (Kingman 1961).
    """

    code, slug, step, severity = "A05", "saturated-component", "architecture", "error"
    remedy = "Add replicas, take load away (cache, sample, batch), or shed above the promised rate."

    def objections(self, facts: Facts) -> Objections:
        """Objects to components whose load reaches their capacity."""
        for part in facts.architecture.components:
            total = part.total_capacity_per_s
            if total is not None and facts.peak_loads[part.name] >= total:
                yield (
                    part.name,
                    f"{rate(facts.peak_loads[part.name])} at the peak; {part.replicas} x {rate(part.capacity_per_s or 0)} = {rate(total)}.",
                )


class NoHeadroom(Rule):
    """A replica above 80 % at the planned peak has no room for the loss of a neighbour or a burst.

    Waiting grows as 1 / (1 - utilisation): from 70 to 90 % it triples.
    """

    code, slug, step = "A06", "no-headroom", "architecture"
    remedy = "Plan for at most 70 % at the peak; size() counts the replicas."

    def objections(self, facts: Facts) -> Objections:
        """Objects to utilisation between 80 and 100 %."""
        for part in facts.architecture.components:
            total = part.total_capacity_per_s
            if total is not None and 0.8 * total < facts.peak_loads[part.name] < total:
                yield part.name, f"It is at {percent(facts.peak_loads[part.name] / total)} of its capacity at the peak."


class NeverCatchesUp(Rule):
    """A job that takes longer than its period falls behind for ever; one that fills half of it cannot be rerun in time."""

    code, slug, step, severity = "A27", "never-catches-up", "architecture", "error"
    remedy = "Lengthen the period, split the work, or process only what changed."

    def objections(self, facts: Facts) -> Objections:
        """Objects to jobs longer than half the period of a scheduled flow that starts them."""
        for flow in facts.architecture.flows:
            target = facts.architecture.by_name[flow.target]
            if flow.every_s and target.run_s > flow.every_s / 2:
                yield (
                    target.name,
                    f"It runs {duration(target.run_s)} every {duration(flow.every_s)}; a failed run cannot be repeated.",
                )


class IdleReplicas(Rule):
    """A large part of the bill pays for replicas that do nothing even at the peak."""

    code, slug, step, severity = "A35", "idle-replicas", "architecture", "advice"
    remedy = "Run fewer replicas, share the machine, or scale with the load."

    def objections(self, facts: Facts) -> Objections:
        """Objects to more than two replicas below 10 % at the peak after growth that make over a fifth of the cost."""
        spent = {line.component: line.usd_per_month for line in facts.costs}
        for part in facts.architecture.components:
            total = part.total_capacity_per_s
            idle = total is not None and facts.peak_loads[part.name] * facts.growth < 0.1 * total
            if total and idle and part.replicas > 2 and spent[part.name] > 0.2 * facts.cost_usd_per_month:
                yield part.name, f"It is at {percent(facts.peak_loads[part.name] / total)} of its capacity at the peak."
