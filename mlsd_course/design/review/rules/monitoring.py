"""Rules on monitoring: does somebody notice when the service, the data or the model go wrong?"""

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.review.rule import Objections, Rule


class NothingMonitors(Rule):
    """A model degrades without an error message; only a monitor that looks at data and outcomes notices.

    Source: Breck et al. 2017, the monitoring part of the ML Test Score.
    """

    code, slug, step, severity = "A19", "nothing-monitors", "architecture", "error"
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

    code, slug, step = "A20", "golden-signals", "architecture"
    remedy = "Let some component watch latency and errors."

    def objections(self, facts: Facts) -> Objections:
        """Objects where requests are answered and latency or errors are not watched."""
        watched = {word for part in facts.architecture.components for word in part.watches}
        missing = [word for word in ("latency", "errors") if word not in watched]
        if facts.sync_flows and missing:
            yield "components", f"Nothing watches {' and '.join(missing)}."


class NoAlert(Rule):
    """Without alerts the users are the monitoring."""

    code, slug, step, severity = "S17", "no-alert", "strategy", "error"
    remedy = "Add Alert(on='error budget burns 14.4x over 1 h', pages=True, runbook=…)."

    def objections(self, facts: Facts) -> Objections:
        """Objects to an empty list."""
        if not facts.strategy.alerts:
            yield "alerts", "Nothing calls anybody."


class AlertWithoutRunbook(Rule):
    """Whoever is woken at night needs the first three steps, not a research question (SRE Book 2016, chapter 11)."""

    code, slug, step = "S18", "alert-without-runbook", "strategy"
    remedy = "Set runbook: how to see the cause, how to stop the harm, whom to call."

    def objections(self, facts: Facts) -> Objections:
        """Objects to paging alerts without a runbook."""
        for alert in facts.strategy.alerts:
            if alert.pages and not alert.runbook:
                yield alert.name, "It wakes somebody and does not say what to do."


class OnlyServiceAlerts(Rule):
    """A model that answers quickly and wrongly keeps every service alert green."""

    code, slug, step = "S19", "only-service-alerts", "strategy"
    remedy = "Add an Alert that watches data or model: missing share, prediction distribution, delayed quality."

    def objections(self, facts: Facts) -> Objections:
        """Objects where no alert watches data, model or business."""
        alerts = facts.strategy.alerts
        if alerts and not any(alert.watches in ("data", "model", "business") for alert in alerts):
            yield "alerts", "No alert watches data, model or business."
