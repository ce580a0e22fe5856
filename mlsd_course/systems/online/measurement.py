"""What a load generator saw: every request's fate, percentiles with intervals, and whether to trust the generator."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from mlsd_course.errors import ParameterError

Array = NDArray[np.float64]
_BATCHES = 10
_T_95 = 2.262  # Student t, 9 degrees of freedom, two-sided 95 %
LATE_MS, LATE_SHARE = 5.0, 0.01
"""A generator is trusted when fewer than this share of requests left more than so many ms after their time."""


@dataclass(frozen=True)
class Measurement:
    """One run of load. Arrays have one entry per request, in order of the intended time of sending.

    intended_s: when it should have left; late_ms: how much later it did; elapsed_ms: from the intended time until its fate;
    status: HTTP status, 0 connection lost, -1 the client gave up; attempts: tries made. seconds: from the start of the schedule to the last fate.
    cpu_s: processor seconds that the generator used.
    """

    loop: str
    intended_s: Array
    late_ms: Array
    elapsed_ms: Array
    status: NDArray[np.int64]
    attempts: NDArray[np.int64]
    seconds: float
    cpu_s: float

    @classmethod
    def read(cls, report: dict[str, Any], loop: str) -> Self:
        """Return what the generator's report says."""
        fates = np.asarray(report["fates"], dtype=float).reshape(-1, 5).T
        return cls(
            loop=loop,
            intended_s=fates[0],
            late_ms=1000 * fates[1],
            elapsed_ms=1000 * fates[2],
            status=fates[3].astype(np.int64),
            attempts=fates[4].astype(np.int64),
            seconds=float(report["seconds"]),
            cpu_s=float(report["cpu_s"]),
        )

    @property
    def requests(self) -> int:
        """Requests sent."""
        return len(self.status)

    @property
    def latency_ms(self) -> Array:
        """Latencies of the answered requests, from the intended time of sending."""
        return self.elapsed_ms[self.status == 200]

    @property
    def mean_ms(self) -> float:
        """Mean latency of answered requests (NaN when none was answered)."""
        return float(self.latency_ms.mean()) if len(self.latency_ms) else float("nan")

    def percentile_ms(self, percent: float) -> float:
        """Latency that `percent` of the answered requests stay under, in ms (NaN when none was answered)."""
        if not 0 <= percent <= 100:
            raise ParameterError("percent", given=percent, allowed="from 0 to 100", remedy="Write 99 for the p99")
        return float(np.percentile(self.latency_ms, percent)) if len(self.latency_ms) else float("nan")

    def percentile_interval_ms(self, percent: float) -> tuple[float, float]:
        """95 % confidence interval of a percentile, in ms, from 10 batches: neighbours in a queue are not independent.

        NaN where a batch has fewer than one latency beyond the percentile.
        """
        parts = np.array_split(self.latency_ms, _BATCHES)
        if min(map(len, parts)) < 100 / max(100 - percent, 1e-9):
            return float("nan"), float("nan")
        values = np.array([np.percentile(part, percent) for part in parts])
        half = _T_95 * float(values.std(ddof=1)) / _BATCHES**0.5
        return float(values.mean()) - half, float(values.mean()) + half

    @property
    def offered_per_s(self) -> float:
        """Requests per second of the schedule."""
        span_s = float(self.intended_s[-1] - self.intended_s[0]) if self.requests > 1 else 0.0
        return (self.requests - 1) / span_s if span_s > 0 else float("nan")

    @property
    def throughput_per_s(self) -> float:
        """Answered requests per second: the goodput."""
        return len(self.latency_ms) / self.seconds

    def share(self, *statuses: int) -> float:
        """Share of requests with one of these statuses."""
        return float(np.isin(self.status, statuses).mean())

    @property
    def answered_share(self) -> float:
        """Share of requests that were answered."""
        return self.share(200)

    @property
    def dropped_share(self) -> float:
        """Share of requests that the service turned away (503) or let expire (504)."""
        return self.share(503, 504)

    @property
    def timed_out_share(self) -> float:
        """Share of requests whose client gave up."""
        return self.share(-1)

    def within(self, limit_ms: float) -> float:
        """Share of all requests that were answered within `limit_ms`."""
        return float((self.latency_ms <= limit_ms).sum() / self.requests)

    @property
    def generator_ok(self) -> bool:
        """True where the generator kept its schedule: otherwise the figures describe it, not the service."""
        return float((self.late_ms > LATE_MS).mean()) < LATE_SHARE

    @property
    def sentence(self) -> str:
        """The run in a sentence, with a warning where the generator was the bottleneck."""
        text = (
            f"{self.requests} requests, {self.offered_per_s:.0f}/s offered, {self.throughput_per_s:.0f}/s answered: "
            f"p50 {self.percentile_ms(50):.1f} ms, p99 {self.percentile_ms(99):.1f} ms"
        )
        lost = 1 - self.answered_share
        text += f", {lost:.1%} not answered." if lost else "."
        if not self.generator_ok:
            late = float(np.percentile(self.late_ms, 99))
            text += (
                f"\n    Do not trust it: the generator was late itself (1 % by {late:.0f} ms or more). Send less, or close "
                "other programs."
            )
        return text
