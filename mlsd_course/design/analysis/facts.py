"""Everything that can be worked out from a design, each thing once: what rules, sizing and verdicts look at."""

from functools import cached_property
from math import inf
from typing import TypeVar

from mlsd_course.design.analysis.availability import RequestAvailability
from mlsd_course.design.analysis.cost import CostLine, cost_lines
from mlsd_course.design.analysis.freshness import Age, freshness
from mlsd_course.design.analysis.load import Bottleneck, bottleneck, loads
from mlsd_course.design.analysis.request_time import RequestTime
from mlsd_course.design.model.architecture import Component, Flow
from mlsd_course.design.model.constraints import (
    Budget,
    Infrastructure,
    PeakTraffic,
    Resources,
    Support,
    Velocity,
    Volume,
)
from mlsd_course.design.model.design import Design, FourSteps
from mlsd_course.design.model.part import Part
from mlsd_course.design.model.requirements import (
    Availability,
    BusinessMetric,
    Compliance,
    Freshness,
    Growth,
    Latency,
    MLMetric,
    Throughput,
)
from mlsd_course.design.model.response import COARSE, percentile

Stated = TypeVar("Stated", bound=Part)


class Facts:
    """Derived numbers of one design; everything is computed when first asked for.

    >>> from mlsd_course.design import worked_design
    >>> facts = Facts(worked_design("eta"))
    >>> facts.mean_per_s, facts.peak_per_s
    (2000.0, 6000.0)
    """

    def __init__(self, steps: FourSteps, points: int = COARSE) -> None:
        self.design, self.points = Design.of(steps), points
        self.requirements, self.constraints = steps.requirements, steps.constraints
        self.architecture, self.strategy = steps.architecture, steps.strategy

    def one(self, kind: type[Stated]) -> Stated | None:
        """The first part of a type in requirements or constraints, or None."""
        return next(iter((*self.requirements.of(kind), *self.constraints.of(kind))), None)

    @cached_property
    def mean_per_s(self) -> float:
        """User requests per second on average; 0 where no throughput is required."""
        throughput = self.one(Throughput)
        return throughput.per_s if throughput else 0.0

    @cached_property
    def peak_per_s(self) -> float:
        """User requests per second at the peak: the larger of requirement and constraint."""
        throughput = self.one(Throughput)
        peak = self.one(PeakTraffic)
        return max(throughput.peak_per_s if throughput else 0.0, peak.per_s if peak else 0.0)

    @cached_property
    def growth(self) -> float:
        """The required growth factor, 1 where none is stated."""
        growth = self.one(Growth)
        return growth.factor if growth else 1.0

    @cached_property
    def peak_loads(self) -> dict[str, float]:
        """Calls per second by component at the peak."""
        return loads(self.architecture, self.peak_per_s)

    @cached_property
    def bottleneck(self) -> Bottleneck | None:
        """The first component to saturate."""
        return bottleneck(self.architecture)

    @cached_property
    def on_request_path(self) -> list[Component]:
        """Components that a user's request goes through, each once."""
        names = dict.fromkeys(
            name for entry in self.architecture.entries for name in self.architecture.called_from(entry.name)
        )
        return [self.architecture.by_name[name] for name in names]

    @cached_property
    def sync_flows(self) -> list[Flow]:
        """Calls on the way of a user's request."""
        return [flow for part in self.on_request_path for flow in self.architecture.calls_of[part.name]]

    @cached_property
    def _times(self) -> dict[str, tuple[list[float], dict[str, float]]]:
        return {}

    def times(self, entry: str) -> tuple[list[float], dict[str, float]]:
        """Response times of an entry at the peak, and the share of calls that time out by flow."""
        if entry not in self._times:
            model = RequestTime(self.architecture, self.peak_loads, self.points)
            self._times[entry] = (sorted(model.of(entry)), model.timed_out_share)
        return self._times[entry]

    def entries_of(self, entry: str) -> list[str]:
        """The entry that a requirement names, or all entries; empty where the named one is not there."""
        if entry:
            return [entry] if entry in self.architecture.by_name else []
        return [part.name for part in self.architecture.entries]

    def latency_ms(self, requirement: Latency) -> float | None:
        """The required percentile at the peak over the slowest entry; None where no response time is known."""
        values = [percentile(self.times(entry)[0], requirement.percentile) for entry in self.entries_of(requirement.entry)
                  if self.times(entry)[0][-1] > 0]  # fmt: skip
        return max(values, default=None)

    def availability(self, requirement: Availability) -> float | None:
        """The lowest availability over the entries; None where no part on the way states one."""
        shares = []
        for entry in self.entries_of(requirement.entry):
            model = RequestAvailability(self.architecture, self.peak_loads)
            if len(model.unknown(entry)) < len(self.architecture.called_from(entry)):
                shares.append(model.of(entry))
        return min(shares, default=None)

    def age(self, requirement: Freshness) -> Age | None:
        """The age that a freshness requirement limits; None where nothing reaches that place."""
        return freshness(self.architecture, requirement.at, requirement.source)

    @cached_property
    def costs(self) -> list[CostLine]:
        """Monthly cost by component at the mean load."""
        return cost_lines(self.architecture, self.mean_per_s)

    @cached_property
    def cost_usd_per_month(self) -> float:
        """Monthly cost of everything at the mean load."""
        return sum(line.usd_per_month for line in self.costs)

    @cached_property
    def is_costed(self) -> bool:
        """True where at least one component states a price."""
        return any(part.cost_usd_per_month is not None or part.usd_per_million for part in self.architecture.components)

    @cached_property
    def personal_data(self) -> bool:
        """True where a requirement or a component says that people's data are held."""
        stated = any(rule.personal_data for rule in self.requirements.of(Compliance))
        return stated or any(part.personal_data for part in self.architecture.components)

    @cached_property
    def retention_limit_days(self) -> float | None:
        """The shortest time for which a law lets personal data be kept; None where none sets one."""
        return min((law.retention_days for law in self.requirements.of(Compliance) if law.retention_days), default=None)

    @cached_property
    def strictest_freshness_s(self) -> float:
        """The shortest required age, infinite where none is required."""
        return min((rule.limit_s for rule in self.requirements.of(Freshness)), default=inf)

    @cached_property
    def budget(self) -> Budget | None:
        """The budget, if stated."""
        return self.one(Budget)

    @cached_property
    def infrastructure(self) -> Infrastructure | None:
        """The infrastructure, if stated."""
        return self.one(Infrastructure)

    @cached_property
    def resources(self) -> Resources | None:
        """The team's time, if stated."""
        return self.one(Resources)

    @cached_property
    def support(self) -> Support | None:
        """The support after launch, if stated."""
        return self.one(Support)

    @cached_property
    def velocity(self) -> Velocity | None:
        """How data arrive, if stated."""
        return self.one(Velocity)

    @cached_property
    def volume(self) -> Volume | None:
        """The data volume, if stated."""
        return self.one(Volume)

    @cached_property
    def text(self) -> list[tuple[str, str]]:
        """(name, text) of the parts of requirements that a person wrote."""
        return [
            (metric.name, f"{metric.what}. {metric.computed}")
            for metric in self.requirements.of(BusinessMetric, MLMetric)
        ]
