# %% [markdown]
# # 02 Requirements: exercises
#
# Five tasks, about 60 minutes. Checks below each answer tell you what came and what was expected; a few more run when your
# work is graded. No task needs the answer of another.

# %%
from math import inf

from mlsd_course.checks.ch02_requirements import threshold as check
from mlsd_course.design import read_sentence
from mlsd_course.sim import budget, late_scores

# %% [markdown]
# ## 1 The threshold that costs least, with few reviewers (4 points)
#
# A day's flights have calibrated scores. Every flight whose score is **at least** your threshold is reviewed; a
# review finds out in time whether it will be late. A reviewed flight that lands in time costs `false_alarm_usd`, a late one
# that was not reviewed costs `missed_usd`, everything else nothing.
#
# Return the threshold with the lowest expected cost, of those that at most `reviews` flights reach. Flights of one score
# cannot be told apart.


# %% nbgrader={"grade": false, "solution": true, "locked": false, "task": false, "grade_id": "ch02_requirements_e1", "schema_version": 3}
def choose_threshold(scores, false_alarm_usd, missed_usd, reviews):
    """Return the score from which flights of this day should be reviewed.

    scores: list of probabilities, in any order.
    reviews: how many flights can be reviewed today, 0 or more.
    """
    ### BEGIN SOLUTION
    pays = false_alarm_usd / (false_alarm_usd + missed_usd)
    for at in sorted({score for score in scores if score >= pays}):
        if sum(score >= at for score in scores) <= reviews:
            return at
    return inf
    ### END SOLUTION


# %%
one_day = late_scores().of_days(343, 343).score.tolist()  # a Monday in December, to try it on
# choose_threshold(one_day, 25, 100, 100)
print(
    f"{len(one_day)} flights, {sum(score >= 0.2 for score in one_day)} of them score 20 % or more"
)

# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch02_requirements_e1_test", "points": 4, "schema_version": 3}
check.enough_reviews(choose_threshold)
check.few_reviews(choose_threshold)
### BEGIN HIDDEN TESTS
check.nothing_that_does_not_pay(choose_threshold)
check.equal_scores(choose_threshold)
check.random_days(choose_threshold, seed=7)
### END HIDDEN TESTS

# %% [markdown]
# ## 2 Repair three vague requirements (3 points)
#
# Three people said three sentences that no test can decide. You asked on, and took these notes:
#
# 1. *"Warnings must come instantly."* The app gives up after 800 ms and shows nothing. The app team can bear that for one
#    request in a hundred.
# 2. *"The service must always be there."* The travel desk can bridge 20 minutes of silence in 30 days by telephone, and no
#    more.
# 3. *"It has to scale."* In eight months a partner joins and brings four times as many travellers as you have today, on top
#    of yours.
#
# Write the three in this order: as sentences that `read_sentence` understands, in the form of `"p95 < 100 ms"`,
# `"99.9 % over 30 days"` and `"10x in 12 months"`, or as typed parts.

# %% nbgrader={"grade": false, "solution": true, "locked": false, "task": false, "grade_id": "ch02_requirements_e2", "schema_version": 3}
repaired = [
    "Warnings must come instantly",
    "The service must always be there",
    "It has to scale",
]
### BEGIN SOLUTION
repaired = ["p99 < 800 ms", "99.96 % over 30 days", "5x in 8 months"]
### END SOLUTION

# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch02_requirements_e2_test", "points": 3, "schema_version": 3}
assert len(repaired) == 3, (
    f"repaired holds {len(repaired)} requirements. Expected three, in the order of the notes."
)
parts = [read_sentence(entry) if isinstance(entry, str) else entry for entry in repaired]
kinds = [type(part).__name__ for part in parts]
assert kinds == ["Latency", "Availability", "Growth"], (
    f"Your three are of the kinds {', '.join(kinds)}. Expected a Latency, an Availability and a"
    " Growth, in this order."
)
### BEGIN HIDDEN TESTS
latency, availability, growth = parts
assert abs(latency.percentile - 99) < 1e-6, (
    f"Your limit is on p{latency.percentile:g}. One request in a hundred may exceed it, so which"
    " percentile is that?"
)
assert latency.limit_ms == 800, (
    f"Your limit is {latency.limit_ms:g} ms. The notes say when the app gives up; anything later is"
    " no warning."
)
minutes_a_day = availability.budget_minutes / availability.window_days
assert availability.window_days == 30, (
    f"Your window is {availability.window_days:g} days. The travel desk spoke of another; the"
    " window is part of the number."
)
assert availability.budget_minutes <= 20.01, (
    f"Your target allows {availability.budget_minutes:.1f} min in 30 days, which is more than the"
    " desk can bridge. Work out the share from the minutes, and not from the usual nines."
)
assert availability.budget_minutes >= 15, (
    f"Your target allows only {availability.budget_minutes:.1f} min in 30 days. A target much above"
    " what is needed costs money and releases that nobody asked you to give up."
)
assert growth.factor == 5, (
    f"Your growth is {growth.factor:g}x. The partner's travellers come on top of yours: how many"
    " times today's are both?"
)
assert growth.months == 8, (
    f"Your growth is due in {growth.months:g} months. The notes name another date."
)
### END HIDDEN TESTS

# %% [markdown]
# ## 3 How much of the error budget is left? (4 points)
#
# The window is 30 days, the SLI is requests answered well / requests. You have the hours of the window so far, each as
# `(requests, failures)`, and an estimate of the requests in the whole window.
#
# `budget_used` returns the share of the *window's* budget that is gone (1 is all of it, more is possible). `hours_left` returns
# the hours until it is spent if failures go on as in the last hour: 0 where it is spent already, `inf` where the last
# hour had none.


# %% nbgrader={"grade": false, "solution": true, "locked": false, "task": false, "grade_id": "ch02_requirements_e3", "schema_version": 3}
def budget_used(hours, target, window_requests):
    """Return the share of the error budget that is used; hours: list of (requests, failures)."""
    ### BEGIN SOLUTION
    return sum(failures for _, failures in hours) / ((1 - target) * window_requests)
    ### END SOLUTION


def hours_left(hours, target, window_requests):
    """Return the hours until the budget is spent at the last hour's failures."""
    ### BEGIN SOLUTION
    left = (1 - target) * window_requests - sum(failures for _, failures in hours)
    if left <= 0:
        return 0.0
    return left / hours[-1][1] if hours[-1][1] else inf
    ### END SOLUTION


# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch02_requirements_e3_test", "points": 4, "schema_version": 3}
got = budget_used([(1000, 14.4)], 0.999, 720_000)
assert abs((got or 0) - 0.02) < 1e-6, (
    f"One of 720 equal hours in which 1.44 % fail: you say {got!r}. Expected 0.02: a burn rate of"
    f" 14.4 for 1 h uses {budget.used_share(14.4, 1, 30):.0%} of a 30-day budget."
)
got = hours_left([(1000, 14.4)], 0.999, 720_000)
assert abs((got or 0) - 49) < 1e-6, (
    f"… and at that rate you say {got!r} h are left. Expected 49: 50 h in all, one is over."
)
### BEGIN HIDDEN TESTS
got = budget_used([(100, 50), (9900, 0)], 0.99, 100_000)
assert abs(got - 0.05) < 1e-6, (
    f"A quiet hour that fails by half, then a busy one without failures: you say {got:.4g}."
    " Expected 0.05. Count requests: the mean of the hours' shares gives a quiet hour the weight"
    " of a busy one."
)
got = budget_used([(1000, 10), (0, 0), (1000, 0)], 0.999, 10_000)
assert abs(got - 1.0) < 1e-6, (
    f"10 failures of a budget of 10, with an hour without requests: you say {got:.4g}. Expected 1:"
    " the budget belongs to the whole window, and an empty hour uses none of it."
)
got = hours_left([(1000, 20)], 0.999, 10_000)
assert got == 0, (
    f"A budget of 10 failures and 20 of them: you say {got!r} h are left. Expected 0: it is"
    " overspent."
)
got = hours_left([(1000, 5), (1000, 0)], 0.999, 10_000)
assert got == inf, (
    f"The last hour had no failure: you say {got!r} h are left. Expected inf: nothing burns."
)
got = hours_left([(1000, 4), (1000, 2)], 0.999, 10_000)
assert abs(got - 2) < 1e-6, (
    f"4 left of a budget of 10, and 2 in the last hour: you say {got!r} h. Expected 2."
)
### END HIDDEN TESTS

# %% [markdown]
# ## 4 Find the faults (4 points)
#
# A colleague wrote these requirements for the late-arrival warnings. Each looks plausible, and four of the eight are worthless or
# cannot be met. On average 899 flights a day land, 186 of them late; agents review 100 a day.

# %%
requirements = {
    "accuracy": (
        "At least 78 % of flights are classified right, on all flights landed in the last 30 days,"
        " by confusion matrix."
    ),
    "recall": (
        "At least 80 % of the late flights are reviewed, on all flights landed in the last 30 days,"
        " 100 reviews a day."
    ),
    "precision": (
        "At least 40 % of the 100 riskiest flights of a day are late, on flights that the model"
        " never learned from."
    ),
    "ranking": (
        "The area under the ROC curve is at least 0.9, on January to August, the months that the"
        " model learned from."
    ),
    "latency": "p95 < 300 ms, over all requests of both sites, from added histograms, over 7 days.",
    "tail": "p99 < 800 ms over 7 days, computed as the mean of the seven daily p99s of each site.",
    "availability": "99.9 % of requests are answered over 30 days; a rollback takes 10 min.",
    "freshness": (
        "Weather at the model is at most 2 h old; the feed delivers every hour, an alert notices"
        " when it does not."
    ),
}

# %% [markdown]
# Name the four in a set.

# %% nbgrader={"grade": false, "solution": true, "locked": false, "task": false, "grade_id": "ch02_requirements_e4", "schema_version": 3}
faults = set()
### BEGIN SOLUTION
faults = {"accuracy", "recall", "ranking", "tail"}
### END SOLUTION

# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch02_requirements_e4_test", "points": 4, "schema_version": 3}
assert isinstance(faults, set | frozenset | list | tuple), (
    f"faults is {faults!r}. Expected a set of names, each in quotes of its own."
)
unknown = set(faults) - set(requirements)
assert not unknown, (
    f"{sorted(unknown)} is none of the eight names. Allowed: {', '.join(requirements)}."
)
assert len(set(faults)) == 4, f"faults holds {len(set(faults))} names. Expected four."
### BEGIN HIDDEN TESTS
sound = {
    "precision": (
        "Ranked, on unseen flights, within the number of reviews: it can be met and decided."
    ),
    "latency": "Histograms may be added before the percentile is taken, and the window is stated.",
    "availability": "The budget is 43.2 min, so one rollback of 10 min does not spend it.",
    "freshness": (
        "An hourly feed gives an age of up to about an hour, and somebody notices when it stops."
    ),
}
accused = sorted(set(faults) & set(sound))
assert not accused, (
    f"{accused[0]!r} is sound. {sound[accused[0]]} Ask of each of the others: would a constant meet"
    " it, can it be met at all, is it computed in a way that means something, and on which data?"
)
### END HIDDEN TESTS

# %% [markdown]
# ## 5 Decide and defend (6 points, read by a person)
#
# There is money for one of two things. **A:** operations wants to raise the target from 99.9 % to 99.99 % over 30 days. Today there
# are three releases a week, of which 5 % fail, and a repair takes 20 minutes. **B:** the travel desk wants agents for
# 200 instead of 100 reviews a day, the riskiest flights first.
#
# Decide in at most 250 words. Use figures from the lesson's explorers or from `mlsd_course.sim`.
#
# | points | for |
# |---|---|
# | 1 | both options are measured against the same business metric, in money |
# | 1 | the error budget of A: what it allows, and how many releases it leaves at today's repair time |
# | 1 | the worth of another review under capacity, and not of a better model or another threshold |
# | 1 | a decision, with what would have to be true for the other one |
# | 1 | one assumption about the world on which the decision rests, and who would notice that it broke |
# | 1 | one guardrail that must not get worse, with a number |

# %% [markdown] nbgrader={"grade": true, "solution": true, "locked": false, "task": false, "grade_id": "ch02_requirements_e5", "points": 6, "schema_version": 3}
# **B.** Both are paid for by fewer errors, in dollars a day. A raises a budget question: 99.99 % over 30 days allows 4.3 minutes, one
# failed release takes 20. At three releases a week and 5 % failures there are 0.64 failures a month, 13 minutes lost on average,
# so the promise would be broken in about four months of ten; less than one release in a week would be left. The minutes gained,
# 39 a month, are worth about 80 USD at the 1.98 USD a minute that the service saves. B: at 100 reviews the desk is full on two days
# of three, and the next review in line saves more than it costs; from 100 to 200 the errors cost about 1,500 USD a day less.
# A better threshold gives none of that: with the riskiest first, the limit binds.
#
# I would choose A if a minute were worth a hundred times as much, or if rollbacks took one minute by themselves.
#
# The decision rests on an assumption: a reviewed traveller can be rebooked. The desk's share of reviews that end in a seat is looked
# at weekly; below half of today's, B is stopped. Guardrail: false alarms a traveller, at most one in 30 days, as today.
