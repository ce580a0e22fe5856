"""The same station as a SimPy model: slow, readable, independent. The simulator's naive twin and its oracle.

One process per request and one per server. With `mlsd_course.sim.queueing.kernels` it shares the parameters and the codes
of a request's status, and no step of the calculation.
"""

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from mlsd_course.parameters import count
from mlsd_course.sim.queueing.arrivals import Arrivals
from mlsd_course.sim.queueing.kernels import REJECTED, SERVED, TIMED_OUT
from mlsd_course.sim.queueing.result import Result
from mlsd_course.sim.queueing.service import BatchService, ServiceTimes, in_batches
from mlsd_course.sim.queueing.station import Station

Process = Generator[simpy.Event, Any, None]


class Twin:
    """A station in SimPy. `run()` returns the same Result as `simulate`, from random numbers of its own."""

    def __init__(
        self,
        arrivals: Arrivals,
        service: ServiceTimes | BatchService,
        station: Station,
        *,
        requests: int = 20_000,
        seed: int = 0,
    ) -> None:
        self.env, self.station, self.service = simpy.Environment(), station, service
        self.rng = np.random.default_rng(seed)
        self.times = arrivals.times_ms(count("requests", requests), self.rng)
        self.queue: list[simpy.Event] = []
        self.came: dict[simpy.Event, float] = {}
        self.changed, self.idle = self.env.event(), station.servers
        self.end = np.zeros(requests)
        self.status, self.attempts = np.full(requests, TIMED_OUT), np.zeros(requests, dtype=int)
        self.busy_ms, self.tokens = 0.0, 0.0

    def run(self) -> Result:
        """Run until every request has met its fate."""
        for _ in range(self.station.servers):
            self.env.process(self._server())
        self.env.process(self._source())
        self.env.run()
        return Result(
            station=self.station,
            arrival_ms=self.times,
            start_ms=np.full(len(self.times), np.nan),
            end_ms=self.end,
            status=self.status.astype(np.int8),
            attempts=self.attempts,
            busy_ms=self.busy_ms,
            span_ms=float(max(self.end.max(), self.env.now)),
        )

    def _source(self) -> Process:
        for request, at in enumerate(self.times):
            yield self.env.timeout(at - self.env.now)
            self.tokens += self.station.retry_budget or 0.0
            self.env.process(self._client(request))

    def _client(self, request: int) -> Process:
        for attempt in range(self.station.retries + 1):
            if attempt > 0:
                if self.station.retry_budget is not None:
                    if self.tokens < 1:
                        return
                    self.tokens -= 1
                yield self.env.timeout(self.station.backoff_ms * 2 ** (attempt - 1))
            self.attempts[request] += 1
            self.status[request], self.end[request] = REJECTED, self.env.now
            if self._full():
                continue
            answer = self._join(request)
            patience = [] if self.station.timeout_ms is None else [self.env.timeout(self.station.timeout_ms)]
            yield simpy.AnyOf(self.env, [answer, *patience])
            self.end[request] = self.env.now
            if answer.processed:
                self.status[request] = SERVED
                return
            self.status[request] = TIMED_OUT
            answer.defused = True  # marks a client that has given up

    def _full(self) -> bool:
        if self.idle > 0:
            return False
        limit, patience_ms = self.station.queue_limit, self.station.shed_wait_ms
        too_long = patience_ms is not None and self._expected_wait_ms() > patience_ms + 1e-9
        return too_long or (limit is not None and len(self.queue) >= limit)

    def _expected_wait_ms(self) -> float:
        rows = self.station.max_batch
        row_ms = self.service.mean_ms
        if rows > 1 and in_batches(self.service):
            row_ms = float(self.service.call_ms(rows)) / rows
        return (len(self.queue) + 1) * row_ms / self.station.servers

    def _join(self, request: int) -> simpy.Event:
        answer = self.env.event()
        self.came[answer] = self.env.now
        self.queue.append(answer)
        self.changed.succeed()
        self.changed = self.env.event()
        return answer

    def _server(self) -> Process:
        while True:
            while not self.queue:
                yield self.changed
            wait_ms = self.came[self.queue[0]] + self.station.max_wait_ms - self.env.now
            if len(self.queue) < self.station.max_batch and wait_ms > 1e-9:
                yield simpy.AnyOf(self.env, [self.changed, self.env.timeout(wait_ms)])
                continue
            batch, self.queue = self.queue[: self.station.max_batch], self.queue[self.station.max_batch :]
            if self.station.drop_expired:
                batch = [answer for answer in batch if not answer.defused]
            if batch:
                yield self.env.process(self._serve(batch))

    def _serve(self, batch: list[simpy.Event]) -> Process:
        self.idle -= 1
        took = self._took_ms(len(batch))
        self.busy_ms += took
        yield self.env.timeout(took)
        self.idle += 1
        for answer in batch:
            self.came.pop(answer)
            answer.succeed()

    def _took_ms(self, rows: int) -> float:
        if in_batches(self.service) and self.station.max_batch > 1:
            return float(self.service.call_ms(rows) * self.service.noise(1, self.rng)[0])
        return float(self.service.sample_ms(1, self.rng)[0])
