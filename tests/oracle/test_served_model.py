"""Formula, simulation and the served model tell one story: strictly where no clock is involved, within bands where one was.

The simulator = the service's own batcher, request by request, on a clock that jumps.
"""

import asyncio
import selectors

import numpy as np
import pytest

from mlsd_course.sim import BatchCost, Station, Trace, simulate
from mlsd_course.systems.online import MicroBatcher, poisson_times_s


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
