"""Rules over step 1: is it said what must be reached, so that it can be checked?"""

from collections.abc import Iterator

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.model.requirements import (
    Assumption,
    Availability,
    BusinessMetric,
    Compliance,
    Freshness,
    Growth,
    Latency,
    Maintainability,
    MLMetric,
    Throughput,
)
from mlsd_course.design.model.vague_words import hedges, vague_words
from mlsd_course.design.review.rule import Rule
from mlsd_course.quantities import duration, milliseconds, money

Objections = Iterator[tuple[str, str]]
THRESHOLDED = ("precision", "recall", "false positive", "false negative", "false alarm", "f1")


class NoBusinessMetric(Rule):
    """A system without a business metric cannot be shown to be worth its cost.

    A model can improve while the product does not: of 150 successful models at Booking.com, offline gains did not
    predict business gains (Bernardi et al., KDD 2019). Start from what the organisation or its users gain.
    """

    code, step, severity = "R01", "requirements", "error"
    remedy = "Add a BusinessMetric: what, on which data, how computed, with a target."

    def objections(self, facts: Facts) -> Objections:
        """Objects to an empty group."""
        if not facts.requirements.business_metrics:
            yield "business_metrics", "No business metric is defined."


class UnlinkedMLMetric(Rule):
    """A model metric that stands for no business metric may improve without anybody gaining.

    The proxy is not the goal. The link is an assumption that can be tested, so it is written down
    (Kästner 2025, chapter 5; Jackson 1995 on the world and the machine).
    """

    code, step, severity = "R02", "requirements", "error"
    remedy = "Set stands_for to the business metric whose movement it predicts, or drop the metric."

    def objections(self, facts: Facts) -> Objections:
        """Objects to each metric without a link."""
        for metric in facts.requirements.ml_metrics:
            if not metric.stands_for:
                yield metric.name, "It stands for no business metric."


class NoMLMetric(Rule):
    """Without a model metric nobody can say whether a new model may replace the old one."""

    code, step, severity = "R03", "requirements", "error"
    remedy = "Add an MLMetric that stands for the business metric, measured on data the model has not seen."

    def objections(self, facts: Facts) -> Objections:
        """Objects to an empty group."""
        if not facts.requirements.ml_metrics:
            yield "ml_metrics", "No model metric is defined."


class VagueMetric(Rule):
    """A word such as 'relevant' or 'fast' without a number lets two people read two requirements.

    ISO/IEC/IEEE 29148:2018 lists such terms as ones to avoid, because no test can decide them.
    """

    code, step = "R04", "requirements"
    remedy = "Replace the word by the count, share or time that it stands for."

    def objections(self, facts: Facts) -> Objections:
        """Objects to vague words and hedges in metrics."""
        for name, said in facts.text:
            found = [entry.word for entry in vague_words(said)] + hedges(said)
            if found:
                yield name, f"It says {', '.join(repr(word) for word in found)}."


class NoBaseline(Rule):
    """A target without today's value does not say how far the way is, or whether a rule already reaches it.

    "A simple heuristic gets you half of the way": Zinkevich, Rules of Machine Learning, rule 1.
    """

    code, step = "R05", "requirements"
    remedy = "Measure what the present process or the simplest rule reaches, and set baseline."

    def objections(self, facts: Facts) -> Objections:
        """Objects to each model metric without a baseline."""
        for metric in facts.requirements.ml_metrics:
            if metric.baseline is None:
                yield metric.name, "No baseline is stated."


class NoLatencyLimit(Rule):
    """Somebody waits for the answer, and nothing says how long they will.

    Without a limit every component is fast enough, and the sum of them is found out by users.
    """

    code, step, severity = "R06", "requirements", "error"
    remedy = "Add Latency(percentile=95, limit_ms=…) from what the caller can bear."

    def objections(self, facts: Facts) -> Objections:
        """Objects where requests are answered without a limit."""
        if facts.sync_flows and not facts.requirements.of(Latency):
            yield "system_requirements", "Requests are answered while somebody waits, and no Latency is required."


class MiddleLatency(Rule):
    """A median or mean hides the slow requests, and a page that makes many calls meets them all the time.

    With 100 parallel calls, 63 % of pages are slower than the p99 of one call (Dean & Barroso, CACM 2013).
    """

    code, step = "R07", "requirements"
    remedy = "State p95 or p99."

    def objections(self, facts: Facts) -> Objections:
        """Objects to limits below the 90th percentile where no limit is at it or above."""
        if any(limit.percentile >= 90 for limit in facts.requirements.of(Latency)):
            return
        for limit in facts.requirements.of(Latency):
            yield limit.name, f"Only p{limit.percentile:g} is limited; nothing limits the tail."


class NoThroughput(Rule):
    """Without a rate of requests no replica can be counted and no cost known."""

    code, step, severity = "R08", "requirements", "error"
    remedy = "Add Throughput(per_s=…, peak_ratio=…) from logs, or from users x actions per day / 86,400 s."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a missing rate."""
        if not facts.requirements.of(Throughput):
            yield "system_requirements", "No Throughput is required."


class NoAvailability(Rule):
    """Somebody depends on the answer, and nothing says how often it may be missing.

    The error budget is also what pays for releases: with no objective, every risk is too much or none is
    (SRE Book 2016, chapter 3).
    """

    code, step, severity = "R09", "requirements", "error"
    remedy = "Add Availability(share=0.999, window_days=30) or what a missing answer is worth."

    def objections(self, facts: Facts) -> Objections:
        """Objects where requests are answered without an objective."""
        if facts.sync_flows and not facts.requirements.of(Availability):
            yield "system_requirements", "Requests are answered, and no Availability is required."


class BudgetBelowRollback(Rule):
    """One bad release that takes longer to take back than the whole error budget breaks the promise by itself.

    99.99 % over 30 days is 4.3 minutes. No person notices, decides and rolls back in that time.
    """

    code, step = "R10", "requirements"
    remedy = "Roll back faster and by itself, release to a small share first, or promise less."

    def objections(self, facts: Facts) -> Objections:
        """Objects where the rollback eats the budget."""
        for change in facts.requirements.of(Maintainability):
            for promise in facts.requirements.of(Availability):
                if change.rollback_minutes > promise.budget_minutes:
                    back, budget = duration(change.rollback_minutes * 60), duration(promise.budget_minutes * 60)
                    yield promise.name, f"A rollback takes {back}; the error budget is {budget}."


class NoGuardrail(Rule):
    """A metric that is pushed without a guardrail is paid for by one that nobody watches.

    Clicks rise and returns rise with them. A guardrail is a metric that must not get worse (Kohavi et al. 2020, ch. 21).
    """

    code, step = "R11", "requirements"
    remedy = "Mark one BusinessMetric as guardrail=True: complaints, returns, false alarms, time to load."

    def objections(self, facts: Facts) -> Objections:
        """Objects where no business metric is a guardrail."""
        metrics = facts.requirements.business_metrics
        if metrics and not any(metric.guardrail for metric in metrics):
            yield "business_metrics", "No metric is protected from getting worse."


class PersonalDataWithoutLaw(Rule):
    """Personal data are processed, and no requirement says under which law and for how long."""

    code, step, severity = "R12", "requirements", "error"
    remedy = "Add Compliance(regime=…, obligations=[…], erase_within_days=…, retention_days=…)."

    def objections(self, facts: Facts) -> Objections:
        """Objects where a component holds personal data without a Compliance requirement."""
        if facts.personal_data and not facts.requirements.of(Compliance):
            yield "system_requirements", "A component holds personal data, and no Compliance is required."


class LawWithoutDuty(Rule):
    """'GDPR' is not a requirement; 'every copy erased within 30 days of a request' is.

    Regulation (EU) 2016/679, article 17 (erasure), article 5(1)(e) (storage limitation).
    """

    code, step = "R13", "requirements"
    remedy = "List the obligations, and set erase_within_days and retention_days for personal data."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a regime without duties or, for personal data, without both time limits."""
        for law in facts.requirements.of(Compliance):
            if not law.obligations:
                yield law.name, "No obligation is listed."
            elif law.personal_data and (law.erase_within_days is None or law.retention_days is None):
                yield law.name, "Personal data have no time limit for erasure or for keeping."


class NoFreshness(Rule):
    """Data flow to the model, and nothing says how old they may be when they are used.

    Freshness decides between batch, stream and hybrid more often than latency does.
    """

    code, step = "R14", "requirements"
    remedy = "Add Freshness(at=…, limit_s=…): the age at which the answer loses its worth."

    def objections(self, facts: Facts) -> Objections:
        """Objects where data move without a limit on age."""
        if any(flow.kind == "async" for flow in facts.architecture.flows) and not facts.requirements.of(Freshness):
            yield "system_requirements", "Data move to where they are used, and no Freshness is required."


class NoGrowth(Rule):
    """A design without a growth factor is rebuilt at a time that somebody else chooses."""

    code, step, severity = "R15", "requirements", "advice"
    remedy = "Add Growth(factor=…, months=…), even if the factor is 1."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a missing growth factor."""
        if not facts.requirements.of(Growth):
            yield "system_requirements", "No Growth is stated."


class NoCostOfErrors(Rule):
    """A threshold between precision and recall cannot be chosen before both kinds of error have a price.

    For a calibrated score the best threshold is FP / (FP + FN) (Elkan, IJCAI 2001). Asking for both at once hides
    the choice.
    """

    code, step = "R16", "requirements"
    remedy = "Set false_positive_usd and false_negative_usd on the metric; a ratio is enough."

    def objections(self, facts: Facts) -> Objections:
        """Objects to precision- and recall-like metrics without prices."""
        for metric in facts.requirements.ml_metrics:
            said = f"{metric.name} {metric.what} {metric.computed}".lower().replace("_", " ")
            if any(word in said for word in THRESHOLDED) and "@" not in said and metric.threshold() is None:
                yield metric.name, "It depends on a threshold, and the two errors have no price."


class AccuracyAlone(Rule):
    """Accuracy is high for a model that never finds the rare case, so it is no requirement by itself.

    With one fraud in a thousand, "never fraud" is 99.9 % accurate.
    """

    code, step = "R17", "requirements"
    remedy = "Ask for recall at a stated precision, or for the expected cost per decision."

    def objections(self, facts: Facts) -> Objections:
        """Objects where every model metric is accuracy."""
        metrics = facts.requirements.ml_metrics
        if metrics and all("accuracy" in f"{metric.name} {metric.what}".lower() for metric in metrics):
            yield metrics[0].name, "Accuracy is the only model metric."


class CostsMoreThanItBrings(Rule):
    """A system that costs more to run than its metrics are worth should not be built.

    Unit economics come before architecture: gain per request minus cost per request must be above zero.
    """

    code, step, severity = "R18", "requirements", "error"
    remedy = "Choose a cheaper pattern, narrow the scope to the valuable requests, or stop here."

    def objections(self, facts: Facts) -> Objections:
        """Objects where the stated worth is below the running cost."""
        worth = [
            metric.worth_usd_per_month
            for metric in facts.requirements.business_metrics
            if metric.worth_usd_per_month is not None
        ]
        if worth and sum(worth) < facts.cost_usd_per_month:
            yield (
                "business_metrics",
                f"They are worth {money(sum(worth))} a month; running costs {money(facts.cost_usd_per_month)}.",
            )


class NoMaintainability(Rule):
    """'Easy to update' becomes testable as two times: until a change is out, and until it is back."""

    code, step = "R19", "requirements"
    remedy = "Add Maintainability(update_days=…, rollback_minutes=…)."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a missing requirement."""
        if not facts.requirements.of(Maintainability):
            yield "system_requirements", "No Maintainability is required."


class NoSlices(Rule):
    """An average over everybody hides the group for which the model fails.

    Ask for the metric on each slice that matters: new users, small airports, languages (Ribeiro et al., ACL 2020).
    """

    code, step, severity = "R20", "requirements", "advice"
    remedy = "Set slices on the metric, and report the worst of them."

    def objections(self, facts: Facts) -> Objections:
        """Objects where no model metric names slices."""
        metrics = facts.requirements.ml_metrics
        if metrics and not any(metric.slices for metric in metrics):
            yield metrics[0].name, "No model metric is asked for on slices of the data."


class CrossedPercentiles(Rule):
    """A higher percentile with a smaller limit makes the lower one empty: one of the two is a mistake."""

    code, step, severity = "R21", "requirements", "error"
    remedy = "Let limits grow with the percentile, or drop the one that says nothing."

    def objections(self, facts: Facts) -> Objections:
        """Objects to limits that cross on one entry; a limit without an entry concerns them all."""
        limits = sorted(facts.requirements.of(Latency), key=lambda limit: limit.percentile)
        for place, lower in enumerate(limits):
            for higher in limits[place + 1 :]:
                if (
                    (higher.entry == lower.entry or "" in (higher.entry, lower.entry))
                    and higher.percentile > lower.percentile
                    and higher.limit_ms < lower.limit_ms
                ):
                    yield (
                        higher.name,
                        f"Its limit of {milliseconds(higher.limit_ms)} is below that of p{lower.percentile:g}, {milliseconds(lower.limit_ms)}.",
                    )


class UnknownPlace(Rule):
    """A requirement about a component that is not in the architecture can be met by nothing."""

    code, step, severity = "R22", "requirements", "error"
    remedy = "Correct the name, or add the component."

    def objections(self, facts: Facts) -> Objections:
        """Objects to places that do not exist, once there is an architecture."""
        known = facts.architecture.by_name
        for rule in facts.requirements.of(Latency, Availability, Freshness):
            for field in ("entry", "at", "source"):
                place = getattr(rule, field, "")
                if known and place and place not in known:
                    yield rule.name, f"There is no component named {place!r}."


class FresherThanItsSource(Rule):
    """News cannot be younger than the schedule by which it comes: freshness of a second and a nightly batch exclude each other.

    Found before anything is drawn: the stakeholder who wants the freshness and the one who runs the batch have to talk.
    """

    code, step, severity = "R23", "requirements", "error"
    remedy = "Shorten the schedule (a stream costs more), or allow the age that the schedule gives."

    def objections(self, facts: Facts) -> Objections:
        """Objects to a freshness that an assumed schedule of its source, or of everything, cannot give."""
        schedules = [part for part in facts.requirements.of(Assumption) if part.every_s]
        for limit in facts.requirements.of(Freshness):
            for schedule in schedules:
                concerns = not schedule.source or schedule.source in (limit.source, limit.at) or not limit.source
                if concerns and schedule.every_s > limit.limit_s:
                    often = duration(schedule.every_s)
                    yield limit.name, f"It allows {duration(limit.limit_s)}; {schedule.name} brings news every {often}."


class TwoNumbersForOneThing(Rule):
    """Two limits for one and the same thing mean that two people believe in two requirements, and one will be surprised."""

    code, step, severity = "R24", "requirements", "error"
    remedy = "Let the two who asked agree on one number, and drop the other."

    def objections(self, facts: Facts) -> Objections:
        """Objects to the second of two different numbers for one percentile, entry, place or system."""
        for kind, subject, limit in (
            (Latency, ("percentile", "entry"), "limit_ms"),
            (Availability, ("entry", "window_days"), "share"),
            (Freshness, ("source", "at"), "limit_s"),
            (Throughput, (), "per_s"),
            (Growth, ("months",), "factor"),
            (Maintainability, (), "rollback_minutes"),
            (BusinessMetric, ("what", "on_data", "computed", "aim"), "target"),
            (MLMetric, ("what", "on_data", "computed", "aim"), "target"),
        ):
            first: dict[tuple[object, ...], str] = {}
            for part in facts.requirements.of(kind):
                other = first.setdefault(tuple(getattr(part, field) for field in subject), part.name)
                if other != part.name and getattr(facts.requirements.get(other), limit) != getattr(part, limit):
                    yield (
                        part.name,
                        f"{other} says {facts.requirements.get(other).sentence()}; this says {part.sentence()}.",
                    )


class UncheckedAssumption(Rule):
    """The program can be right and the requirement unmet, because the world is not as it was assumed to be.

    Requirement = specification + assumptions about the world (Jackson, ICSE 1995). What nobody checks is found by users.
    """

    code, step, severity = "R25", "requirements", "advice"
    remedy = "Set checked_by: the metric, the alert or the person that notices when it no longer holds."

    def objections(self, facts: Facts) -> Objections:
        """Objects to each assumption that nobody checks."""
        for part in facts.requirements.of(Assumption):
            if not part.checked_by:
                yield part.name, "Nobody would notice that it no longer holds."


class KeptLongerThanErased(Rule):
    """Data that must be erased within some days live on in every model and copy that is renewed more rarely than that."""

    code, step, severity = "R26", "requirements", "warning"
    remedy = "Renew models and copies within the time for erasure, or keep what identifies people out of them."

    def objections(self, facts: Facts) -> Objections:
        """Objects where a change takes longer to go out than erasure may take."""
        for law in facts.requirements.of(Compliance):
            for change in facts.requirements.of(Maintainability):
                if law.erase_within_days is not None and change.update_days > law.erase_within_days:
                    out = duration(change.update_days * 86_400)
                    yield (
                        law.name,
                        f"Erase within {law.erase_within_days:g} days, and a new model takes {out} to go out.",
                    )


class RestsOnNothing(Rule):
    """An assumption that supports no requirement of this design is either left over, or its requirement was lost."""

    code, step = "R27", "requirements"
    remedy = "Correct the name in supports, or drop the assumption with the requirement that is gone."

    def objections(self, facts: Facts) -> Objections:
        """Objects to names of requirements that are not there."""
        known = {getattr(part, "name", "") for part in facts.requirements}
        for part in facts.requirements.of(Assumption):
            if part.supports and part.supports not in known:
                yield part.name, f"There is no requirement named {part.supports!r}."
