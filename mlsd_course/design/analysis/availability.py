"""Availability of a request: parts in series multiply, spare replicas and fallbacks catch failures.

Replicas of one component share a part of their failures (a zone, a bad release, a configuration): the beta-factor model,
with 10 % shared in one zone and 5 % over several. Different components fail independently. Sources: Fleming 1975 and
IEC 61508-6:2010, annex D, for the beta factor; the two values are assumptions of this course.
"""

from collections import Counter
from functools import cache
from math import ceil, comb

from mlsd_course.design.model.architecture import Architecture, Component, Flow
from mlsd_course.walks import reachable, targets_first

SHARED_CAUSE = {"one zone": 0.10, "several zones": 0.05}
MOST_SHARED = 10  # 2^10 cases; beyond that all parts count once, in series, as if nothing had a fallback


def needed_replicas(component: Component, load_per_s: float) -> int:
    """Replicas that must be up to carry the load; 1 where the capacity is unknown."""
    if component.capacity_per_s is None:
        return 1
    return max(1, min(component.replicas, ceil(load_per_s / component.capacity_per_s - 1e-9)))


def at_least(needed: int, replicas: int, availability: float) -> float:
    """The probability that at least `needed` of `replicas` independent replicas are up."""
    down = 1 - availability
    if replicas > 60:
        return _from_the_top(needed, replicas, availability)
    return min(
        1.0, sum(comb(replicas, up) * availability**up * down ** (replicas - up) for up in range(needed, replicas + 1))
    )


def _from_the_top(needed: int, replicas: int, availability: float) -> float:
    term, total = availability**replicas, 0.0
    for up in range(replicas, needed - 1, -1):
        total += term
        term *= up / (replicas - up + 1) * (1 - availability) / availability
    return min(1.0, total)


def component_availability(component: Component, load_per_s: float = 0.0) -> float | None:
    """Availability of all replicas of a component under a load, or None where it is unknown."""
    if component.availability is None:
        return None
    if component.replicas == 1:
        return component.availability
    common = SHARED_CAUSE["one zone" if component.zones == 1 else "several zones"]
    down = 1 - component.availability
    alone = at_least(needed_replicas(component, load_per_s), component.replicas, 1 - down * (1 - common))
    return (1 - down * common) * alone


class RequestAvailability:
    """The share of an entry's requests that are answered, by structure; unknown parts count as never failing."""

    def __init__(
        self, architecture: Architecture, load_per_s: dict[str, float], timed_out: dict[str, float] | None = None
    ) -> None:
        self.architecture, self.timed_out = architecture, timed_out or {}
        self._answering: dict[str, bool] = {}  # by flow: asked again for each case, and the same in all
        self.up: dict[str, float | None] = {
            part.name: component_availability(part, load_per_s.get(part.name, 0.0)) for part in architecture.components
        }

    def unknown(self, entry: str) -> list[str]:
        """Parts on the entry's way whose availability nobody has stated."""
        return [name for name in self.architecture.called_from(entry) if self.up[name] is None]

    def of(self, entry: str) -> float:
        """The availability seen at an entry."""
        shared = self._shared(entry)
        if len(shared) > MOST_SHARED:
            return self._in_series(self.architecture.called_from(entry))
        return min(1.0, self._over_cases(entry, shared, {}))

    def _shared(self, entry: str) -> list[str]:
        """Parts that several calls or fallbacks need and that may fail, callees before their callers."""
        done = targets_first([entry], self._callees)
        needed = Counter(callee for name in done for callee in self._callees(name))
        fails = {name for name in done if self.up[name] not in (None, 1.0)}
        return [name for name in done if needed[name] > 1 and self._needed_by(name) & fails]

    def _callees(self, name: str) -> list[str]:
        """What a part needs directly: one entry a call, and one a fallback that is a component."""
        calls = self.architecture.calls_of[name]
        return [flow.target for flow in calls] + [flow.fallback for flow in calls if self._component_fallback(flow)]

    def _over_cases(self, entry: str, shared: list[str], state: dict[str, bool]) -> float:
        """The availability of an entry, summed over answering or not of each shared part, given those before it."""
        if not shared:
            return self._given(entry, state)
        name, rest = shared[0], shared[1:]
        probability, total = self._given(name, state), 0.0
        for answers, weight in ((True, probability), (False, 1 - probability)):
            if weight > 0:
                total += weight * self._over_cases(entry, rest, state | {name: answers})
        return total

    def _given(self, entry: str, state: dict[str, bool]) -> float:
        """The probability that a part answers, given which of the shared parts do."""

        @cache
        def answers(name: str) -> float:
            if name in state:
                return float(state[name])
            availability = self.up[name]
            own = 1.0 if availability is None else availability
            for flow in self.architecture.calls_of[name]:
                own *= 1 - flow.share * (1 - call(flow))
            return own

        def call(flow: Flow) -> float:
            works = answers(flow.target) * (1 - self.timed_out.get(flow.name, 0.0))
            if not flow.fallback:
                return works
            spare = answers(flow.fallback) if self._component_fallback(flow) else 1.0
            return 1 - (1 - works) * (1 - spare)

        return answers(entry)

    def _component_fallback(self, flow: Flow) -> bool:
        """True where the fallback is a component that does not itself need the caller, by a call or by a fallback."""
        if flow.name not in self._answering:
            answers = flow.fallback in self.up and flow.source not in self._needed_by(flow.fallback)
            self._answering[flow.name] = answers
        return self._answering[flow.name]

    def _needed_by(self, name: str) -> set[str]:
        def needs(at: str) -> list[str]:
            flows = self.architecture.calls_of[at]
            return [other for flow in flows for other in (flow.target, flow.fallback) if other in self.up]

        return set(reachable([name], needs))

    def _in_series(self, names: list[str]) -> float:
        result = 1.0
        for name in names:
            availability = self.up[name]
            result *= 1.0 if availability is None else availability
        return result
