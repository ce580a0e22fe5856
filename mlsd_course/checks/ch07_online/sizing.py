"""Checks of a sizing rule: the promise holds with one server missing, nothing is wasted, the impossible is refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from mlsd_course.sim import Fixed, Lognormal, Poisson, Station, simulate

Sizing = Callable[[float, float, float, float], int | None]

PROMISE, TOLERANCE = 0.99, 0.0015
_REQUESTS = 60_000


@cache
def within(rate_per_s: float, service_ms: float, cv: float, slo_ms: float, servers: int) -> float:
    """Return the share of requests that `servers` servers answer within `slo_ms`, by simulation."""
    work = Lognormal(service_ms, cv) if cv else Fixed(service_ms)
    station = Station(servers=servers)
    return simulate(Poisson(rate_per_s), work, station, requests=_REQUESTS, warmup=5_000, seed=7).within(slo_ms)


def keeps_promise(size: Sizing, rate_per_s: float, service_ms: float, cv: float, slo_ms: float) -> None:
    """With one server missing, 99 % are answered in time, and there is at most one server more than that takes."""
    case = f"{rate_per_s:g} requests a second of {service_ms:g} ms (CV {cv:g}), 99 % within {slo_ms:g} ms"
    answer = size(rate_per_s, service_ms, cv, slo_ms)
    assert answer is not None and _is_number(answer), (  # noqa: PT018 - mypy needs the first half
        f"For {case} you returned {answer!r}. Expected a number of servers: here the promise can be kept."
    )
    floor = rate_per_s * service_ms / 1000
    assert answer == int(answer), (
        f"For {case} you returned {answer}. Expected a whole number: nobody rents {answer % 1:.2f} servers."
    )
    assert answer - 1 > floor, (
        f"For {case} you returned {answer:.0f}. The work alone needs {floor:.1f} servers; with one of yours being replaced, "
        f"{answer - 1:.0f} are left and the queue grows without end."
    )
    kept = within(rate_per_s, service_ms, cv, slo_ms, int(answer) - 1)
    assert kept >= PROMISE - TOLERANCE, (
        f"For {case} you returned {answer:.0f}. With one being replaced, {answer - 1:.0f} servers answer {kept:.1%} in time. "
        f"Expected 99 %."
    )
    to_spare = max(1, round(0.05 * answer))
    leaner = int(answer) - 2 - to_spare
    enough = leaner > floor and within(rate_per_s, service_ms, cv, slo_ms, leaner) >= PROMISE
    assert not enough, (
        f"For {case} you returned {answer:.0f}. Even {leaner} servers answer 99 % in time, so {leaner + 1} with one to spare. "
        f"Expected {to_spare} more than needed at most: check which tail your rule assumes."
    )


def refuses(size: Sizing, rate_per_s: float, service_ms: float, cv: float, slo_ms: float) -> None:
    """Where the work alone breaks the promise, no number of servers helps, and the answer is None."""
    answer = size(rate_per_s, service_ms, cv, slo_ms)
    alone = within(0.01, service_ms, cv, slo_ms, 1)
    assert answer is None, (
        f"For work of {service_ms:g} ms with CV {cv:g} and 99 % within {slo_ms:g} ms you returned {answer!r}. Expected None: "
        f"even without any queue only {alone:.1%} of requests are that short."
    )


def _is_number(answer: object) -> bool:
    return isinstance(answer, int | float | np.number) and not isinstance(answer, bool) and bool(np.isfinite(answer))
