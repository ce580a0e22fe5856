"""Formula, simulation and the served model tell one story: strictly where no clock is involved, within bands where one was.

The chain: Pollaczek and Khinchine's formula = the simulator on measured service times; the simulator = the service's own
batcher, request by request, on a clock that jumps; the simulator ≈ a recorded run of the real service over HTTP.
"""

import asyncio
import json
import selectors
from pathlib import Path

import numpy as np
import pytest

from mlsd_course.sim import BatchCost, Measured, Poisson, Station, Trace, simulate
from mlsd_course.sim.queueing import closed_forms
from mlsd_course.systems.online import MicroBatcher, poisson_times_s

RECORDED = Path(__file__).parent / "online_measurement.json"


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps to the next timer instead of waiting for it."""

    def __init__(self) -> None:
        loop, self.now_s = self, 0.0

        class Jump(selectors.DefaultSelector):
            def select(self, timeout=None):
                loop.now_s += timeout or 0.0
                return super().select(0)

        super().__init__(Jump())

    def time(self) -> float:
        """Return the seconds that have been jumped over."""
        return self.now_s


def served(times_s, cost: BatchCost, max_batch: int, max_wait_ms: float) -> np.ndarray:
    """Send requests at these times through the real batcher, whose model call takes what `cost` says; latencies in ms."""

    async def predict(rows: list[int]) -> list[int]:
        await asyncio.sleep(float(cost.call_ms(len(rows))) / 1000)
        return rows

    async def request(batcher: MicroBatcher, at_s: float, index: int) -> float:
        await asyncio.sleep(at_s)
        assert await batcher.submit(index) == index
        return 1000 * (asyncio.get_running_loop().time() - at_s)

    async def story() -> list[float]:
        batcher = MicroBatcher(predict, max_batch, max_wait_ms)
        task = asyncio.create_task(batcher.run())
        latencies = await asyncio.gather(*(request(batcher, at_s, i) for i, at_s in enumerate(times_s)))
        task.cancel()
        return latencies

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return np.array(runner.run(story()))


@pytest.mark.parametrize("rate_per_s", [20, 190, 1200])
@pytest.mark.parametrize(("max_batch", "max_wait_ms"), [(1, 0.0), (32, 0.0), (32, 10.0), (4, 3.0)])
def test_the_real_batcher_does_what_the_simulator_says(rate_per_s, max_batch, max_wait_ms):
    """On a clock that jumps, the latency of every single request is the simulated one."""
    times = poisson_times_s(rate_per_s, 800 / rate_per_s, seed=rate_per_s)
    times -= times[0]
    cost = BatchCost(4, 0.2)
    station = Station(max_batch=max_batch, max_wait_ms=max_wait_ms)
    expected = simulate(Trace(times), cost, station, requests=len(times)).latency_ms
    assert served(times, cost, max_batch, max_wait_ms) == pytest.approx(expected, abs=1e-3)


def recorded() -> dict:
    """Return the recorded run: what one request costs, and latencies at some loads. Made by benchmarks/service.py."""
    return json.loads(RECORDED.read_text(encoding="utf-8"))


def work(run: dict) -> Measured:
    """Return the service times of the recorded run: as spread as one user alone saw them, with the mean under load."""
    return Measured(np.array(run["alone_ms"]) / np.mean(run["alone_ms"]) * run["service_ms"])


def test_formula_and_simulation_agree_on_the_measured_service_times():
    """At each recorded load the formula's mean wait lies in the 99 % interval of the simulator's ten-seed mean."""
    run = recorded()
    times = work(run)
    for at in run["runs"]:
        waits = [
            simulate(Poisson(at["rate_per_s"]), times, requests=100_000, seed=seed).mean_wait_ms for seed in range(10)
        ]
        half = 3.25 * np.std(waits, ddof=1) / 10**0.5  # Student t, 9 degrees of freedom
        assert abs(np.mean(waits) - closed_forms.mg1_wait_ms(at["rate_per_s"], times.mean_ms, times.cv)) <= half


def test_the_recorded_measurement_lies_where_the_simulation_says():
    """At each load the mean latency over HTTP is within 40 % of what the simulator gives for the same schedule.

    The band is what the model leaves out on an ordinary machine: wake-ups at low load, the collector of garbage, the
    generator beside the service.
    """
    run = recorded()
    beside_ms = run["alone_mean_ms"] - run["service_ms"]
    for at in run["runs"]:
        times = poisson_times_s(at["rate_per_s"], at["seconds"], seed=at["seed"])
        simulated = simulate(Trace(times), work(run), requests=len(times)).mean_ms + beside_ms
        assert simulated / 1.4 <= at["mean_ms"] <= simulated * 1.4, at
