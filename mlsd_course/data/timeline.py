"""`Timeline`: events of many keys in order of time. By any instant: how many, their sum, and which came last."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Whole = NDArray[np.int64]
Real = NDArray[np.float64]

HOUR_US = 3_600_000_000
_ZERO = int(np.datetime64("2012-12-01", "us").astype(np.int64))
_SPAN = 1 << 46  # µs, over two years: a key and an instant fit into one whole number that sorts by both


def microseconds(instants: "pd.Series") -> Whole:
    """Return UTC instants as whole microseconds; missing ones as the smallest number there is."""
    return instants.dt.tz_convert(None).to_numpy(dtype="datetime64[us]").view(np.int64)


@dataclass(frozen=True)
class Timeline:
    """Events sorted by key and instant. An event counts from its instant on. Made by `of`.

    ranks: key and instant of each event as one whole number, ascending. totals: running sum of the values, one entry longer,
    from 0. order: the position of each event in the arrays that `of` was given.
    """

    ranks: Whole
    totals: Real
    order: Whole

    @classmethod
    def of(cls, keys: Whole, times_us: Whole, values: Any = 1.0) -> Self:
        """Return the timeline of events with these keys, instants and values; those with a negative key or no instant are left out."""
        kept = np.flatnonzero((keys >= 0) & (times_us > _ZERO))
        ranks = keys[kept] * _SPAN + (times_us[kept] - _ZERO)
        order = np.argsort(ranks, kind="stable")
        amounts = np.broadcast_to(np.asarray(values, dtype=float), keys.shape)[kept[order]]
        return cls(ranks[order], np.concatenate(([0.0], np.cumsum(amounts))), kept[order])

    def window(self, keys: Whole, times_us: Whole, hours: float = np.inf) -> tuple[Real, Real]:
        """Return the sum and the number of each key's events in the `hours` up to and including each instant."""
        last = self._end(keys, times_us)
        first = self._end(keys, times_us - min(hours * HOUR_US, _SPAN - 1))
        return self.totals[last] - self.totals[first], (last - first).astype(float)

    def latest(self, keys: Whole, times_us: Whole) -> Whole:
        """Return the position (as given to `of`) of each key's last event by each instant; -1 where there is none."""
        last = self._end(keys, times_us)
        has_event = last > np.searchsorted(self.ranks, keys * _SPAN)
        return np.where(has_event & (keys >= 0), self.order[np.maximum(last - 1, 0)] if len(self.order) else -1, -1)

    def _end(self, keys: Whole, times_us: Any) -> Whole:
        offset = np.clip(np.asarray(times_us) - _ZERO, -1, _SPAN - 1).astype(np.int64)
        return np.searchsorted(self.ranks, keys * _SPAN + offset, side="right")
