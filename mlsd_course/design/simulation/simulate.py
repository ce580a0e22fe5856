"""A day of traffic through a design: a verdict per requirement, with its evidence."""

from dataclasses import dataclass

from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.analysis.queue_model import ClosedForm, QueueModel
from mlsd_course.design.model.design import Design
from mlsd_course.design.simulation.day import DaySlot, run
from mlsd_course.design.simulation.traffic import Traffic
from mlsd_course.design.simulation.verdicts import STATUSES, Verdict, judge
from mlsd_course.errors import DesignError
from mlsd_course.tables import markdown_table, notebook_text, text_table

HEAD = ("requirement", "verdict", "evidence")


@dataclass(frozen=True, repr=False)
class SimulatedDay:
    """Verdicts, gravest first, and the slots that they were read from."""

    verdicts: tuple[Verdict, ...]
    slots: tuple[DaySlot, ...]
    requests: float

    def __getitem__(self, requirement: str) -> Verdict:
        for verdict in self.verdicts:
            if verdict.requirement == requirement:
                return verdict
        names = ", ".join(verdict.requirement for verdict in self.verdicts)
        raise DesignError("No verdict for this requirement", given=requirement, allowed=names)

    def of(self, status: str) -> tuple[Verdict, ...]:
        """The verdicts of one status."""
        return tuple(verdict for verdict in self.verdicts if verdict.status == status)

    def sentence(self) -> str:
        """Counts and the gravest verdict in one line."""
        counts = ", ".join(f"{len(self.of(status))} {status}" for status in STATUSES if self.of(status))
        worst = self.verdicts[0] if self.verdicts else None
        lead = (
            f" First to look at: {worst.requirement}: {worst.evidence}."
            if worst and worst.status in ("missed", "at risk")
            else ""
        )
        many = f"{self.requests / 1e6:.3g} million" if self.requests >= 1e6 else f"{self.requests:,.0f}"
        return f"A day of {many} requests: {counts or 'nothing was required'}.{lead}"

    def rows(self) -> list[tuple[str, str, str]]:
        """The verdicts as table rows."""
        return [(verdict.requirement, verdict.status, verdict.evidence) for verdict in self.verdicts]

    def __repr__(self) -> str:
        return self.sentence() + "\n" + text_table(HEAD, self.rows())

    def _repr_markdown_(self) -> str:
        return notebook_text(self.sentence()) + "\n\n" + markdown_table(HEAD, self.rows())


def simulate(design: Design, traffic: Traffic | None = None, queues: QueueModel | None = None) -> SimulatedDay:
    """Run a day and judge every requirement and the budget."""
    facts = Facts(design)
    if traffic is None:
        if not facts.mean_per_s:
            raise DesignError(
                "It is not known how much traffic comes",
                remedy="Give simulate(Traffic(mean_per_s=…)), or require a Throughput",
            )
        traffic = Traffic(facts.mean_per_s, peak_ratio=min(20.0, max(1.0, facts.peak_per_s / facts.mean_per_s)))
    for outage in traffic.outages:
        if outage.component not in facts.architecture.by_name:
            raise DesignError(
                "An outage of a component that is not there",
                given=outage.component,
                allowed=", ".join(facts.architecture.by_name),
            )
    day = run(facts.architecture, traffic, queues or ClosedForm())
    order = {status: rank for rank, status in enumerate(STATUSES)}
    verdicts = sorted(judge(facts, traffic, day), key=lambda verdict: order[verdict.status])
    requests = sum(traffic.rate_per_s(slot) * traffic.slot_s for slot in range(traffic.slots))
    return SimulatedDay(tuple(verdicts), day.slots, requests)
