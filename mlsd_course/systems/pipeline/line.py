"""Five parts in a row, each with a queue in front of it: what happens to every case, and when."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlsd_course.errors import ParameterError, one_of
from mlsd_course.systems.pipeline.case import Case, Work

NAMES = ("ingestion", "features", "model", "decision", "delivery")


@dataclass(frozen=True)
class Part:
    """One part of the product, and the three ways in which it can go wrong.

    work: what it does with a case. seconds: how long a worker is busy with one case (slow it: more). workers: cases at a
    time. loses: share of cases that vanish in it without an error (break it). blind_min: it sees the world as it was so many
    minutes ago (starve it).
    """

    name: str
    work: Work
    seconds: float
    workers: int = 1
    loses: float = 0.0
    blind_min: float = 0.0

    def __post_init__(self) -> None:
        if not (self.seconds > 0 and self.workers >= 1):
            raise ParameterError(
                f"{self.name}: seconds and workers",
                given=(self.seconds, self.workers),
                allowed="more than 0 seconds, at least 1 worker",
                remedy="To take a part away, let it lose all: loses=1",
            )
        if not (0 <= self.loses <= 1 and self.blind_min >= 0):
            raise ParameterError(
                f"{self.name}: loses and blind_min",
                given=(self.loses, self.blind_min),
                allowed="a share from 0 to 1, and 0 or more minutes",
                remedy="Divide a per-cent figure by 100",
            )


@dataclass(frozen=True)
class Log:
    """What one part did. Arrays have one entry per case that reached it, in minutes: came, began, ended."""

    part: Part
    came_min: NDArray[np.float64]
    began_min: NDArray[np.float64]
    ended_min: NDArray[np.float64]

    @property
    def cases(self) -> int:
        """How many cases reached the part."""
        return len(self.came_min)

    @property
    def waited_min(self) -> NDArray[np.float64]:
        """Minutes in the queue in front of the part."""
        return self.began_min - self.came_min

    def inside(self, at_min: ArrayLike) -> NDArray[np.int64]:
        """How many cases wait or are worked on at each of these moments."""
        came, left = np.sort(self.came_min), np.sort(self.ended_min)
        return np.searchsorted(came, at_min, side="right") - np.searchsorted(left, at_min, side="right")

    def busy_share(self, begin_min: float, end_min: float) -> float:
        """Share of its workers' time that it worked between two moments; at 1 it can do no more."""
        inside = np.clip(self.ended_min, begin_min, end_min) - np.clip(self.began_min, begin_min, end_min)
        return float(inside.sum()) / (self.part.workers * (end_min - begin_min))

    def busiest_hour(self) -> tuple[int, float]:
        """Return the hour (from the start of the period) with the most work, and the busy share in it."""
        last = int(self.ended_min.max() // 60) if self.cases else 0
        shares = [self.busy_share(60.0 * hour, 60.0 * hour + 60) for hour in range(last + 1)]
        hour = int(np.argmax(shares))
        return hour, shares[hour]


class Product:
    """The five parts, in the order of `NAMES`."""

    def __init__(self, parts: Sequence[Part]) -> None:
        names = tuple(part.name for part in parts)
        if names != NAMES:
            raise ParameterError(
                "parts", given=names, allowed=", ".join(NAMES), remedy="Give these five, in this order"
            )
        self.parts = tuple(parts)

    def changed(self, name: str, **changes: Any) -> "Product":
        """Return this product with one part changed: `changed("model", seconds=60)`."""
        one_of("name of a part", name, NAMES)
        return Product([replace(part, **changes) if part.name == name else part for part in self.parts])

    def __getitem__(self, name: str) -> Part:
        return self.parts[NAMES.index(name)]

    def run(self, cases: Sequence[Case], seed: int = 0) -> tuple[list[Case], list[Log]]:
        """Send fresh copies of `cases` through all parts; return them as they came out, and one log per part.

        First come, first served. A part's work is called with the moment at which it begins, minus its `blind_min`.
        """
        done = [case.fresh() for case in cases]
        rng, logs = np.random.default_rng(seed), []
        queue = sorted((case.asked_min, place) for place, case in enumerate(done))
        for part in self.parts:
            queue, log = _through(part, queue, done, rng)
            logs.append(log)
        return done, logs


def _through(
    part: Part, queue: list[tuple[float, int]], done: list[Case], rng: np.random.Generator
) -> tuple[list[tuple[float, int]], Log]:
    free, onward, began, ended = [-np.inf] * part.workers, [], [], []
    lost = rng.random(len(queue)) < part.loses
    for (came, place), gone in zip(queue, lost, strict=True):
        begin = max(came, heapq.heappop(free))
        end = begin + part.seconds / 60
        heapq.heappush(free, end)
        began.append(begin)
        ended.append(end)
        if not gone and part.work(done[place], begin - part.blind_min) is not False:
            onward.append((end, place))
    log = Log(part, np.array([came for came, _ in queue]), np.array(began), np.array(ended))
    for end, place in onward if part.name == NAMES[-1] else ():
        done[place].sent_min = end
    return sorted(onward), log
