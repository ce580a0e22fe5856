"""What the system costs in a month, line by line."""

from dataclasses import dataclass

from mlsd_course.design.analysis.load import loads
from mlsd_course.design.model.architecture import Architecture
from mlsd_course.quantities import MONTH_S, figure, money, rate, size


@dataclass(frozen=True)
class CostLine:
    """One component's monthly cost in USD and the arithmetic behind it."""

    component: str
    usd_per_month: float
    arithmetic: str


def cost_lines(architecture: Architecture, requests_per_s: float) -> list[CostLine]:
    """Monthly cost of each component: replicas, calls and storage."""
    load = loads(architecture, requests_per_s)
    lines = []
    for part in architecture.components:
        calls = load[part.name] * MONTH_S / 1e6
        gigabytes = part.storage_gb
        unit = part.cost_usd_per_month or 0.0
        total = part.replicas * unit + calls * part.usd_per_million + gigabytes * part.usd_per_gb_month
        terms = [f"{part.replicas} x {money(unit)}"]
        terms += [f"{rate(load[part.name])} = {figure(calls)} M calls x {money(part.usd_per_million)}/M"] * (
            part.usd_per_million > 0
        )
        terms += [f"{size(gigabytes)} x ${part.usd_per_gb_month:g}/GB"] * (gigabytes > 0)
        lines.append(CostLine(part.name, total, " + ".join(terms) + f" = {money(total)}"))
    return lines


def cost_usd_per_month(architecture: Architecture, requests_per_s: float) -> float:
    """The monthly cost of everything."""
    return sum(line.usd_per_month for line in cost_lines(architecture, requests_per_s))
