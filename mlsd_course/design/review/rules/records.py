"""Rules on records: how they are delivered, what they look like, who writes them and who keeps a copy."""

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.review.rule import Objections, Rule
from mlsd_course.walks import reachable


class ExactlyOnce(Rule):
    """Exactly-once delivery between two systems does not exist; exactly-once effect does, by idempotent writes."""

    code, slug, step = "A15", "exactly-once", "architecture"
    remedy = "Say at_least_once, and make the receiver idempotent."

    def objections(self, facts: Facts) -> Objections:
        """Objects to flows that claim it into a part that is not idempotent."""
        for flow in facts.architecture.flows:
            if flow.delivery == "exactly_once" and not facts.architecture.by_name[flow.target].idempotent:
                yield flow.name, "It claims exactly-once delivery."


class UnstatedDelivery(Rule):
    """An event flow loses records, repeats them, or both; if nobody has said which, nobody is prepared for it."""

    code, slug, step, severity = "A16", "unstated-delivery", "architecture", "advice"
    remedy = "Set delivery to at_most_once or at_least_once."

    def objections(self, facts: Facts) -> Objections:
        """Objects to event flows without delivery semantics."""
        for flow in facts.architecture.flows:
            if flow.kind == "async" and not flow.every_s and not flow.delivery:
                yield flow.name, "It is not said whether events may be lost or repeated."


class NoBackup(Rule):
    """State that nobody has copied is gone with its disk, or with the first wrong delete."""

    code, slug, step, severity = "A17", "no-backup", "architecture", "error"
    remedy = "Back it up and restore it once, or derive it anew from another part and call it a cache."

    def objections(self, facts: Facts) -> Objections:
        """Objects to durable state without a backup."""
        for part in facts.architecture.components:
            if part.state == "durable" and not part.backed_up:
                yield part.name, "It keeps durable state without a backup."


class NoSchema(Rule):
    """Data that cross from one team's layer to another without a schema break the reader at the writer's next release."""

    code, slug, step = "A32", "no-schema", "architecture"
    remedy = "Name the schema, keep it in one place, and check it on both sides."

    def objections(self, facts: Facts) -> Objections:
        """Objects to async flows into or out of the data layer, from another layer, without a schema."""
        components = facts.architecture.by_name
        for flow in facts.architecture.flows:
            crosses = components[flow.source].layer != components[flow.target].layer and "data" in (
                components[flow.source].layer,
                components[flow.target].layer,
            )
            if flow.kind == "async" and crosses and not flow.schema:
                yield flow.name, "No schema is agreed."


class UnscheduledEventLoop(Rule):
    """Events that run in a circle without a schedule multiply: one bad record comes back for ever."""

    code, slug, step = "A36", "unscheduled-event-loop", "architecture"
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


class TwoWriters(Rule):
    """Data that two components write belong to neither: the later write wins, and nobody can say which value is right.

    One writer per data set; everybody else asks the owner or reads a copy (Newman, Building Microservices, 2nd ed. 2021).
    """

    code, slug, step = "A39", "two-writers", "architecture"
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


class UnownedState(Rule):
    """State without an owner is repaired by nobody and changed by everybody.

    Looked at once a design names owners at all: a list of owners with a hole in it shows where the next dispute will be.
    """

    code, slug, step, severity = "A40", "unowned-state", "architecture", "advice"
    remedy = "Set owner to the one team that writes it and answers for it."

    def objections(self, facts: Facts) -> Objections:
        """Objects to durable state without an owner where some component has one."""
        if any(part.owner for part in facts.architecture.components):
            for part in facts.architecture.components:
                if part.state == "durable" and not part.owner:
                    yield part.name, "It keeps durable state, and nobody owns it."
