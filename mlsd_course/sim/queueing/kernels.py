"""The inner loops. Plain functions over sequences: CPython runs them on lists, numba (extra `fast`) compiles the same code.

Times are in milliseconds. A kernel draws no random numbers, so that both backends give the same result to the last bit.
"""

from bisect import bisect_right
from collections.abc import Iterable, MutableSequence, Sequence
from heapq import heappop, heappush, heapreplace

SERVED, REJECTED, TIMED_OUT = 0, 1, 2


def fcfs(arrivals: Iterable[float], services: Iterable[float], free: list[float]) -> list[float]:
    """For each request in turn, when a server became free for it (before or after its arrival).

    `free` is a heap of the moments at which the servers become free. It is changed in place: afterwards it holds the moments
    at which they become free after the last request. Kiefer and Wolfowitz 1955.
    """
    return [heapreplace(free, (a if a > free[0] else free[0]) + s) for a, s in zip(arrivals, services)]  # noqa: B905


def fcfs_bounded(
    arrivals: Sequence[float], services: Sequence[float], servers: int, limit: int, starts: MutableSequence[float]
) -> None:
    """Write when each request's service starts, or -1 where `limit` requests were already waiting."""
    free = [0.0] * servers
    ring = [0.0] * (limit + 1)  # start times of admitted requests that may still be waiting
    head, tail = 0, 0
    for i in range(len(arrivals)):
        arrival = arrivals[i]
        while head < tail and ring[head % (limit + 1)] <= arrival:
            head += 1
        if free[0] > arrival and tail - head >= limit:
            starts[i] = -1.0
            continue
        start = arrival if arrival > free[0] else free[0]
        heapreplace(free, start + services[i])
        starts[i] = start
        if start > arrival:
            ring[tail % (limit + 1)] = start
            tail += 1


def fcfs_until(
    arrivals: Sequence[float], services: Sequence[float], first: int, free: list[float], until: float, ends: list[float]
) -> int:
    """Serve the requests from `first` on whose service starts before `until`; return the first one that still waits.

    Appends the end of each to `ends`. `free` is a heap as in `fcfs`; servers may be added to it between two calls.
    """
    for i in range(first, len(arrivals)):
        start = arrivals[i] if arrivals[i] > free[0] else free[0]
        if start >= until:
            return i
        end = start + services[i]
        heapreplace(free, end)
        ends.append(end)
    return len(arrivals)


def batches(
    arrivals: Sequence[float],
    noise: Sequence[float],
    call_ms: Sequence[float],
    servers: int,
    max_batch: int,
    max_wait_ms: float,
    starts: MutableSequence[float],
    ends: MutableSequence[float],
    firsts: MutableSequence[int],
) -> int:
    """Form batches in order of arrival; write start, end and first request of each; return how many there are.

    A batch starts when a server is free and it is either full or its oldest request has waited `max_wait_ms`. A call on n
    rows costs `call_ms[n]` times its noise; `noise` has a factor for each batch, or one for all.
    """
    total, first, calls, noisy = len(arrivals), 0, 0, len(noise) > 1
    free = [0.0] * servers
    while first < total:
        ready = arrivals[first] + max_wait_ms
        full = first + max_batch
        if max_wait_ms > 0 and full <= total and arrivals[full - 1] < ready:
            ready = arrivals[full - 1]
        start = ready if ready > free[0] else free[0]
        after = bisect_right(arrivals, start, first + 1, full if full < total else total)
        end = start + call_ms[after - first] * noise[calls if noisy else 0]
        if servers == 1:
            free[0] = end
        else:
            heapreplace(free, end)
        starts[calls], ends[calls], firsts[calls] = start, end, first
        first = after
        calls += 1
    return calls


ARRIVE, FREE, GIVE_UP = 0, 1, 2


def impatient(
    arrivals: Sequence[float],
    services: Sequence[float],
    noise: Sequence[float],
    call_ms: Sequence[float],
    servers: int,
    max_batch: int,
    max_wait_ms: float,
    limit: int,
    timeout_ms: float,
    drop_expired: bool,
    retries: int,
    backoff_ms: float,
    budget: float,
    ends: MutableSequence[float],
    status: MutableSequence[int],
    attempts: MutableSequence[int],
) -> float:
    """The general station: bounded queue, batches, clients that give up and come back. Return server-ms of work done.

    Writes for each request when it was answered or finally lost, its status, and how many attempts it made. An attempt is
    number `request + try * n`. `services` has an entry for each attempt where max_batch is 1; otherwise a call on n rows
    costs `call_ms[n] * noise[call]`. limit < 0: no limit; timeout_ms < 0: none; budget < 0: no budget.
    """
    n = len(arrivals)
    events = [(arrivals[0], ARRIVE, 0)]
    came = [0.0] * (n * (retries + 1))
    state = [0] * (n * (retries + 1))  # 0 waiting or in service, 1 answered, 2 given up
    queue = [0] * 0
    head, idle, calls, tokens, work_ms = 0, servers, 0, 0.0, 0.0
    batch_first, batch_after = [0] * 0, [0] * 0
    while len(events) > 0:
        now, kind, which = heappop(events)
        lost = -1
        if kind == ARRIVE:
            request = which % n
            if which < n:
                tokens += budget if budget > 0 else 0.0
                if which + 1 < n:
                    heappush(events, (arrivals[which + 1], ARRIVE, which + 1))
            attempts[request] += 1
            came[which] = now
            if limit >= 0 and len(queue) - head >= limit and idle == 0:
                state[which], lost = 2, which
                status[request] = REJECTED
            else:
                queue.append(which)
                if timeout_ms >= 0:
                    heappush(events, (now + timeout_ms, GIVE_UP, which))
                if max_wait_ms > 0:
                    heappush(events, (now + max_wait_ms, FREE, -1))
        elif kind == GIVE_UP:
            if state[which] == 0:
                state[which], lost = 2, which
                status[which % n] = TIMED_OUT
        elif which >= 0:
            idle += 1
            for place in range(batch_first[which], batch_after[which]):
                answered = queue[place]
                if state[answered] == 0:
                    state[answered] = 1
                    status[answered % n] = SERVED
                    ends[answered % n] = now
        if lost >= 0:
            request, tries = lost % n, lost // n
            ends[request] = now
            if tries < retries and (budget < 0 or tokens >= 1.0):
                if budget >= 0:
                    tokens -= 1.0
                heappush(events, (now + backoff_ms * 2.0**tries, ARRIVE, lost + n))
        while idle > 0 and head < len(queue):
            if drop_expired:  # all wait equally long, so those who gave up come first
                while head < len(queue) and state[queue[head]] == 2:
                    head += 1
                if head == len(queue):
                    break
            waiting = len(queue) - head
            if waiting < max_batch and now < came[queue[head]] + max_wait_ms:
                break
            rows = waiting if waiting < max_batch else max_batch
            batch_first.append(head)
            batch_after.append(head + rows)
            took = services[queue[head]] if max_batch == 1 else call_ms[rows] * noise[calls]
            head += rows
            work_ms += took
            idle -= 1
            heappush(events, (now + took, FREE, calls))
            calls += 1
    return work_ms
