"""A release over replayed traffic: the router answers, the controller looks, the flag moves. And its naive twin."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf, nan

from mlsd_course.systems.rollout.controller import HOLD, PROMOTE, ROLL_BACK, Controller, ReleaseDecision
from mlsd_course.systems.rollout.evidence import Evidence, LabelledRequest
from mlsd_course.systems.rollout.router import Router

EVERYBODY = 1.0


@dataclass(frozen=True)
class Look:
    """One look: the hour, the share at that time, and what was decided."""

    hour: float
    share: float
    decision: ReleaseDecision


@dataclass
class History:
    """What happened. state: "released", "rolled back" or "undecided"; at_h: when that was decided (NaN: never)."""

    evidence: Evidence = field(default_factory=Evidence)
    looks: list[Look] = field(default_factory=list)
    state: str = "undecided"
    at_h: float = nan

    @property
    def exposed(self) -> int:
        """Requests that the candidate answered."""
        return self.evidence.counts("candidate").sent

    def harmed(self, usual: float | None = None) -> float:
        """Bad outcomes of the candidate, until the decision, beyond what the stable version would have made.

        usual: the stable version's share of bad outcomes; without it, what it was on its own requests of the same hours.
        """
        until = inf if self.state == "undecided" else self.at_h
        mine, stable = (self.evidence.counts(name, sent_before_h=until) for name in ("candidate", "stable"))
        return mine.bad - mine.known * (stable.bad_share if usual is None else usual)

    def decisions(self) -> list[Look]:
        """The looks at which something was done."""
        return [look for look in self.looks if look.decision.action != HOLD]

    def sentence(self) -> str:
        """The release in one line."""
        when = "" if self.state == "undecided" else f" after {self.at_h:g} h"
        reason = f" ({self.looks[-1].decision.reason})" if self.looks and self.state == "rolled back" else ""
        return (
            f"{self.state}{when}{reason}: the candidate answered {self.exposed} of {len(self.evidence.seen)} requests."
        )

    def __repr__(self) -> str:
        lines = [f"{'hour':>5}  {'share':>6}  {'decision':<9}  why"]
        lines += [
            f"{look.hour:5g}  {100 * look.share:4g} %  {look.decision.action:<9}  {look.decision.reason}"
            for look in self.decisions()
        ]
        return "\n".join([self.sentence(), *lines])


def release(
    router: Router, requests: Sequence[LabelledRequest], controller: Controller, look_every_h: float = 1.0
) -> History:
    """Replay the requests in order of `at_h`; look every `look_every_h` hours until the release is decided."""
    history, step, since_h, next_h = History(), 0, 0.0, look_every_h
    router.flag.share = controller.ramp[0].share
    for request in requests:
        while history.state == "undecided" and request.at_h >= next_h:
            stable, candidate = (history.evidence.counts(name, next_h) for name in ("stable", "candidate"))
            decision = controller.decide(stable, candidate, controller.ramp[step], next_h - since_h)
            history.looks.append(Look(next_h, router.flag.share, decision))
            if decision.action == ROLL_BACK:
                router.roll_back()
                history.state, history.at_h = "rolled back", next_h
            elif decision.action == PROMOTE:
                step, since_h = step + 1, next_h
                last = step == len(controller.ramp)
                router.flag.share = EVERYBODY if last else controller.ramp[step].share
                if last:
                    history.state, history.at_h = "released", next_h
            next_h += look_every_h
        history.evidence.add(request, router.predict(request.key, request.row))
    return history


def big_bang(router: Router, requests: Sequence[LabelledRequest], noticed_after_h: float = 24.0) -> History:
    """The naive twin: everybody gets the candidate at once; a person looks after `noticed_after_h` hours and switches back.

    There is nothing to compare with, since nobody is left on the stable version: the person compares with what was usual.
    """
    history = History()
    router.flag.share = EVERYBODY
    for request in requests:
        if request.at_h >= noticed_after_h and history.state == "undecided":
            router.roll_back()
            history.state, history.at_h = "rolled back", noticed_after_h
        history.evidence.add(request, router.predict(request.key, request.row))
    return history
