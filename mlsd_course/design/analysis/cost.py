"""What the system costs in a month, line by line."""

from dataclasses import dataclass

from mlsd_course.design.analysis.load import loads
from mlsd_course.design.model.architecture import Architecture, Component
from mlsd_course.quantities import MONTH_S, figure, money, rate, size


@dataclass(frozen=True)
class CostLine:
    """One component's monthly cost in USD and the arithmetic behind it."""

    component: str
    usd_per_month: float
    arithmetic: str


def component_cost_usd_per_month(component: Component, calls_per_s: float, replicas: int | None = None) -> float:
    """Replicas, calls and storage of one component; `replicas` in place of the number that it states."""
    price, calls = component.cost_usd_per_month or 0.0, million_calls_per_month(calls_per_s)
    counted = component.replicas if replicas is None else replicas
    return counted * price + calls * component.usd_per_million + component.storage_gb * component.usd_per_gb_month


def million_calls_per_month(calls_per_s: float) -> float:
    """Millions of calls in 30 days."""
    return calls_per_s * MONTH_S / 1e6


def cost_lines(architecture: Architecture, requests_per_s: float) -> list[CostLine]:
    """Monthly cost of each component: replicas, calls and storage."""
    load = loads(architecture, requests_per_s)
    return [_line(component, load[component.name]) for component in architecture.components]


def _line(component: Component, calls_per_s: float) -> CostLine:
    total = component_cost_usd_per_month(component, calls_per_s)
    terms = [f"{component.replicas} x {money(component.cost_usd_per_month or 0.0)}"]
    if component.usd_per_million > 0:
        calls = figure(million_calls_per_month(calls_per_s))
        terms.append(f"{rate(calls_per_s)} = {calls} M calls x {money(component.usd_per_million)}/M")
    if component.storage_gb > 0:
        terms.append(f"{size(component.storage_gb)} x ${component.usd_per_gb_month:g}/GB")
    return CostLine(component.name, total, " + ".join(terms) + f" = {money(total)}")


def cost_usd_per_month(architecture: Architecture, requests_per_s: float) -> float:
    """The monthly cost of everything."""
    return sum(line.usd_per_month for line in cost_lines(architecture, requests_per_s))
