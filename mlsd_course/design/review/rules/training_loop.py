"""Rules on the training loop: the same features twice, models that arrive, labels that come back."""

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.review.rule import Objections, Rule
from mlsd_course.walks import reachable


class TrainingServingSkew(Rule):
    """Features computed by one code path in training and by another in serving drift apart, silently.

    Training-serving skew is the commonest ML fault that no test of the model finds (Zinkevich, rules 29 to 32; Baylor
    et al., KDD 2017).
    """

    code, slug, step, severity = "A18", "training-serving-skew", "architecture", "error"
    remedy = "Compute features once (one processing part, or a feature store) for both, or log them at serving time."

    def objections(self, facts: Facts) -> Objections:
        """Objects where training and serving both read processed data and share no processing or store."""
        trained, served = (_feeds(facts, role) for role in ("training", "serving"))
        if trained and served and not trained & served:
            yield "training", f"It is fed by {', '.join(sorted(trained))}; serving by {', '.join(sorted(served))}."


class ModelNeverServed(Rule):
    """A training part whose model has no way to a serving part updates nothing."""

    code, slug, step, severity = "A21", "model-never-served", "architecture", "error"
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


class NoFeedback(Rule):
    """Predictions that are not kept cannot be compared with what happened: quality stays unknown for ever."""

    code, slug, step = "A22", "no-feedback", "architecture"
    remedy = "Log each prediction with its inputs and model version to the data layer."

    def objections(self, facts: Facts) -> Objections:
        """Objects where nothing flows from serving or application to data or monitoring."""
        components = facts.architecture.by_name
        kept = any(
            components[flow.source].role in ("serving", "api", "frontend", "integration")
            and (components[flow.target].layer == "data" or components[flow.target].role == "monitoring")
            and flow.kind == "async"
            for flow in facts.architecture.flows
        )
        if any(part.role == "serving" for part in components.values()) and not kept:
            yield "flows", "No prediction or outcome flows back."


class NoRetraining(Rule):
    """A model is as old as its last training; without a plan that is for ever."""

    code, slug, step = "S20", "no-retraining", "strategy"
    remedy = "Add Retraining(trigger=…, every_days=…, gate=…)."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a missing plan."""
        if not facts.strategy.retraining:
            yield "retraining", "No retraining is planned."


class RetrainsFasterThanLabels(Rule):
    """Late labels keep a model behind the world, and training much more often than they are late does not catch it up.

    The newest label that a round can learn from is as old as the delay. Going from a quarter of the delay to no pause at
    all takes a tenth off the mean age of what the model knows, and costs every further round in full.
    """

    code, slug, step = "S21", "retrains-faster-than-labels", "strategy"
    remedy = "Train about four times per label delay at most, or learn from a proxy label that comes sooner."

    def objections(self, facts: Facts) -> Objections:
        """Objects to schedules shorter than a quarter of the label delay."""
        delay = facts.velocity.label_delay_days if facts.velocity else None
        for plan in facts.strategy.retraining:
            if delay and plan.every_days and plan.every_days < delay / 4:
                yield plan.name, f"It trains every {plan.every_days:g} days; labels take {delay:g} days."


class RetrainsUngated(Rule):
    """Automatic training without a gate puts the first poisoned or broken batch of data into production."""

    code, slug, step, severity = "S22", "retrains-ungated", "strategy", "error"
    remedy = "Set gate: what the new model must beat, on which data, before it may serve."

    def objections(self, facts: Facts) -> Objections:
        """Objects to plans without a gate."""
        for plan in facts.strategy.retraining:
            if not plan.gate and plan.trigger != "manual":
                yield plan.name, "Nothing stands between training and serving."


def _feeds(facts: Facts, role: str) -> set[str]:
    """Data parts directly before the parts of a role, and those before them; ingestion and stores of models apart."""

    def data_before(name: str) -> list[str]:
        return [source for source in _before(facts, name) if _holds_data(facts, source)]

    parts = [part.name for part in facts.architecture.components if part.role == role]
    return set(reachable((source for name in parts for source in data_before(name)), data_before))


def _holds_data(facts: Facts, name: str) -> bool:
    part = facts.architecture.by_name[name]
    return part.layer == "data" and part.role != "ingestion" and not _holds_models(facts, name)


def _after(facts: Facts, name: str) -> set[str]:
    def targets(at: str) -> list[str]:
        callers = [flow.source for flow in facts.architecture.flows_to[at] if flow.kind == "sync"]
        return [flow.target for flow in facts.architecture.flows_from[at]] + callers

    return set(reachable([name], targets))


def _holds_models(facts: Facts, name: str) -> bool:
    """True for a registry: a store that nothing but training writes."""
    writers = [flow.source for flow in facts.architecture.flows_to[name] if flow.kind == "async"]
    return bool(writers) and all(facts.architecture.by_name[writer].role == "training" for writer in writers)


def _before(facts: Facts, name: str) -> list[str]:
    writes = [flow.source for flow in facts.architecture.flows_to[name] if flow.kind == "async"]
    return writes + [flow.target for flow in facts.architecture.calls_of[name]]
