"""A model of some size at some traffic on some machines: is it possible, and which constraint binds?"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlsd_course.errors import one_of
from mlsd_course.parameters import count, positive
from mlsd_course.parameters import share as a_share
from mlsd_course.sim import estimation
from mlsd_course.sim.queueing.arrivals import Poisson
from mlsd_course.sim.queueing.result import Result
from mlsd_course.sim.queueing.service import BatchCost
from mlsd_course.sim.queueing.simulate import simulate
from mlsd_course.sim.queueing.station import Station

SIZES = np.geomspace(1e6, 1e12, 97)
"""Parameters along the map."""
USABLE_MEMORY = 0.9
LINK_USE = 0.7
BUSY = 0.7
CALL_OVERHEAD_MS = 0.3
"""What a call costs whatever the model is: reading the request, starting the kernels."""
_REQUESTS = 4_000


@dataclass(frozen=True)
class Machine:
    """One machine as its data sheet tells it: peak arithmetic in 16 bits, memory rate and size, price a month."""

    label: str
    tflop_per_s: float
    memory_gb_per_s: float
    memory_gb: float
    usd_per_month: float


MACHINES: Mapping[str, Machine] = {
    "cpu": Machine("CPU, 8 cores", 0.8, 60, 32, 250),
    "small_gpu": Machine("small GPU (24 GB)", 120, 300, 24, 550),
    "large_gpu": Machine("large GPU (80 GB)", 312, 2_000, 80, 2_700),
    "edge": Machine("phone or camera", 2, 50, 4, 15),
}
"""Round figures. GPUs: data sheets of the NVIDIA L4 and A100; prices: cloud lists of the early 2020s, within a factor of 2."""

WORDS = ("memory", "latency", "arithmetic", "memory bandwidth", "network", "cost")


@dataclass(frozen=True)
class FeasibilityView:
    """One point of the map: the most requests a second that each constraint allows, and the one that binds.

    most_per_s: by constraint; "memory" and "latency" allow everything or nothing. curves: the same along SIZES.
    needed: machines at BUSY. roofs_per_s: what all machines could do if only arithmetic, or only the memory's rate, took time.
    used: machines in use: those that are needed, at most as many as there are and as the budget pays, and at least one. run:
    one of them, simulated with its share of the traffic; None where the model does not fit into its memory.
    """

    per_s: float
    parameters: float
    machine: Machine
    machines_at_most: int
    most_per_s: Mapping[str, float]
    curves: Mapping[str, NDArray[np.float64]]
    weights_gb: float
    arithmetic_ms: float
    reading_ms: float
    call_ms: float
    capacity_per_s: float
    roofs_per_s: Mapping[str, float]
    needed: int
    used: int
    cost_usd_per_month: float
    link_share: float
    run: Result | None

    @property
    def binds(self) -> str:
        """The constraint with the lowest ceiling."""
        return min(self.most_per_s, key=lambda word: (self.most_per_s[word], WORDS.index(word)))

    @property
    def ceiling_per_s(self) -> float:
        """Requests a second up to which all constraints hold; 0 where none can be served."""
        return self.most_per_s[self.binds]

    @property
    def met(self) -> bool:
        """True where the asked rate is possible."""
        return self.per_s <= self.ceiling_per_s

    @property
    def offered_per_s(self) -> float:
        """Requests a second at each machine that is used."""
        return self.per_s / self.used

    @property
    def use(self) -> float:
        """Asked rate over the ceiling."""
        return self.per_s / self.ceiling_per_s if self.ceiling_per_s else math.inf


def feasibility(
    per_s: float,
    parameters: float,
    machine: str = "cpu",
    batch: int = 1,
    bytes_each: float = 2.0,
    sustained: float = 0.4,
    budget_usd: float = 5_000.0,
    machines_at_most: int = 20,
    request_kb: float = 10.0,
    gigabits_per_s: float = 10.0,
    limit_ms: float = 500.0,
) -> FeasibilityView:
    """Say what `per_s` requests a second for a dense model of `parameters` weights need, and what does not suffice.

    machine: a key of MACHINES. batch: rows of one call. bytes_each: of a weight. sustained: share of peak arithmetic and
    memory rate that real code reaches. limit_ms: of one call. Raises ParameterError for numbers out of range.
    """
    one_of("machine", machine, MACHINES)
    kind, share = MACHINES[machine], positive("sustained", a_share("sustained", sustained))
    count("machines_at_most", machines_at_most), positive("limit_ms", limit_ms)
    affordable = math.floor(positive("budget_usd", budget_usd) / kind.usd_per_month)
    network = (
        positive("gigabits_per_s", gigabits_per_s)
        * LINK_USE
        * 1e6
        / estimation.BITS
        / positive("request_kb", request_kb)
    )

    def ceilings(size: float) -> dict[str, float]:
        arithmetic, reading = estimation.call_ms(
            size, batch, kind.tflop_per_s * share, kind.memory_gb_per_s * share, bytes_each
        )
        call = max(arithmetic, reading) + CALL_OVERHEAD_MS
        fits = estimation.weights_gb(size, bytes_each) <= USABLE_MEMORY * kind.memory_gb
        each = BUSY * 1000 * batch / call
        slow = "arithmetic" if arithmetic >= reading else "memory bandwidth"
        return {
            "memory": math.inf if fits else 0.0,
            "latency": math.inf if call <= limit_ms else 0.0,
            slow: machines_at_most * each,
            "network": network,
            "cost": affordable * each,
        }

    most = ceilings(positive("parameters", parameters))
    along = [ceilings(size) for size in SIZES]
    arithmetic, reading = estimation.call_ms(
        parameters, batch, kind.tflop_per_s * share, kind.memory_gb_per_s * share, bytes_each
    )
    call = max(arithmetic, reading) + CALL_OVERHEAD_MS
    capacity = 1000 * batch / call
    needed = max(1, math.ceil(positive("per_s", per_s) / (BUSY * capacity) - 1e-9))
    used = min(needed, machines_at_most, max(affordable, 1))
    roofs = {"arithmetic": arithmetic, "memory bandwidth": reading}
    return FeasibilityView(
        per_s=per_s,
        parameters=parameters,
        machine=kind,
        machines_at_most=machines_at_most,
        most_per_s=most,
        curves={
            "fleet": np.array([one.get("arithmetic", one.get("memory bandwidth", 0.0)) for one in along]),
            "network": np.array([one["network"] for one in along]),
            "cost": np.array([one["cost"] for one in along]),
            "possible": np.array([min(one.values()) for one in along]),
        },
        weights_gb=estimation.weights_gb(parameters, bytes_each),
        arithmetic_ms=arithmetic,
        reading_ms=reading,
        call_ms=call,
        capacity_per_s=capacity,
        roofs_per_s={
            name: machines_at_most * BUSY * 1000 * batch / (time_ms + CALL_OVERHEAD_MS)
            for name, time_ms in roofs.items()
        },
        needed=needed,
        used=used,
        cost_usd_per_month=needed * kind.usd_per_month,
        link_share=per_s / network * LINK_USE,
        run=_run(per_s / used, batch, arithmetic, reading, most),
    )


def _run(per_s: float, batch: int, arithmetic_ms: float, reading_ms: float, most: Mapping[str, float]) -> Result | None:
    """One of the machines with its share of the traffic: the call's time in proportion to its rows, or fixed by reading."""
    if not most["memory"]:
        return None
    reads = reading_ms >= arithmetic_ms
    work = BatchCost(
        CALL_OVERHEAD_MS + (reading_ms if reads else 0.0), 1e-9 if reads else arithmetic_ms / batch, cv=0.2
    )
    return simulate(Poisson(per_s), work, Station(max_batch=batch), requests=_REQUESTS)
