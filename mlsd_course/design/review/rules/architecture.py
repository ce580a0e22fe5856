"""Rules over step 3: does the structure keep the promises, and does it survive an ordinary bad day?"""

from collections.abc import Iterator

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.catalogue.technologies import lookup
from mlsd_course.design.model.requirements import Availability, Compliance, Freshness, Latency
from mlsd_course.design.review.rule import Rule
from mlsd_course.quantities import duration, milliseconds, percent, rate
from mlsd_course.walks import reachable

Objections = Iterator[tuple[str, str]]
AT_RISK = 0.8


class NothingServes(Rule):
    """Without a part that serves or scores, no prediction ever reaches anybody."""

    code, step, severity = "A01", "architecture", "error"
    remedy = "Add a Component(layer='ml', role='serving', …), a model endpoint or batch inference."

    def objections(self, facts: Facts) -> Objections:
        """Objects where no component serves."""
        if not any(part.role == "serving" for part in facts.architecture.components):
            yield "components", "No component serves predictions."


class LatencyMissed(Rule):
    """The response time of the whole, at the peak, is above the limit.

    The whole is worked out by distribution: chains add, fan-outs wait for the slowest, queues add waiting. Percentiles
    themselves never add.
    """

    code, step, severity = "A02", "architecture", "error"
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

    code, step = "A03", "architecture"
    remedy = "Keep 20 % free: the terms that the model leaves out all add time."

    def objections(self, facts: Facts) -> Objections:
        """Objects to limits used between 80 and 100 %."""
        for limit in facts.requirements.of(Latency):
            value = facts.latency_ms(limit)
            if value is not None and AT_RISK * limit.limit_ms < value <= limit.limit_ms:
                yield limit.name, f"p{limit.percentile:g} is {milliseconds(value)} of {milliseconds(limit.limit_ms)}."


class AvailabilityMissed(Rule):
    """Parts in series multiply: ten parts of 99.9 % make a whole of 99 %.

    Only spare replicas and fallbacks win it back; green parts do not make a green system.
    """

    code, step, severity = "A04", "architecture", "error"
    remedy = "Add a spare replica to the weakest part, or a fallback to the call that needs it."

    def objections(self, facts: Facts) -> Objections:
        """Objects to promises that the roll-up does not keep."""
        for promise in facts.requirements.of(Availability):
            value = facts.availability(promise)
            if value is not None and value < promise.share:
                yield promise.name, f"The structure gives {percent(value)}; {percent(promise.share)} is promised."


class Saturated(Rule):
    """Above its capacity a queue grows without end, and so does the response time.

    Utilisation is load over capacity; at 1 the mean wait is unbounded (Kingman 1961).
    """

    code, step, severity = "A05", "architecture", "error"
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


class Overbooked(Rule):
    """A replica above 80 % at the planned peak has no room for the loss of a neighbour or a burst.

    Waiting grows as 1 / (1 - utilisation): from 70 to 90 % it triples.
    """

    code, step = "A06", "architecture"
    remedy = "Plan for at most 70 % at the peak; size() counts the replicas."

    def objections(self, facts: Facts) -> Objections:
        """Objects to utilisation between 80 and 100 %."""
        for part in facts.architecture.components:
            total = part.total_capacity_per_s
            if total is not None and 0.8 * total < facts.peak_loads[part.name] < total:
                yield part.name, f"It is at {percent(facts.peak_loads[part.name] / total)} of its capacity at the peak."


class TooOld(Rule):
    """News takes longer to arrive than it may be old: one slow step on the way decides the age of everything.

    A nightly batch on the way makes data up to a day old, however fast the rest is.
    """

    code, step, severity = "A07", "architecture", "error"
    remedy = "Shorten the schedule on the way, or add a stream for the fields that must be fresh."

    def objections(self, facts: Facts) -> Objections:
        """Objects to ages above the limit."""
        for limit in facts.requirements.of(Freshness):
            age = facts.age(limit)
            if age is not None and age.age_s > limit.limit_s:
                yield (
                    limit.name,
                    f"It is up to {duration(age.age_s)} by {' > '.join(age.way)}; the limit is {duration(limit.limit_s)}.",
                )


class NewsNeverArrives(Rule):
    """Data that must be fresh at a place has no way to it."""

    code, step, severity = "A08", "architecture", "error"
    remedy = "Add the flow that carries it, or correct the names in the requirement."

    def objections(self, facts: Facts) -> Objections:
        """Objects where both ends exist and no way joins them."""
        known = facts.architecture.by_name
        for limit in facts.requirements.of(Freshness):
            if limit.at in known and (not limit.source or limit.source in known) and facts.age(limit) is None:
                yield limit.name, f"Nothing from {limit.source or 'a source'} reaches {limit.at}."


class SinglePoint(Rule):
    """One replica on the way of every request: its restart, deployment or failure is everybody's outage."""

    code, step = "A09", "architecture"
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


class OneZone(Rule):
    """Replicas in one zone fail together, so multiplying their availabilities promises what the zone cannot keep."""

    code, step = "A10", "architecture"
    remedy = "Spread the replicas over two zones or more."

    def objections(self, facts: Facts) -> Objections:
        """Objects to replicas in one zone where at least 99.9 % is promised."""
        if any(promise.share >= 0.999 for promise in facts.requirements.of(Availability)):
            for part in facts.on_request_path:
                if part.replicas > 1 and part.zones == 1:
                    yield part.name, f"All {part.replicas} replicas stand in one zone."


class NoTimeout(Rule):
    """A call without a timeout waits for ever, and a slow callee fills every thread of its caller.

    Source: Nygard, Release It! (2nd ed. 2018), Integration points and Cascading failures.
    """

    code, step = "A11", "architecture"
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

    code, step = "A12", "architecture"
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

    code, step, severity = "A13", "architecture", "error"
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

    code, step = "A14", "architecture"
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


class ExactlyOnce(Rule):
    """Exactly-once delivery between two systems does not exist; exactly-once effect does, by idempotent writes."""

    code, step = "A15", "architecture"
    remedy = "Say at_least_once, and make the receiver idempotent."

    def objections(self, facts: Facts) -> Objections:
        """Objects to flows that claim it into a part that is not idempotent."""
        for flow in facts.architecture.flows:
            if flow.delivery == "exactly_once" and not facts.architecture.by_name[flow.target].idempotent:
                yield flow.name, "It claims exactly-once delivery."


class UnstatedDelivery(Rule):
    """An event flow loses records, repeats them, or both; if nobody has said which, nobody is prepared for it."""

    code, step, severity = "A16", "architecture", "advice"
    remedy = "Set delivery to at_most_once or at_least_once."

    def objections(self, facts: Facts) -> Objections:
        """Objects to event flows without delivery semantics."""
        for flow in facts.architecture.flows:
            if flow.kind == "async" and not flow.every_s and not flow.delivery:
                yield flow.name, "It is not said whether events may be lost or repeated."


class NoBackup(Rule):
    """State that nobody has copied is gone with its disk, or with the first wrong delete."""

    code, step, severity = "A17", "architecture", "error"
    remedy = "Back it up and restore it once, or derive it anew from another part and call it a cache."

    def objections(self, facts: Facts) -> Objections:
        """Objects to durable state without a backup."""
        for part in facts.architecture.components:
            if part.state == "durable" and not part.backed_up:
                yield part.name, "It keeps durable state without a backup."


class Skew(Rule):
    """Features computed by one code path in training and by another in serving drift apart, silently.

    Training-serving skew is the commonest ML fault that no test of the model finds (Zinkevich, rules 29 to 32; Baylor
    et al., KDD 2017).
    """

    code, step, severity = "A18", "architecture", "error"
    remedy = "Compute features once (one processing part, or a feature store) for both, or log them at serving time."

    def objections(self, facts: Facts) -> Objections:
        """Objects where training and serving both read processed data and share no processing or store."""
        trained, served = (_feeds(facts, role) for role in ("training", "serving"))
        if trained and served and not trained & served:
            yield "training", f"It is fed by {', '.join(sorted(trained))}; serving by {', '.join(sorted(served))}."


def _feeds(facts: Facts, role: str) -> set[str]:
    """Data parts directly before the parts of a role, and those before them; ingestion and stores of models apart."""

    def data_before(name: str) -> list[str]:
        return [source for source in _before(facts, name) if _holds_data(facts, source)]

    parts = [part.name for part in facts.architecture.components if part.role == role]
    return set(reachable((source for name in parts for source in data_before(name)), data_before))


def _holds_data(facts: Facts, name: str) -> bool:
    part = facts.architecture.by_name[name]
    return part.layer == "data" and part.role != "ingestion" and not _holds_models(facts, name)


def _holds_models(facts: Facts, name: str) -> bool:
    """True for a registry: a store that nothing but training writes."""
    writers = [flow.source for flow in facts.architecture.flows_to[name] if flow.kind == "async"]
    return bool(writers) and all(facts.architecture.by_name[writer].role == "training" for writer in writers)


def _before(facts: Facts, name: str) -> list[str]:
    writes = [flow.source for flow in facts.architecture.flows_to[name] if flow.kind == "async"]
    return writes + [flow.target for flow in facts.architecture.calls_of[name]]


class NothingMonitors(Rule):
    """A model degrades without an error message; only a monitor that looks at data and outcomes notices.

    Source: Breck et al. 2017, the monitoring part of the ML Test Score.
    """

    code, step, severity = "A19", "architecture", "error"
    remedy = "Add a monitoring Component that watches data_quality, drift or model_quality besides latency and errors."

    def objections(self, facts: Facts) -> Objections:
        """Objects where nothing watches the model's input or output."""
        watched = {word for part in facts.architecture.components for word in part.watches}
        if facts.architecture.components and not watched & {"data_quality", "drift", "model_quality"}:
            yield "components", "Nothing watches data quality, drift or model quality."


class GoldenSignals(Rule):
    """Latency, traffic, errors and saturation tell most incidents; a service without them is debugged by guessing.

    Source: SRE Book (2016), chapter 6, the four golden signals.
    """

    code, step = "A20", "architecture"
    remedy = "Let some component watch latency and errors."

    def objections(self, facts: Facts) -> Objections:
        """Objects where requests are answered and latency or errors are not watched."""
        watched = {word for part in facts.architecture.components for word in part.watches}
        missing = [word for word in ("latency", "errors") if word not in watched]
        if facts.sync_flows and missing:
            yield "components", f"Nothing watches {' and '.join(missing)}."


class ModelNeverArrives(Rule):
    """A training part whose model has no way to a serving part updates nothing."""

    code, step, severity = "A21", "architecture", "error"
    remedy = "Add the flow from training to serving, best through a registry that keeps the versions."

    def objections(self, facts: Facts) -> Objections:
        """Objects to training without a way to serving, and to serving without any training."""
        roles = {
            role: [part.name for part in facts.architecture.components if part.role == role]
            for role in ("training", "serving")
        }
        if roles["serving"] and not roles["training"]:
            yield roles["serving"][0], "Nothing trains the model that it serves."
        for name in roles["training"]:
            if not set(roles["serving"]) & _after(facts, name):
                yield name, "Its model reaches no serving part."


def _after(facts: Facts, name: str) -> set[str]:
    def targets(at: str) -> list[str]:
        callers = [flow.source for flow in facts.architecture.flows_to[at] if flow.kind == "sync"]
        return [flow.target for flow in facts.architecture.flows_from[at]] + callers

    return set(reachable([name], targets))


class NoFeedback(Rule):
    """Predictions that are not kept cannot be compared with what happened: quality stays unknown for ever."""

    code, step = "A22", "architecture"
    remedy = "Log each prediction with its inputs and model version to the data layer."

    def objections(self, facts: Facts) -> Objections:
        """Objects where nothing flows from serving or application to data or monitoring."""
        known = facts.architecture.by_name
        kept = any(
            known[flow.source].role in ("serving", "api", "frontend", "integration")
            and (known[flow.target].layer == "data" or known[flow.target].role == "monitoring")
            and flow.kind == "async"
            for flow in facts.architecture.flows
        )
        if any(part.role == "serving" for part in known.values()) and not kept:
            yield "flows", "No prediction or outcome flows back."


class OpenPersonalData(Rule):
    """Personal data lie unencrypted or open to whoever reaches the component.

    Regulation (EU) 2016/679, article 32(1): encryption and confidentiality of processing.
    """

    code, step, severity = "A23", "architecture", "error"
    remedy = "Set encrypted=True and authenticated=True once they are."

    def objections(self, facts: Facts) -> Objections:
        """Objects to personal data without encryption or authentication."""
        for part in facts.architecture.components:
            missing = [name for name in ("encrypted", "authenticated") if not getattr(part, name)]
            if part.personal_data and missing:
                yield part.name, f"It holds personal data and is not {' and not '.join(missing)}."


class KeptForEver(Rule):
    """Personal data without an end of storage break the storage limitation, and every copy makes erasure dearer."""

    code, step, severity = "A24", "architecture", "error"
    remedy = "Set retention_days on the component, at most what Compliance allows."

    def objections(self, facts: Facts) -> Objections:
        """Objects to personal data kept without limit, or longer than allowed."""
        allowed = min(
            (law.retention_days for law in facts.requirements.of(Compliance) if law.retention_days), default=None
        )
        for part in facts.architecture.components:
            if part.personal_data and part.state == "durable":
                if part.retention_days is None:
                    yield part.name, "It keeps personal data without an end."
                elif allowed is not None and part.retention_days > allowed:
                    yield part.name, f"It keeps personal data {part.retention_days:g} days; {allowed:g} are allowed."


class OpenEntry(Rule):
    """An entry that anybody can call serves scrapers, model thieves and your competitors at your cost.

    A model can be copied through its answers alone (Tramèr et al., USENIX Security 2016).
    """

    code, step = "A25", "architecture"
    remedy = "Set authenticated=True on the API that answers, and limit the rate per caller."

    def objections(self, facts: Facts) -> Objections:
        """Objects where no API or frontend on the way checks who calls."""
        doors = [part for part in facts.on_request_path if part.role in ("api", "frontend")]
        if doors and not any(part.authenticated for part in doors):
            yield doors[0].name, "Nobody asks who is calling."


class NoSwitch(Rule):
    """Without a flag or experiment the only way to take a model back is a deployment."""

    code, step, severity = "A26", "architecture", "advice"
    remedy = "Add an integration Component: feature flags or an A/B assignment in front of the model."

    def objections(self, facts: Facts) -> Objections:
        """Objects where requests are answered and no integration component exists."""
        if facts.sync_flows and not any(part.role == "integration" for part in facts.architecture.components):
            yield "components", "No feature flag or A/B assignment is there."


class NeverCatchesUp(Rule):
    """A job that takes longer than its period falls behind for ever; one that fills half of it cannot be rerun in time."""

    code, step, severity = "A27", "architecture", "error"
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


class WideFanOut(Rule):
    """A request that waits for many parallel calls is as slow as the slowest of them: 1 - (1 - p)^n.

    With 100 calls, each slow one time in a hundred, 63 % of requests are slow (Dean & Barroso, CACM 2013).
    """

    code, step = "A28", "architecture"
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


class WrongToolOnPath(Rule):
    """A warehouse, lake, scheduler or training job takes seconds to start an answer; a user's request cannot wait for it."""

    code, step, severity = "A29", "architecture", "error"
    remedy = "Copy what the request needs into a store made for look-ups, ahead of time."

    def objections(self, facts: Facts) -> Objections:
        """Objects to parts on the request's way that the catalogue keeps off it, or that run as jobs."""
        for part in facts.on_request_path:
            tool = lookup(part.technology)
            if (tool and not tool.on_request_path) or part.role == "training" or part.run_s > 0:
                yield part.name, f"A user's request waits for {part.technology or 'a job'}."


class Isolated(Rule):
    """A component that nothing reaches and that reaches nothing is drawn, paid for and unused."""

    code, step = "A30", "architecture"
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

    code, step = "A31", "architecture"
    remedy = "Measure it, or take the order of magnitude from the catalogue and say so."

    def objections(self, facts: Facts) -> Objections:
        """Objects to unknown numbers on the request's way; a frontend is the user's own machine."""
        for part in facts.on_request_path:
            missing = [name for name in ("response", "capacity_per_s", "availability") if getattr(part, name) is None]
            if missing and part.role != "frontend":
                yield part.name, f"It states no {', no '.join(missing)}."


class NoContract(Rule):
    """Data that cross from one team's layer to another without a schema break the reader at the writer's next release."""

    code, step = "A32", "architecture"
    remedy = "Name the schema, keep it in one place, and check it on both sides."

    def objections(self, facts: Facts) -> Objections:
        """Objects to async flows into or out of the data layer, from another layer, without a schema."""
        known = facts.architecture.by_name
        for flow in facts.architecture.flows:
            crosses = known[flow.source].layer != known[flow.target].layer and "data" in (
                known[flow.source].layer,
                known[flow.target].layer,
            )
            if flow.kind == "async" and crosses and not flow.schema:
                yield flow.name, "No schema is agreed."


class NoDecision(Rule):
    """A structure without recorded decisions is changed by people who do not know what it was for (Nygard 2011)."""

    code, step, severity = "A33", "architecture", "advice"
    remedy = "Add Decision(context=…, choice=…, rejected=…, revisit_when=…) for the two or three that shape it."

    def objections(self, facts: Facts) -> Objections:
        """Objects to an architecture without decisions."""
        if facts.architecture.components and not facts.architecture.decisions:
            yield "decisions", "No decision is recorded."


class OneSidedDecision(Rule):
    """A decision without a rejected option is a habit; without a condition to revisit it is a dogma."""

    code, step, severity = "A34", "architecture", "advice"
    remedy = "Set rejected and revisit_when."

    def objections(self, facts: Facts) -> Objections:
        """Objects to each decision that lacks either."""
        for record in facts.architecture.decisions:
            if not (record.rejected and record.revisit_when):
                yield record.name, "It names no rejected option or no condition to revisit."


class Idle(Rule):
    """A large part of the bill pays for replicas that do nothing even at the peak."""

    code, step, severity = "A35", "architecture", "advice"
    remedy = "Run fewer replicas, share the machine, or scale with the load."

    def objections(self, facts: Facts) -> Objections:
        """Objects to more than two replicas below 10 % at the peak after growth that make over a fifth of the cost."""
        spent = {line.component: line.usd_per_month for line in facts.costs}
        for part in facts.architecture.components:
            total = part.total_capacity_per_s
            idle = total is not None and facts.peak_loads[part.name] * facts.growth < 0.1 * total
            if total and idle and part.replicas > 2 and spent[part.name] > 0.2 * facts.cost_usd_per_month:
                yield part.name, f"It is at {percent(facts.peak_loads[part.name] / total)} of its capacity at the peak."


class EventLoop(Rule):
    """Events that run in a circle without a schedule multiply: one bad record comes back for ever."""

    code, step = "A36", "architecture"
    remedy = "Break the loop with a schedule (every_s), a hop count, or a dead-letter queue."

    def objections(self, facts: Facts) -> Objections:
        """Objects to circles of unscheduled async flows."""
        live = {
            name: {flow.target for flow in flows if flow.kind == "async" and not flow.every_s}
            for name, flows in facts.architecture.flows_from.items()
        }
        for start in facts.architecture.by_name:
            if start in reachable(live.get(start, ()), lambda name: live.get(name, ())):
                yield start, "Its events come back to it."
                return


class ModelWithoutFallback(Rule):
    """When the model is slow or down, something must be answered: the last answer, a rule, or nothing, but by design."""

    code, step = "A37", "architecture"
    remedy = "Set fallback on the call to the model: a component, or a sentence such as 'the most popular items'."

    def objections(self, facts: Facts) -> Objections:
        """Objects to sync calls to a serving part without a fallback."""
        for flow in facts.sync_flows:
            if facts.architecture.by_name[flow.target].role == "serving" and not flow.fallback:
                yield flow.name, "The call to the model has no fallback."


class NoPrice(Rule):
    """A component without a price is free on paper, so the budget is kept on paper."""

    code, step = "A38", "architecture"
    remedy = "Set cost_usd_per_month per replica, or usd_per_million; an order of magnitude is enough."

    def objections(self, facts: Facts) -> Objections:
        """Objects to components without any price, frontends apart."""
        for part in facts.architecture.components:
            if part.cost_usd_per_month is None and not part.usd_per_million and part.role != "frontend":
                yield part.name, "It has no price."


class TwoWriters(Rule):
    """Data that two components write belong to neither: the later write wins, and nobody can say which value is right.

    One writer per data set; everybody else asks the owner or reads a copy (Newman, Building Microservices, 2nd ed. 2021).
    """

    code, step = "A39", "architecture"
    remedy = "Let one component write it and send it what the other knows, or split the data into two schemas."

    def objections(self, facts: Facts) -> Objections:
        """Objects to durable state that gets one schema from more than one component."""
        writers: dict[tuple[str, str], set[str]] = {}
        for flow in facts.architecture.flows:
            if flow.kind == "async" and flow.schema and facts.architecture.by_name[flow.target].state == "durable":
                writers.setdefault((flow.target, flow.schema), set()).add(flow.source)
        for (target, schema), sources in writers.items():
            if len(sources) > 1:
                yield target, f"{' and '.join(sorted(sources))} both write {schema!r} into it."


class Unowned(Rule):
    """State without an owner is repaired by nobody and changed by everybody.

    Looked at once a design names owners at all: a list of owners with a hole in it shows where the next dispute will be.
    """

    code, step, severity = "A40", "architecture", "advice"
    remedy = "Set owner to the one team that writes it and answers for it."

    def objections(self, facts: Facts) -> Objections:
        """Objects to durable state without an owner where some component has one."""
        if any(part.owner for part in facts.architecture.components):
            for part in facts.architecture.components:
                if part.state == "durable" and not part.owner:
                    yield part.name, "It keeps durable state, and nobody owns it."
