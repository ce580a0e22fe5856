"""Checks of a repair of coordinated omission: who would have come while the tester stood still is counted too."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

Repair = Callable[[Sequence[float], float], Sequence[float]]


def counts_the_missing(repair: Repair, latency_ms: Sequence[float], interval_ms: float) -> None:
    """Every answered request is kept, and each interval of a long one adds a request that waited for the rest of it."""
    got = np.sort(np.asarray(list(repair(list(latency_ms), interval_ms)), dtype=float))
    kept = [value for value in latency_ms if not np.isclose(got, value).any()]
    assert not kept, (
        f"A latency of {kept[0]:g} ms is in the log and not in your result. Expected every measured one to stay."
    )
    assert got.min() > 0, (
        f"The shortest latency that you returned is {got.min():g} ms. Expected all above 0: who is due when the answer comes "
        "does not wait."
    )
    missing = sum(int(np.ceil(value / interval_ms)) - 1 for value in latency_ms)
    expected = len(latency_ms) + missing
    longest = max(latency_ms)
    assert len(got) == expected, (
        f"The log has {len(latency_ms)} requests, one due every {interval_ms:g} ms; you returned {len(got)} latencies. "
        f"Expected {expected}: while a request of {longest:g} ms was under way, "
        f"{int(np.ceil(longest / interval_ms)) - 1} more were due and not sent."
    )
    total = float(np.sum(latency_ms)) + sum(_waits(value, interval_ms) for value in latency_ms)
    assert np.isclose(got.sum(), total, rtol=1e-6), (
        f"Your latencies sum to {got.sum():,.0f} ms. Expected {total:,.0f} ms: the first request that was not sent would have "
        f"waited {interval_ms:g} ms less than the one under way, the second {2 * interval_ms:g} ms less, and so on."
    )


def _waits(latency_ms: float, interval_ms: float) -> float:
    missing = int(np.ceil(latency_ms / interval_ms)) - 1
    return missing * latency_ms - interval_ms * missing * (missing + 1) / 2
