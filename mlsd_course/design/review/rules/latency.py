"""Rules on latency: is the tail limited, and does the whole request stay within the limit?"""

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.model.constraints import ComputeLatency
from mlsd_course.design.model.requirements import (
    Latency,
)
from mlsd_course.design.review.rule import Objections, Rule
from mlsd_course.quantities import milliseconds, percent

AT_RISK = 0.8


class NoLatencyLimit(Rule):
    """Somebody waits for the answer, and nothing says how long they will.

    Without a limit every component is fast enough, and the sum of them is found out by users.
    """

    code, slug, step, severity = "R06", "no-latency-limit", "requirements", "error"
    remedy = "Add Latency(percentile=95, limit_ms=…) from what the caller can bear."

    def objections(self, facts: Facts) -> Objections:
        """Objects where requests are answered without a limit."""
        if facts.sync_flows and not facts.requirements.of(Latency):
            yield "system_requirements", "Requests are answered while somebody waits, and no Latency is required."


class TailUnlimited(Rule):
    """A median or mean hides the slow requests, and a page that makes many calls meets them all the time.

    With 100 parallel calls, 63 % of pages are slower than the p99 of one call (Dean & Barroso, CACM 2013).
    """

    code, slug, step = "R07", "tail-unlimited", "requirements"
    remedy = "State p95 or p99."

    def objections(self, facts: Facts) -> Objections:
        """Objects to limits below the 90th percentile where no limit is at it or above."""
        if any(limit.percentile >= 90 for limit in facts.requirements.of(Latency)):
            return
        for limit in facts.requirements.of(Latency):
            yield limit.name, f"Only p{limit.percentile:g} is limited; nothing limits the tail."


class CrossedPercentiles(Rule):
    """A higher percentile with a smaller limit makes the lower one empty: one of the two is a mistake."""

    code, slug, step, severity = "R21", "crossed-percentiles", "requirements", "error"
    remedy = "Let limits grow with the percentile, or drop the one that says nothing."

    def objections(self, facts: Facts) -> Objections:
        """Objects to limits that cross on one entry; a limit without an entry concerns them all."""
        limits = sorted(facts.requirements.of(Latency), key=lambda limit: limit.percentile)
        for position, lower in enumerate(limits):
            for higher in limits[position + 1 :]:
                if (
                    (higher.entry == lower.entry or "" in (higher.entry, lower.entry))
                    and higher.percentile > lower.percentile
                    and higher.limit_ms < lower.limit_ms
                ):
                    yield (
                        higher.name,
                        f"Its limit of {milliseconds(higher.limit_ms)} is below that of p{lower.percentile:g}, {milliseconds(lower.limit_ms)}.",
                    )


class LatencyMissed(Rule):
    """The response time of the whole, at the peak, is above the limit.

    The whole is worked out by distribution: chains add, fan-outs wait for the slowest, queues add waiting. Percentiles
    themselves never add.
    """

    code, slug, step, severity = "A02", "latency-missed", "architecture", "error"
    remedy = (
        "Shorten the slowest call, run independent calls together, cache, or add replicas where utilisation is high."
    )

    def objections(self, facts: Facts) -> Objections:
        """Objects to limits that the roll-up exceeds."""
        for limit in facts.requirements.of(Latency):
            value = facts.latency_ms(limit)
            if value is not None and value > limit.limit_ms:
                yield (
                    limit.name,
                    f"p{limit.percentile:g} is {milliseconds(value)} at the peak; the limit is {milliseconds(limit.limit_ms)}.",
                )


class LatencyTight(Rule):
    """A design that uses more than 80 % of its latency limit on paper misses it in production.

    The model leaves out correlation, garbage collection, cold caches and noisy neighbours.
    """

    code, slug, step = "A03", "latency-tight", "architecture"
    remedy = "Keep 20 % free: the terms that the model leaves out all add time."

    def objections(self, facts: Facts) -> Objections:
        """Objects to limits used between 80 and 100 %."""
        for limit in facts.requirements.of(Latency):
            value = facts.latency_ms(limit)
            if value is not None and AT_RISK * limit.limit_ms < value <= limit.limit_ms:
                yield limit.name, f"p{limit.percentile:g} is {milliseconds(value)} of {milliseconds(limit.limit_ms)}."


class WideFanOut(Rule):
    """A request that waits for many parallel calls is as slow as the slowest of them: 1 - (1 - p)^n.

    With 100 calls, each slow one time in a hundred, 63 % of requests are slow (Dean & Barroso, CACM 2013).
    """

    code, slug, step = "A28", "wide-fan-out", "architecture"
    remedy = "Set a timeout and answer with what has come, hedge the slowest, or shard less."

    def objections(self, facts: Facts) -> Objections:
        """Objects to 10 parallel calls or more without timeout and fallback."""
        for flow in facts.sync_flows:
            if flow.calls >= 10 and not (flow.timeout_ms is not None and flow.fallback):
                slow = percent(1 - 0.99**flow.calls)
                yield (
                    flow.name,
                    f"It waits for all of {flow.calls} calls: {slow} of requests meet one slower than its p99.",
                )


class CallerGivesUpFirst(Rule):
    """The caller's own timeout is shorter than the limit that is promised: answers arrive after the caller has gone.

    The work is done, is paid for, and is thrown away; with retries it is done again.
    """

    code, slug, step, severity = "C11", "caller-gives-up-first", "constraints", "error"
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
