"""What a product sees decides what it learns, and what it learns decides what it sees: a feedback loop on real routes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlsd_course.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Month:
    """One month of watching.

    routes: how many were watched. late: late flights of all routes. caught: late flights on watched routes. flights: all
    flights on watched routes, so caught / flights is what the team's own report shows.
    """

    number: int
    routes: int
    late: int
    caught: int
    flights: int

    @property
    def seen_rate(self) -> float:
        """Share of late flights among the watched ones: the figure on the team's report."""
        return self.caught / self.flights if self.flights else float("nan")

    @property
    def caught_share(self) -> float:
        """Share of all late flights that were on watched routes: the figure that nobody on the team can see."""
        return self.caught / self.late if self.late else float("nan")


def watch_routes(flights: "pd.DataFrame", keep_from: float, look_again: float = 0.0, seed: int = 0) -> list[Month]:
    """Watch routes month by month: all in January, then those whose last known share of late flights is at least `keep_from`.

    A route that is not watched gives no feedback, so its last known share stays what it was. look_again: probability per month
    that such a route is watched all the same, to learn. flights: columns scheduled_departure, origin, dest, late.
    """
    if not (0 <= keep_from <= 1 and 0 <= look_again <= 1):
        raise ParameterError(
            "keep_from, look_again",
            given=(keep_from, look_again),
            allowed="shares from 0 to 1",
            remedy="Divide a per-cent figure by 100",
        )
    landed = flights[flights["late"].notna()]
    month = landed["scheduled_departure"].dt.tz_convert("America/New_York").dt.month.rename("month")
    grouped = landed["late"].astype(float).groupby([month, landed["origin"], landed["dest"]])
    counts, late = (
        grouped.size().unstack(0, fill_value=0).to_numpy(),
        grouped.sum().unstack(0, fill_value=0.0).to_numpy(),
    )
    rng, believed, months = np.random.default_rng(seed), np.ones(len(counts)), []
    for number in range(counts.shape[1]):
        watched = (believed >= keep_from) | (rng.random(len(counts)) < look_again)
        learned = watched & (counts[:, number] > 0)
        believed = np.where(learned, late[:, number] / np.maximum(counts[:, number], 1), believed)
        months.append(
            Month(
                number + 1,
                int(learned.sum()),
                int(late[:, number].sum()),
                int(late[watched, number].sum()),
                int(counts[watched, number].sum()),
            )
        )
    return months
