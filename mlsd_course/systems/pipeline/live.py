"""The same row of parts with real threads and real queues, and an observer who only counts the items inside."""

import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlsd_course.errors import ParameterError
from mlsd_course.sim import Poisson

LOOK_EVERY_S = 0.001


@dataclass(frozen=True)
class Watched:
    """What was measured, each figure by itself.

    rate_per_s: arrivals counted over the time watched. mean_time_s: from stopwatches of the items. mean_inside: from an
    observer who looked every millisecond and counted the items inside, and knows no stopwatch.
    """

    items: int
    rate_per_s: float
    mean_time_s: float
    mean_inside: float


def watch(rate_per_s: float, seconds: float, parts_ms: Sequence[float], seed: int = 0) -> Watched:
    """Send a Poisson stream through a row of real threads for `seconds`, and measure until the last item is out.

    parts_ms: how long each part is busy with one item; it sleeps, so that the processor stays free. Raises ParameterError
    where a part cannot keep up. Leaves no thread behind.
    """
    if not parts_ms or max(parts_ms) * rate_per_s >= 950:
        raise ParameterError(
            "parts_ms",
            given=list(parts_ms),
            allowed=f"at least one part, each below {950 / rate_per_s:.0f} ms",
            remedy="Send fewer items or make the parts quicker",
        )
    due_s = Poisson(rate_per_s).times_ms(int(rate_per_s * seconds), np.random.default_rng(seed)) / 1000
    came: list[float] = []
    left: list[float] = []
    counts_inside: list[int] = []
    done = threading.Event()
    queues: list[queue.SimpleQueue[float | None]] = [queue.SimpleQueue() for _ in range(len(parts_ms) + 1)]

    def work(position: int) -> None:
        while (item := queues[position].get()) is not None:
            time.sleep(parts_ms[position] / 1000)
            if position == len(parts_ms) - 1:
                left.append(time.perf_counter() - item)
            queues[position + 1].put(item)
        queues[position + 1].put(None)

    def look() -> None:
        while not done.wait(LOOK_EVERY_S):
            counts_inside.append(len(came) - len(left))

    threads = [threading.Thread(target=work, args=(position,), daemon=True) for position in range(len(parts_ms))]
    threads.append(threading.Thread(target=look, daemon=True))
    for thread in threads:
        thread.start()
    begin = time.perf_counter()
    try:
        for moment in due_s:
            time.sleep(max(0.0, begin + moment - time.perf_counter()))
            came.append(time.perf_counter())
            queues[0].put(came[-1])
    finally:  # also when the cell is interrupted
        queues[0].put(None)
        for thread in threads[:-1]:
            thread.join()
        span_s = time.perf_counter() - begin
        done.set()
        threads[-1].join()
    return Watched(len(left), len(came) / span_s, float(np.mean(left)), float(np.mean(counts_inside)))
