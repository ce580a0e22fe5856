"""Sizes, times, money and energy to one digit: the arithmetic that says what is possible before anybody designs it.

Powers of ten throughout: 1 GB = 10^9 bytes = 8 x 10^9 bits. Network links are sold in gigabits (Gb), storage in
gigabytes (GB); eight of the one make one of the other.
"""

import math
from collections.abc import Sequence

from mlsd_course.parameters import count, not_negative, positive, share

BITS = 8
DAY_S = 86_400
HOUR_S = 3_600


def transfer_h(gigabytes: float, gigabits_per_s: float, sustained: float = 1.0) -> float:
    """Return hours to move data over a link that sustains a share of its rate: 50 TB over 10 Gb/s take 11.1 h at best.

    >>> round(transfer_h(50_000, gigabits_per_s=10), 1)
    11.1
    """
    rate = positive("gigabits_per_s", gigabits_per_s) * positive("sustained", share("sustained", sustained))
    return not_negative("gigabytes", gigabytes) * BITS / rate / HOUR_S


def egress_usd(gigabytes: float, usd_per_gb: float = 0.08) -> float:
    """Return what a cloud charges for data that leave it: 50 TB at $0.08/GB cost $4,000."""
    return not_negative("gigabytes", gigabytes) * not_negative("usd_per_gb", usd_per_gb)


def kept_gb(events_per_s: float, event_bytes: float, days: float, copies: int = 1) -> float:
    """Return GB once the retention is filled: events x bytes x 86,400 x days x copies.

    >>> round(kept_gb(events_per_s=1_000, event_bytes=500, days=30, copies=3))
    3888
    """
    daily = not_negative("events_per_s", events_per_s) * not_negative("event_bytes", event_bytes) * DAY_S / 1e9
    return daily * not_negative("days", days) * count("copies", copies)


def weights_gb(parameters: float, bytes_each: float = 2.0) -> float:
    """Return GB of a model's weights: 7 x 10^9 parameters of 2 bytes are 14 GB."""
    return positive("parameters", parameters) * positive("bytes_each", bytes_each) / 1e9


def roofline_gflop_per_s(flop_per_byte: float, peak_gflop_per_s: float, memory_gb_per_s: float) -> float:
    """Return what a processor can reach at most: the lower of its peak and memory rate x operations a byte.

    Source: Williams, Waterman, Patterson (CACM 2009). Perfect overlap of both; caches count as arithmetic side.
    """
    slope = positive("flop_per_byte", flop_per_byte) * positive("memory_gb_per_s", memory_gb_per_s)
    return min(positive("peak_gflop_per_s", peak_gflop_per_s), slope)


def call_ms(
    parameters: float, batch: int, tflop_per_s: float, memory_gb_per_s: float, bytes_each: float = 2.0
) -> tuple[float, float]:
    """Return (ms of arithmetic, ms of reading the weights) of one call of a dense model on a batch of rows.

    2 operations a parameter and row; every weight is read once a call. By the roofline the call takes the longer one.
    """
    work = 2 * positive("parameters", parameters) * count("batch", batch)
    arithmetic = work / (positive("tflop_per_s", tflop_per_s) * 1e12)
    reading = weights_gb(parameters, bytes_each) / positive("memory_gb_per_s", memory_gb_per_s)
    return 1000 * arithmetic, 1000 * reading


def machines(per_s: float, ms_each: float, cores: int = 1, busy: float = 0.7, spare: int = 0) -> int:
    """Return machines for a rate of requests of `ms_each` on one core, kept busy for at most a share of the time.

    >>> machines(per_s=1_000, ms_each=20, cores=4)
    8
    """
    work = not_negative("per_s", per_s) * positive("ms_each", ms_each) / 1000
    room = count("cores", cores) * positive("busy", share("busy", busy))
    return max(1, math.ceil(work / room - 1e-9)) + count("spare", spare, least=0)


def energy_kwh(devices: int, watts: float, hours: float, pue: float = 1.1) -> float:
    """Return kWh from the grid: devices x watts x hours x PUE, the building's use over the machines' (Patterson 2021)."""
    used = count("devices", devices) * positive("watts", watts) * not_negative("hours", hours) / 1000
    return used * positive("pue", pue)


def product_of_guesses(guesses: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Return (low, middle, high) of a product of guesses, each a 90 % interval (low, high), all above 0, independent.

    On a log scale middles add and half widths add in squares (lognormal guesses), so errors partly cancel.
    """
    centre, squares = 0.0, 0.0
    for low, high in guesses:
        bottom, top = math.log(positive("low", low)), math.log(positive("high", high))
        centre += (bottom + top) / 2
        squares += ((top - bottom) / 2) ** 2
    half = math.sqrt(squares)
    return math.exp(centre - half), math.exp(centre), math.exp(centre + half)
