"""Closed forms of queueing theory, beside the simulator that they check. Rates per second, times in milliseconds.

Where the offered load reaches the capacity there is no steady state: means and percentiles are `math.inf`.
"""

import math

from mlsd_course.bisection import bisect, bracket
from mlsd_course.design.analysis import erlang
from mlsd_course.errors import ParameterError
from mlsd_course.parameters import count, not_negative, positive, share


def utilisation(rate_per_s: float, service_ms: float, servers: int = 1) -> float:
    """Offered load per server, rho = rate * service / servers; 1 or more means that the queue grows without end.

    >>> utilisation(160, service_ms=5)
    0.8
    """
    return positive("rate_per_s", rate_per_s) * positive("service_ms", service_ms) / 1000.0 / count("servers", servers)


def little_mean_in_system(rate_per_s: float, time_in_system_ms: float) -> float:
    """L = lambda * W, for any order, distribution and number of servers. Little 1961."""
    return positive("rate_per_s", rate_per_s) * not_negative("time_in_system_ms", time_in_system_ms) / 1000.0


def mm1_mean_ms(rate_per_s: float, service_ms: float) -> float:
    """Mean time in system of M/M/1: service / (1 - rho).

    >>> round(mm1_mean_ms(160, service_ms=5), 1)
    25.0
    >>> mm1_mean_ms(200, service_ms=5)  # all of the server's time: the queue grows without end
    inf
    """
    rho = utilisation(rate_per_s, service_ms)
    return service_ms / (1 - rho) if rho < 1 else math.inf


def mm1_percentile_ms(rate_per_s: float, service_ms: float, percent: float) -> float:
    """Percentile of the time in system of M/M/1, which is exponential: mean * ln(1 / (1 - p)).

    >>> round(mm1_percentile_ms(160, service_ms=5, percent=99), 1)
    115.1
    """
    return mm1_mean_ms(rate_per_s, service_ms) * -math.log1p(-_percent(percent))


def erlang_b(servers: int, offered_erlang: float) -> float:
    """Share of requests that find all servers busy and are lost, with no queue at all (M/G/c/c). Erlang 1917."""
    return erlang.erlang_b(count("servers", servers), not_negative("offered_erlang", offered_erlang))


def erlang_c(servers: int, offered_erlang: float) -> float:
    """Share of requests that must wait in M/M/c, 1 where the offered load reaches the servers. Erlang 1917."""
    return erlang.erlang_c(count("servers", servers), not_negative("offered_erlang", offered_erlang))


def mmc_wait_probability(rate_per_s: float, service_ms: float, servers: int) -> float:
    """Share of requests that must wait in M/M/c."""
    return erlang_c(servers, utilisation(rate_per_s, service_ms))


def mmc_wait_ms(rate_per_s: float, service_ms: float, servers: int) -> float:
    """Mean wait before service in M/M/c."""
    rho = utilisation(rate_per_s, service_ms, servers)
    if rho >= 1:
        return math.inf
    return erlang_c(servers, rho * servers) * service_ms / (servers * (1 - rho))


def mmc_mean_ms(rate_per_s: float, service_ms: float, servers: int) -> float:
    """Mean time in system of M/M/c."""
    return mmc_wait_ms(rate_per_s, service_ms, servers) + service_ms


def mmc_tail(rate_per_s: float, service_ms: float, servers: int, time_ms: float) -> float:
    """Share of requests whose time in system exceeds `time_ms` in M/M/c, first come, first served."""
    rho = utilisation(rate_per_s, service_ms, servers)
    t = not_negative("time_ms", time_ms) / service_ms
    if rho >= 1:
        return 1.0
    waits, drain = erlang_c(servers, rho * servers), servers * (1 - rho)
    if abs(drain - 1) < 1e-9:
        return math.exp(-t) * (1 + waits * t)
    return math.exp(-t) * (1 - waits / (1 - drain)) + waits / (1 - drain) * math.exp(-drain * t)


def mmc_percentile_ms(rate_per_s: float, service_ms: float, servers: int, percent: float) -> float:
    """Percentile of the time in system of M/M/c, by bisection of `mmc_tail`.

    >>> round(mmc_percentile_ms(640, service_ms=5, servers=4, percent=99), 1)  # the same load, one queue for four
    34.5
    """
    beyond = 1 - _percent(percent)
    if utilisation(rate_per_s, service_ms, servers) >= 1:
        return math.inf

    def too_early(time_ms: float) -> bool:
        return mmc_tail(rate_per_s, service_ms, servers, time_ms) > beyond

    return bisect(too_early, 0.0, bracket(too_early, service_ms)[1])[1]


def mg1_wait_ms(rate_per_s: float, service_ms: float, cv: float) -> float:
    """Mean wait of M/G/1: rho / (1 - rho) * (1 + cv^2) / 2 * service. Pollaczek 1930, Khinchine 1932."""
    return kingman_wait_ms(rate_per_s, service_ms, arrival_cv=1.0, service_cv=cv)


def md1_wait_ms(rate_per_s: float, service_ms: float) -> float:
    """Mean wait of M/D/1: half of M/M/1's."""
    return mg1_wait_ms(rate_per_s, service_ms, 0.0)


def kingman_wait_ms(
    rate_per_s: float, service_ms: float, arrival_cv: float, service_cv: float, servers: int = 1
) -> float:
    """Mean wait of G/G/c, approximately: M/M/c's wait times (ca^2 + cs^2) / 2.

    Kingman 1961 for one server, Allen and Cunneen for several; exact for M/G/1 and M/M/c.
    """
    spread = (not_negative("arrival_cv", arrival_cv) ** 2 + not_negative("service_cv", service_cv) ** 2) / 2
    wait = mmc_wait_ms(rate_per_s, service_ms, servers)
    return wait * spread if math.isfinite(wait) else wait


def fan_out_share(slow_share: float, calls: int) -> float:
    """Share of pages with at least one slow call, of `calls` independent ones: 1 - (1 - p)^n. Dean and Barroso 2013.

    >>> round(fan_out_share(0.01, calls=100), 2)
    0.63
    """
    return 1 - (1 - share("slow_share", slow_share)) ** count("calls", calls, least=0)


def batch_fill_ms(rate_per_s: float, max_batch: int) -> tuple[float, float]:
    """Mean wait of all, and mean wait of the first request, until a batch has filled from a stream of `rate_per_s`."""
    first = 1000.0 * (count("max_batch", max_batch) - 1) / positive("rate_per_s", rate_per_s)
    return first / 2, first


def _percent(percent: float) -> float:
    if not 0 < percent < 100:
        raise ParameterError(
            "percent", given=percent, allowed="between 0 and 100, both excluded", remedy="Write 99 for p99"
        )
    return percent / 100.0
