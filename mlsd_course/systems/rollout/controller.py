"""Who promotes and who rolls back: a rule that was fixed before the release, fed with counts."""

from dataclasses import dataclass

from mlsd_course.errors import ParameterError
from mlsd_course.sim import canary
from mlsd_course.systems.rollout.evidence import Counts

HOLD, PROMOTE, ROLL_BACK = "hold", "promote", "roll back"


@dataclass(frozen=True)
class Ramp:
    """One step of the ramp: share of the keys, the hours it lasts at least, the known outcomes it needs at least."""

    share: float
    hours: float
    least_known: int = 0


@dataclass(frozen=True)
class ReleaseDecision:
    """What to do, and why. p_value: the probability that a harmless release looks as bad by luck."""

    action: str
    reason: str
    p_value: float = 1.0


@dataclass(frozen=True)
class Controller:
    """Rolls back on harm or failures, promotes when a step is over and nothing was found.

    ramp: steps of growing share. looks: how often it will be asked over the whole release. alpha: probability to roll back a
    harmless release over all looks together (each look gets alpha / looks). most_failed: share of failed requests.
    """

    ramp: tuple[Ramp, ...] = (Ramp(0.05, 6), Ramp(0.3, 24, 450))
    looks: int = 48
    alpha: float = 0.05
    most_failed: float = 0.02

    def __post_init__(self) -> None:
        shares = [step.share for step in self.ramp]
        if not shares or shares != sorted(shares) or not 0 < shares[0] <= shares[-1] < 1:
            raise ParameterError("ramp", given=shares, allowed="growing shares, above 0 and below 1",
                                 remedy="The last promotion gives everybody the candidate")  # fmt: skip
        if self.looks < 1 or not 0 < self.alpha < 1:
            raise ParameterError(
                "looks, alpha",
                given=(self.looks, self.alpha),
                allowed="at least 1, and from 0 to 1",
                remedy="Leave alpha at 0.05, and count the looks of the whole release",
            )

    def decide(self, stable: Counts, candidate: Counts, step: Ramp, hours_in_step: float) -> ReleaseDecision:
        """Decide from what is known now."""
        tried = candidate.sent + candidate.failed
        if tried >= 20 and candidate.failed / tried > self.most_failed:
            return ReleaseDecision(ROLL_BACK, f"{candidate.failed} of {tried} requests failed", 0.0)
        p_value = self.p_value(stable, candidate)
        if p_value <= self.alpha / self.looks:
            return ReleaseDecision(ROLL_BACK, f"{candidate.bad} of {candidate.known} bad, stable {stable.bad} of {stable.known}", p_value)  # fmt: skip
        if candidate.known < step.least_known:
            return ReleaseDecision(HOLD, f"{candidate.known} of {step.least_known} outcomes known", p_value)
        if hours_in_step < step.hours:
            return ReleaseDecision(HOLD, f"{hours_in_step:g} of {step.hours:g} h over", p_value)
        return ReleaseDecision(PROMOTE, "the step is over and no harm was found", p_value)

    @staticmethod
    def p_value(stable: Counts, candidate: Counts) -> float:
        """The probability that so many or more of all bad outcomes fall on the candidate if it is as good as the stable version."""
        everyone = stable.known + candidate.known
        if not candidate.known or not stable.known:
            return 1.0
        return float(canary.p_value(candidate.bad, candidate.bad + stable.bad, candidate.known / everyone))
