"""`simulate`: draw arrivals and service times, push them through a station, return every request's fate."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mlsd_course.errors import ParameterError
from mlsd_course.parameters import count
from mlsd_course.sim.queueing import backends, kernels
from mlsd_course.sim.queueing.arrivals import Arrivals
from mlsd_course.sim.queueing.result import Result
from mlsd_course.sim.queueing.service import BatchService, ServiceTimes, in_batches
from mlsd_course.sim.queueing.station import Station

Array = NDArray[np.float64]
MOST_REQUESTS = 20_000_000
"""More than this does not fit into an ordinary machine's memory."""


def simulate(
    arrivals: Arrivals,
    service: ServiceTimes | BatchService,
    station: Station | None = None,
    *,
    requests: int = 20_000,
    warmup: int = 0,
    seed: int = 0,
    kernel: str = "auto",
) -> Result:
    """Simulate `requests` requests at one station, and return a Result.

    arrivals: Poisson, Regular, Bursty, Diurnal, Profile or Trace. service: Fixed, Exponential, Lognormal or Measured for
    single requests; BatchCost or MeasuredBatches for batches. warmup: requests that are simulated first and left out of the
    result; of the servers' work the result keeps its share of the time. kernel: "python", "numba" (extra `fast`) or "auto"
    (numba once it is compiled); both give the same numbers. Same seed, same result.

    Raises ParameterError for numbers out of range. Tests check it against `mlsd_course.sim.queueing.closed_forms` and
    against the SimPy model of `mlsd_course.sim.queueing.simpy_model`.

    >>> from mlsd_course.sim import Exponential, Poisson, Station, closed
    >>> run = simulate(Poisson(320), Exponential(5), Station(servers=2))
    >>> round(run.mean_ms, 1), round(closed.mmc_mean_ms(320, 5, servers=2), 1)
    (14.2, 13.9)
    """
    station = station or Station()
    count("requests", requests, most=MOST_REQUESTS)
    count("warmup", warmup, least=0, most=MOST_REQUESTS)
    count("seed", seed, least=0)
    if station.max_batch > 1 and not in_batches(service):
        raise ParameterError(
            "service",
            given=type(service).__name__,
            allowed="BatchCost or MeasuredBatches when max_batch is above 1",
            remedy="Say what a call on n rows costs: BatchCost(fixed_ms, per_item_ms)",
        )
    rng, total = np.random.default_rng(seed), requests + warmup
    times_ms = arrivals.times_ms(total, rng)
    backend = backends.backend(kernel)
    limit = _limit(service, station, total)
    clients_matter = station.timeout_ms is not None or station.retries > 0 or station.max_batch > 1
    if not station.loses_nothing and clients_matter:
        result = _impatient(times_ms, service, station, limit, rng, backend)
    elif station.max_batch > 1 and in_batches(service):
        result = _batched(times_ms, service, station, rng, backend)
    elif limit is None:
        result = _single(times_ms, service.sample_ms(total, rng), station, backend)
    else:
        result = _bounded(times_ms, service.sample_ms(total, rng), station, limit, backend)
    return result if warmup == 0 else _without(result, warmup)


def _single(times_ms: Array, services_ms: Array, station: Station, backend: backends.Backend) -> Result:
    if station.servers == 1:
        # Lindley 1952, without a loop: end = max over j <= i of (arrival j + work from j to i)
        work = np.cumsum(services_ms)
        before = work - services_ms
        starts = np.maximum(before + np.maximum.accumulate(times_ms - before), times_ms)
    else:
        starts = backend.fcfs(times_ms, services_ms, station.servers)
        np.maximum(times_ms, starts, out=starts)
    busy_ms = float(services_ms.sum())
    return _served(times_ms, starts, np.add(starts, services_ms, out=services_ms), station, busy_ms)


def _limit(service: ServiceTimes | BatchService, station: Station, requests: int) -> int | None:
    """How many requests may wait: the station's own limit, or what can be served within the longest wait it accepts.

    Never more than there are requests: the kernel keeps a place for each.
    """
    limits = [] if station.queue_limit is None else [station.queue_limit]
    if station.shed_wait_ms is not None:
        row_ms = service.mean_ms
        if station.max_batch > 1 and in_batches(service):
            row_ms = float(service.call_ms(station.max_batch)) / station.max_batch
        limits.append(int(station.shed_wait_ms * station.servers / row_ms + 1e-9))
    return min(*limits, requests) if limits else None


def _bounded(times_ms: Array, services_ms: Array, station: Station, limit: int, backend: backends.Backend) -> Result:
    starts = backend.fcfs_bounded(times_ms, services_ms, station.servers, limit)
    lost = starts < 0
    ends = np.where(lost, times_ms, starts + services_ms)
    return Result(
        station=station,
        arrival_ms=times_ms,
        start_ms=np.where(lost, np.nan, starts),
        end_ms=ends,
        status=np.where(lost, kernels.REJECTED, kernels.SERVED).astype(np.int8),
        attempts=np.ones(len(times_ms), dtype=np.int16),
        busy_ms=float(services_ms[~lost].sum()),
        span_ms=float(ends.max()),
    )


def _batched(
    times_ms: Array, cost: BatchService, station: Station, rng: np.random.Generator, backend: backends.Backend
) -> Result:
    noise = cost.noise(len(times_ms) if cost.cv else 1, rng)
    starts, ends, busy_ms = backend.batches(
        times_ms, noise, _call_ms(cost, station), station.servers, station.max_batch, station.max_wait_ms
    )
    return _served(times_ms, starts, ends, station, busy_ms)


def _served(times_ms: Array, starts: Array, ends: Array, station: Station, busy_ms: float) -> Result:
    n = len(times_ms)
    return Result(
        station=station,
        arrival_ms=times_ms,
        start_ms=starts,
        end_ms=ends,
        status=np.zeros(n, dtype=np.int8),
        attempts=np.ones(n, dtype=np.int16),
        busy_ms=busy_ms,
        span_ms=float(ends[-1] if station.servers == 1 else ends.max()),
    )


def _impatient(
    times_ms: Array,
    service: ServiceTimes | BatchService,
    station: Station,
    limit: int | None,
    rng: np.random.Generator,
    backend: backends.Backend,
) -> Result:
    tries, one = len(times_ms) * (station.retries + 1), np.ones(1)
    rules = (
        station.servers,
        station.max_batch,
        float(station.max_wait_ms),
        -1 if limit is None else limit,
        -1.0 if station.timeout_ms is None else float(station.timeout_ms),
        station.drop_expired,
        station.retries,
        float(station.backoff_ms),
        -1.0 if station.retry_budget is None else float(station.retry_budget),
    )
    if in_batches(service) and station.max_batch > 1:
        fates = backend.impatient(times_ms, one, service.noise(tries, rng), _call_ms(service, station), rules)
    else:
        fates = backend.impatient(times_ms, service.sample_ms(tries, rng), one, one, rules)
    ends, status, attempts, busy_ms = fates
    return Result(
        station=station,
        arrival_ms=times_ms,
        start_ms=np.full(len(times_ms), np.nan),
        end_ms=ends,
        status=status.astype(np.int8),
        attempts=attempts.astype(np.int16),
        busy_ms=busy_ms,
        span_ms=float(max(ends.max(), times_ms[-1], busy_ms / station.servers)),
    )


def _call_ms(cost: BatchService, station: Station) -> Array:
    return np.asarray(cost.call_ms(np.arange(station.max_batch + 1.0)))


def _without(result: Result, warmup: int) -> Result:
    begin_ms = result.arrival_ms[warmup]
    return replace(
        result,
        arrival_ms=result.arrival_ms[warmup:] - begin_ms,
        start_ms=result.start_ms[warmup:] - begin_ms,
        end_ms=result.end_ms[warmup:] - begin_ms,
        status=result.status[warmup:],
        attempts=result.attempts[warmup:],
        busy_ms=result.busy_ms * (1 - begin_ms / result.span_ms),
        span_ms=result.span_ms - begin_ms,
    )
