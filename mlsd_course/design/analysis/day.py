"""A day of traffic through a design: a verdict per requirement, with its evidence.

The day is cut into slots (15 minutes each by default). In each slot every station has its load, its queue and its
backlog: where more comes than is served, the rest waits and is carried into the next slot. Response times come from
`RequestTime`, with the waiting of a `QueueModel`. Left out: correlation between components, load added by retries, and
everything that a model learns; requirements that need those are reported as unknown and not guessed.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from mlsd_course.bisection import bisect
from mlsd_course.design.analysis.availability import RequestAvailability
from mlsd_course.design.analysis.load import loads
from mlsd_course.design.analysis.queue_model import ClosedForm, QueueModel
from mlsd_course.design.analysis.request_time import RequestTime
from mlsd_course.design.analysis.traffic import Traffic
from mlsd_course.design.model.architecture import Architecture
from mlsd_course.design.model.response import COARSE, percentile
from mlsd_course.errors import DesignError
from mlsd_course.tables import markdown_table, notebook_text, text_table

if TYPE_CHECKING:
    from mlsd_course.design.system import MLSystemDesign

STATUSES = ("missed", "at risk", "unknown", "met")
HEAD = ("requirement", "verdict", "evidence")
NEARLY_FULL = 0.995


@dataclass(frozen=True)
class Verdict:
    """Whether a requirement was kept over the day, and how that is known."""

    requirement: str
    status: str
    evidence: str
    value: float | None = None
    limit: float | None = None


@dataclass(frozen=True)
class Slot:
    """One slot of the day, as users saw it; times in ms over all entries, `busiest` by utilisation."""

    hour: float
    requests_per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    busiest: str
    utilisation: float
    backlog_s: float
    failed_share: float


@dataclass(frozen=True, repr=False)
class SimulatedDay:
    """Verdicts, gravest first, and the slots that they were read from."""

    verdicts: tuple[Verdict, ...]
    slots: tuple[Slot, ...]
    requests: float

    def __getitem__(self, requirement: str) -> Verdict:
        for verdict in self.verdicts:
            if verdict.requirement == requirement:
                return verdict
        known = ", ".join(verdict.requirement for verdict in self.verdicts)
        raise DesignError("No verdict for this requirement", given=requirement, allowed=known)

    def of(self, status: str) -> tuple[Verdict, ...]:
        """The verdicts of one status."""
        return tuple(verdict for verdict in self.verdicts if verdict.status == status)

    def sentence(self) -> str:
        """Counts and the gravest verdict in one line."""
        counts = ", ".join(f"{len(self.of(status))} {status}" for status in STATUSES if self.of(status))
        worst = self.verdicts[0] if self.verdicts else None
        lead = (
            f" First to look at: {worst.requirement}: {worst.evidence}."
            if worst and worst.status in ("missed", "at risk")
            else ""
        )
        many = f"{self.requests / 1e6:.3g} million" if self.requests >= 1e6 else f"{self.requests:,.0f}"
        return f"A day of {many} requests: {counts or 'nothing was required'}.{lead}"

    def rows(self) -> list[tuple[str, str, str]]:
        """The verdicts as table rows."""
        return [(verdict.requirement, verdict.status, verdict.evidence) for verdict in self.verdicts]

    def __repr__(self) -> str:
        return self.sentence() + "\n" + text_table(HEAD, self.rows())

    def _repr_markdown_(self) -> str:
        return notebook_text(self.sentence()) + "\n\n" + markdown_table(HEAD, self.rows())


@dataclass(frozen=True)
class Day:
    """What the slots hold before anybody judges it."""

    slots: tuple[Slot, ...]
    times: Mapping[str, list[tuple[float, list[float]]]]
    answered: Mapping[str, float]
    answered_on_a_calm_day: Mapping[str, float]
    longest_backlog_s: Mapping[str, float]

    def percentile_ms(self, entry: str, percent_: float) -> float:
        """A percentile over all requests of the day at an entry."""
        weighted = self.times[entry]
        total = sum(weight for weight, _ in weighted)
        high = max(values[-1] for _, values in weighted)
        if not total or (high == inf and self._share_within(entry, 1e12) * 100 < percent_):
            return inf if total else 0.0
        high = min(high, 1e12)
        return bisect(lambda limit_ms: self._share_within(entry, limit_ms) * 100 < percent_, 0.0, high, halvings=50)[1]

    def _share_within(self, entry: str, limit_ms: float) -> float:
        weighted = self.times[entry]
        within = sum(weight * bisect_right(values, limit_ms) / len(values) for weight, values in weighted)
        return within / sum(weight for weight, _ in weighted)

    def worst_slot_ms(self, entry: str, percent_: float) -> tuple[float, float]:
        """The highest slot percentile at an entry, and the hour of that slot."""
        found = [
            (percentile(values, percent_), slot.hour)
            for (_, values), slot in zip(self.times[entry], self.slots, strict=True)
        ]
        return max(found, key=lambda pair: pair[0])


def simulate(
    design: "MLSystemDesign", traffic: Traffic | None = None, queues: QueueModel | None = None
) -> SimulatedDay:
    """Run a day and judge every requirement and the budget."""
    from mlsd_course.design.analysis.facts import Facts
    from mlsd_course.design.analysis.verdicts import judge

    facts = Facts(design)
    if traffic is None:
        if not facts.mean_per_s:
            raise DesignError(
                "It is not known how much traffic comes",
                remedy="Give simulate(Traffic(mean_per_s=…)), or require a Throughput",
            )
        traffic = Traffic(facts.mean_per_s, peak_ratio=min(20.0, max(1.0, facts.peak_per_s / facts.mean_per_s)))
    for outage in traffic.outages:
        if outage.component not in facts.architecture.by_name:
            raise DesignError(
                "An outage of a component that is not there",
                given=outage.component,
                allowed=", ".join(facts.architecture.by_name),
            )
    day = run(facts.architecture, traffic, queues or ClosedForm())
    order = {status: place for place, status in enumerate(STATUSES)}
    verdicts = sorted(judge(facts, traffic, day), key=lambda verdict: order[verdict.status])
    requests = sum(traffic.rate_per_s(slot) * traffic.slot_s for slot in range(traffic.slots))
    return SimulatedDay(tuple(verdicts), day.slots, requests)


def run(architecture: Architecture, traffic: Traffic, queues: QueueModel) -> Day:
    """The slots of a day."""
    entries = [part.name for part in architecture.entries]
    backlog = {part.name: 0.0 for part in architecture.components}
    longest, slots, cache = dict(backlog), [], {}
    times: dict[str, list[tuple[float, list[float]]]] = {entry: [] for entry in entries}
    answered, calm, total = dict.fromkeys(entries, 0.0), dict.fromkeys(entries, 0.0), 0.0
    for slot in range(traffic.slots):
        requests = float(f"{traffic.rate_per_s(slot):.4g}")
        load, down = loads(architecture, requests), traffic.down(slot)
        waits, backlog = _carry(architecture, load, down, backlog, traffic.slot_s)
        longest = {name: max(longest[name], wait / 1000) for name, wait in waits.items()}
        key = (requests, tuple(waits.items()), tuple(down.items()))
        if key not in cache:
            cache[key] = _slot(architecture, entries, load, waits, down, queues)
        values, up, up_calm = cache[key]
        weight = requests * traffic.slot_s
        total += weight
        for entry in entries:
            times[entry].append((weight, values[entry]))
            answered[entry] += weight * up[entry]
            calm[entry] += weight * up_calm[entry]
        slots.append(_seen(architecture, traffic.hour(slot), requests, load, waits, values, up))
    share = {entry: answered[entry] / total if total else 1.0 for entry in entries}
    return Day(tuple(slots), times, share, {entry: calm[entry] / total if total else 1.0 for entry in entries}, longest)


def _carry(
    architecture: Architecture,
    load: Mapping[str, float],
    down: Mapping[str, float],
    backlog: Mapping[str, float],
    slot_s: float,
) -> tuple[dict[str, float], dict[str, float]]:
    """The mean backlog wait of each component in a slot, in ms, and the calls left over at its end."""
    waits, left = {}, {}
    for part in architecture.components:
        before = backlog[part.name]
        capacity = part.total_capacity_per_s
        after = 0.0
        if capacity is not None:
            after = max(0.0, before + (load[part.name] - capacity * (1 - down.get(part.name, 0.0))) * slot_s)
            waits[part.name] = (before + after) / 2 / capacity * 1000
        left[part.name] = after
    return waits, left


Answer = tuple[dict[str, list[float]], dict[str, float], dict[str, float]]


def _slot(
    architecture: Architecture,
    entries: list[str],
    load: dict[str, float],
    waits: dict[str, float],
    down: dict[str, float],
    queues: QueueModel,
) -> Answer:
    served = dict(load)
    for part in architecture.components:
        if part.total_capacity_per_s is not None:
            served[part.name] = min(load[part.name], NEARLY_FULL * part.total_capacity_per_s)
    values, up, calm = {}, {}, {}
    for entry in entries:
        model = RequestTime(architecture, served, COARSE, queues, waits)
        values[entry] = sorted(model.of(entry))
        usual = RequestAvailability(architecture, load, model.timed_out_share)
        calm[entry] = usual.of(entry)
        for name, share in down.items():
            known = usual.up[name]
            usual.up[name] = (1.0 if known is None else known) * (1 - share)
        up[entry] = usual.of(entry) if down else calm[entry]
    return values, up, calm


def _seen(
    architecture: Architecture, hour: float, requests: float, load: Mapping[str, float], waits: Mapping[str, float],
    values: Mapping[str, list[float]], up: Mapping[str, float],
) -> Slot:  # fmt: skip
    used = {
        part.name: load[part.name] / part.total_capacity_per_s
        for part in architecture.components
        if part.total_capacity_per_s
    }
    busiest = max(used, key=used.__getitem__, default="")
    slowest = [max((percentile(times, level) for times in values.values()), default=0.0) for level in (50, 95, 99)]
    failed = 1 - min(up.values(), default=1.0)
    backlog_s = max(waits.values(), default=0.0) / 1000
    p50, p95, p99 = slowest
    return Slot(hour, requests, p50, p95, p99, busiest, used.get(busiest, 0.0), backlog_s, failed)


def clock(hour: float) -> str:
    """20.25 → 20:15."""
    return f"{int(hour):02d}:{round(hour % 1 * 60):02d}"
