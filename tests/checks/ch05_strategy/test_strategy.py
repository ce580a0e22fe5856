"""What the exercises of chapter 05 stand on: checks of tests, of a controller, and of a plan."""

import pandas as pd
import pytest

from mlsd_course.checks.ch05_strategy import pipeline, plan, rollout


def rows(build: pipeline.Build) -> None:
    """A learner's test: no row is lost."""
    flights = pipeline.flights(1)
    assert len(build(flights, 30.0)) == (flights.scheduled_h > 30.0).sum()


def keeps(flights: pd.DataFrame, now_h: float) -> pd.DataFrame:
    """A pipeline without a fault that `rows` could see."""
    return flights[flights.scheduled_h > now_h]


def loses(flights: pd.DataFrame, now_h: float) -> pd.DataFrame:
    """A mutant that loses rows."""
    return keeps(flights, now_h).iloc[1:]


def crashes(flights: pd.DataFrame, now_h: float) -> pd.DataFrame:
    """A mutant that fails."""
    raise KeyError("carrier")


def test_flights_are_made_up_and_the_same_each_time() -> None:
    """The same seed gives the same flights; some never land, and their delay is unknown."""
    one = pipeline.flights(3)
    assert one.equals(pipeline.flights(3))
    assert not one.equals(pipeline.flights(4))
    assert (one.landed_h.isna() == one.delay_min.isna()).all()
    assert one.index.is_unique


def test_a_mutant_that_crashes_is_killed() -> None:
    """An objection and a crash both kill; the survivors are named."""
    assert pipeline.killed([rows], {"loses": loses, "crashes": crashes, "keeps": keeps}) == ["loses", "crashes"]
    with pytest.raises(AssertionError, match="Alive: keeps"):
        pipeline.all_killed([rows], {"loses": loses, "keeps": keeps})
    pipeline.all_killed([rows], {"loses": loses, "keeps": keeps}, spare=1)


def test_a_test_may_speak_pytests_language() -> None:
    """`pytest.raises` without an error, and `pytest.fail`, are objections; a stopped kernel is none."""

    def refuses_nonsense(build: pipeline.Build) -> None:
        with pytest.raises(KeyError):
            build(pipeline.flights(1), 30.0)

    def stops(build: pipeline.Build) -> None:
        raise KeyboardInterrupt

    assert pipeline.killed([refuses_nonsense], {"keeps": keeps, "crashes": crashes}) == ["keeps"]
    with pytest.raises(KeyboardInterrupt):
        pipeline.killed([stops], {"keeps": keeps})


def test_a_false_alarm_says_who_raised_it() -> None:
    """The message names the test and the pipeline that was right."""
    pipeline.no_false_alarm([rows], {"plain": keeps})
    with pytest.raises(AssertionError, match=r"plain.*refused by rows"):
        pipeline.no_false_alarm([rows], {"plain": loses})


@pytest.mark.parametrize("wrong", [None, [], ["rows"], {"rows": rows}])
def test_what_is_no_list_of_tests_is_refused(wrong: object) -> None:
    """Nothing, text and the like are refused with what is expected."""
    with pytest.raises(AssertionError, match="Expected"):
        pipeline.some_tests(wrong)


def test_the_order_is_held_against_all_orders() -> None:
    """A wrong order is told how many weeks it costs; one that changes what it was given is refused."""
    pieces = plan.some_pieces(1, 5)
    plan.best_order(lambda given: sorted(given, key=lambda name: -given[name][1] / given[name][0]), pieces)
    with pytest.raises(AssertionError, match="expected weeks; the best takes"):
        plan.best_order(lambda given: sorted(given, key=lambda name: given[name][1]), pieces)
    with pytest.raises(AssertionError, match="were changed"):
        plan.best_order(lambda given: [given.popitem()[0] for _ in range(len(given))], pieces)


def test_fates_count_what_a_controller_does() -> None:
    """A controller that always rolls back does so at the first look; one that holds decides nothing."""
    stage = rollout.Stage(looks=5)
    assert rollout.fates(lambda *counts: "roll back", stage, 0.0, releases=20) == (1.0, 0.0, [1] * 20)
    assert rollout.fates(lambda *counts: "hold", stage, 0.0, releases=20) == (0.0, 0.0, [])


def test_the_sketched_design_lacks_only_step_4() -> None:
    """Steps 1 to 3 are there and run; the rules of step 4 ask for the plan; the label delay is the given one."""
    design = plan.bike_design(label_delay_h=48)
    assert {finding.code for finding in design.review()} >= {"S01", "S05", "S08", "S10"}
    assert not design.simulate().of("missed")
    assert design.constraints.data_constraints[0].label_delay_days == pytest.approx(2)
    with pytest.raises(AssertionError, match="no slices"):
        plan.has_a_plan(design)
