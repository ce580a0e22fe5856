# %% [markdown]
# # 05 Implementation strategy: exercises
#
# **75 min, 28 points.** Five exercises are marked by code (22 points); the last is a decision that a person reads (6). Each stands alone.
# Write where `raise NotImplementedError` stands, and run the cell below it: a check that fails says what came and where to look.

# %%
import numpy as np
import pandas as pd
from scipy.stats import binom

from mlsd_course.checks.ch05_strategy import pipeline, plan, rollout
from mlsd_course.design import Alert, KillCriterion, Retraining, Risk, Slice, Stage, Test

# %% [markdown]
# ## 1 In which order does the risky work come? (3 points)
#
# All pieces of a project must succeed; if one fails, the project ends there. Write `risk_first(pieces)`: from
# `{name: (weeks, chance to fail)}` to the list of names with the fewest expected weeks until you know. It must work for 200 pieces,
# so trying all orders is out. A chance of 0 is allowed.


# %% nbgrader={"grade": false, "solution": true, "locked": false, "task": false, "grade_id": "ch05_strategy_e1", "schema_version": 3}
def risk_first(pieces):
    """Names of all pieces in the order with the fewest expected weeks."""
    ### BEGIN SOLUTION
    return sorted(pieces, key=lambda name: -pieces[name][1] / pieces[name][0])
    ### END SOLUTION


# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch05_strategy_e1_test", "points": 3, "schema_version": 3}
plan.best_order(
    risk_first, {"app": (4, 0.02), "feed": (3, 0.40), "model": (6, 0.25), "permission": (1, 0.20)}
)
plan.best_order(risk_first, plan.some_pieces(1, 5))
### BEGIN HIDDEN TESTS
for hidden_seed in range(2, 8):
    plan.best_order(risk_first, plan.some_pieces(hidden_seed, 6))
plan.best_order(risk_first, {"a": (2, 0.0), "b": (9, 0.5), "c": (1, 0.0)})
crowd = plan.some_pieces(99, 200)
assert sorted(risk_first(crowd)) == sorted(crowd), (
    "With 200 pieces the order does not hold each of them once."
)
### END HIDDEN TESTS

# %% [markdown]
# ## 2 Tests that kill mutants (6 points)
#
# A colleague writes `build(flights, now_h)`, the features of a model. You write its tests, before you see it. This is promised:
#
# - one row for each flight with `scheduled_h > now_h`, the flight's name as index, at least the three columns below, in any order;
# - `carrier_delay_min`: mean `delay_min` of that carrier's flights with `landed_h <= now_h`; a carrier without any gets the mean of all
#   flights landed by then, and 0 if there are none;
# - `hours_ahead`: `scheduled_h - now_h`;
# - `is_rush`: 1 where the hour of the day of `scheduled_h` is from 16 up to (not including) 20, else 0; hours run over several days;
# - the frame that was given is not changed, and the order of its rows does not matter.

# %%
pipeline.flights(seed=0).head(4)

# %% [markdown]
# A **mutant** is the pipeline with one small fault. Your list `tests` holds functions that take `build` and raise an `AssertionError`
# when a promise is broken. They must kill the mutants, seen and unseen, and object to no pipeline that keeps the promises. Small frames
# whose answer you know by hand are best; `pipeline.flights(seed)` makes larger ones.


# %% nbgrader={"grade": false, "solution": true, "locked": false, "task": false, "grade_id": "ch05_strategy_e2", "schema_version": 3}
# Write functions that take build, and put them into the list.
### BEGIN SOLUTION
def small():
    return pd.DataFrame(
        {
            "carrier": ["AA", "AA", "AA", "B6", "AA", "DL", "B6"],
            "scheduled_h": [6.0, 7.0, 9.5, 8.0, 12.0, 41.0, 44.0],
            "landed_h": [8.0, 10.0, 11.0, np.nan, np.nan, np.nan, np.nan],
            "delay_min": [10.0, 40.0, 500.0, np.nan, np.nan, np.nan, np.nan],
        },
        index=["a", "b", "c", "d", "e", "f", "g"],
    )


def keeps_the_rows(build):
    assert sorted(build(small(), 10.0).index) == ["e", "f", "g"]
    assert sorted(build(small(), 12.0).index) == ["f", "g"]


def means_by_hand(build):
    got = build(small(), 10.0)["carrier_delay_min"]
    assert np.isclose(got["e"], 25.0)
    assert np.isclose(got["f"], 25.0)
    frame = small()
    frame.loc["d", ["landed_h", "delay_min"]] = [9.0, 1.0]
    got = build(frame, 10.0)["carrier_delay_min"]
    assert np.isclose(got["g"], 1.0)
    assert np.isclose(got["f"], 17.0)
    frame.loc["h"] = ["AA", 6.5, 9.0, 100.0]
    assert np.isclose(build(frame, 10.0)["carrier_delay_min"]["e"], 50.0)


def nothing_landed_is_zero(build):
    assert np.allclose(build(small(), 7.5)["carrier_delay_min"], 0)


def no_fact_of_later(build):
    frame, other = small(), small()
    other.loc[["c", "e"], "delay_min"] = [-7.0, 900.0]
    other.loc["e", "landed_h"] = 15.0
    one, two = (build(each, 10.0).sort_index()["carrier_delay_min"] for each in (frame, other))
    assert np.allclose(one, two)


def hours_and_rush(build):
    got = build(small(), 10.0)
    assert np.isclose(got.loc["e", "hours_ahead"], 2.0)
    assert np.isclose(got.loc["g", "hours_ahead"], 34.0)
    frame = small()
    frame["scheduled_h"] = [15.9, 16.0, 19.9, 20.0, 40.0, 43.9, 68.5]
    rush = build(frame, 0.0)["is_rush"]
    assert [int(rush[name]) for name in "abcdefg"] == [0, 1, 1, 0, 1, 1, 0]


def leaves_the_input(build):
    frame = pipeline.flights(5)
    kept = frame.copy(deep=True)
    build(frame, 40.0)
    assert frame.equals(kept)


def order_does_not_matter(build):
    frame = pipeline.flights(6)
    columns = ["carrier_delay_min", "hours_ahead", "is_rush"]
    one, two = (
        build(each, 30.0).sort_index()[columns].astype(float) for each in (frame, frame.iloc[::-1])
    )
    assert np.allclose(one, two)


tests = [
    keeps_the_rows, means_by_hand, nothing_landed_is_zero, no_fact_of_later, hours_and_rush,
    leaves_the_input, order_does_not_matter,
]  # fmt: skip
### END SOLUTION

# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch05_strategy_e2_test", "points": 2, "schema_version": 3}
# Three mutants that you may see: one knows delays of flights still in the air, one speaks of minutes, one loses a carrier.
pipeline.some_tests(tests)


def shape(flights, now_h):
    return flights[flights.scheduled_h > now_h][["scheduled_h"]].assign(
        hours_ahead=lambda f: f.scheduled_h - now_h,
        is_rush=lambda f: (f.scheduled_h % 24).between(16, 19.999).astype(int),
    )


def knows_too_much(flights, now_h):
    ahead = shape(flights, now_h)
    mean = flights.groupby("carrier").delay_min.mean()
    return ahead.assign(carrier_delay_min=flights.carrier.map(mean).fillna(0))


def in_minutes(flights, now_h):
    ahead = knows_too_much(
        flights[(flights.scheduled_h > now_h) | (flights.landed_h <= now_h)], now_h
    )
    return ahead.assign(hours_ahead=60 * ahead.hours_ahead)


def loses_a_carrier(flights, now_h):
    landed = flights[flights.landed_h <= now_h].groupby("carrier").delay_min.mean()
    ahead = shape(flights, now_h).assign(carrier_delay_min=flights.carrier.map(landed))
    return ahead.dropna()


pipeline.all_killed(
    tests,
    {"delays of flights still in the air are used": knows_too_much,
     "hours_ahead is in minutes": in_minutes,
     "flights of a carrier that has not landed yet are lost": loses_a_carrier},
)  # fmt: skip

# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch05_strategy_e2_hidden", "points": 4, "schema_version": 3}
# Now mutants that you cannot see, and two pipelines that are right and must be left in peace.
pipeline.some_tests(tests)
### BEGIN HIDDEN TESTS
RIGHT = {
    "now_known": lambda f, t: f.landed_h <= t,
    "ahead": lambda f, t: f.scheduled_h > t,
    "mean": lambda column: column.mean(),
    "scale": 1.0,
    "first": 16,
    "last": 20,
    "clock": lambda hours: hours % 24,
    "default": None,
    "empty": 0.0,
}


def variant(**faults):
    part = {**RIGHT, **faults}

    def build(flights, now_h):
        known = flights[part["now_known"](flights, now_h)]
        means = {
            carrier: part["mean"](rows.delay_min.dropna())
            for carrier, rows in known.groupby("carrier")
            if rows.delay_min.notna().any()
        }
        overall = (
            part["mean"](known.delay_min.dropna())
            if known.delay_min.notna().any()
            else part["empty"]
        )
        default = overall if part["default"] is None else part["default"]
        ahead = flights[part["ahead"](flights, now_h)]
        hours = part["clock"](ahead.scheduled_h)
        return pd.DataFrame(
            {
                "is_rush": ((hours >= part["first"]) & (hours < part["last"])).astype(int),
                "hours_ahead": (ahead.scheduled_h - now_h) * part["scale"],
                "carrier_delay_min": [means.get(carrier, default) for carrier in ahead.carrier],
                "spare": 1,
            },
            index=ahead.index,
        )

    return build


def plain_loop(flights, now_h):
    rows = {}
    for name in reversed(list(flights.index)):
        flight = flights.loc[name]
        if not flight.scheduled_h > now_h:
            continue
        known = flights[flights.landed_h <= now_h]
        own = known[known.carrier == flight.carrier].delay_min
        mean = own.sum() / len(own) if len(own) else known.delay_min.sum() / max(1, len(known))
        rows[name] = {
            "carrier_delay_min": np.float64(mean) + 1e-12,
            "hours_ahead": flight.scheduled_h - now_h,
            "is_rush": bool(16 <= flight.scheduled_h % 24 < 20),
        }
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=["carrier_delay_min", "hours_ahead", "is_rush"]
    )


def changes_its_input(flights, now_h):
    flights["delay_min"] = flights["delay_min"].fillna(0)
    return variant()(flights, now_h)


def by_position(flights, now_h):
    built = variant()(flights, now_h)
    return built.assign(carrier_delay_min=np.sort(built.carrier_delay_min.to_numpy()))


def forgets_names(flights, now_h):
    return variant()(flights, now_h).reset_index(drop=True)


pipeline.no_false_alarm(
    tests, {"one written with maps": variant(), "one written as a loop": plain_loop}
)
pipeline.all_killed(
    tests,
    {
        "a flight that lands exactly now does not count": variant(
            now_known=lambda f, t: f.landed_h < t
        ),
        "flights that have left count as landed": variant(
            now_known=lambda f, t: f.scheduled_h <= t
        ),
        "a flight scheduled exactly now is kept": variant(ahead=lambda f, t: f.scheduled_h >= t),
        "the median stands in for the mean": variant(mean=lambda column: column.median()),
        "a carrier that is new gets 0": variant(default=0.0),
        "with nothing landed the mean is missing": variant(empty=np.nan),
        "the rush begins an hour late": variant(first=17),
        "the rush ends an hour late": variant(last=20.99),
        "the rush knows the first day only": variant(clock=lambda hours: hours),
        "the given frame is changed": changes_its_input,
        "delays are joined by position": by_position,
        "the index is lost": forgets_names,
    },
    spare=1,
)
### END HIDDEN TESTS

# %% [markdown]
# ## 3 A rollout controller (6 points)
#
# Write `decide(...)`. It is asked at each of `looks` looks with all outcomes known so far, and returns
#
# - `"roll back"` when the canary is worse than luck explains. Over *all looks together* at most 5 % of harmless releases may go back;
# - `"promote"` at the last look, if nothing was found; `"hold"` otherwise, and where either side has no outcome yet.
#
# A release that doubles the bad outcomes should be found in nine of ten cases, and soon. If the release is harmless, each bad outcome
# falls on the canary with the chance `canary_known / (canary_known + stable_known)`. `binom.sf(k - 1, n, p)` is the chance of `k` or
# more of `n`.


# %% nbgrader={"grade": false, "solution": true, "locked": false, "task": false, "grade_id": "ch05_strategy_e3", "schema_version": 3}
def decide(stable_bad, stable_known, canary_bad, canary_known, look, looks):
    """Return "hold", "promote" or "roll back" from what is known at this look (1, 2, … looks)."""
    ### BEGIN SOLUTION
    if not stable_known or not canary_known:
        return "hold"
    share = canary_known / (canary_known + stable_known)
    chance = binom.sf(canary_bad - 1, canary_bad + stable_bad, share)
    if chance <= 0.05 / looks:
        return "roll back"
    return "promote" if look == looks else "hold"
    ### END SOLUTION


# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch05_strategy_e3_test", "points": 2, "schema_version": 3}
stage = rollout.Stage(canary_per_look=300, stable_per_look=700, bad_share=0.04, looks=20)
rollout.few_false_alarms(decide, stage)
rollout.good_ones_pass(decide, stage)
rollout.bad_ones_found(decide, stage, effect=1.0)

# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch05_strategy_e3_hidden", "points": 4, "schema_version": 3}
# Other stages: a small canary, rarer outcomes, more looks; and looks at which nothing is known.
assert decide(40, 1000, 40, 1000, 1, 20) == "hold", (
    "Equal sides at look 1 of 20. Expected 'hold': nothing was found, and it is not the last look."
)
### BEGIN HIDDEN TESTS
rollout.nothing_known(decide)
small_canary = rollout.Stage(canary_per_look=100, stable_per_look=1_900, bad_share=0.03, looks=40)
rollout.few_false_alarms(decide, small_canary, seed=11)
rollout.bad_ones_found(decide, small_canary, effect=1.0, seed=12)
half = rollout.Stage(canary_per_look=500, stable_per_look=500, bad_share=0.02, looks=10)
rollout.few_false_alarms(decide, half, seed=13)
rollout.good_ones_pass(decide, half, seed=14)
rollout.found_in_time(decide, half, effect=1.0, by_look=4, seed=15)
rollout.found_in_time(decide, rollout.Stage(), effect=1.0, by_look=6, seed=16)
### END HIDDEN TESTS

# %% [markdown]
# ## 4 Find the fault (3 points)
#
# A colleague reports: "The candidate had 6 % wrong warnings, the stable version 10 %. Promote." The share of the canary was raised each
# evening, when people are there to watch, and lowered each morning. Here are the counts of one day.

# %%
report = pd.DataFrame(
    {
        "hours": ["06–12", "12–18", "18–24"],
        "stable": [900, 800, 100],
        "stable_wrong": [72, 112, 3],
        "candidate": [50, 100, 850],
        "candidate_wrong": [5, 17, 39],
    }
)
report

# %% [markdown]
# Compare within the hours. Set `difference_points` to the candidate's share of wrong warnings minus the stable version's in the *same*
# hours, in percentage points, averaged over the three parts of the day with the candidate's flights as weights. And set `fault` to the
# letter of what went wrong:
#
# - `"a"` too few flights to say anything
# - `"b"` the two groups were not of the same hours, and evenings are easy
# - `"c"` the labels of the evening were not known yet
# - `"d"` the colleague looked too often

# %% nbgrader={"grade": false, "solution": true, "locked": false, "task": false, "grade_id": "ch05_strategy_e4", "schema_version": 3}
difference_points = None
fault = None
### BEGIN SOLUTION
gap = report.candidate_wrong / report.candidate - report.stable_wrong / report.stable
difference_points = 100 * float((gap * report.candidate).sum() / report.candidate.sum())
fault = "b"
### END SOLUTION

# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch05_strategy_e4_test", "points": 3, "schema_version": 3}
assert isinstance(difference_points, int | float), (
    f"difference_points is {difference_points!r}. Expected a number, in percentage points."
)
assert fault in (
    "a",
    "b",
    "c",
    "d",
), f"fault is {fault!r}. Expected one of the letters 'a' to 'd', in quotes."
### BEGIN HIDDEN TESTS
within = [(5 / 50 - 72 / 900, 50), (17 / 100 - 112 / 800, 100), (39 / 850 - 3 / 100, 850)]
fair = 100 * sum(gap * flights for gap, flights in within) / 1000
assert difference_points > 0, (
    f"difference_points is {difference_points:.2f}. Expected a number above 0: within each part of"
    " the day the candidate is wrong more often."
)
assert abs(difference_points - fair) < 0.02, (
    f"difference_points is {difference_points:.2f}. Subtract the shares within each part of the"
    " day, weight the three differences by the candidate's flights, and give percentage points."
)
assert fault == "b", (
    f"fault is {fault!r}. Look at which hours each group was mostly in, and how often the stable"
    " version errs then."
)
### END HIDDEN TESTS

# %% [markdown]
# ## 5 The strategy of a new product (4 points)
#
# Steps 1 to 3 of this product are sketched for you. Write `plan_bikes(bikes)`: it calls the design's `plan_implementation` with slices,
# risks, tests, rollout, kill criteria, alerts and retraining, so that no rule of step 4 objects. Begin with a shadow, show the first
# live stage to 10 % at most, and give **each** risk a mitigation, a fallback and an owner. The same function is called for designs
# whose labels take longer, so read the delay from the design.

# %%
design = plan.bike_design(label_delay_h=2)
design


# %% nbgrader={"grade": false, "solution": true, "locked": false, "task": false, "grade_id": "ch05_strategy_e5", "schema_version": 3}
def plan_bikes(bikes):
    """Give the design of the bike product its step 4."""
    (velocity,) = bikes.constraints.data_constraints
    delay_h = 24 * velocity.label_delay_days
    ### BEGIN SOLUTION
    goal = bikes.requirements.business_metrics[0].name
    bikes.plan_implementation(
        slices=[
            Slice("bikes_now", delivers="a warning when two bikes are left, one district",
                  method="heuristic", weeks=2, measures=goal),
            Slice("forecast", delivers="the forecast in the same district", weeks=4, measures=goal,
                  method="simple_model"),
            Slice("city", delivers="the forecast for all districts", weeks=5, measures=goal,
                  method="model"),
        ],
        risks=[
            Risk("feed_stops", what="a dock reports nothing", likelihood="high", harm="medium",
                 owner="operations", mitigation="alert on silence",
                 fallback="the last count with its age"),
            Risk("model_wrong", what="a district is wrong in rain", likelihood="medium",
                 harm="high", owner="ML engineer", mitigation="quality by district and weather",
                 fallback="the count of bikes now"),
        ],
        tests=[
            Test("contract", of="data", checks="schema, bounds and age of each batch",
                 when="runtime"),
            Test("beats_rule", of="model", checks="missed_empty below the rule's on each district",
                 when="training"),
            Test("same_features", of="code", checks="training and serving agree row by row",
                 when="commit"),
            Test("rollback", of="infrastructure",
                 checks="the version before serves within 10 minutes", when="deploy"),
            Test("alerts", of="monitoring", checks="a seeded unit change raises an alert",
                 when="deploy"),
        ],
        rollout=[
            Stage("shadow", mode="shadow", hours=24, traffic_share=1,
                  promote_if="answers agree with the rule on 90 %"),
            Stage("canary", mode="canary", traffic_share=0.1, hours=24 + 2 * delay_h,
                  promote_if="no harm found",
                  rollback_if="share of walks in vain above the control's"),
            Stage("all", mode="full", traffic_share=1, hours=24, rollback_if="errors above 1 %"),
        ],
        kill_criteria=[KillCriterion("no_effect", stop_if=f"{goal} stays",
                                     by_week=12 + delay_h / 168, metric=goal)],
        alerts=[
            Alert("burn", on="error budget burns 14.4 times too fast over 1 h", pages=True,
                  runbook="flag off, call the owner"),
            Alert("inputs", on="a dock is silent for 10 minutes", watches="data",
                  runbook="ask operations"),
            Alert("quality", on="missed_empty above target for 3 days", watches="model",
                  runbook="serve the rule"),
        ],
        retraining=[Retraining(trigger="schedule", every_days=max(7, delay_h / 12),
                               gate="beats_rule")],
    )  # fmt: skip
    ### END SOLUTION


# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch05_strategy_e5_test", "points": 4, "schema_version": 3}
design = plan.bike_design(label_delay_h=2)
plan_bikes(design)
plan.has_a_plan(design)
plan.rules_are_content(design)
plan.careful_rollout(design)
### BEGIN HIDDEN TESTS
plan.answered_risks(design)
slow_labels = plan.bike_design(label_delay_h=72, per_s=2)
plan_bikes(slow_labels)
plan.rules_are_content(slow_labels)
plan.careful_rollout(slow_labels)
### END HIDDEN TESTS

# %% [markdown]
# ## 6 Decide, and say why (6 points, read by a person)
#
# A fraud model has a new version. Offline it finds 4 % more fraud at the same number of alarms. A chargeback, the label, takes 30 days.
# Traffic is 200 payments a second, 0.1 % of them fraud. The next release slot after tonight is in two weeks. The lead proposes: canary at
# 1 % for 24 hours, promote if the share of fraud is not higher than before.
#
# In 150 to 250 words: say what this canary can and cannot find, with a number; what you would do tonight instead, stage by stage, with
# the condition that promotes and the one that rolls back; what users get if the new version fails; and what would change your mind.
#
# | points | for |
# |---|---|
# | 2 | says that the 24-hour stage ends 29 days before its labels, so the proposed condition cannot be decided, and what *can* be seen at once (failures, latency, share of alarms, agreement in shadow) |
# | 1 | a number worked out: payments or frauds that a stage sees, or the time that evidence needs |
# | 2 | stages in order, each with a measured condition to promote and to roll back, and a fallback that works without the new version |
# | 1 | names an assumption that would flip the decision |

# %% [markdown] nbgrader={"grade": true, "solution": true, "locked": false, "task": false, "grade_id": "ch05_strategy_e6", "points": 6, "schema_version": 3}
# In 24 hours 1 % of the traffic is 172,800 payments, about 173 of them fraud; their chargebacks come 30 days later. So the proposed condition
# compares nothing: it promotes any model. What the stage can find at once: failures, latency, and a share of alarms that jumps, which is how a
# unit or feature error shows.
#
# Tonight: shadow on all traffic. Promote if failures stay below 0.1 %, p99 within its limit, and the share of alarms within 10 % of the stable
# version's; go back on any of these. Then a canary of 5 % for 24 hours with the same conditions, which catches what depends on serving. Then
# hold at 5 %, because the harm is not visible yet: missed frauds on the canary are about 860 a day times the loss of recall. Use a proxy that
# comes sooner (analysts' decisions on a random sample of 500 payments a day, known in two days) to promote to 30 %, and decide on chargebacks
# after 30 days. Roll back if confirmed fraud missed on the sample is above the control's at 5 % over all looks.
#
# Fallback: the stable version behind the flag; if both fail, the rules and an analyst for payments above $500.
#
# I would go faster if analysts' labels were known to agree with chargebacks, or if a fraud wave made the stable version worse each day.
