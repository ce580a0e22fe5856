"""Rules on metrics: is it stated what is gained, and does the model's metric stand for it?"""

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.model.vague_words import hedges, vague_words
from mlsd_course.design.review.rule import Objections, Rule
from mlsd_course.quantities import money

THRESHOLDED = ("precision", "recall", "false positive", "false negative", "false alarm", "f1")


class NoBusinessMetric(Rule):
    """A system without a business metric cannot be shown to be worth its cost.

    A model can improve while the product does not: of 150 successful models at Booking.com, offline gains did not
    predict business gains (Bernardi et al., KDD 2019). Start from what the organisation or its users gain.
    """

    code, slug, step, severity = "R01", "no-business-metric", "requirements", "error"
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

    code, slug, step, severity = "R02", "unlinked-ml-metric", "requirements", "error"
    remedy = "Set stands_for to the business metric whose movement it predicts, or drop the metric."

    def objections(self, facts: Facts) -> Objections:
        """Objects to each metric without a link."""
        for metric in facts.requirements.ml_metrics:
            if not metric.stands_for:
                yield metric.name, "It stands for no business metric."


class NoMLMetric(Rule):
    """Without a model metric nobody can say whether a new model may replace the old one."""

    code, slug, step, severity = "R03", "no-ml-metric", "requirements", "error"
    remedy = "Add an MLMetric that stands for the business metric, measured on data the model has not seen."

    def objections(self, facts: Facts) -> Objections:
        """Objects to an empty group."""
        if not facts.requirements.ml_metrics:
            yield "ml_metrics", "No model metric is defined."


class VagueMetric(Rule):
    """A word such as 'relevant' or 'fast' without a number lets two people read two requirements.

    ISO/IEC/IEEE 29148:2018 lists such terms as ones to avoid, because no test can decide them.
    """

    code, slug, step = "R04", "vague-metric", "requirements"
    remedy = "Replace the word by the count, share or time that it stands for."

    def objections(self, facts: Facts) -> Objections:
        """Objects to vague words and hedges in metrics."""
        for name, text in facts.text:
            words = [entry.word for entry in vague_words(text)] + hedges(text)
            if words:
                yield name, f"It says {', '.join(repr(word) for word in words)}."


class NoBaseline(Rule):
    """A target without today's value does not say how far the way is, or whether a rule already reaches it.

    "A simple heuristic gets you half of the way": Zinkevich, Rules of Machine Learning, rule 1.
    """

    code, slug, step = "R05", "no-baseline", "requirements"
    remedy = "Measure what the present process or the simplest rule reaches, and set baseline."

    def objections(self, facts: Facts) -> Objections:
        """Objects to each model metric without a baseline."""
        for metric in facts.requirements.ml_metrics:
            if metric.baseline is None:
                yield metric.name, "No baseline is stated."


class NoGuardrail(Rule):
    """A metric that is pushed without a guardrail is paid for by one that nobody watches.

    Clicks rise and returns rise with them. A guardrail is a metric that must not get worse (Kohavi et al. 2020, ch. 21).
    """

    code, slug, step = "R11", "no-guardrail", "requirements"
    remedy = "Mark one BusinessMetric as guardrail=True: complaints, returns, false alarms, time to load."

    def objections(self, facts: Facts) -> Objections:
        """Objects where no business metric is a guardrail."""
        metrics = facts.requirements.business_metrics
        if metrics and not any(metric.guardrail for metric in metrics):
            yield "business_metrics", "No metric is protected from getting worse."


class NoCostOfErrors(Rule):
    """A threshold between precision and recall cannot be chosen before both kinds of error have a price.

    For a calibrated score the best threshold is FP / (FP + FN) (Elkan, IJCAI 2001). Asking for both at once hides
    the choice.
    """

    code, slug, step = "R16", "no-cost-of-errors", "requirements"
    remedy = "Set false_positive_usd and false_negative_usd on the metric; a ratio is enough."

    def objections(self, facts: Facts) -> Objections:
        """Objects to precision- and recall-like metrics without prices."""
        for metric in facts.requirements.ml_metrics:
            text = f"{metric.name} {metric.what} {metric.computed}".lower().replace("_", " ")
            if any(word in text for word in THRESHOLDED) and "@" not in text and metric.threshold() is None:
                yield metric.name, "It depends on a threshold, and the two errors have no price."


class AccuracyAlone(Rule):
    """Accuracy is high for a model that never finds the rare case, so it is no requirement by itself.

    With one fraud in a thousand, "never fraud" is 99.9 % accurate.
    """

    code, slug, step = "R17", "accuracy-alone", "requirements"
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

    code, slug, step, severity = "R18", "costs-more-than-it-brings", "requirements", "error"
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


class MetricWithoutSlices(Rule):
    """An average over everybody hides the group for which the model fails.

    Ask for the metric on each slice that matters: new users, small airports, languages (Ribeiro et al., ACL 2020).
    """

    code, slug, step, severity = "R20", "metric-without-slices", "requirements", "advice"
    remedy = "Set slices on the metric, and report the worst of them."

    def objections(self, facts: Facts) -> Objections:
        """Objects where no model metric names slices."""
        metrics = facts.requirements.ml_metrics
        if metrics and not any(metric.slices for metric in metrics):
            yield metrics[0].name, "No model metric is asked for on slices of the data."
