"""Our event kernel and SimPy under the same service graph, in one run; prints the ratio.

A request calls two components side by side, each with two slots, a queue and a timeout: what `Graph` does all day.
Run: python benchmarks/event_kernel.py [--quick]. Times are drawn before the clock starts; rounds alternate; medians.
"""

import argparse
import random
import statistics
import time
from collections import deque
from collections.abc import Callable

import simpy

from mlsd_course.systems.service_graph.clock import Clock, Signal

SLOTS, WORK_MS, GAP_MS, TIMEOUT_MS = 2, 5.0, 4.0, 30.0
Draws = list[tuple[float, float, float]]


def draws(requests: int) -> Draws:
    """For each request: the gap before it, and the work of its two calls, in ms."""
    rng = random.Random(1)
    return [
        (rng.expovariate(1 / GAP_MS), rng.expovariate(1 / WORK_MS), rng.expovariate(1 / WORK_MS))
        for _ in range(requests)
    ]


class Station:
    """Slots and a queue on our kernel."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.free, self.queue = clock, SLOTS, deque[Signal]()

    def visit(self, work_ms: float):
        """Wait for a slot, work, give it back."""
        if self.free:
            self.free -= 1
        else:
            turn = Signal()
            self.queue.append(turn)
            yield turn
        self.clock.after(work_ms, self.release)
        yield work_ms

    def release(self, _: object) -> None:
        """Give the slot to the next."""
        if self.queue:
            self.queue.popleft().fire()
        else:
            self.free += 1


def ours(requests: Draws) -> list[float]:
    """The response times on `Clock`."""
    clock, latency_ms = Clock(), []
    stations = Station(clock), Station(clock)

    def call(station: Station, work_ms: float):
        yield clock.first(clock.start(station.visit(work_ms)), TIMEOUT_MS)

    def request(works_ms: tuple[float, ...]):
        begin_ms = clock.now_ms
        calls = [clock.start(call(*pair)) for pair in zip(stations, works_ms, strict=True)]
        yield from calls
        latency_ms.append(clock.now_ms - begin_ms)

    def source():
        for gap_ms, *works_ms in requests:
            yield gap_ms
            clock.start(request(works_ms))

    clock.start(source())
    clock.run()
    return latency_ms


def simpys(requests: Draws) -> list[float]:
    """The response times on `simpy.Environment`."""
    env, latency_ms = simpy.Environment(), []
    stations = simpy.Resource(env, SLOTS), simpy.Resource(env, SLOTS)

    def visit(station: simpy.Resource, work_ms: float):
        with station.request() as turn:
            yield turn
            yield env.timeout(work_ms)

    def call(station: simpy.Resource, work_ms: float):
        yield env.process(visit(station, work_ms)) | env.timeout(TIMEOUT_MS)

    def request(works_ms: tuple[float, ...]):
        begin_ms = env.now
        yield env.all_of([env.process(call(*pair)) for pair in zip(stations, works_ms, strict=True)])
        latency_ms.append(env.now - begin_ms)

    def source():
        for gap_ms, *works_ms in requests:
            yield env.timeout(gap_ms)
            env.process(request(works_ms))

    env.process(source())
    env.run()
    return latency_ms


def seconds(run: Callable[[Draws], list[float]], requests: Draws) -> float:
    """How long one run takes."""
    begin = time.perf_counter()
    run(requests)
    return time.perf_counter() - begin


def main() -> None:
    """Check that both say the same, then time them in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    requests = draws(5_000 if parser.parse_args().quick else 30_000)
    difference_ms = max(abs(a - b) for a, b in zip(sorted(ours(requests)), sorted(simpys(requests)), strict=True))
    assert difference_ms < 1e-6, difference_ms
    rounds = [(seconds(ours, requests), seconds(simpys, requests)) for _ in range(5)]
    mine, theirs = (statistics.median(times) for times in zip(*rounds, strict=True))
    print(f"{len(requests):,} requests: ours {mine:.2f} s, SimPy {theirs:.2f} s, {theirs / mine:.1f} times as long")


if __name__ == "__main__":
    main()
