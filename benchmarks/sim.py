"""SimPy, Ciw and our simulator on the same M/M/8 queue and the same batching server, in one run; prints ratios.

Run: python benchmarks/sim.py [--quick]. Random numbers are drawn inside every timed run, by NumPy's generator and in one
array each everywhere but in Ciw, which brings its own. The rounds alternate; a speed is the median of the rounds.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import ciw
import numpy as np
import simpy

from mlsd_course.sim import BatchCost, Exponential, Poisson, Station, simulate
from mlsd_course.sim.queueing import backends

RATE, SERVICE_MS, SERVERS = 1440.0, 5.0, 8
BATCH_RATE, BATCH_COST, BATCH_STATION = 800.0, BatchCost(4.0, 0.5), Station(max_batch=32, max_wait_ms=5.0)


def draw(rng: np.random.Generator, numbers: int, mean: float) -> list[float]:
    """Exponential numbers as SimPy likes them: Python floats."""
    return (rng.standard_exponential(numbers) * mean).tolist()


def simpy_mm8(requests: int, seed: int) -> np.ndarray:
    """The textbook SimPy model: a Resource, and one process per request."""
    env, rng = simpy.Environment(), np.random.default_rng(seed)
    pool, latency = simpy.Resource(env, SERVERS), []
    gaps, services = draw(rng, requests, 1000 / RATE), draw(rng, requests, SERVICE_MS)

    def request(service_ms):
        came = env.now
        with pool.request() as turn:
            yield turn
            yield env.timeout(service_ms)
        latency.append(env.now - came)

    def source():
        for gap_ms, service_ms in zip(gaps, services, strict=True):
            yield env.timeout(gap_ms)
            env.process(request(service_ms))

    env.process(source())
    env.run()
    return np.array(latency)


def simpy_batches(requests: int, seed: int) -> np.ndarray:
    """A batching server in SimPy: each request is a process that waits for its answer, the server another."""
    env, rng = simpy.Environment(), np.random.default_rng(seed)
    queue, latency, wake = [], [], [env.event()]

    def request():
        came, answer = env.now, env.event()
        queue.append((came, answer))
        if len(queue) in (1, BATCH_STATION.max_batch) and not wake[0].triggered:
            wake[0].succeed()
        yield answer
        latency.append(env.now - came)

    def source():
        for gap_ms in draw(rng, requests, 1000 / BATCH_RATE):
            yield env.timeout(gap_ms)
            env.process(request())

    def server():
        while True:
            if not queue:
                wake[0] = env.event()
                yield wake[0]
            left = queue[0][0] + BATCH_STATION.max_wait_ms - env.now
            if len(queue) < BATCH_STATION.max_batch and left > 1e-9:
                wake[0] = env.event()
                yield simpy.AnyOf(env, [wake[0], env.timeout(left)])
            batch = queue[: BATCH_STATION.max_batch]
            del queue[: len(batch)]
            yield env.timeout(BATCH_COST.fixed_ms + BATCH_COST.per_item_ms * len(batch))  # a float, as SimPy likes it
            for _, answer in batch:
                answer.succeed()

    env.process(source())
    env.process(server())
    env.run()
    return np.array(latency)


def ciw_mm8(requests: int, seed: int) -> np.ndarray:
    """The same queue as a Ciw network of one node."""
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(RATE / 1000)],
        service_distributions=[ciw.dists.Exponential(1 / SERVICE_MS)],
        number_of_servers=[SERVERS],
    )
    run = ciw.Simulation(network)
    run.simulate_until_max_customers(requests, method="Arrive")
    records = run.get_all_records()
    return np.array([record.exit_date - record.arrival_date for record in records])


def ours(kernel: str, batching: bool) -> Callable[[int, int], np.ndarray]:
    """Our simulator on either workload."""

    def run(requests: int, seed: int) -> np.ndarray:
        if batching:
            result = simulate(
                Poisson(BATCH_RATE), BATCH_COST, BATCH_STATION, requests=requests, seed=seed, kernel=kernel
            )
        else:
            result = simulate(
                Poisson(RATE),
                Exponential(SERVICE_MS),
                Station(servers=SERVERS),
                requests=requests,
                seed=seed,
                kernel=kernel,
            )
        return result.latency_ms

    return run


def race(entries: dict[str, tuple[Callable[[int, int], np.ndarray], int]], rounds: int) -> dict[str, float]:
    """Requests per second of each entry, the median over alternating rounds; prints p50 and p99 as a check."""
    speeds: dict[str, list[float]] = {name: [] for name in entries}
    for seed in range(rounds):
        for name, (run, requests) in entries.items():
            begin, runs = time.perf_counter(), 0
            while time.perf_counter() - begin < 0.25:
                latency, runs = run(requests, 100 * seed + runs), runs + 1
            speeds[name].append(requests * runs / (time.perf_counter() - begin))
            if seed == 0:
                print(
                    f"    {name:12s} p50 {np.percentile(latency, 50):6.2f} ms   p99 {np.percentile(latency, 99):6.2f} ms"
                )
    return {name: statistics.median(values) for name, values in speeds.items()}


def report(title: str, entries: dict[str, tuple[Callable[[int, int], np.ndarray], int]], rounds: int) -> None:
    """Race the entries and print requests per second with the ratio to SimPy and to Ciw."""
    print(title)
    speeds = race(entries, rounds)
    for name, speed in speeds.items():
        ratios = "".join(f"   {speed / speeds[base]:7.1f} x {base}" for base in ("SimPy", "Ciw") if base in speeds)
        print(f"  {name:12s} {speed:14,.0f} requests/s{ratios}")


def main() -> None:
    """Print both tables and the time of one interactive call."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer requests and rounds")
    quick = parser.parse_args().quick
    rounds, slow, many = (3, 10_000, 20_000) if quick else (7, 20_000, 20_000)
    numba = {"fast": (ours("numba", False), many)} if backends.numba_installed() else {}
    numba_batches = {"fast": (ours("numba", True), many)} if backends.numba_installed() else {}
    queue = {"SimPy": (simpy_mm8, slow), "Ciw": (ciw_mm8, slow), "core": (ours("python", False), many), **numba}
    batching = {"SimPy": (simpy_batches, slow), "core": (ours("python", True), many), **numba_batches}
    report("M/M/8 at 90 % load", queue, rounds)
    report("dynamic batching: 800/s, up to 32, wait 5 ms, 4 ms + 0.5 ms a row", batching, rounds)
    run, times = ours("python", False), []
    for seed in range(20):
        begin = time.perf_counter()
        run(20_000, seed)
        times.append(1000 * (time.perf_counter() - begin))
    print(f"one interactive call, 20,000 requests of M/M/8, core: median {statistics.median(times):.1f} ms")


if __name__ == "__main__":
    main()
