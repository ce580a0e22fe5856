"""Step 1, requirements: what the business, the model and the system must reach.

A metric is three things: what is counted, on which data, and how it is computed. An ML metric also names the business
metric that it stands for. Source: Kästner, Machine Learning in Production (2025), chapters 5 and 6; SRE Book (2016), 4.
"""

from dataclasses import dataclass
from typing import ClassVar

from mlsd_course.design.model.fields import choice, flag, name, number, refers, share, text, words
from mlsd_course.design.model.part import Part, PartError
from mlsd_course.design.model.step import Step
from mlsd_course.quantities import duration, milliseconds, percent, rate, signed_figure

AIMS = ("at_least", "at_most")
REQUEST_PATH = "the user's request"


@dataclass(frozen=True, repr=False)
class BusinessMetric(Part):
    """What the organisation or its users gain: revenue, engagement, cost or risk."""

    name: str = name()
    kind: str = choice("revenue", "engagement", "cost", "risk")
    what: str = text()
    on_data: str = text()
    computed: str = text()
    target: float = number(low=-1e15)
    unit: str = text("")
    aim: str = choice(*AIMS, default="at_least")
    baseline: float | None = number(None, low=-1e15)
    guardrail: bool = flag()
    worth_usd_per_month: float | None = number(None)

    def check(self) -> None:
        """Refuse a target that is worse than the baseline."""
        _beats_baseline(self)

    def sentence(self) -> str:
        """The metric and its target in one line."""
        return f"{self.what}; on {self.on_data}; computed as {self.computed}; {_target(self)}"


@dataclass(frozen=True, repr=False)
class MLMetric(Part):
    """What the model must reach, and the business metric that it stands for."""

    name: str = name()
    stands_for: str = refers("")
    what: str = text()
    on_data: str = text()
    computed: str = text()
    target: float = number(low=-1e15)
    unit: str = text("")
    aim: str = choice(*AIMS, default="at_least")
    baseline: float | None = number(None, low=-1e15)
    slices: tuple[str, ...] = words()
    false_positive_usd: float | None = number(None)
    false_negative_usd: float | None = number(None)

    def check(self) -> None:
        """Refuse a target that is worse than the baseline."""
        _beats_baseline(self)

    def sentence(self) -> str:
        """The metric, its target and what it stands for in one line."""
        link = f"; stands for {self.stands_for}" if self.stands_for else "; stands for no business metric"
        return f"{self.what}; on {self.on_data}; computed as {self.computed}; {_target(self)}{link}"

    def threshold(self) -> float | None:
        """The score above which acting costs less than not acting: FP / (FP + FN), for calibrated probabilities.

        Source: Elkan, IJCAI 2001, equation 2 with free correct decisions.
        """
        wrong, missed = self.false_positive_usd, self.false_negative_usd
        return wrong / (wrong + missed) if wrong is not None and missed is not None and wrong + missed > 0 else None


@dataclass(frozen=True, repr=False)
class Latency(Part):
    """A limit on a percentile of the response time, seen by the caller of an entry component."""

    name: str = name("")
    percentile: float = number(low=1, high=99.99)
    limit_ms: float = number(above=True)
    entry: str = refers("")

    def default_name(self) -> str:
        """latency_p95."""
        return f"latency_p{self.percentile:g}" + (f"_{self.entry}" if self.entry else "")

    def sentence(self) -> str:
        """The limit in one line."""
        return f"p{self.percentile:g} of {self.entry or REQUEST_PATH} within {milliseconds(self.limit_ms)}"


@dataclass(frozen=True, repr=False)
class Throughput(Part):
    """Requests per second that must be served: the mean, and how far the peak lies above it."""

    name: str = name("")
    per_s: float = number(above=True)
    peak_ratio: float = number(3.0, low=1)

    @property
    def peak_per_s(self) -> float:
        """Requests per second in the busiest minutes."""
        return self.per_s * self.peak_ratio

    def sentence(self) -> str:
        """Mean and peak in one line."""
        return f"{rate(self.per_s)} on average, {rate(self.peak_per_s)} at the peak"


@dataclass(frozen=True, repr=False)
class Availability(Part):
    """The share of requests answered correctly over a window; without the window the number means nothing."""

    name: str = name("")
    share: float = share(above=True)
    window_days: float = number(above=True)
    entry: str = refers("")

    def check(self) -> None:
        """Refuse a promise that no system can keep."""
        if self.share == 1:
            raise PartError("share", "Availability.share of 1 allows no failure at all", given=1, allowed="below 1",
                            remedy="Ask what a minute of failure costs; 0.999 over 30 days allows 43 minutes")  # fmt: skip

    @property
    def budget_minutes(self) -> float:
        """The error budget: minutes of full failure that the window allows."""
        return (1 - self.share) * self.window_days * 24 * 60

    def sentence(self) -> str:
        """Share, window and error budget in one line."""
        budget = duration(self.budget_minutes * 60)
        return f"{percent(self.share)} of requests over {self.window_days:g} days: an error budget of {budget}"


@dataclass(frozen=True, repr=False)
class Growth(Part):
    """How many times today's load must be possible, and by when."""

    name: str = name("")
    factor: float = number(low=1)
    months: float = number(above=True)

    def sentence(self) -> str:
        """Factor and time in one line."""
        return f"{self.factor:g}x the load within {self.months:g} months"


@dataclass(frozen=True, repr=False)
class Freshness(Part):
    """How old the newest information from a source may be where it is used."""

    name: str = name("")
    at: str = refers()
    limit_s: float = number(above=True)
    source: str = refers("")

    def default_name(self) -> str:
        """freshness_features."""
        return f"freshness_{self.at}"

    def sentence(self) -> str:
        """Source, place and age in one line."""
        return f"news from {self.source or 'every source'} reaches {self.at} within {duration(self.limit_s)}"


@dataclass(frozen=True, repr=False)
class Compliance(Part):
    """A law or rule, the duties that follow from it, and the numbers that can be tested."""

    name: str = name("")
    regime: str = text()
    obligations: tuple[str, ...] = words()
    personal_data: bool = flag(True)
    erase_within_days: float | None = number(None, above=True)
    retention_days: float | None = number(None, above=True)
    automated_decision: bool = flag()

    def default_name(self) -> str:
        """compliance_gdpr."""
        letters = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in self.regime.lower())
        return f"compliance_{letters}"[:80]

    def sentence(self) -> str:
        """Regime, duties and limits in one line."""
        limits = [f"erase within {self.erase_within_days:g} days"] if self.erase_within_days else []
        limits += [f"keep at most {self.retention_days:g} days"] if self.retention_days else []
        limits = [limit for limit in limits if limit not in self.obligations]
        return f"{self.regime}: " + "; ".join([*self.obligations, *limits] or ["no duty named yet"])


@dataclass(frozen=True, repr=False)
class Maintainability(Part):
    """How fast a change can go out, and how fast it can be taken back."""

    name: str = name("")
    update_days: float = number(above=True)
    rollback_minutes: float = number(above=True)

    def sentence(self) -> str:
        """Both times in one line."""
        out, back = duration(self.update_days * 86_400), duration(self.rollback_minutes * 60)
        return f"a model or code change goes out within {out} and back within {back}"


@dataclass(frozen=True, repr=False)
class Assumption(Part):
    """Something about the world that must hold, or the system does what it specifies and the requirement fails all the same.

    `supports` names the requirement that rests on it, `checked_by` says who or what notices when it no longer holds.
    `every_s` is set where the assumption is a schedule: how often `source` delivers. Source: Jackson, ICSE 1995.
    """

    name: str = name()
    what: str = text()
    supports: str = refers("")
    checked_by: str = text("")
    source: str = refers("")
    every_s: float | None = number(None, above=True)

    def sentence(self) -> str:
        """The assumption, what rests on it and who would notice, in one line."""
        rests = f"; {self.supports} rests on it" if self.supports else ""
        often = f"; {self.source or 'everything'} comes every {duration(self.every_s)}" if self.every_s else ""
        return f"{self.what}{often}{rests}; " + (
            f"checked by {self.checked_by}" if self.checked_by else "checked by nobody"
        )


SYSTEM = (Latency, Throughput, Availability, Growth, Freshness, Compliance, Maintainability)


@dataclass(frozen=True, repr=False)
class Requirements(Step):
    """Step 1 of a design."""

    title: ClassVar[str] = "Requirements"
    accepts: ClassVar[dict[str, tuple[type[Part], ...]]] = {
        "business_metrics": (BusinessMetric,),
        "ml_metrics": (MLMetric,),
        "system_requirements": SYSTEM,
        "assumptions": (Assumption,),
    }
    business_metrics: tuple[BusinessMetric, ...] = ()
    ml_metrics: tuple[MLMetric, ...] = ()
    system_requirements: tuple[Part, ...] = ()
    assumptions: tuple[Assumption, ...] = ()

    def check(self) -> None:
        """Refuse an ML metric that stands for a business metric which is not there."""
        names = {metric.name for metric in self.business_metrics}
        for metric in self.ml_metrics:
            if metric.stands_for and metric.stands_for not in names:
                raise PartError("stands_for", f"{metric.name} stands for an unknown business metric",
                                given=metric.stands_for, allowed=", ".join(names) or "(no business metric yet)",
                                remedy="Define the business metric first")  # fmt: skip


def _target(metric: BusinessMetric | MLMetric) -> str:
    unit = f" {metric.unit}" if metric.unit else ""
    today = f" (baseline {signed_figure(metric.baseline)}{unit})" if metric.baseline is not None else ""
    return f"{metric.aim.replace('_', ' ')} {signed_figure(metric.target)}{unit}{today}"


def _beats_baseline(metric: BusinessMetric | MLMetric) -> None:
    if metric.baseline is None or getattr(metric, "guardrail", False):
        return
    worse = metric.target < metric.baseline if metric.aim == "at_least" else metric.target > metric.baseline
    if worse:
        raise PartError("target", f"{metric.name}: the target is worse than the baseline", given=metric.target,
                        allowed=f"{metric.aim.replace('_', ' ')} {metric.baseline:g}",
                        remedy="Raise the target, or check `aim`")  # fmt: skip
