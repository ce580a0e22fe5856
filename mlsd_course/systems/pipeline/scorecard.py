"""One run of the product, seen from four layers: organisation, user, system, model."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlsd_course.systems.pipeline.case import Period, Work
from mlsd_course.systems.pipeline.line import Log, Product

SAVED_USD, BOTHER_USD = 100.0, 60.0
"""Assumed worth of a late flight whose travellers were warned in time, and assumed cost of every other warning: for a flight
that is on time, or after the deadline."""
GREEN_BUSY, GREEN_S = 1.0, 120.0
"""A part's light is green while it reports no error, its workers keep up on the whole day and one case takes at most so long."""


@dataclass(frozen=True)
class ProductScorecard:
    """What came of one run.

    auc_on_paper: how well the model orders late before punctual flights in the notebook: everything known in time, nothing
    lost, nobody waiting. flights, late, warned, useful: counts; useful warnings are right and in time. in_time: warnings that
    arrived before the deadline. p99_min: from asking to sending, of the warnings sent.
    """

    auc_on_paper: float
    flights: int
    late: int
    warned: int
    useful: int
    in_time: int
    p99_min: float
    logs: tuple[Log, ...]

    @property
    def money_usd(self) -> float:
        """What the warnings were worth, at SAVED_USD for a useful one and minus BOTHER_USD for every other."""
        return SAVED_USD * self.useful - BOTHER_USD * (self.warned - self.useful)

    @property
    def helped_share(self) -> float:
        """Share of the late flights whose travellers had a warning in time."""
        return self.useful / self.late if self.late else float("nan")

    def __str__(self) -> str:
        in_time = f"{self.in_time / self.warned:.0%} of {self.warned:,} warnings in time, p99 {self.p99_min:,.0f} min"
        return "\n".join(
            [
                f"organisation  {dollars(self.money_usd)}",
                f"user          {self.helped_share:.0%} of {self.late:,} late flights: travellers warned in time",
                f"system        {in_time if self.warned else 'no warning was sent'}",
                f"model         AUC {self.auc_on_paper:.2f} on paper",
            ]
        )

    def lights(self) -> str:
        """Return each part's own health, as its own dashboard shows it."""
        lines = [f"{'part':10} {'cases':>6} {'errors':>6} {'s a case':>8} {'busiest hour':>12}  light"]
        for log in self.logs:
            busy = log.busiest_hour()[1] if log.cases else 0.0
            green = busy < GREEN_BUSY and log.part.seconds <= GREEN_S
            lines.append(
                f"{log.part.name:10} {log.cases:6,} {0:6} {log.part.seconds:8g} {busy:12.0%}  {'green' if green else 'RED'}"
            )
        return "\n".join(lines)


def score(product: Product, week: Period, paper: Product | None = None, seed: int = 0) -> ProductScorecard:
    """Run the product over a period and score it; `paper`: the product whose model is judged on paper (default: itself)."""
    done, logs = product.run(week.cases, seed)
    late = np.array(week.late)
    sent = np.array([np.inf if case.sent_min is None else case.sent_min for case in done])
    in_time = sent <= np.array([case.deadline_min for case in done])
    warned, asked_min = np.isfinite(sent), np.array([case.asked_min for case in done])
    return ProductScorecard(
        auc_on_paper=on_paper(paper or product, week),
        flights=len(done),
        late=int(late.sum()),
        warned=int(warned.sum()),
        useful=int((in_time & late).sum()),
        in_time=int(in_time.sum()),
        p99_min=float(np.percentile((sent - asked_min)[warned], 99)) if warned.any() else float("nan"),
        logs=tuple(logs),
    )


def on_paper(product: Product, week: Period) -> float:
    """AUC of the product's model as a notebook measures it: the naive twin, in which no time passes and nothing fails."""
    parts: Sequence[Work] = [part.work for part in product.parts[:3]]
    cases = [case.fresh() for case in week.cases]
    for case in cases:
        for work in parts:
            work(case, case.asked_min)
    return auc(np.array([case.probability for case in cases]), np.array(week.late))


def auc(scores: np.ndarray, truth: np.ndarray) -> float:
    """Probability that a random late flight scores above a random punctual one, ties counted half; NaN where there is none of either."""
    ranks = np.unique(scores, return_inverse=True, return_counts=True)
    ends = np.cumsum(ranks[2])
    middle = (ends - (ranks[2] - 1) / 2)[ranks[1]]
    late = int(truth.sum())
    if late in (0, len(truth)):
        return float("nan")
    return float((middle[truth].sum() - late * (late + 1) / 2) / (late * (len(truth) - late)))


def dollars(amount: float) -> str:
    """Return an amount in whole dollars."""
    return f"{'-' if amount < 0 else ''}${abs(amount):,.0f}"
