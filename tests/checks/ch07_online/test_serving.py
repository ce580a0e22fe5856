"""The checks of chapter 07 judge as they should: good answers pass, each bad one fails with a sentence that names its fault.

The exercises' own answers are judged by tests/grading; here are the edges of the checks themselves.
"""

import math

import numpy as np
import pytest

from mlsd_course.checks.ch07_online import autoscaler, batcher, omission, sizing
from mlsd_course.sim import track_utilisation


class Plain:
    """A batcher that is right; subclasses spoil one thing."""

    def __init__(self, max_batch, max_wait_ms):
        self.max_batch, self.max_wait_ms, self.items, self.since = max_batch, max_wait_ms, [], 0.0

    def add(self, item, now_ms):
        if not self.items:
            self.since = now_ms
        self.items.append(item)
        return self.leave() if len(self.items) >= self.max_batch else None

    def poll(self, now_ms):
        return self.leave() if self.items and now_ms - self.since >= self.max_wait_ms else None

    def leave(self):
        out, self.items = self.items, []
        return out


class LosesOne(Plain):
    def leave(self):
        return super().leave()[:-1] or None


class DoublesOne(Plain):
    def leave(self):
        out = super().leave()
        self.items = out[-1:] if len(out) > 1 else []
        return out


class TooBig(Plain):
    def __init__(self, max_batch, max_wait_ms):
        super().__init__(max_batch + 1, max_wait_ms)


class Tardy(Plain):
    def poll(self, now_ms):
        return super().poll(now_ms - 1.0)


class Shared(Plain):
    left = []  # noqa: RUF012 - the fault that it is there for

    def __init__(self, max_batch, max_wait_ms):
        super().__init__(max_batch, max_wait_ms)
        self.items = self.left


class Hasty(Plain):
    def poll(self, now_ms):
        return self.leave() if self.items else None


class Backwards(Plain):
    def leave(self):
        return super().leave()[::-1]


def test_a_right_batcher_passes_every_check():
    """Whatever it hands out, the checks may clear."""
    for check in (batcher.full_batch, batcher.deadline, batcher.nothing_due):
        check(Plain)
    for seed in range(0, 500, 100):
        batcher.random_schedule(Plain, seed)


@pytest.mark.parametrize(
    ("spoilt", "says"),
    [
        (LosesOne, "never left"),
        (DoublesOne, "left 2 times"),
        (Hasty, "neither full"),
        (Backwards, "out of order"),
        (TooBig, "max_batch is"),
        (Tardy, "had waited"),
    ],
)
def test_random_schedules_find_what_a_batcher_does_wrong(spoilt, says):
    """Lost, doubled, early, out of order: each is named."""
    with pytest.raises(AssertionError, match=says):
        batcher.random_schedule(spoilt)


def test_what_two_batchers_share_is_named():
    """A list of the class instead of the object; an empty batch; a deadline that the last batch left behind."""
    with pytest.raises(AssertionError, match="added to the first"):
        batcher.nothing_due(Shared)

    class Eager(Plain):
        def poll(self, now_ms):
            return self.leave()

    with pytest.raises(AssertionError, match="empty batch"):
        batcher.nothing_due(Eager)

    class OldClock(Plain):
        def add(self, item, now_ms):
            self.items.append(item)
            return self.leave() if len(self.items) >= self.max_batch else None

    with pytest.raises(AssertionError, match="the batch before"):
        batcher.deadline(OldClock)


def test_a_batch_that_is_never_released_is_named():
    """Nothing comes out at all."""

    class Silent(Plain):
        def leave(self):
            return None

    with pytest.raises(AssertionError, match="The third"):
        batcher.full_batch(Silent)


def square_root(extra):
    """Square-root staffing with `extra` times the root to spare."""

    def policy(seen):
        work = seen.rate_per_s * autoscaler.SERVICE_MS / 1000
        return math.ceil(work + extra * math.sqrt(work) + seen.waiting / 1200)

    return policy


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 11, 23, 5])
def test_square_root_staffing_passes_on_any_morning_and_no_utilisation_target_does(seed):
    """The exercise can be solved with room to spare, and not by its naive twin at any target."""
    for extra in (1.4, 1.7):
        autoscaler.promise_and_cost(square_root(extra), seed)
    for target in (0.4, 0.45, 0.5, 0.6):
        with pytest.raises(AssertionError, match="Expected"):
            autoscaler.promise_and_cost(track_utilisation(target), seed)


def test_a_quiet_night_needs_a_number():
    """None, NaN, True and a pool for the peak are refused."""
    autoscaler.quiet(lambda seen: np.int64(1))
    for answer, says in ((None, "on every path"), (float("nan"), "finite"), (True, "number"), (9, "3 at most")):
        with pytest.raises(AssertionError, match=says):
            autoscaler.quiet(lambda seen, answer=answer: answer)


CASE = {"rate_per_s": 200, "service_ms": 20, "cv": 1.0, "slo_ms": 150}


def test_sizes_are_accepted_from_enough_to_one_more():
    """4 servers of work: 6 with one missing is the first that keeps the promise or fails it for a stated reason."""
    verdicts = {}
    for servers in range(3, 13):
        try:
            sizing.keeps_promise(lambda *_, servers=servers: servers, **CASE)
            verdicts[servers] = "kept"
        except AssertionError as error:
            verdicts[servers] = str(error)
    kept = [servers for servers, verdict in verdicts.items() if verdict == "kept"]
    assert kept == list(range(kept[0], kept[-1] + 1)), "one unbroken range is accepted"
    assert 2 <= len(kept) <= 3
    assert "grows without end" in verdicts[4]
    assert "more than needed at most" in verdicts[12]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "can be kept"),
        ("six", "number of servers"),
        (math.inf, "number of servers"),
        (math.nan, "number of servers"),
        (6.5, "whole number"),
    ],
)
def test_sizes_that_are_no_whole_number_are_named(answer, says):
    """None where it can be done, words, halves."""
    with pytest.raises(AssertionError, match=says):
        sizing.keeps_promise(lambda *_: answer, **CASE)


def test_the_impossible_must_be_refused():
    """More servers do not shorten the work."""
    impossible = {"rate_per_s": 5, "service_ms": 40, "cv": 1.0, "slo_ms": 90}
    sizing.refuses(lambda *_: None, **impossible)
    with pytest.raises(AssertionError, match="even without any queue"):
        sizing.refuses(lambda *_: 12, **impossible)


def test_a_repair_counts_everybody_who_was_due():
    """The order does not matter, nor the kind of sequence; no request is due after exactly one interval."""
    log_ms = [8.0, 35.0, 10.0]

    def right(latency_ms, interval_ms):
        return np.concatenate([np.arange(value, 0, -interval_ms) for value in latency_ms])[::-1]

    omission.counts_the_missing(right, log_ms, 10.0)
    with pytest.raises(AssertionError, match="above 0"):
        omission.counts_the_missing(lambda log, step: [*right(log, step), 0.0], log_ms, 10.0)
