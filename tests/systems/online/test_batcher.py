"""The micro-batcher without a network: order, sizes, windows, deadlines, faults. Time is the event loop's, but nothing is timed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlsd_course.systems.online import Expired, MicroBatcher, Overloaded


class Model:
    """Answers row x with 10 x, and remembers its batches. `gate` holds it up."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, rows: list[int]) -> list[int]:
        self.batches.append(list(rows))
        await self.gate.wait()
        return [10 * row for row in rows]


def within_a_loop(story: Callable[[], Awaitable[Any]]) -> Any:
    """Run a story; a batcher that hangs fails after 10 s instead of for ever."""

    async def limited() -> Any:
        return await asyncio.wait_for(story(), 10)

    return asyncio.run(limited())


async def running(batcher: MicroBatcher, *requests: Awaitable[Any]) -> list[Any]:
    """Run the batcher while the requests are answered; exceptions are returned as they are."""
    task = asyncio.create_task(batcher.run())
    answers = await asyncio.gather(*requests, return_exceptions=True)
    task.cancel()
    return answers


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(), max_size=80), st.integers(1, 40), st.sampled_from([0.0, 1.0]))
def test_everybody_gets_their_own_answer_in_batches_that_are_not_too_big(rows, max_batch, max_wait_ms):
    """Whatever comes at once leaves in order of arrival, once, in batches of at most `max_batch`."""

    async def story():
        model = Model()
        batcher = MicroBatcher(model, max_batch, max_wait_ms)
        answers = await running(batcher, *(batcher.submit(row) for row in rows))
        assert answers == [10 * row for row in rows]
        assert [row for batch in model.batches for row in batch] == rows
        assert all(1 <= len(batch) <= max_batch for batch in model.batches)

    within_a_loop(story)


def test_greedy_takes_what_came_during_the_last_call():
    """While the first call runs, the others queue up and share the next one."""

    async def story():
        model = Model()
        model.gate.clear()
        batcher = MicroBatcher(model, max_batch=8)
        task = asyncio.create_task(batcher.run())
        first = asyncio.create_task(batcher.submit(0))
        while not model.batches:
            await asyncio.sleep(0)
        others = [asyncio.create_task(batcher.submit(row)) for row in range(1, 6)]
        await asyncio.sleep(0)
        model.gate.set()
        assert await asyncio.gather(first, *others) == [0, 10, 20, 30, 40, 50]
        assert model.batches == [[0], [1, 2, 3, 4, 5]]
        task.cancel()

    within_a_loop(story)


def test_a_window_waits_for_company_and_a_full_batch_does_not_wait():
    """A lone row leaves after its window; with a window of an hour a full batch leaves all the same."""

    async def story():
        model = Model()
        lone = MicroBatcher(model, max_batch=4, max_wait_ms=20)
        loop = asyncio.get_running_loop()
        begin = loop.time()
        await running(lone, lone.submit(1))
        assert loop.time() - begin >= 0.019
        full = MicroBatcher(model, max_batch=4, max_wait_ms=3_600_000)
        assert await running(full, *map(full.submit, range(4))) == [0, 10, 20, 30]
        assert model.batches == [[1], [0, 1, 2, 3]]

    within_a_loop(story)


def test_the_queue_limit_counts_those_who_wait():
    """The one beyond the limit is turned away before any work is done for it."""

    async def story():
        model = Model()
        batcher = MicroBatcher(model, max_batch=1, queue_limit=2)
        waiting = [asyncio.create_task(batcher.submit(row)) for row in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await batcher.submit(2)
        assert await running(batcher, *waiting) == [0, 10]

    within_a_loop(story)


def test_who_has_expired_costs_no_work_and_takes_no_place():
    """Past deadlines are answered with Expired; the batch is filled with others; the clock is the one that was given."""

    async def story():
        model = Model()
        batcher = MicroBatcher(model, max_batch=2, clock=lambda: 100.0)
        deadlines = {0: 99.0, 1: 101.0, 2: 99.9, 3: float("inf")}
        answers = await running(batcher, *(batcher.submit(row, until) for row, until in deadlines.items()))
        assert [type(answer) for answer in answers] == [Expired, int, Expired, int]
        assert model.batches == [[1, 3]]

    within_a_loop(story)


def test_a_client_that_has_gone_is_left_out():
    """A cancelled request is not computed; the others get theirs."""

    async def story():
        model = Model()
        batcher = MicroBatcher(model, max_batch=8)
        requests = [asyncio.create_task(batcher.submit(row)) for row in range(3)]
        await asyncio.sleep(0)
        requests[1].cancel()
        await asyncio.sleep(0)
        answers = await running(batcher, requests[0], requests[2])
        assert answers == [0, 20]
        assert model.batches == [[0, 2]]

    within_a_loop(story)


@pytest.mark.parametrize("wrong", [lambda rows: 1 / 0, lambda rows: rows[:-1]])
def test_a_failing_call_fails_its_batch_and_no_other(wrong):
    """An exception, or an answer too few, reaches those who waited for it; the batcher goes on."""

    async def story():
        async def predict(rows: list[int]) -> list[int]:
            return wrong(rows) if -1 in rows else rows

        batcher = MicroBatcher(predict, max_batch=2)
        answers = await running(batcher, *map(batcher.submit, [-1, 1, 2, 3]))
        assert all(isinstance(answer, Exception) for answer in answers[:2])
        assert answers[2:] == [2, 3]

    within_a_loop(story)
