"""A day of traffic through an architecture: what users see in each slot of it.

The day is cut into slots (15 minutes each by default). In each slot every station has its load, its queue and its
backlog: where more comes than is served, the rest waits and is carried into the next slot. Response times come from
`RequestTime`, with the waiting of a `QueueModel`. Left out: correlation between components, load added by retries, and
everything that a model learns; requirements that need those are judged unknown and not guessed.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from mlsd_course.bisection import bisect
from mlsd_course.design.analysis.availability import RequestAvailability
from mlsd_course.design.analysis.load import loads, utilisation
from mlsd_course.design.analysis.queue_model import QueueModel
from mlsd_course.design.analysis.request_time import RequestTime
from mlsd_course.design.model.architecture import Architecture
from mlsd_course.design.model.response import COARSE, percentile
from mlsd_course.design.simulation.traffic import Traffic

NEARLY_FULL = 0.995


@dataclass(frozen=True)
class DaySlot:
    """One slot of the day, as users saw it.

    hour: when it starts. p50_ms, p95_ms, p99_ms: at the slowest entry. busiest: the component with the highest utilisation
    ("" where no capacity is known), utilisation: its load over its capacity. backlog_s: the longest wait behind a backlog.
    failed_share: at the entry with the lowest availability.
    """

    hour: float
    requests_per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    busiest: str
    utilisation: float
    backlog_s: float
    failed_share: float


@dataclass(frozen=True)
class Day:
    """The slots of a day, before anything is judged.

    By entry: times, for each slot the number of requests and their response times in ms, sorted; answered, the share of
    requests that are answered; answered_on_a_calm_day, the same without outages. longest_backlog_s: by component.
    """

    slots: tuple[DaySlot, ...]
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
        percentiles = [
            (percentile(values, percent_), slot.hour)
            for (_, values), slot in zip(self.times[entry], self.slots, strict=True)
        ]
        return max(percentiles, key=lambda pair: pair[0])


def run(architecture: Architecture, traffic: Traffic, queues: QueueModel) -> Day:
    """Run the traffic slot by slot and return the day."""
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
        slots.append(_day_slot(architecture, traffic.hour(slot), requests, load, waits, values, up))
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


SlotResult = tuple[dict[str, list[float]], dict[str, float], dict[str, float]]
"""By entry: response times in ms, sorted; the share of requests that are answered; the same without outages."""


def _slot(
    architecture: Architecture,
    entries: list[str],
    load: dict[str, float],
    waits: dict[str, float],
    down: dict[str, float],
    queues: QueueModel,
) -> SlotResult:
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
            availability = usual.up[name]
            usual.up[name] = (1.0 if availability is None else availability) * (1 - share)
        up[entry] = usual.of(entry) if down else calm[entry]
    return values, up, calm


def _day_slot(
    architecture: Architecture, hour: float, requests: float, load: Mapping[str, float], waits: Mapping[str, float],
    values: Mapping[str, list[float]], up: Mapping[str, float],
) -> DaySlot:  # fmt: skip
    uses = {part.name: utilisation(part, load[part.name]) for part in architecture.components}
    used = {name: use for name, use in uses.items() if use is not None}
    busiest = max(used, key=used.__getitem__, default="")
    slowest = [max((percentile(times, level) for times in values.values()), default=0.0) for level in (50, 95, 99)]
    failed = 1 - min(up.values(), default=1.0)
    backlog_s = max(waits.values(), default=0.0) / 1000
    p50, p95, p99 = slowest
    return DaySlot(hour, requests, p50, p95, p99, busiest, used.get(busiest, 0.0), backlog_s, failed)


def clock(hour: float) -> str:
    """20.25 → 20:15."""
    return f"{int(hour):02d}:{round(hour % 1 * 60):02d}"
