# %% [markdown]
# # 03 Constraints: exercises
#
# **60 min.** Four exercises are marked by tests, of which you see some; the last is a decision that a person reads. Each stands
# alone. A test that fails says what came, what was expected and where to look.

# %%
import math

import pandas as pd

from mlsd_course.checks.ch03_constraints import data_contract, estimate as check
from mlsd_course.sim import scale

# %% [markdown]
# ## Exercise 1 · A guess with its uncertainty
#
# Each guess is a pair `(low, high)`, above 0, in which you expect the truth nine times in ten. On a **log scale** take it as normal, with
# its middle in the middle. `estimate(times, per=())` returns `(low, middle, high)` for the product of the guesses in `times`, divided by
# those in `per`; all are independent, and the result holds the truth nine times in ten again. So
# `estimate([(1e6, 4e6), (200, 800)], per=[(60, 90)])` is bytes a second, from events, bytes each, and seconds.
#
# Compute it, do not draw. A hint: variances of independent things add, so the squares of half widths do. What does dividing
# do to them?


# %% nbgrader={"grade": false, "solution": true, "locked": false, "task": false, "grade_id": "ch03_constraints_e1", "schema_version": 3}
def estimate(times, per=()):
    """Return (low, middle, high) of product(times) / product(per); a guess is (low, high)."""
    ### BEGIN SOLUTION
    logs = [(math.log(low), math.log(high)) for low, high in times]
    logs += [(-math.log(high), -math.log(low)) for low, high in per]
    middle = sum(low + high for low, high in logs) / 2
    half = math.sqrt(sum(((high - low) / 2) ** 2 for low, high in logs))
    return math.exp(middle - half), math.exp(middle), math.exp(middle + half)
    ### END SOLUTION


# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch03_constraints_e1_test", "points": 4, "schema_version": 3}
check.one_guess(estimate)
check.nine_in_ten(estimate, [(10, 1000), (2, 8)])
check.nine_in_ten(estimate, [(1e6, 4e6), (200, 800)], per=[(60, 90)])
### BEGIN HIDDEN TESTS
check.nine_in_ten(estimate, [(0.001, 0.1), (50, 60), (3, 300)], seed=5)
check.nine_in_ten(estimate, [(5, 20)] * 3, per=[(5, 20)] * 3, seed=6)
low, middle, high = check.triple(estimate([(7, 7), (1, 100)]), "[(7, 7), (1, 100)]")
assert max(abs(low / 7 - 1), abs(high / 700 - 1)) < 1e-6, (
    f"A guess of exactly 7 times one from 1 to 100 gave {low:g} to {high:g}. Expected 7 to 700:"
    " what is known adds no width."
)
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise 2 · Which constraint binds?
#
# `binding(order)` returns a pair: the name of the limit that is reached first, and a dictionary of all six **uses**, demand over limit:
#
# | name | demand | limit |
# |---|---|---|
# | `processors` | `requests_per_s` × `ms_each` | `cores`, busy for at most `busy` of the time |
# | `memory` | `model_mb` | `memory_gb` |
# | `disk` | `events_per_s` × `event_bytes`, kept `days` days in `copies` copies | `disk_tb` |
# | `link` | `requests_per_s` × `request_kb` | `link_gigabits_per_s`, of which `sustained` is left |
# | `legacy` | `calls_a_night` | `legacy_per_s` for `window_h` hours |
# | `people` | `person_weeks` | `people` × `weeks` |
#
# All prefixes are powers of ten. Mind bits and bytes, and what is not available all the time.


# %% nbgrader={"grade": false, "solution": true, "locked": false, "task": false, "grade_id": "ch03_constraints_e2", "schema_version": 3}
def binding(order):
    """Return (name of the limit that is reached first, {name: demand over limit})."""
    ### BEGIN SOLUTION
    kept_tb = (
        order["events_per_s"]
        * order["event_bytes"]
        * 86_400
        * order["days"]
        * order["copies"]
        / 1e12
    )
    gigabits = order["requests_per_s"] * order["request_kb"] * 8 / 1e6
    uses = {
        "processors": (
            order["requests_per_s"] * order["ms_each"] / 1000 / (order["cores"] * order["busy"])
        ),
        "memory": order["model_mb"] / 1000 / order["memory_gb"],
        "disk": kept_tb / order["disk_tb"],
        "link": gigabits / (order["link_gigabits_per_s"] * order["sustained"]),
        "legacy": order["calls_a_night"] / (order["legacy_per_s"] * order["window_h"] * 3600),
        "people": order["person_weeks"] / (order["people"] * order["weeks"]),
    }
    return max(uses, key=uses.get), uses
    ### END SOLUTION


# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch03_constraints_e2_test", "points": 5, "schema_version": 3}
names = ("processors", "memory", "disk", "link", "legacy", "people")
order = {
    "requests_per_s": 100, "ms_each": 7, "cores": 4, "busy": 0.7, "model_mb": 500, "memory_gb": 16,
    "events_per_s": 1000, "event_bytes": 100, "days": 10, "copies": 1, "disk_tb": 1,
    "request_kb": 20, "link_gigabits_per_s": 1, "sustained": 0.8, "calls_a_night": 3600,
    "legacy_per_s": 2, "window_h": 5, "person_weeks": 12, "people": 3, "weeks": 10,
}  # fmt: skip
name, uses = check.binding_name(binding(dict(order)), names)
check.use_of(
    uses,
    "processors",
    0.25,
    "100 requests of 7 ms are 0.7 s of work a second, and 4 cores may work 2.8 s",
)
check.use_of(uses, "people", 0.4, "12 person-weeks of 30")
assert name == "people", (
    f"You name {name!r}, with a use of {uses[name]:.3g}. Expected 'people' with 0.4: its use is the"
    f" largest of the six. If yours of {name!r} is larger, check its units."
)
### BEGIN HIDDEN TESTS
check.use_of(uses, "memory", 0.03125, "500 MB of 16 GB; a GB has 1,000 MB here")
check.use_of(uses, "disk", 0.0864, "1,000 × 100 bytes × 864,000 s are 86.4 GB of 1 TB")
check.use_of(
    uses,
    "link",
    0.02,
    "100 × 20 kB are 2 MB/s, 16 Mb/s, of the 800 Mb/s that are left: eight bits a byte",
)
check.use_of(uses, "legacy", 0.1, "2 a second for 5 hours are 36,000 calls")
for change, expected in (
    ({"copies": 12}, "disk"),
    ({"requests_per_s": 3000, "ms_each": 0.1}, "link"),
    ({"model_mb": 15_900}, "memory"),
    ({"window_h": 0.5, "people": 30}, "legacy"),
    ({"ms_each": 15}, "processors"),
):
    name, _ = check.binding_name(binding({**order, **change}), names)
    assert name == expected, (
        f"With {change} you name {name!r}. Expected {expected!r}: the largest use is reached first."
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise 3 · A contract for the nightly file
#
# `breaches(rows, day)` looks at the flights of one New York day, such as `"2013-07-08"`, and returns a list of sentences: what is not as
# promised. It is empty for a good file. The supplier promises:
#
# 1. All flights scheduled to leave EWR, JFK and LGA on that day, from early morning until after 9 pm, **each once** (`carrier`, `flight`,
#    `origin`, `scheduled_departure` name it). No airport is missing.
# 2. `carrier` and `dest` are codes of capital letters and digits; `distance_miles` is in miles. Airliners fly at 300 to 500 mph in
#    the median of a day.
# 3. Instants are UTC. `departure_delay_min` is `departure` minus `scheduled_departure` in minutes, and `arrival_delay_min` likewise.
# 4. A flight that never left has no `departure` and no delays. A flight with an `arrival` has an `air_time_min`.
#
# A file without one of these columns is broken too: report it, do not fail. Storms, holidays and quiet Saturdays are good files.
# `rows["scheduled_departure"].dt.tz_convert("America/New_York")` gives New York's clock. Do not change `rows`.


# %% nbgrader={"grade": false, "solution": true, "locked": false, "task": false, "grade_id": "ch03_constraints_e3", "schema_version": 3}
def breaches(rows, day):
    """Return a sentence for each broken promise in the file of `day`; an empty list if good."""
    ### BEGIN SOLUTION
    needed = {"carrier", "flight", "origin", "dest", "distance_miles", "scheduled_departure",
              "scheduled_arrival", "departure", "arrival", "departure_delay_min",
              "arrival_delay_min", "air_time_min"}  # fmt: skip
    if missing := needed - set(rows.columns):
        return [f"columns are missing: {', '.join(sorted(missing))}"]
    clock, minute = (
        rows["scheduled_departure"].dt.tz_convert("America/New_York"),
        pd.Timedelta(minutes=1),
    )
    left, landed = rows["departure"].notna(), rows["arrival"].notna()
    late = (rows["departure"] - rows["scheduled_departure"]) / minute - rows["departure_delay_min"]
    later = (rows["arrival"] - rows["scheduled_arrival"]) / minute - rows["arrival_delay_min"]
    speed = (60 * rows["distance_miles"] / rows["air_time_min"]).median()
    checks = {
        "a flight is there twice": (
            not rows.duplicated(["carrier", "flight", "origin", "scheduled_departure"]).any()
        ),
        "origins are not the three airports": set(rows["origin"]) == {"EWR", "JFK", "LGA"},
        "flights of another day": (clock.dt.strftime("%Y-%m-%d") == day).all(),
        "the evening is missing": clock.dt.hour.max() >= 21,
        "a carrier is no code": rows["carrier"].str.fullmatch("[A-Z0-9]+").all(),
        "a destination is no code": rows["dest"].str.fullmatch("[A-Z0-9]+").all(),
        "distances are not in miles": 300 < speed < 500,
        "departure delays do not fit the clock": (late[left].abs() < 0.5).all(),
        "arrival delays do not fit the clock": (later[landed].abs() < 0.5).all(),
        "delays without a departure": (
            rows.loc[~left, ["departure_delay_min", "arrival_delay_min"]].isna().to_numpy().all()
        ),
        "landed without air time": rows.loc[landed, "air_time_min"].notna().all(),
    }
    return [words for words, kept in checks.items() if not kept]
    ### END SOLUTION


# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch03_constraints_e3_clean", "points": 2, "schema_version": 3}
data_contract.passes(breaches, data_contract.files("2013-05-14", "2013-07-08", "2013-10-07"))
data_contract.refuses(breaches, "twice", ["2013-05-14"])
### BEGIN HIDDEN TESTS
data_contract.passes(
    breaches,
    data_contract.files(
        "2013-02-08", "2013-02-09", "2013-03-10", "2013-11-03", "2013-11-28", "2013-01-01"
    ),
)
data_contract.passes(breaches, data_contract.files(step=9))
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch03_constraints_e3_spoilt", "points": 5, "schema_version": 3}
for spoilt in ("kilometres", "twice", "seconds", "yesterday"):
    data_contract.refuses(breaches, spoilt, ["2013-05-14", "2013-07-08"])
### BEGIN HIDDEN TESTS
for spoilt in (
    "zeros",
    "airport",
    "cut_off",
    "local",
    "swapped",
    "unknown",
    "holes",
    "sign",
    "kilometres",
    "twice",
):
    data_contract.refuses(breaches, spoilt, ["2013-03-20", "2013-08-17", "2013-12-25"], seed=11)
data_contract.refuses_without(breaches, "air_time_min")
data_contract.refuses_without(breaches, "scheduled_departure")
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise 4 · Find the faults in this page
#
# A colleague has sized a product that finds damage on parcels from photographs. Four of the eight claims are wrong.
#
# > **On one page.** One million photographs a day, and an archive of 40 TB in another cloud.
# >
# > 1. Our link has 10 Gb/s, all ours at night. The archive is here after 1.1 h.
# > 2. At 0.08 USD a gigabyte its way out of the other cloud costs 3,200 USD.
# > 3. The model has 3 billion parameters in 16 bits, so 6 GB. A GPU with 24 GB holds it.
# > 4. The GPU reads 300 GB a second. A call on one photograph reads all weights, which takes 20 ms, so it answers at most 50 a second.
# > 5. The GPU reaches 120 TFLOP/s, and a photograph needs 2 operations a parameter. A call on 32 photographs takes 32 times as long as a
# >    call on one, so batches bring nothing.
# > 6. The peak is 900 photographs a second, one a call. 18 GPUs of 50 a second are enough, and none stands idle.
# > 7. Of all photographs 1.5 % have no label. So the model knows every depot about equally well.
# > 8. A photograph has 300 kB. That is 300 GB a day, and 27 TB in 90 days.
#
# Put the numbers of the wrong claims into `wrong`, and what is right instead into the other three.

# %% nbgrader={"grade": false, "solution": true, "locked": false, "task": false, "grade_id": "ch03_constraints_e4", "schema_version": 3}
wrong = set()  # numbers of the wrong claims, as {2, 3}
hours_to_move = 0.0  # of the archive, for claim 1
batched_per_s = 0.0  # photographs a second of one GPU in calls of 32, always busy, for claim 5
gpus = 0  # for claim 6, one photograph a call, at most 70 % busy
### BEGIN SOLUTION
wrong = {1, 5, 6, 7}
hours_to_move = scale.transfer_h(40_000, 10)
batched_per_s = 32_000 / max(scale.call_ms(3e9, 32, 120, 300))
gpus = math.ceil(900 / (0.7 * 50))
### END SOLUTION

# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch03_constraints_e4_claims", "points": 3, "schema_version": 3}
assert isinstance(wrong, set | list | tuple), (
    f"wrong is {wrong!r}. Expected a set of numbers of claims, as {{2, 3}}."
)
assert set(wrong) <= set(range(1, 9)), (
    f"wrong holds {sorted(map(str, set(wrong)))}. Expected numbers from 1 to 8 only."
)
assert wrong, (
    "wrong is empty. Four claims do not hold: work each out with the numbers that it gives."
)
### BEGIN HIDDEN TESTS
missed, blamed = sorted({1, 5, 6, 7} - set(wrong)), sorted(set(wrong) - {1, 5, 6, 7})
assert not blamed, (
    f"You call {len(blamed)} claim(s) wrong that hold. Work each claim out with the numbers that it"
    " gives."
)
assert not missed, (
    f"{len(missed)} wrong claim(s) are not in your set. Look for bits taken for bytes, weights read"
    " once for many rows, machines without a moment to spare, and an average that speaks for every"
    " group."
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch03_constraints_e4_numbers", "points": 3, "schema_version": 3}
assert hours_to_move > 1.2, f"hours_to_move is {hours_to_move:g}. Expected more than the page says."
assert batched_per_s > 50, (
    f"batched_per_s is {batched_per_s:g}. Expected more than one photograph a call brings."
)
assert gpus > 18, f"gpus is {gpus}. Expected more than 18: nothing may be busy all the time."
### BEGIN HIDDEN TESTS
assert math.isclose(hours_to_move, 8.889, rel_tol=0.01), (
    f"hours_to_move is {hours_to_move:.3g}. 40 TB are 320,000 gigabits: divide by 10 a second, then"
    " by 3,600."
)
assert math.isclose(batched_per_s, 1600, rel_tol=0.03), (
    f"batched_per_s is {batched_per_s:.4g}. The weights are read once for 32 photographs, in 20 ms;"
    " their arithmetic, 192 GFLOP, takes less. The longer of both is the call."
)
assert gpus == 26, (
    f"gpus is {gpus}. 900 a second over 0.7 × 50 a second and GPU, rounded up to whole GPUs."
)
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise 5 · A decision
#
# The mail of the lesson, with an answer due today: nationwide warnings by spring, in 20 weeks. The processors are at 3 % of their
# limit, the disks at 40 %, the link at 70 %, all with pictures from 300 gates. The old booking system bears 2 calls a second at
# night for 6 hours; asking for each passenger would take 43 nights. Three people have 60 weeks; 45 are planned. Three proposals:
#
# - **A. Rent GPUs** and read the pictures with a large model, 6,000 USD a month.
# - **B. Copy the bookings**: a nightly extract into the team's own database. Twelve person-weeks, and personal data in a second place.
# - **C. One list for each flight** from the booking system instead of one call for each passenger. The owner asks for four weeks of one
#   of your people, and for a written limit.
#
# Which do you do, and which not? Write 150 to 250 words for a person who decides and does not know the system.
#
# | points | what is read for |
# |---|---|
# | 1 | Names the binding constraint with its arithmetic, and says what relaxing another one would change |
# | 1 | A clear choice and a clear refusal, each with its effect on people's weeks, money or personal data |
# | 1 | The strongest reason *against* your own choice |
# | 1 | A figure that is a guess, with its range, and what within that range would flip the decision |
# | 1 | Which constraint binds *next*, once the first is gone, and what you measure before the first month is over |

# %% [markdown] nbgrader={"grade": true, "solution": true, "locked": false, "task": false, "grade_id": "ch03_constraints_e5", "points": 5, "schema_version": 3}
# **C, not A; B only if C fails.** The old booking system binds: one call for each passenger needs 43 nights for each night's work. The
# processors are at 3 %, so A makes something faster that nobody waits for, for 6,000 USD a month. What the pictures add to a warning is
# unknown; they use 70 % of the link already.
#
# C asks the system once a flight, about 18,500 calls, 2.6 of 6 hours. Four weeks of one person make 49 of 60 planned weeks. B needs twelve:
# 57 of 60, no room for anything to go wrong, and passengers' data in a second place that must be guarded and erased for years.
#
# Against C: we depend on another team. If the owner's list is late by more than about eight weeks, spring is lost, and B would have been the
# surer way. So the written limit and a first list come in week two, or we decide again.
#
# A guess: 18,500 flights a day are twenty times New York's; I would bet on 15,000 to 25,000, that is 2.1 to 3.5 hours. Nothing in it flips
# the decision; a limit of 1 call a second with 25,000 flights would (6.9 hours).
#
# Next the people bind, at 82 %. In the first month I measure: calls a second that the system really bears, and weeks used against
# weeks planned, each Friday. The pictures stay out until a sample shows what they add.
