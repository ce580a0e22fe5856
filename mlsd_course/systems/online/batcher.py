"""Micro-batching: requests that wait at the same time share one call of the model."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple


class Overloaded(Exception):
    """The queue is full: the request was turned away before any work was done for it."""


class Expired(Exception):
    """The deadline passed while the request waited: answering it would help nobody."""


class Waiting(NamedTuple):
    """One queued request; `came` is in seconds of the event loop, `deadline` in seconds of the batcher's clock."""

    row: Any
    came: float
    deadline: float
    answer: asyncio.Future[Any]


class MicroBatcher:
    """Collects requests and answers them together.

    predict: coroutine function, rows to answers in the same order. max_batch: rows in one call at most. max_wait_ms: how long
    the oldest request may wait for company (0: greedy, takes what is there). queue_limit: requests that may wait
    (None: any number). clock: seconds, what deadlines are compared with.

    `submit` raises Overloaded or Expired; a failing model call fails the requests of its batch and no others.
    """

    def __init__(
        self,
        predict: Callable[[list[Any]], Awaitable[Sequence[Any]]],
        max_batch: int = 32,
        max_wait_ms: float = 0.0,
        queue_limit: int | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.predict, self.max_batch, self.max_wait_ms = predict, max_batch, max_wait_ms
        self.queue_limit, self.clock = queue_limit, clock
        self.waiting: deque[Waiting] = deque()
        self.arrived = asyncio.Event()

    async def submit(self, row: Any, deadline: float = float("inf")) -> Any:
        """Queue one row and wait for its answer."""
        if self.queue_limit is not None and len(self.waiting) >= self.queue_limit:
            raise Overloaded
        loop = asyncio.get_running_loop()
        request = Waiting(row, loop.time(), deadline, loop.create_future())
        self.waiting.append(request)
        self.arrived.set()
        return await request.answer

    async def run(self) -> None:
        """Serve batch after batch until cancelled."""
        while True:
            await self._until(1)
            if self.max_wait_ms:
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(self.waiting[0].came + self.max_wait_ms / 1000):
                        await self._until(self.max_batch)
            if batch := self._take():
                await self._serve(batch)

    async def _until(self, rows: int) -> None:
        while len(self.waiting) < rows:
            self.arrived.clear()
            await self.arrived.wait()

    def _take(self) -> list[Waiting]:
        batch: list[Waiting] = []
        while self.waiting and len(batch) < self.max_batch:
            request = self.waiting.popleft()
            if request.deadline < self.clock():
                _answer(request, Expired())
            elif not request.answer.done():  # else: its client has gone
                batch.append(request)
        return batch

    async def _serve(self, batch: list[Waiting]) -> None:
        try:
            answers = list(await self.predict([request.row for request in batch]))
            if len(answers) != len(batch):
                raise ValueError(f"{len(answers)} answers to {len(batch)} rows")
        except Exception as error:
            answers = [error] * len(batch)
        for request, answer in zip(batch, answers, strict=True):
            _answer(request, answer)


def _answer(request: Waiting, answer: Any) -> None:
    if request.answer.done():
        return
    if isinstance(answer, Exception):
        request.answer.set_exception(answer)
    else:
        request.answer.set_result(answer)
