"""Canary releases: the vectorised simulation against its readable twin, the formula, and an exact tail."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from mlsd_course.errors import ParameterError
from mlsd_course.explore import EXPLORERS
from mlsd_course.sim.canary import (
    Canary,
    Releases,
    _alarms,
    evidence_h,
    harmed_until,
    hours_to_find,
    one_release,
    p_value,
    simulate_releases,
)
from mlsd_course.sim.scenarios.canary import canary

STAGE = Canary(canary_share=0.1, requests_per_h=2_000, hours=24)


@pytest.mark.parametrize(("mine", "everyone"), [(0, 10), (1, 1), (3, 10), (10, 10), (40, 100)])
def test_p_value_is_the_binomial_tail(mine: int, everyone: int) -> None:
    """The chance of so many or more on the canary is the tail of a binomial over all bad outcomes."""
    assert p_value(mine, everyone, 0.2) == pytest.approx(binom.sf(mine - 1, everyone, 0.2))


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5])
@pytest.mark.parametrize("looks", [0.25, 1, 6])
def test_harmless_releases_are_rarely_rolled_back(share: float, looks: float) -> None:
    """With alpha shared over the looks, at most 5 % of harmless releases are rolled back, and some of them are."""
    stage = replace(STAGE, canary_share=share, look_every_h=looks)
    assert simulate_releases(stage, 0.0, 4_000).rolled_back_share <= 0.05


def test_looking_often_without_correction_cries_wolf() -> None:
    """24 looks at 5 % each roll back more than twice the 5 % that one look would."""
    assert simulate_releases(replace(STAGE, corrected=False), 0.0, 4_000).rolled_back_share > 0.1


def test_same_as_the_readable_twin() -> None:
    """Request by request, or counts by look: the same share is found, after the same time."""
    stage, rng = replace(STAGE, requests_per_h=600, hours=12), np.random.default_rng(1)
    slow = [one_release(stage, 1.0, rng) for _ in range(60)]
    fast = simulate_releases(stage, 1.0, 4_000)
    share = sum(hour is not None for hour in slow) / len(slow)
    assert share == pytest.approx(fast.rolled_back_share, abs=3 * math.sqrt(0.25 / len(slow)))
    mean = np.mean([hour for hour in slow if hour is not None])
    assert mean == pytest.approx(np.nanmean(fast.rolled_back_h), rel=0.25)


@given(st.floats(0.01, 0.99), st.floats(0.001, 0.999), st.integers(1, 40), st.booleans(), st.integers(0, 99))
def test_alarms_are_those_of_the_tail_worked_out_everywhere(share, alpha, looks, corrected, seed) -> None:
    """Leaving out the looks that cannot raise an alarm changes none."""
    rng, stage = np.random.default_rng(seed), Canary(share, 100, hours=looks, alpha=alpha, corrected=corrected)
    everyone = rng.integers(0, 4, (30, looks)).cumsum(axis=1)
    mine = rng.binomial(everyone, rng.uniform(share / 2, 1.0, (30, 1)))
    alarm = p_value(mine, everyone, share) <= stage.alpha_per_look
    assert np.array_equal(_alarms(stage, mine, everyone), alarm)


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3])
@pytest.mark.parametrize("effect", [0.3, 1.0])
def test_one_look_has_the_power_that_the_formula_says(share: float, effect: float) -> None:
    """A stage with one look, as long as the formula asks for power 80 %, finds about 80 % of bad releases; closer where more are counted."""
    one = replace(STAGE, canary_share=share, requests_per_h=100_000, hours=1, look_every_h=1)
    hours = evidence_h(one, effect, power=0.8)
    stage = replace(one, hours=hours, look_every_h=hours)
    assert simulate_releases(stage, effect, 4_000).rolled_back_share == pytest.approx(0.8, abs=0.05 * (1 + effect))


def test_the_harm_hardly_depends_on_the_share_while_evidence_binds() -> None:
    """With frequent looks and labels at once, a tenth of the share takes ten times as long and harms about as many."""
    small, large = (replace(STAGE, canary_share=share, hours=2_000, requests_per_h=1_000) for share in (0.01, 0.1))
    assert evidence_h(small, 0.5) == pytest.approx(10 * evidence_h(large, 0.5), rel=0.2)
    harm = [float(simulate_releases(stage, 0.5, 300).harmed.mean()) for stage in (small, large)]
    assert harm[0] == pytest.approx(harm[1], rel=0.15)


def test_under_a_label_delay_the_harm_follows_the_share() -> None:
    """While no label is in, every user on the canary is exposed: half the share, half the harm."""
    stage = replace(STAGE, requests_per_h=100_000, label_delay_h=12)
    half = replace(stage, canary_share=0.05)
    assert simulate_releases(half, 1.0).harmed.mean() / simulate_releases(stage, 1.0).harmed.mean() == pytest.approx(
        0.5
    )


def test_a_label_delay_shifts_everything_by_itself() -> None:
    """Labels that come 12 h late show at each look what labels at once showed 12 h before."""
    at_once = simulate_releases(replace(STAGE, hours=12), 0.5, 500)
    late = simulate_releases(replace(STAGE, hours=24, label_delay_h=12), 0.5, 500)
    assert 0.3 < at_once.rolled_back_share < 1
    assert late.rolled_back_h == pytest.approx(at_once.rolled_back_h + 12, nan_ok=True)
    assert hours_to_find(late.canary, 1.0) == hours_to_find(at_once.canary, 1.0) + 12
    rng = np.random.default_rng(2)
    found = [one_release(replace(STAGE, hours=8, label_delay_h=4), 3.0, rng) for _ in range(5)]
    assert min(hour for hour in found if hour) > 4


def test_too_short_a_stage_finds_nothing() -> None:
    """Labels that come after the end leave no look, and the formula says never."""
    stage = replace(STAGE, label_delay_h=24)
    assert simulate_releases(stage, 1.0, 10).rolled_back_share == 0
    assert hours_to_find(stage, 1.0) == math.inf
    assert harmed_until(stage, 1.0, math.inf) == pytest.approx(0.1 * 2_000 * 0.02 * 24)
    assert hours_to_find(STAGE, 0.0) == math.inf


def test_half_of_the_releases_are_rolled_back_by_the_median() -> None:
    """Two of four: the second one's hour; where fewer are found there is no such time."""
    four = Releases(STAGE, 0.5, np.array([math.nan, 1.0, math.nan, 2.0]))
    assert [four.hours(percent) for percent in (25, 50)] == [1.0, 2.0]
    assert four.hours(51) == math.inf
    with pytest.raises(ParameterError, match="at most 100"):
        four.hours(0)


def test_same_seed_same_releases() -> None:
    """The same seed gives the same releases, another seed others."""
    one, two, other = (simulate_releases(STAGE, 0.5, 50, seed).rolled_back_h for seed in (3, 3, 4))
    assert np.array_equal(one, two, equal_nan=True)
    assert not np.array_equal(one, other, equal_nan=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"canary_share": 0},
        {"canary_share": 1},
        {"requests_per_h": 0},
        {"hours": -1},
        {"look_every_h": 30},
        {"alpha": 2},
    ],
)
def test_refusals_help(wrong: dict[str, float]) -> None:
    """A stage that cannot be is refused with what is allowed."""
    with pytest.raises(ParameterError) as refused:
        replace(STAGE, **wrong)
    assert refused.value.allowed
    with pytest.raises(ParameterError):
        STAGE.bad_share_at(60)


def test_the_view_says_what_binds() -> None:
    """Each cause of failure is named where it is the cause."""
    usual = {"canary_share": 0.05, "effect": 0.5, "requests_per_h": 10_000.0}
    assert canary(**usual).binds == "nothing"
    assert canary(**usual | {"effect": 0.1}).binds == "stage"
    assert canary(**usual | {"corrected": False}).binds == "false alarms"
    assert canary(**usual | {"label_delay_h": 24, "hours": 72, "canary_share": 0.2}).binds == "label delay"
    assert canary(**usual | {"requests_per_h": 1_000_000.0}).binds == "looks"
    assert canary(**usual | {"budget": 5, "look_every_h": 0.25}).binds == "evidence"


def test_the_number_in_the_question_is_that_of_the_chart() -> None:
    """The prediction's text names about what the chart shows at its start."""
    asked = EXPLORERS["ch05_strategy_canary"].lock.question.text
    assert "about 25 users" in asked
    assert canary(0.05, 0.5, 10_000).harmed == pytest.approx(25, abs=4)
