"""A late policy in words, and the share of the points that it takes. Nothing here knows a gradebook.

10% a day, 3 days at most            10 % for each day begun; nothing is left after three days
5% an hour, 50% at most              5 % for each hour begun, never more than half
20%, 15 minutes grace                20 % once, however late; up to 15 minutes are forgiven
none                                 no penalty
"""

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from mlsd_course.errors import GradingError

UNITS_S = {"minute": 60.0, "hour": 3600.0, "day": 86_400.0, "week": 604_800.0}
ALLOWED = (
    "'none', or a percentage such as '10% a day', followed, with commas between, by any of '3 days at most', "
    "'50% at most' and '15 minutes grace'"
)

_NUMBER, _UNIT = r"(\d{1,6}(?:\.\d{1,6})?)", r"(minute|hour|day|week)s?"
_RATE = re.compile(rf"{_NUMBER}\s*%(?:\s*(?:an?|per|each|every|/)\s*{_UNIT})?")
_LIMIT = re.compile(rf"(?:at most\s+)?{_NUMBER}\s*{_UNIT}(?:\s+at most)?")
_CAP = re.compile(rf"(?:at most\s+{_NUMBER}\s*%|{_NUMBER}\s*%\s+at most)")
_GRACE = re.compile(rf"(?:grace(?:\s+of)?\s+{_NUMBER}\s*{_UNIT}|{_NUMBER}\s*{_UNIT}\s+(?:of\s+)?grace)")


@dataclass(frozen=True)
class LatePolicy:
    """What being late costs, as shares of the points earned.

    `rate` for each `period_s` begun (infinite: once), never above `cap`; all after `limit_s`; nothing up to `grace_s`.
    """

    rate: float = 0.0
    period_s: float = math.inf
    limit_s: float = math.inf
    cap: float = 1.0
    grace_s: float = 0.0

    def share_lost(self, late_s: float) -> float:
        """Return the share of its points, 0 to 1, that a submission loses when it is `late_s` seconds late."""
        if late_s <= max(0.0, self.grace_s):
            return 0.0
        if late_s > self.limit_s:
            return 1.0
        periods = 1 if math.isinf(self.period_s) else math.ceil(late_s / self.period_s)
        return min(1.0, self.cap, round(self.rate * periods, 9))

    def penalty(self, points: float, late_s: float) -> float:
        """Return what is taken from `points`: never more than there is, never less than nothing."""
        there = max(0.0, points)
        return min(there, round(there * self.share_lost(late_s), 6))

    @property
    def sentence(self) -> str:
        """The policy in full words, so that whoever typed it sees how it was understood."""
        if not self.rate and math.isinf(self.limit_s):
            return "No penalty for late submissions."
        each = ", however late" if math.isinf(self.period_s) else f" for each {_words(self.period_s, one='')} begun"
        parts = [f"{_percent(self.rate)} of the points earned{each}"]
        parts += [f"never more than {_percent(self.cap)}"] if self.cap < 1 else []
        parts += [f"nothing is left after {_words(self.limit_s)}"] if math.isfinite(self.limit_s) else []
        parts += [f"up to {_words(self.grace_s)} are forgiven"] if self.grace_s else []
        return f"Late submissions lose {'; '.join(parts)}."


def late_policy(text: str) -> LatePolicy:
    """Return the policy that `text` states; GradingError, with what can be said, for what is none."""
    if text.strip().lower() in ("none", "no penalty"):
        return LatePolicy()
    settings: dict[str, float] = {}
    for number, clause in enumerate(re.split(r"\s*[,;]\s*", text.strip().lower())):
        clause_settings = _clause(clause, first=number == 0)
        if clause_settings is None or settings.keys() & clause_settings.keys():
            raise _unclear(text, clause)
        settings |= clause_settings
    policy = LatePolicy(**settings)
    if policy.rate > 1 or policy.cap > 1 or policy.grace_s >= policy.limit_s:
        raise _unclear(text, "more than 100 %, or more grace than time")
    return policy


def late_seconds(handed_in: datetime | None, due: datetime | None, extension: timedelta | None = None) -> float:
    """Return by how many seconds a submission was late: 0 in time, and where one of the times is not known."""
    if handed_in is None or due is None:
        return 0.0
    return max(0.0, (handed_in - due - (extension or timedelta())).total_seconds())


def _clause(clause: str, first: bool) -> dict[str, float] | None:
    if first:
        rate = _RATE.fullmatch(clause)
        if rate is None:
            return None
        return {"rate": float(rate[1]) / 100, "period_s": UNITS_S[rate[2]] if rate[2] else math.inf}
    if cap := _CAP.fullmatch(clause):
        return {"cap": float(cap[1] or cap[2]) / 100}
    if grace := _GRACE.fullmatch(clause):
        return {"grace_s": float(grace[1] or grace[3]) * UNITS_S[grace[2] or grace[4]]}
    if "at most" in clause and (limit := _LIMIT.fullmatch(clause)):
        return {"limit_s": float(limit[1]) * UNITS_S[limit[2]]}
    return None


def _unclear(text: str, clause: str) -> GradingError:
    return GradingError(f"The late policy is not understood at {clause!r}", given=text, allowed=ALLOWED)


def _percent(share: float) -> str:
    return f"{100 * share:.6g} %"


def _words(seconds: float, one: str = "1 ") -> str:
    unit, size = next(
        each for each in sorted(UNITS_S.items(), key=lambda u: -u[1]) if seconds >= each[1] or each[1] == 60
    )
    count = seconds / size
    return f"{one}{unit}" if count == 1 else f"{count:.4g} {unit}s"
