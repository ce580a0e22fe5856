"""The request path of the late-arrival warning: where its time goes against a limit, and what binds."""

from dataclasses import dataclass
from typing import Any

from mlsd_course.design import Architecture, Component, Flow, ResponseTime
from mlsd_course.errors import one_of
from mlsd_course.sim.latency_budget import LatencyBudget, latency_budget

LAYOUTS = ("row", "together", "copied")


@dataclass(frozen=True)
class BudgetView:
    """The request path of the late-arrival warning at one setting, against a limit for its p99.

    binds: "nothing", "work", "waiting" or "saturation". failed_share: share of requests in which a call was cut off.
    """

    budget: LatencyBudget
    limit_ms: float
    binds: str
    failed_share: float

    @property
    def met(self) -> bool:
        """True where the p99 is within the limit."""
        return self.binds == "nothing"


def request_path(
    layout: str = "row",
    replicas: int = 1,
    zones: int = 1,
    *,
    caught: bool = False,
    timeout_ms: float | None = None,
    model_p99_ms: float = 25.0,
) -> Architecture:
    """Return the request path of the warning: api, flags, features, weather from outside, model; orders of magnitude.

    layout: "row" (one call after another), "together" (features and weather side by side), "copied" (the weather is
    copied into the feature store every hour, off the request's way). replicas and zones: of the parts of our own.
    caught: whether each call has a default to fall back on.
    """
    one_of("layout", layout, LAYOUTS)
    own: dict[str, Any] = {"replicas": replicas, "zones": zones}
    parts = [
        _part("api", "application", "api", "answers the app", (2, 10), 800, 0.999, **own),
        _part("flags", "application", "integration", "which model answers", (0.3, 2), 20_000, 0.9995, **own),
        _part("features", "data", "storage", "the flight's features", (2, 12), 3_000, 0.999, **own),
        _part("weather", "data", "storage", "the weather provider", (15, 60), 2_000, 0.995),
        _part(
            "model", "ml", "serving", "the chance to be late", (0.28 * model_p99_ms, model_p99_ms), 150, 0.998, **own
        ),
    ]
    pair = "inputs" if layout == "together" else ""
    defaults = {
        "flags": "the last known flags",
        "features": "the route's mean",
        "weather": "the hour's mean",
        "model": "the route's rate of late flights",
    }
    flows = [
        Flow(source="api", target="flags", kind="sync", fallback=defaults["flags"] * caught),
        Flow(source="api", target="features", kind="sync", parallel=pair, fallback=defaults["features"] * caught),
        Flow(
            source="api",
            target="weather",
            kind="sync",
            parallel=pair,
            timeout_ms=timeout_ms,
            fallback=defaults["weather"] * caught,
        ),
        Flow(source="api", target="model", kind="sync", timeout_ms=timeout_ms, fallback=defaults["model"] * caught),
    ]
    if layout == "copied":
        parts = [part for part in parts if part.name != "weather"]
        flows = [flow for flow in flows if flow.target != "weather"]
    return Architecture(components=tuple(parts), flows=tuple(flows))


def _part(
    name: str, layer: str, role: str, does: str, ms: tuple[float, float], capacity: float, up: float, **size: Any
) -> Component:
    response = ResponseTime(p50_ms=round(ms[0], 3), p99_ms=ms[1])
    return Component(
        name, layer=layer, role=role, does=does, response=response, capacity_per_s=capacity, availability=up, **size
    )


def budget(
    per_s: float,
    layout: str,
    replicas: int,
    timeout_ms: float | None = None,
    model_p99_ms: float = 25.0,
    limit_ms: float = 100.0,
) -> BudgetView:
    """Work out the latency budget of the request path, and say what binds.

    per_s: requests at the peak. timeout_ms: how long weather and model are waited for; a call that times out is an error
    here. Raises ParameterError for a layout that is not known.
    """
    architecture = request_path(layout, replicas, timeout_ms=timeout_ms, model_p99_ms=model_p99_ms)
    result = latency_budget(architecture, per_s)
    answered_share = 1.0
    for timed_out in result.timed_out.values():
        answered_share *= 1 - timed_out
    return BudgetView(result, limit_ms, _what_binds(result, limit_ms), 1 - answered_share)


def _what_binds(result: LatencyBudget, limit_ms: float) -> str:
    if result.saturated:
        return "saturation"
    if result.total_ms <= limit_ms:
        return "nothing"
    waiting_ms = sum(share.wait_ms for share in result.shares)
    return "waiting" if waiting_ms > result.total_ms / 2 else "work"
