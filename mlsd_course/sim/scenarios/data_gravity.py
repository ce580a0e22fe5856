"""Move the data to the compute, or the compute to the data: hours until the results are there, and dollars."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlsd_course.parameters import count, not_negative, positive, share
from mlsd_course.sim import estimation

SIZES_TB = np.geomspace(1, 10_000, 49)
READ_GB_PER_S = 20.0
"""What a job of 10 machines reads and works on, 2 GB/s each."""
USD_PER_H = 30.0
"""What they cost an hour where the compute is at home."""
CODE_GB = 10.0
"""An image with code, libraries and model."""
BOX_TB, BOX_DAYS, BOX_USD = 80.0, 6.0, 300.0
"""Disks by courier: one box, there and back with loading, its price. Our round figures."""
_TRIALS, _LONGEST_H = 40, 600


@dataclass(frozen=True)
class Way:
    """One way to the results: hours until the last one is there, and what everything costs."""

    hours: float
    usd: float
    moving_h: float
    moving_usd: float


@dataclass(frozen=True)
class GravityView:
    """All ways at one setting. lines: (hours, USD) along SIZES_TB by way. trials_h: simulated hours of moving the data."""

    terabytes: float
    gigabits_per_s: float
    runs: int
    deadline_h: float
    ways: Mapping[str, Way]
    lines: Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]]
    trials_h: NDArray[np.float64]
    even_runs: float

    @property
    def in_time(self) -> tuple[str, ...]:
        """The ways that keep the deadline."""
        return tuple(name for name, way in self.ways.items() if way.hours <= self.deadline_h)

    @property
    def best(self) -> str | None:
        """The cheapest way that keeps the deadline; None where none does."""
        return min(self.in_time, key=lambda name: self.ways[name].usd, default=None)

    @property
    def met(self) -> bool:
        """True where some way keeps the deadline."""
        return bool(self.in_time)


def gravity(
    terabytes: float,
    gigabits_per_s: float,
    runs: int = 1,
    sustained: float = 1.0,
    usd_per_gb: float = 0.08,
    changed: float = 0.0,
    dearer: float = 1.5,
    deadline_h: float = 24.0,
) -> GravityView:
    """Compare three ways to run a job `runs` times over data that lie in another cloud.

    data: moved once, and before each further run the share `changed` of it again; egress is paid for each GB. compute: the
    job goes to the data; the image is moved, machines cost `dearer` times as much there. disks: boxes by courier.
    sustained: share of the link's rate that is left for it. Raises ParameterError for numbers out of range.
    """
    positive("terabytes", terabytes), count("runs", runs), positive("deadline_h", deadline_h), share("changed", changed)
    not_negative("dearer", dearer)

    def ways(size_tb: float) -> dict[str, Way]:
        size_gb = 1000 * size_tb
        moved_gb = size_gb * (1 + (runs - 1) * changed)
        work_h = runs * size_gb / READ_GB_PER_S / estimation.HOUR_S
        data_h, image_h = (estimation.transfer_h(gb, gigabits_per_s, sustained) for gb in (moved_gb, CODE_GB))
        data_usd = estimation.egress_usd(moved_gb, usd_per_gb)
        trips = 1 + (runs - 1) * (changed > 0)
        boxes = sum(math.ceil(size_tb * part / BOX_TB - 1e-9) for part in (1.0, *[changed] * (runs - 1)))
        box_h, box_usd = trips * BOX_DAYS * 24, boxes * BOX_USD
        return {
            "data": Way(data_h + work_h, data_usd + USD_PER_H * work_h, data_h, data_usd),
            "compute": Way(image_h + work_h, dearer * USD_PER_H * work_h, image_h, 0.0),
            "disks": Way(box_h + work_h, box_usd + USD_PER_H * work_h, box_h, box_usd),
        }

    here, along = ways(terabytes), [ways(size) for size in SIZES_TB]
    extra_a_run = (dearer - 1) * USD_PER_H * 1000 * terabytes / READ_GB_PER_S / estimation.HOUR_S
    later_a_run = estimation.egress_usd(1000 * terabytes * changed, usd_per_gb)
    first = estimation.egress_usd(1000 * terabytes, usd_per_gb)
    gain = extra_a_run - later_a_run
    return GravityView(
        terabytes=terabytes,
        gigabits_per_s=gigabits_per_s,
        runs=runs,
        deadline_h=deadline_h,
        ways=here,
        lines={
            name: (np.array([one[name].hours for one in along]), np.array([one[name].usd for one in along]))
            for name in here
        },
        trials_h=shared_link_h(1000 * terabytes * (1 + (runs - 1) * changed), gigabits_per_s, sustained),
        even_runs=(first - later_a_run) / gain if gain > 0 else math.inf,
    )


def shared_link_h(
    gigabytes: float, gigabits_per_s: float, sustained: float, trials: int = _TRIALS, seed: int = 0
) -> NDArray[np.float64]:
    """Simulate hours on a link that others use too: more by day than by night, and differently from hour to hour.

    `sustained` of it is left on average; starts are spread over the day. Each trial is one transfer;
    beyond 600 h it goes on at its own mean rate.
    """
    rng, mean = np.random.default_rng(seed), positive("sustained", share("sustained", sustained))
    ideal_h = estimation.transfer_h(gigabytes, gigabits_per_s)
    hours = min(_LONGEST_H, math.ceil(3 * ideal_h / max(sustained, 0.02)) + 48)
    clock = np.arange(hours) + np.linspace(0, 24, trials, endpoint=False)[:, None]
    swing = min(1.0, (1 - mean) / mean)  # nothing is left to swing where the link is all yours
    daily = 1 - 0.6 * swing * np.sin(2 * np.pi * (clock - 8) / 24)
    spread = 0.3 * swing
    free = np.clip(mean * daily * rng.lognormal(-(spread**2) / 2, spread, (trials, hours)), 0.001, 1.0)
    done = np.cumsum(free, axis=1)
    whole = np.minimum((done < ideal_h).sum(axis=1), hours - 1)
    rows = np.arange(trials)
    before = np.where(whole > 0, done[rows, whole - 1], 0.0)
    rate = np.where(done[:, -1] < ideal_h, done[:, -1] / hours, free[rows, whole])
    return whole + (ideal_h - before) / rate
