"""Checks of a micro-batcher: a full batch leaves at once, the oldest item sets the deadline, nothing is lost or doubled."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Protocol


class Batcher(Protocol):
    """What the learner writes; it has no clock of its own, `now_ms` is passed in."""

    def add(self, item: Any, now_ms: float) -> list[Any] | None:
        """Take one item; return the batch if this item fills it, else None."""
        ...

    def poll(self, now_ms: float) -> list[Any] | None:
        """Return a partial batch if the oldest item has waited long enough, else None."""
        ...


MakeBatcher = Callable[[int, float], Batcher]
_POLL_MS = 0.25


def full_batch(make: MakeBatcher) -> None:
    """A full batch leaves at once, in order of arrival."""
    batcher = make(3, 5.0)
    for position, item in enumerate("ab", start=1):
        got = batcher.add(item, float(position))
        assert got is None, f"add() of item {position} of 3 returned {got!r}. Expected None: the batch is not full yet."
    got = batcher.add("c", 3.0)
    assert got == ["a", "b", "c"], (
        f"The third add() returned {got!r}. Expected ['a', 'b', 'c']: max_batch is 3, so the batch leaves now, oldest first."
    )
    again = batcher.poll(1000.0)
    assert not again, (
        f"poll() after the batch had left returned {again!r}. Expected None: those items are gone already."
    )


def deadline(make: MakeBatcher) -> None:
    """A partial batch leaves when its oldest item has waited `max_wait_ms`, however fresh the newest is."""
    batcher = make(32, 5.0)
    batcher.add("old", 0.0)
    batcher.add("new", 4.0)
    early = batcher.poll(4.9)
    assert early is None, (
        f"poll() at 4.9 ms returned {early!r}. Expected None: the oldest item has waited 4.9 of 5.0 ms."
    )
    due = batcher.poll(5.0)
    assert due == ["old", "new"], (
        f"poll() at 5.0 ms returned {due!r}. Expected ['old', 'new']: the clock starts with the oldest item, and a later "
        "arrival must not restart it."
    )
    batcher.add("next", 6.0)
    early = batcher.poll(10.9)
    assert early is None, (
        f"poll() at 10.9 ms returned {early!r}. Expected None: 'next' came at 6.0 ms and is due at 11.0 ms. The deadline of "
        "the batch before must not count for it."
    )


def nothing_due(make: MakeBatcher) -> None:
    """An empty batcher has nothing to release, and two batchers share nothing."""
    first, second = make(4, 2.0), make(4, 2.0)
    assert first.poll(100.0) is None, (
        "poll() of an empty batcher must return None: an empty batch would cost a model call."
    )
    first.add("mine", 0.0)
    got = second.poll(100.0)
    assert got is None, (
        f"A second batcher returned {got!r} that was added to the first. Keep the items on self, made in __init__."
    )


def random_schedule(make: MakeBatcher, seed: int = 0) -> None:
    """On a random schedule every item leaves once, in order, in batches that are neither too big nor late."""
    for round_seed in range(seed, seed + 25):
        _one_schedule(make, random.Random(round_seed))


def _one_schedule(make: MakeBatcher, rng: random.Random) -> None:
    max_batch, max_wait_ms = rng.randint(1, 9), rng.choice([0.5, 2.0, 8.0])
    batcher, count = make(max_batch, max_wait_ms), rng.randint(1, 80)
    entered_ms: dict[int, float] = {}
    released: list[list[int]] = []
    now_ms, next_poll_ms = 0.0, _POLL_MS
    for item in range(count):
        now_ms += rng.expovariate(1.0)
        while next_poll_ms < now_ms:
            _take(batcher.poll(next_poll_ms), released, entered_ms, next_poll_ms, max_batch, max_wait_ms)
            next_poll_ms += _POLL_MS
        entered_ms[item] = now_ms
        _take(batcher.add(item, now_ms), released, entered_ms, now_ms, max_batch, max_wait_ms)
    while next_poll_ms < now_ms + max_wait_ms + 2 * _POLL_MS:
        _take(batcher.poll(next_poll_ms), released, entered_ms, next_poll_ms, max_batch, max_wait_ms)
        next_poll_ms += _POLL_MS
    left = [item for batch in released for item in batch]
    assert left == list(range(count)), _difference(left, count)


def _take(
    batch: list[int] | None,
    released: list[list[int]],
    entered_ms: dict[int, float],
    now_ms: float,
    max_batch: int,
    max_wait_ms: float,
) -> None:
    if batch is None:
        return
    assert 0 < len(batch) <= max_batch, (
        f"A batch of {len(batch)} items was released; max_batch is {max_batch}, and never 0."
    )
    strangers = [item for item in batch if item not in entered_ms]
    assert not strangers, (
        f"A batch holds {strangers[0]!r}, which was never given to this batcher. Keep the items on self."
    )
    again = [item for item in batch if any(item in earlier for earlier in released)]
    assert not again, (
        f"Item {again[0]} left 2 times. A batch that has left must be forgotten by the batcher, with all its items."
    )
    assert batch == sorted(batch), f"A batch left out of order: {batch[:8]}. Expected the order of arrival."
    waited_ms = now_ms - entered_ms[batch[0]]
    assert waited_ms < max_wait_ms + 2 * _POLL_MS, (
        f"The oldest item of a batch had waited {waited_ms:.2f} ms although poll() was called every {_POLL_MS} ms; "
        f"max_wait_ms is {max_wait_ms}."
    )
    full, due = len(batch) == max_batch, waited_ms >= max_wait_ms - 1e-6
    assert full or due, (
        f"A batch of {len(batch)} left after {waited_ms:.2f} ms, neither full ({max_batch}) nor due ({max_wait_ms} ms). Small "
        "batches waste the fixed cost of a model call."
    )
    released.append(list(batch))
    batch.clear()  # a caller may do what it likes with the list it was given


def _difference(left: list[int], count: int) -> str:
    lost = sorted(set(range(count)) - set(left))
    if lost:
        return f"{len(lost)} of {count} items never left, the first is item {lost[0]}. Look at what stays behind when a batch leaves."
    return f"The items left out of order: {left[:8]}… Expected the order of arrival."
