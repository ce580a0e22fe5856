"""Rules on structure: is every part there, connected and decided; what calls what, with timeouts and retries."""

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.catalogue.technologies import lookup
from mlsd_course.design.model.requirements import (
    Latency,
)
from mlsd_course.design.review.rule import Objections, Rule
from mlsd_course.quantities import milliseconds


class NothingServes(Rule):
    """Without a part that serves or scores, no prediction ever reaches anybody."""

    code, slug, step, severity = "A01", "nothing-serves", "architecture", "error"
    remedy = "Add a Component(layer='ml', role='serving', …), a model endpoint or batch inference."

    def objections(self, facts: Facts) -> Objections:
        """Objects where no component serves."""
        if not any(part.role == "serving" for part in facts.architecture.components):
            yield "components", "No component serves predictions."


class UnconnectedComponent(Rule):
    """A component that nothing reaches and that reaches nothing is drawn, paid for and unused."""

    code, slug, step = "A30", "unconnected-component", "architecture"
    remedy = "Connect it, or leave it out."

    def objections(self, facts: Facts) -> Objections:
        """Objects to components without flows, where there is more than one component."""
        joined = {end for flow in facts.architecture.flows for end in (flow.source, flow.target)}
        if len(facts.architecture.components) > 1:
            for part in facts.architecture.components:
                if part.name not in joined:
                    yield part.name, "No flow touches it."


class NumbersMissing(Rule):
    """A part on the request's way without response time, capacity or availability makes the whole unknown."""

    code, slug, step = "A31", "numbers-missing", "architecture"
    remedy = "Measure it, or take the order of magnitude from the catalogue and say so."

    def objections(self, facts: Facts) -> Objections:
        """Objects to unknown numbers on the request's way; a frontend is the user's own machine."""
        for part in facts.on_request_path:
            missing = [name for name in ("response", "capacity_per_s", "availability") if getattr(part, name) is None]
            if missing and part.role != "frontend":
                yield part.name, f"It states no {', no '.join(missing)}."


class NoDecision(Rule):
    """A structure without recorded decisions is changed by people who do not know what it was for (Nygard 2011)."""

    code, slug, step, severity = "A33", "no-decision", "architecture", "advice"
    remedy = "Add Decision(context=…, choice=…, rejected=…, revisit_when=…) for the two or three that shape it."

    def objections(self, facts: Facts) -> Objections:
        """Objects to an architecture without decisions."""
        if facts.architecture.components and not facts.architecture.decisions:
            yield "decisions", "No decision is recorded."


class OneSidedDecision(Rule):
    """A decision without a rejected option is a habit; without a condition to revisit it is a dogma."""

    code, slug, step, severity = "A34", "one-sided-decision", "architecture", "advice"
    remedy = "Set rejected and revisit_when."

    def objections(self, facts: Facts) -> Objections:
        """Objects to each decision that lacks either."""
        for record in facts.architecture.decisions:
            if not (record.rejected and record.revisit_when):
                yield record.name, "It names no rejected option or no condition to revisit."


class NoTimeout(Rule):
    """A call without a timeout waits for ever, and a slow callee fills every thread of its caller.

    Source: Nygard, Release It! (2nd ed. 2018), Integration points and Cascading failures.
    """

    code, slug, step = "A11", "no-timeout", "architecture"
    remedy = "Set timeout_ms a little above the callee's p99, and say what is served instead."

    def objections(self, facts: Facts) -> Objections:
        """Objects to calls on the request's way without a timeout."""
        for flow in facts.sync_flows:
            if flow.timeout_ms is None:
                yield flow.name, "The call has no timeout."


class RetriesMultiply(Rule):
    """Retries on several levels multiply: three tries on three levels are 27 calls to a part that is already failing.

    Retry at one level, with a budget of a few per cent (SRE Book 2016, chapter 22).
    """

    code, slug, step = "A12", "retries-multiply", "architecture"
    remedy = "Keep retries on one level, the one nearest to the failing part."

    def objections(self, facts: Facts) -> Objections:
        """Objects to flows with retries below another flow with retries, and to more than 3 retries."""
        for flow in facts.sync_flows:
            below = set(facts.architecture.called_from(flow.target))
            nested = [other.name for other in facts.sync_flows if other.retries and other.source in below]
            if flow.retries and nested:
                yield flow.name, f"It retries, and below it {nested[0]} retries too."
            elif flow.retries > 3:
                yield flow.name, f"{flow.retries} retries make {flow.retries + 1} times the load in an outage."


class UnsafeRetry(Rule):
    """A retry repeats a write whose first try may have worked; only an idempotent receiver can bear that."""

    code, slug, step, severity = "A13", "unsafe-retry", "architecture", "error"
    remedy = "Give each request a key and let the receiver keep it (idempotent=True), or do not retry."

    def objections(self, facts: Facts) -> Objections:
        """Objects to retries and at-least-once delivery into stateful parts that are not idempotent."""
        for flow in facts.architecture.flows:
            target = facts.architecture.by_name[flow.target]
            if (
                target.state == "durable"
                and not target.idempotent
                and (flow.retries or flow.delivery == "at_least_once")
            ):
                yield flow.name, f"{target.name} may get the same record twice and keeps state."


class TimeoutAboveLimit(Rule):
    """A timeout above the request's own limit lets one call spend the whole budget and then fail."""

    code, slug, step = "A14", "timeout-above-limit", "architecture"
    remedy = "Give each call a part of the request's limit, and count (retries + 1) x timeout."

    def objections(self, facts: Facts) -> Objections:
        """Objects to calls that may take longer than the largest limit."""
        limit = max((rule.limit_ms for rule in facts.requirements.of(Latency)), default=0.0)
        for flow in facts.sync_flows:
            if limit and flow.timeout_ms is not None and flow.timeout_ms * (flow.retries + 1) > limit:
                yield (
                    flow.name,
                    f"It may take {milliseconds(flow.timeout_ms * (flow.retries + 1))}; the request has {milliseconds(limit)}.",
                )


class WrongToolOnPath(Rule):
    """A warehouse, lake, scheduler or training job takes seconds to start an answer; a user's request cannot wait for it."""

    code, slug, step, severity = "A29", "wrong-tool-on-path", "architecture", "error"
    remedy = "Copy what the request needs into a store made for look-ups, ahead of time."

    def objections(self, facts: Facts) -> Objections:
        """Objects to parts on the request's way that the catalogue keeps off it, or that run as jobs."""
        for part in facts.on_request_path:
            tool = lookup(part.technology)
            if (tool and not tool.on_request_path) or part.role == "training" or part.run_s > 0:
                yield part.name, f"A user's request waits for {part.technology or 'a job'}."
