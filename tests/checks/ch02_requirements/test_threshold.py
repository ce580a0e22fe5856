"""The checks of a chosen threshold accept every right way and tell a wrong one what came and what was possible."""

from math import inf, nan

import pytest

from mlsd_course.checks.ch02_requirements import threshold as check

CHECKS = (
    check.enough_reviews,
    check.few_reviews,
    check.nothing_that_does_not_pay,
    check.equal_scores,
    check.random_days,
)


def by_prices(wrong, missed):
    """The score from which acting pays."""
    return wrong / (wrong + missed)


def walking_up(scores, wrong, missed, reviews):
    """The lowest paying score that few enough flights reach."""
    paying = sorted({score for score in scores if score >= by_prices(wrong, missed)})
    return next((at for at in paying if sum(score >= at for score in scores) <= reviews), inf)


def just_above(scores, wrong, missed, reviews):
    """A hair above the first flight that must be left out."""
    ranked = sorted(scores, reverse=True)
    pays = by_prices(wrong, missed)
    return pays if len(ranked) <= reviews else max(pays, ranked[reviews] + 1e-12)


def run_all(choose):
    """Run every check."""
    for run in CHECKS:
        run(choose)


@pytest.mark.parametrize("choose", [walking_up, just_above])
def test_right_ways_pass(choose):
    """Two programs that return different numbers and review the same flights are both right."""
    run_all(choose)


@pytest.mark.parametrize(
    ("choose", "says"),
    [
        (lambda scores, wrong, missed, reviews: 0.5, "More of them would pay"),
        (lambda scores, wrong, missed, reviews: by_prices(wrong, missed), "flagged and never looked at"),
        (lambda scores, wrong, missed, reviews: 0.0, "Some of them do not pay"),
        (lambda scores, wrong, missed, reviews: None, "Expected a number"),
        (lambda scores, wrong, missed, reviews: nan, "Expected a number"),
    ],
)
def test_wrong_ways_are_told_why(choose, says):
    """The first check that fails says the day, the prices, what came and what was possible."""
    with pytest.raises(AssertionError, match=says) as failed:
        run_all(choose)
    assert "false alarm $" in str(failed.value)


def test_the_learner_cannot_change_the_day():
    """A program that sorts or empties the list it was given is judged on the day as it was."""

    def greedy(scores, wrong, missed, reviews):
        at = walking_up(scores, wrong, missed, reviews)
        scores.clear()
        return at

    run_all(greedy)
