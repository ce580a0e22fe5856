"""The views of chapter 04: a budget that adds up, minutes that add up, a front that nothing beats."""

import pytest

from mlsd_course.design import Facts, RequestTime, worked_design, worked_designs
from mlsd_course.design.analysis.availability import RequestAvailability
from mlsd_course.errors import ParameterError
from mlsd_course.sim.latency_budget import latency_budget
from mlsd_course.sim.scenarios.pareto import beats, candidates, pareto, pareto_front, variant, winners
from mlsd_course.sim.scenarios.redundancy import paths
from mlsd_course.sim.scenarios.request_path import budget, request_path


@pytest.mark.parametrize("name", worked_designs())
def test_the_budget_adds_up_to_the_roll_up(name):
    """Shares of all parts add up to the p99 that `RequestTime` gives, for every worked design, fan-outs included."""
    facts = Facts(worked_design(name))
    entry = facts.architecture.entries[0].name
    found = latency_budget(facts.architecture, facts.peak_per_s)
    told = RequestTime(facts.architecture, facts.peak_loads).percentile_ms(entry, 99)
    assert found.total_ms == pytest.approx(told, rel=1e-9)
    assert sum(share.ms for share in found.shares) == pytest.approx(told, rel=1e-6)


def test_p99s_added_up_are_more_than_the_p99_at_rest_and_less_under_load():
    """The naive sum is wrong both ways: too high where nobody waits, too low where a queue stands."""
    rest, rush = budget(10, "row", 1), budget(140, "row", 1)
    assert rest.budget.total_ms < 0.8 * rest.budget.added_ms
    assert rush.budget.total_ms > 2 * rush.budget.added_ms
    assert rush.binds == "waiting"
    assert budget(200, "row", 1).binds == "saturation"


def test_side_by_side_counts_the_slower_one_only():
    """Features beside the slower weather cost a slow request next to nothing."""
    together = {share.component: share.ms for share in budget(60, "together", 2).budget.shares}
    row = {share.component: share.ms for share in budget(60, "row", 2).budget.shares}
    assert together["features"] < 0.1 * row["features"]


def test_lost_minutes_add_up_and_replicas_do_not_help_what_is_not_yours():
    """Minutes by part add up to those of the whole; three replicas leave the provider's 216 minutes."""
    one, three = paths(1, 1, False), paths(3, 2, False)
    for shown in (one, three):
        assert sum(shown.lost_minutes.values()) == pytest.approx(shown.down_minutes)
    assert one.down_minutes == pytest.approx(409, abs=1)
    assert three.lost_minutes["weather"] == pytest.approx(0.005 * 43_200, rel=0.02)
    assert three.weakest == "weather"
    assert not three.met


def test_a_replica_that_the_load_needs_is_no_spare():
    """At 240 a second both replicas of the model are needed, and two are worse than one at half the load."""
    both, half = paths(2, 2, False, "copied", per_s=240), paths(1, 1, False, "copied", per_s=120)
    assert both.spare["model"] == 0
    assert both.all_up["model"] < half.all_up["model"]


def test_the_caught_minutes_do_not_count_and_do_not_vanish():
    """With fallbacks only the api's own failures are left, and the others' minutes are shown as caught."""
    shown = paths(2, 2, True)
    assert set(shown.lost_minutes) == {"api"}
    assert shown.caught_minutes["weather"] == pytest.approx(216)
    assert shown.answered == pytest.approx(
        RequestAvailability(request_path("row", 2, 2, caught=True), {}).of("api"), abs=1e-5
    )


def test_two_providers_fail_together_once_in_forty_thousand():
    """A second independent path squares the chance of failure."""
    assert 1 - paths(1, 1, False, "two").all_up["weather"] == pytest.approx(0.005**2)


def test_nothing_beats_the_front_and_everything_else_is_beaten():
    """By definition, checked pair by pair; the front is neither one architecture nor all."""
    every = candidates(20.0)
    front = pareto_front(every)
    names = {one.name for one in front}
    assert 1 < len(front) < len(every)
    for one in every:
        beaten = any(beats(other.values, one.values) for other in every)
        assert beaten == (one.name not in names)


def test_weights_choose_on_the_front_and_miss_some_of_it():
    """Positive weights choose a point of the front (Das & Dennis 1997), and no weights reach some points of it."""
    front = {one.name for one in pareto_front(candidates(20.0))}
    for weights in ((1, 1, 1, 1), (9, 1, 1, 1), (1, 9, 1, 1), (1, 1, 9, 1), (1, 1, 1, 9)):
        assert pareto(*weights).chosen.name in front
    assert winners(20.0) <= front
    assert front - winners(20.0)


def test_refusals_help():
    """A choice that is not known is refused with those that are."""
    for wrong in (
        lambda: budget(10, "circle", 1),
        lambda: paths(1, 1, False, "three"),
        lambda: variant("weekly", "asked", "own", 1.0),
        lambda: latency_budget(request_path(), 10, percent=100),
    ):
        with pytest.raises(ParameterError) as refused:
            wrong()
        assert refused.value.allowed
