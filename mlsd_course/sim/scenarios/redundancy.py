"""What redundancy buys: minutes without an answer, part by part, for replicas, zones, fallbacks and second paths."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import log

from mlsd_course.design import Architecture, Component, Flow
from mlsd_course.design.analysis.availability import RequestAvailability, at_least, needed_replicas
from mlsd_course.design.analysis.load import loads
from mlsd_course.errors import one_of
from mlsd_course.sim.scenarios.request_path import request_path

MINUTES_A_MONTH = 43_200
"""Of 30 days."""
PROVIDERS = ("one", "two", "copied")


@dataclass(frozen=True)
class PathsView:
    """The request path of the late-arrival warning at one setting, against a promised availability over 30 days.

    By part: lost_minutes a month, which add up to `down_minutes`; caught_minutes, in which a fallback answers instead;
    independent_minutes, what would be lost if replicas had no cause of failure in common; one_up, the availability of one
    replica; all_up, that of all replicas together; spare, replicas beyond those that the load needs.

    answered, promised: the share of requests that are answered, and the share that was promised.
    """

    lost_minutes: Mapping[str, float]
    caught_minutes: Mapping[str, float]
    independent_minutes: Mapping[str, float]
    one_up: Mapping[str, float]
    all_up: Mapping[str, float]
    spare: Mapping[str, int]
    answered: float
    promised: float

    @property
    def down_minutes(self) -> float:
        """Minutes a month in which requests are not answered."""
        return (1 - self.answered) * MINUTES_A_MONTH

    @property
    def allowed_minutes(self) -> float:
        """The error budget in minutes a month."""
        return (1 - self.promised) * MINUTES_A_MONTH

    @property
    def met(self) -> bool:
        """True where the promise holds."""
        return self.answered >= self.promised

    @property
    def weakest(self) -> str:
        """The part that costs most of the lost minutes."""
        return max(self.lost_minutes, key=self.lost_minutes.__getitem__)


def paths(
    replicas: int, zones: int, fallback: bool, provider: str = "one", per_s: float = 60.0, promised: float = 0.999
) -> PathsView:
    """Work out who answers when a part is down.

    replicas, zones: of each part of our own. fallback: whether each call has a default to answer with. provider: "one",
    "two" (the second is asked when the first fails) or "copied" (every hour, off the request's way). per_s: load at the
    peak, which says how many replicas are needed and how many are spare.
    """
    one_of("provider", provider, PROVIDERS)
    architecture = request_path("copied" if provider == "copied" else "row", replicas, zones, caught=fallback)
    if provider == "two":
        architecture = _second(architecture)
    load = loads(architecture, per_s)
    reliable = RequestAvailability(architecture, load)
    up = {name: 1.0 if known is None else known for name, known in reliable.up.items()}
    if provider == "two":
        up["weather"] = 1 - (1 - up["weather"]) * (1 - up.pop("weather_2"))
    parts = {name: architecture.by_name[name] for name in up}
    answered = reliable.of("api")
    alone = {name: _independent(part, load[name]) for name, part in parts.items()}
    if provider == "two":
        alone["weather"] = up["weather"]
    caught = {flow.target for flow in architecture.flows if fallback and flow.source == "api"}
    return PathsView(
        lost_minutes=_divided({name: up[name] for name in up if name not in caught}, 1 - answered),
        caught_minutes={name: (1 - up[name]) * MINUTES_A_MONTH for name in up if name in caught},
        independent_minutes={name: (1 - alone[name]) * MINUTES_A_MONTH for name in up if name not in caught},
        one_up={name: part.availability or 1.0 for name, part in parts.items()},
        all_up=up,
        spare={name: part.replicas - needed_replicas(part, load[name]) for name, part in parts.items()},
        answered=answered,
        promised=promised,
    )


def _second(architecture: Architecture) -> Architecture:
    """The same with a second provider that is asked when the first fails."""
    other = replace(architecture.by_name["weather"], name="weather_2", does="another weather provider")
    flows: list[Flow] = [
        replace(flow, fallback="weather_2") if flow.target == "weather" else flow for flow in architecture.flows
    ]
    return replace(architecture, components=(*architecture.components, other), flows=tuple(flows))


def _independent(part: Component, load_per_s: float) -> float:
    return at_least(needed_replicas(part, load_per_s), part.replicas, part.availability or 1.0)


def _divided(up: Mapping[str, float], lost: float) -> dict[str, float]:
    """Lost minutes divided among the parts by the logarithm of each one's availability: logarithms add, shares do not."""
    total = sum(-log(share) for share in up.values())
    return {name: lost * MINUTES_A_MONTH * -log(share) / total if total else 0.0 for name, share in up.items()}
