"""Step 2, constraints: what data, compute and team allow.

Every limit that can be a number is one, so that `binding` can say which limit is reached first.
"""

from dataclasses import dataclass
from typing import ClassVar

from mlsd_course.design.model.fields import choice, count, flag, name, number, share, text, words
from mlsd_course.design.model.part import Part, PartError
from mlsd_course.design.model.step import Step
from mlsd_course.quantities import duration, milliseconds, money, percent, rate, size


@dataclass(frozen=True, repr=False)
class Volume(Part):
    """How much data there is, how fast it grows and how long it is kept."""

    name: str = name("")
    total_gb: float = number()
    growth_gb_per_day: float = number(0.0)
    retention_days: float | None = number(None, above=True)
    examples: float | None = number(None)

    def kept_gb(self) -> float:
        """What is stored once the retention time is filled; today's total while no retention is set."""
        return max(self.total_gb, self.growth_gb_per_day * (self.retention_days or 0))

    def sentence(self) -> str:
        """Size, growth and retention in one line."""
        keep = f", kept {self.retention_days:g} days" if self.retention_days else ", kept for ever"
        return f"{size(self.total_gb)} now, {size(self.growth_gb_per_day)} a day more{keep}"


@dataclass(frozen=True, repr=False)
class Velocity(Part):
    """How data arrives, how late labels come, and which share of requests can be foreseen."""

    name: str = name("")
    arrival: str = choice("batch", "stream", "both")
    events_per_s: float = number(0.0)
    event_bytes: float = number(1000.0)
    label_delay_days: float | None = number(None)
    foreseeable_share: float | None = share(None)

    def sentence(self) -> str:
        """Arrival, rate and delays in one line."""
        labels = f"; labels after {self.label_delay_days:g} days" if self.label_delay_days is not None else ""
        known = (
            f"; {percent(self.foreseeable_share)} of requests foreseeable" if self.foreseeable_share is not None else ""
        )
        return f"{self.arrival}, {rate(self.events_per_s)} of {self.event_bytes:g} bytes{labels}{known}"


@dataclass(frozen=True, repr=False)
class Variety(Part):
    """The kinds of data that must be joined."""

    name: str = name("")
    kinds: tuple[str, ...] = words("structured", "unstructured", "multi-modal")
    sources: int = count(1, low=1)

    def sentence(self) -> str:
        """Kinds and sources in one line."""
        return f"{', '.join(self.kinds) or 'kinds not said'}, from {self.sources} source{'s' * (self.sources > 1)}"


@dataclass(frozen=True, repr=False)
class Quality(Part):
    """Missing values and noise, with the check that notices when they grow."""

    name: str = name("")
    missing_share: float = share(0.0)
    label_error_share: float = share(0.0)
    checked_by: str = text("")

    def sentence(self) -> str:
        """Shares and check in one line."""
        check = f"; checked by {self.checked_by}" if self.checked_by else "; checked by nothing"
        return f"{percent(self.missing_share)} missing, {percent(self.label_error_share)} of labels wrong{check}"


@dataclass(frozen=True, repr=False)
class Bias(Part):
    """A way in which the data differ from the world, for whom, and what is done about it."""

    name: str = name("")
    what: str = text()
    affects: str = text()
    mitigation: str = text("")

    def sentence(self) -> str:
        """Bias, victims and answer in one line."""
        return f"{self.what}; affects {self.affects}; {self.mitigation or 'nothing is done about it'}"


@dataclass(frozen=True, repr=False)
class ComputeLatency(Part):
    """Time that the environment leaves for an answer, such as a caller's own timeout."""

    name: str = name("")
    limit_ms: float = number(above=True)
    because: str = text("")

    def sentence(self) -> str:
        """Limit and reason in one line."""
        return f"{milliseconds(self.limit_ms)}" + (f" because {self.because}" if self.because else "")


@dataclass(frozen=True, repr=False)
class PeakTraffic(Part):
    """The highest rate that is expected, and how long it lasts."""

    name: str = name("")
    per_s: float = number(above=True)
    lasts_minutes: float = number(60.0, above=True)

    def sentence(self) -> str:
        """Rate and length in one line."""
        return f"{rate(self.per_s)} for {duration(self.lasts_minutes * 60)}"


@dataclass(frozen=True, repr=False)
class Budget(Part):
    """Money per month for running the system, and which accelerators it may use."""

    name: str = name("")
    usd_per_month: float = number(above=True)
    accelerators: tuple[str, ...] = words("none", "gpu", "tpu")
    build_usd: float | None = number(None)

    def sentence(self) -> str:
        """Money and accelerators in one line."""
        return f"{money(self.usd_per_month)} a month" + (
            f"; accelerators: {', '.join(self.accelerators)}" if self.accelerators else ""
        )


@dataclass(frozen=True, repr=False)
class Infrastructure(Part):
    """Where the system runs, and the hard limits of that place."""

    name: str = name("")
    where: str = choice("cloud", "on_premise", "hybrid", "edge")
    bandwidth_gbps: float | None = number(None, above=True)
    storage_gb: float | None = number(None, above=True)
    memory_gb_per_replica: float | None = number(None, above=True)
    max_replicas: int | None = count(None, low=1)
    batch_window_hours: float | None = number(None, above=True)

    def sentence(self) -> str:
        """Place and hard limits in one line."""
        limits = [f"link {self.bandwidth_gbps:g} Gbit/s"] if self.bandwidth_gbps else []
        limits += [f"storage {size(self.storage_gb)}"] if self.storage_gb else []
        limits += [f"memory {size(self.memory_gb_per_replica)} a replica"] if self.memory_gb_per_replica else []
        limits += [f"at most {self.max_replicas} replicas"] if self.max_replicas else []
        limits += [f"a batch window of {self.batch_window_hours:g} h"] if self.batch_window_hours else []
        return f"{self.where.replace('_', '-')}: {', '.join(limits) or 'no limit stated'}"


@dataclass(frozen=True, repr=False)
class Legacy(Part):
    """An existing system that must be integrated, with its interface and its limit."""

    name: str = name()
    interface: str = text()
    max_per_s: float | None = number(None, above=True)
    owner: str = text("")

    def sentence(self) -> str:
        """Interface, limit and owner in one line."""
        limit = f"bears {rate(self.max_per_s)}" if self.max_per_s else "limit unknown"
        return f"{self.interface}; {limit}; {f'owned by {self.owner}' if self.owner else 'owner unknown'}"


@dataclass(frozen=True, repr=False)
class Expertise(Part):
    """People by what they have run before, and the technologies they know."""

    name: str = name("")
    ml_engineers: float = number(0.0)
    researchers: float = number(0.0)
    operators: float = number(0.0)
    knows: tuple[str, ...] = words()

    def sentence(self) -> str:
        """People by trade, and what they know, in one line."""
        trades = {"ML engineer": self.ml_engineers, "researcher": self.researchers, "operator": self.operators}
        people = (f"{number:g} {trade}{'s' * (number != 1)}" for trade, number in trades.items())
        return f"{', '.join(people)}; know {', '.join(self.knows) or 'nothing that is said'}"


@dataclass(frozen=True, repr=False)
class Resources(Part):
    """How many people work on it, and for how long."""

    name: str = name("")
    people: float = number(above=True)
    weeks: float = number(above=True)

    @property
    def person_weeks(self) -> float:
        """The work that can be done before the deadline."""
        return self.people * self.weeks

    def sentence(self) -> str:
        """People, weeks and their product in one line."""
        return f"{self.people:g} people for {self.weeks:g} weeks = {self.person_weeks:g} person-weeks"


@dataclass(frozen=True, repr=False)
class Support(Part):
    """Who keeps the system alive after launch, and how many hours they have."""

    name: str = name("")
    owner: str = text()
    hours_per_month: float = number()
    on_call: bool = flag()
    years: float | None = number(None, above=True)

    def sentence(self) -> str:
        """Owner, hours and on-call in one line."""
        years = f" for {self.years:g} years" if self.years else ""
        return f"{self.owner}, {self.hours_per_month:g} h a month{years}, {'on call' if self.on_call else 'nobody on call'}"


@dataclass(frozen=True, repr=False)
class Constraints(Step):
    """Step 2 of a design."""

    title: ClassVar[str] = "Constraints"
    accepts: ClassVar[dict[str, tuple[type[Part], ...]]] = {
        "data_constraints": (Volume, Velocity, Variety, Quality, Bias),
        "compute_constraints": (ComputeLatency, PeakTraffic, Budget, Infrastructure, Legacy),
        "team_constraints": (Expertise, Resources, Support),
    }
    data_constraints: tuple[Part, ...] = ()
    compute_constraints: tuple[Part, ...] = ()
    team_constraints: tuple[Part, ...] = ()

    def check(self) -> None:
        """Refuse two parts of a type, such as two budgets, where the arithmetic needs a single one."""
        for kind in (Budget, PeakTraffic, Resources, Support, Infrastructure, Velocity):
            if len(self.of(kind)) > 1:
                raise PartError("name", f"Two parts of type {kind.__name__}", given=[part.name for part in self.of(kind)],
                                remedy="Keep one; the arithmetic needs a single limit")  # fmt: skip
