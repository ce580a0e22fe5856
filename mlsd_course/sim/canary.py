"""Canary releases: how long until a bad one is found, and how many users it harms until then.

Of all bad outcomes so far, the canary's part is looked at. Where the release is harmless, that part follows the canary's
share of the traffic: the probability of so many or more is a binomial tail, and the release is rolled back where it is small
enough. Left out: traffic that changes over the day, users who come back, and outcomes that depend on each other.

Sources: Przyborowski & Wilenski, Biometrika 1940, for the test of two Poisson counts; SRE Workbook (2018), 16, for canaries.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, rel_entr

from mlsd_course.errors import ParameterError
from mlsd_course.parameters import count, not_negative, positive, share

Array = NDArray[np.float64]
_NORMAL = NormalDist()


@dataclass(frozen=True)
class Canary:
    """One canary stage.

    canary_share: share of the traffic that gets the release, above 0 and below 1. requests_per_h: all traffic. bad_share:
    share of outcomes that are bad today. label_delay_h: when an outcome becomes known. look_every_h, hours: how often the
    counts are compared, and how long the stage lasts. alpha: probability to roll back a harmless release, over the whole stage
    where `corrected` (alpha is divided by the number of looks, Bonferroni), else at every look.
    """

    canary_share: float
    requests_per_h: float
    bad_share: float = 0.02
    label_delay_h: float = 0.0
    look_every_h: float = 1.0
    hours: float = 24.0
    alpha: float = 0.05
    corrected: bool = True

    def __post_init__(self) -> None:
        for name in ("canary_share", "bad_share", "alpha"):
            if share(name, getattr(self, name)) in (0.0, 1.0):
                raise ParameterError(name, given=getattr(self, name), allowed="above 0 and below 1",
                                     remedy="A comparison needs some of both")  # fmt: skip
        for name in ("requests_per_h", "look_every_h", "hours"):
            positive(name, getattr(self, name))
        not_negative("label_delay_h", self.label_delay_h)
        if self.look_every_h > self.hours:
            raise ParameterError("look_every_h", given=self.look_every_h, allowed=f"at most the {self.hours:g} h of the stage",
                                 remedy="Look at least once")  # fmt: skip

    @property
    def looks_h(self) -> Array:
        """The hours at which the counts are compared and some outcome is known."""
        times = self.look_every_h * np.arange(1, int(self.hours / self.look_every_h + 1e-9) + 1, dtype=np.float64)
        return times[times > self.label_delay_h]

    @property
    def alpha_per_look(self) -> float:
        """The probability of a false alarm that one look is allowed."""
        return self.alpha / max(1, len(self.looks_h)) if self.corrected else self.alpha

    def bad_share_at(self, effect: float) -> float:
        """Share of bad outcomes of a release that changes it by `effect` (0.5: half as many again; 0: harmless)."""
        worse = self.bad_share * (1 + effect)
        if not (math.isfinite(effect) and 0 < worse < 1):
            raise ParameterError("effect", given=effect, allowed=f"above -1 and below {1 / self.bad_share - 1:.3g}",
                                 remedy="The share of bad outcomes must stay between 0 and 1")  # fmt: skip
        return worse


@dataclass(frozen=True)
class Releases:
    """Many releases through the same stage. rolled_back_h: when each was rolled back, NaN where it was promoted."""

    canary: Canary
    effect: float
    rolled_back_h: Array

    @property
    def rolled_back_share(self) -> float:
        """Share of releases that were rolled back: false alarms where the release is harmless, power where it is not."""
        return float(np.isfinite(self.rolled_back_h).mean())

    @property
    def exposed_h(self) -> Array:
        """How long each release was on the canary, in hours."""
        return np.where(np.isfinite(self.rolled_back_h), self.rolled_back_h, self.canary.hours)

    @property
    def harmed(self) -> Array:
        """Expected bad outcomes that the release added while the canary lasted, for each release."""
        return _harmed(self.canary, self.effect, self.exposed_h)

    def hours(self, percent: float = 50) -> float:
        """The time by which `percent` of releases were rolled back; infinite where fewer were."""
        if not 0 < percent <= 100:
            raise ParameterError("percent", given=percent, allowed="above 0 and at most 100",
                                 remedy="Write 90 for nine of ten")  # fmt: skip
        ordered = np.sort(np.where(np.isfinite(self.rolled_back_h), self.rolled_back_h, np.inf))
        return float(ordered[math.ceil(percent / 100 * len(ordered) - 1e-9) - 1])


def p_value(bad_canary: Array | float, bad_all: Array | float, canary_share: float) -> Array:
    """The probability that so many or more of `bad_all` bad outcomes fall on a harmless canary: a binomial tail."""
    on_canary, total = np.asarray(bad_canary, dtype=float), np.asarray(bad_all, dtype=float)
    inside = np.maximum(on_canary, 1.0)
    return np.where(on_canary < 1, 1.0, betainc(inside, np.maximum(total - inside + 1, 1.0), canary_share))


def simulate_releases(canary: Canary, effect: float, releases: int = 1_000, seed: int = 0) -> Releases:
    """Send many releases through the stage; `effect` as in `Canary.bad_share_at`. Same seed, same result."""
    count("releases", releases)
    looks_h = canary.looks_h
    if not len(looks_h):
        return Releases(canary, effect, np.full(releases, np.nan))
    rng, running = np.random.default_rng(seed), np.arange(releases)
    known = np.floor(canary.requests_per_h * (looks_h - canary.label_delay_h))
    known_canary = np.floor(known * canary.canary_share)
    new_canary, new_rest = (
        np.diff(counts, prepend=0.0).astype(np.int64) for counts in (known_canary, known - known_canary)
    )
    first, worse = np.full(releases, np.nan), canary.bad_share_at(effect)
    bad_canary = bad_all = np.zeros((releases, 1))
    for looks in np.array_split(np.arange(len(looks_h)), math.isqrt(len(looks_h))):  # only running releases are drawn
        more_canary, more_rest = (
            rng.binomial(new[looks], share, size=(len(running), len(looks))).cumsum(axis=1)
            for new, share in ((new_canary, worse), (new_rest, canary.bad_share))
        )
        bad_canary, bad_all = bad_canary[:, -1:] + more_canary, bad_all[:, -1:] + more_canary + more_rest
        alarm = _alarms(canary, bad_canary, bad_all)
        stopped = alarm.any(axis=1)
        first[running[stopped]] = looks_h[looks[alarm[stopped].argmax(axis=1)]]
        running, bad_canary, bad_all = running[~stopped], bad_canary[~stopped], bad_all[~stopped]
        if not len(running):
            break
    return Releases(canary, effect, first)


def _alarms(canary: Canary, bad_canary: Array, bad_all: Array) -> NDArray[np.bool_]:
    """Whether each look raises an alarm. The binomial tail is computed only where the bounds below leave it open.

    k: bad outcomes on the canary, n: all bad outcomes, s: the canary's share. For k <= s n there is no alarm: a binomial's
    median lies next to its mean, so the p-value is 1/2 or more. For k > s n, with d = n times the divergence of k/n from s,
    the p-value is at most exp(-d) (Chernoff 1952) and at least exp(-d) / sqrt(8 k (n - k) / n) (Ash, Information Theory,
    1965, 4.7).
    """
    share, alpha = canary.canary_share, canary.alpha_per_look
    if alpha >= 0.5:
        return p_value(bad_canary, bad_all, share) <= alpha
    alarm = bad_canary > share * bad_all
    on_canary, total = bad_canary[alarm], bad_all[alarm]
    rest = total - on_canary
    apart, needed = rel_entr(on_canary, total * share) + rel_entr(rest, total * (1 - share)), -math.log(alpha)
    sure = apart > needed + 1e-9
    open_ = ~sure & (apart + 0.5 * np.log(np.maximum(8 * on_canary * rest / total, 1)) > needed - 1e-9)
    sure[open_] = p_value(on_canary[open_], total[open_], share) <= alpha
    alarm[alarm] = sure
    return alarm


def one_release(canary: Canary, effect: float, rng: np.random.Generator) -> float | None:
    """The readable twin of `simulate_releases`: request by request. Return the hour of the rollback, or None."""
    bad_canary = bad_all = sent = 0
    for hour in canary.looks_h:
        while sent < canary.requests_per_h * (hour - canary.label_delay_h):
            on_canary = rng.random() < canary.canary_share
            bad = rng.random() < (canary.bad_share_at(effect) if on_canary else canary.bad_share)
            bad_canary, bad_all, sent = bad_canary + (bad and on_canary), bad_all + bad, sent + 1
        if p_value(bad_canary, bad_all, canary.canary_share) <= canary.alpha_per_look:
            return float(hour)
    return None


def evidence_h(canary: Canary, effect: float, power: float = 0.5) -> float:
    """Hours of traffic after which one look finds the release with probability `power`; infinite where it is harmless.

    The normal approximation of the test: with s the share, T the traffic, p and q the bad shares of stable and release,
    sqrt(t) = (z_alpha sqrt(s q + (1-s) p) + z_power sqrt((1-s) q + s p)) / (sqrt(s (1-s) T) (q - p)).
    """
    stable, release, part = canary.bad_share, canary.bad_share_at(effect), canary.canary_share
    if release <= stable:
        return math.inf
    strict, sure = _NORMAL.inv_cdf(1 - canary.alpha_per_look), _NORMAL.inv_cdf(power)
    needed = strict * math.sqrt(part * release + (1 - part) * stable)
    needed += sure * math.sqrt((1 - part) * release + part * stable)
    return (needed / (release - stable)) ** 2 / (part * (1 - part) * canary.requests_per_h)


def hours_to_find(canary: Canary, effect: float, power: float = 0.5) -> float:
    """Hours until the look that finds the release: label delay plus evidence, rounded up to a look.

    Infinite where the stage ends before. An earlier look may already find it, so a simulated canary is a little faster.

    >>> canary = Canary(canary_share=0.1, requests_per_h=10_000)
    >>> hours_to_find(canary, effect=0.5)
    2.0
    """
    needed = canary.label_delay_h + evidence_h(canary, effect, power)
    if not math.isfinite(needed):
        return math.inf
    look_h = canary.look_every_h * max(1, math.ceil(needed / canary.look_every_h - 1e-9))
    return look_h if look_h <= canary.hours + 1e-9 else math.inf


def harmed_until(canary: Canary, effect: float, hours: float) -> float:
    """Expected bad outcomes that the release adds in `hours` on the canary."""
    return float(_harmed(canary, effect, np.float64(min(hours, canary.hours))))


def _harmed(canary: Canary, effect: float, hours: Array | np.float64) -> Array:
    added = canary.bad_share_at(effect) - canary.bad_share
    return np.asarray(canary.canary_share * canary.requests_per_h * added * hours)
