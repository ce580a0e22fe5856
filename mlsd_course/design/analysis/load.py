"""How many calls per second each component gets, and which component saturates first."""

from dataclasses import dataclass
from math import inf

from mlsd_course.design.model.architecture import Architecture, Component
from mlsd_course.walks import targets_first


def per_request(architecture: Architecture) -> tuple[dict[str, float], dict[str, float]]:
    """Calls per user request, and calls per second that come without any user, by component.

    Sync calls and unscheduled async flows multiply by share and calls; a scheduled flow carries no per-request load.
    A loop of async flows is cut where it closes.
    """
    order = _order(architecture)
    place = {name: position for position, name in enumerate(order)}
    users, others = entry_shares(architecture), {part.name: part.input_per_s for part in architecture.components}
    for name in order:
        users.setdefault(name, 0.0)
        for flow in architecture.flows_from[name]:
            if flow.every_s == 0 and place[flow.target] > place[name]:
                users[flow.target] = users.get(flow.target, 0.0) + users[name] * flow.share * flow.calls
                others[flow.target] += others[name] * flow.share * flow.calls
    return users, others


def entry_shares(architecture: Architecture) -> dict[str, float]:
    """The share of user requests that each entry takes; entries that state none split the rest evenly."""
    stated = {part.name: part.traffic_share for part in architecture.entries if part.traffic_share is not None}
    silent = [part.name for part in architecture.entries if part.traffic_share is None]
    rest = max(0.0, 1.0 - sum(stated.values()))
    return {**stated, **{name: rest / len(silent) for name in silent}}


def loads(architecture: Architecture, requests_per_s: float) -> dict[str, float]:
    """Calls per second of each component at a rate of user requests."""
    users, others = per_request(architecture)
    return {part.name: users[part.name] * requests_per_s + others[part.name] for part in architecture.components}


def utilisation(component: Component, load_per_s: float) -> float | None:
    """Load over capacity, or None where the capacity is unknown."""
    total = component.total_capacity_per_s
    return None if total is None else load_per_s / total


@dataclass(frozen=True)
class Bottleneck:
    """The component that saturates first, and the rate of user requests at which it does."""

    component: str
    limit_per_s: float


def bottleneck(architecture: Architecture) -> Bottleneck | None:
    """The first component to saturate as user requests grow; None where no capacity on their way is known."""
    users, others = per_request(architecture)
    first = None
    for part in architecture.components:
        if part.total_capacity_per_s is not None and users[part.name] > 0:
            limit = max(0.0, part.total_capacity_per_s - others[part.name]) / users[part.name]
            if limit < (first.limit_per_s if first else inf):
                first = Bottleneck(part.name, limit)
    return first


def _order(architecture: Architecture) -> list[str]:
    """Components so that sources come before targets, along flows that carry load; loops are cut."""
    flows = architecture.flows_from
    carried = targets_first(
        architecture.by_name, lambda name: [flow.target for flow in flows[name] if flow.every_s == 0]
    )
    return carried[::-1]
