# %% [markdown]
# # 01 System thinking: exercises
#
# **60 min.** Four exercises are marked by tests, of which you see some; the last is a decision that a person reads. Each stands
# alone. A test that fails says what came, what was expected and where to look.

# %%
import math

import numpy as np

from mlsd_course.checks.ch01_system_thinking import compose
from mlsd_course.sim import tails

# %% [markdown]
# ## Exercise 1 · What may one call do to a page?
#
# A page waits for all of its calls, made side by side. They are independent, and each has its **own** chance of being slow.
#
# - `slow_pages(shares)`: the share of pages with at least one slow call; `shares` is a list with one chance for each call.
# - `allowed(page_share, calls)`: how often each of `calls` equal calls may be slow, if exactly `page_share` of the pages may be.


# %% nbgrader={"grade": false, "solution": true, "locked": false, "task": false, "grade_id": "ch01_system_thinking_e1", "schema_version": 3}
def slow_pages(shares):
    """Share of pages with at least one slow call; `shares`: each call's chance, from 0 to 1."""
    ### BEGIN SOLUTION
    return 1 - math.prod(1 - chance for chance in shares)
    ### END SOLUTION


def allowed(page_share, calls):
    """The chance each of `calls` equal calls may have, so that `page_share` of pages are slow."""
    ### BEGIN SOLUTION
    return 1 - (1 - page_share) ** (1 / calls)
    ### END SOLUTION


# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch01_system_thinking_e1_test", "points": 3, "schema_version": 3}
got = slow_pages([0.01] * 5)
assert math.isclose(got, 0.04900995, abs_tol=1e-6), (
    f"slow_pages([0.01] * 5) gave {got:.6f}. Expected 0.049010: a page is fast only if all five"
    " calls are fast."
)
got = slow_pages([0.5, 0.1])
assert math.isclose(got, 0.55), (
    f"slow_pages([0.5, 0.1]) gave {got:.4f}. Expected 0.55: fast is 0.5 × 0.9."
)
got = allowed(0.0199, 2)
assert math.isclose(got, 0.01, rel_tol=1e-6), (
    f"allowed(0.0199, 2) gave {got:.6f}. Expected 0.01: 0.99 × 0.99 = 0.9801."
)
### BEGIN HIDDEN TESTS
for shares in ([], [0.0, 0.0], [0.3], [1.0, 0.2], [0.05, 0.2, 0.001, 0.4]):
    expected, got = 1 - float(np.prod([1 - chance for chance in shares])), slow_pages(shares)
    assert math.isclose(got, expected, abs_tol=1e-9), (
        f"slow_pages({shares}) gave {got:.6f}, expected {expected:.6f}. Each call has its own"
        " chance, and a page may have none."
    )
for page_share, calls in ((0.05, 1), (0.05, 100), (0.5, 3), (0.001, 40)):
    back = 1 - (1 - allowed(page_share, calls)) ** calls
    assert math.isclose(back, page_share, rel_tol=1e-6), (
        f"With allowed({page_share}, {calls}) for each call, {back:.6f} of the pages are slow."
        f" Expected exactly {page_share}: dividing by the number of calls is only close to it."
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise 2 · Compose a page
#
# Times are arrays with one entry for each page: entry `i` of every array belongs to page `i`. Write the three ways to compose
# them. Tests compare your functions with a clock that walks through nested pages one by one.
#
# - `in_a_row(calls)`: one call after another.
# - `side_by_side(calls)`: all at once; the page goes on when the last has answered.
# - `tried_again(attempts, timeout_ms)`: the first attempt that takes at most `timeout_ms` ends it. Each longer attempt is given
#   up at the timeout, and the next begins. Where all are given up, the time is `math.inf`.


# %% nbgrader={"grade": false, "solution": true, "locked": false, "task": false, "grade_id": "ch01_system_thinking_e2", "schema_version": 3}
def in_a_row(calls):
    """Time of each page whose calls run one after another; `calls` is a list of arrays in ms."""
    ### BEGIN SOLUTION
    return np.sum(calls, axis=0)
    ### END SOLUTION


def side_by_side(calls):
    """Time of each page whose calls run at the same time; `calls` is a list of arrays in ms."""
    ### BEGIN SOLUTION
    return np.max(calls, axis=0)
    ### END SOLUTION


def tried_again(attempts, timeout_ms):
    """Time of each page until an attempt answers, math.inf if none; `attempts`: arrays in ms."""
    ### BEGIN SOLUTION
    done = np.full(len(attempts[0]), math.inf)
    for lost, attempt in reversed(list(enumerate(attempts))):
        done = np.where(attempt <= timeout_ms, lost * timeout_ms + attempt, done)
    return done
    ### END SOLUTION


# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch01_system_thinking_e2_row_fan", "points": 2, "schema_version": 3}
compose.in_a_row(in_a_row)
compose.side_by_side(side_by_side)

# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch01_system_thinking_e2_again", "points": 2, "schema_version": 3}
compose.tried_again(tried_again)
### BEGIN HIDDEN TESTS
once = tried_again([np.array([30.0, 70.0])], 50.0)
assert np.allclose(once, [30.0, math.inf]), (
    f"With a single attempt of 30 ms or 70 ms and a timeout of 50 ms you gave {once}. Expected 30"
    " and inf: no second attempt is there."
)
thrice = tried_again([np.array([99.0]), np.array([99.0]), np.array([7.0])], 50.0)
assert math.isclose(thrice[0], 107.0), (
    f"Two attempts of 99 ms given up at 50 ms each, then one of 7 ms: you gave {thrice[0]:g} ms."
    " Expected 107."
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch01_system_thinking_e2_pages", "points": 3, "schema_version": 3}
compose.whole_pages(in_a_row, side_by_side, tried_again, rounds=5)
### BEGIN HIDDEN TESTS
compose.whole_pages(in_a_row, side_by_side, tried_again, seed=20_130_708, rounds=60)
rng = np.random.default_rng(4)
call = tails.Call(p99_ms=100, sigma=0.6)
chain, fan = ([call.sample_ms(50_000, rng) for _ in range(5)] for _ in range(2))
for name, pages, expected in (
    ("in a row", in_a_row(chain), tails.chain_percentile_ms([call] * 5, 99)),
    ("side by side", side_by_side(fan), tails.fan_out_percentile_ms(call, 5, 99)),
):
    got = float(np.percentile(pages, 99))
    assert math.isclose(got, expected, rel_tol=0.02), (
        f"Five calls {name}, each with a p99 of 100 ms: the p99 of your 50,000 pages is {got:.0f}"
        f" ms, the formula says {expected:.0f} ms. Compose page by page; never percentiles."
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise 3 · Which part is the bottleneck?
#
# A line of parts. Each part is a dictionary:
#
# - `name`, `seconds` of one worker per attempt, `workers`,
# - `share`: what part of all cases gets that far (delivery sees only the flights that are warned),
# - `tries`: attempts per case that gets there, on average (1 without retries).
#
# `bottleneck(parts)` returns a pair: the name of the part that limits the line, and the cases an hour **into the line** at which
# that part is busy all the time.


# %% nbgrader={"grade": false, "solution": true, "locked": false, "task": false, "grade_id": "ch01_system_thinking_e3", "schema_version": 3}
def bottleneck(parts):
    """Return (name of the part that limits the line, cases per hour that the line can bear)."""
    ### BEGIN SOLUTION
    bears = {
        part["name"]: 3600 * part["workers"] / (part["seconds"] * part["share"] * part["tries"])
        for part in parts
    }
    name = min(bears, key=bears.get)
    return name, bears[name]
    ### END SOLUTION


# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch01_system_thinking_e3_test", "points": 4, "schema_version": 3}
line = [
    {"name": "features", "seconds": 12, "workers": 1, "share": 1.0, "tries": 1.0},
    {"name": "delivery", "seconds": 20, "workers": 1, "share": 0.25, "tries": 1.0},
]
name, most = bottleneck(line)
assert name == "features", (
    f"features: 12 s for every case; delivery: 20 s for every fourth. You named {name!r}. Expected"
    " 'features': count the work that one case brings on average, not the work of one visit."
)
assert math.isclose(most, 300), (
    f"One worker, 12 s a case: {most:g} cases an hour by your function. Expected 300."
)
### BEGIN HIDDEN TESTS
plain = {"share": 1.0, "tries": 1.0}
line = [
    {"name": "model", "seconds": 60, "workers": 6, **plain},
    {"name": "features", "seconds": 15, "workers": 1, **plain},
]
name, most = bottleneck(line)
assert name == "features", (
    f"model: 60 s with 6 workers; features: 15 s with 1. You named {name!r}. Expected 'features':"
    " six workers share the work."
)
assert math.isclose(most, 240), (
    f"features with 1 worker of 15 s: {most:g} cases an hour by your function. Expected 240."
)
line = [
    {"name": "lookup", "seconds": 2, "workers": 1, "share": 1.0, "tries": 3.5},
    {"name": "model", "seconds": 5, "workers": 1, **plain},
]
name, most = bottleneck(line)
assert name == "lookup", (
    f"lookup: 2 s an attempt and 3.5 attempts; model: 5 s. You named {name!r}. Expected 'lookup':"
    " an attempt that fails was work too."
)
assert math.isclose(most, 3600 / 7), (
    f"lookup takes 7 s a case: {most:.1f} cases an hour by your function. Expected {3600 / 7:.1f}."
)
line = [
    {"name": "delivery", "seconds": 30, "workers": 2, "share": 0.1, "tries": 1.2},
    {"name": "features", "seconds": 0.5, "workers": 1, **plain},
]
name, most = bottleneck(line)
assert (name, round(most)) == ("delivery", 2000), (
    f"delivery: 30 s, 2 workers, a tenth of the cases, 1.2 tries. You gave {name!r} and {most:.0f}."
    " Expected 'delivery' and 2000 cases an hour into the line, of which it sees a tenth."
)
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise 4 · Find the faults in this design
#
# A colleague asks for your review. The note is well written, and some of its eight claims are wrong.
#
# > **The trip page.** 400 pages a second.
# >
# > 1. The page asks 20 services side by side and waits for all. Each one's p99 is 80 ms and they are independent. So
# >    99 % of pages have all twenty answers within 80 ms.
# > 2. Before them run login and profile, one after the other. Both are lognormal with sigma 1 and a p99 of 60 ms, so each
# >    takes 9.7 ms on average, and both together take 19.3 ms on average.
# > 3. The p99 of login and profile together is 120 ms.
# > 4. Three layers lie above the database, and each makes up to 3 attempts at a call before it gives up. While the
# >    database is down, one click makes at most 9 attempts at it.
# > 5. A page spends 150 ms inside on average. So about 60 pages are inside at any time.
# > 6. Ranking has 12 workers of 20 ms a page, and every page needs it. It is two thirds busy.
# > 7. Each of the 23 parts has been green for 30 days. So travellers have had a working page for 30 days.
# > 8. A second try after the p95 raises the number of calls by 5 %.
#
# Work out the five numbers that claims 1 to 5 speak of. Then put the numbers of all wrong claims into `wrong`.

# %% nbgrader={"grade": false, "solution": true, "locked": false, "task": false, "grade_id": "ch01_system_thinking_e4", "schema_version": 3}
share_within_80_ms = 0.0  # claim 1: of pages, between 0 and 1
mean_together_ms = 0.0  # claim 2: of login and profile together
p99_together_ms = 0.0  # claim 3: of login and profile together
attempts_at_most = 0  # claim 4: at the database, for one click
pages_inside = 0.0  # claim 5: on average
wrong = set()  # the wrong claims of all eight, as {6, 8}
### BEGIN SOLUTION
share_within_80_ms = 0.99**20
mean_together_ms = 2 * tails.Call(60, 1.0).mean_ms
p99_together_ms = tails.chain_percentile_ms([tails.Call(60, 1.0)] * 2, 99)
attempts_at_most = 3**3
pages_inside = 400 * 0.150
wrong = {1, 3, 4, 7}
### END SOLUTION

# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch01_system_thinking_e4_claims", "points": 3, "schema_version": 3}
assert isinstance(wrong, set | list | tuple), (
    f"wrong is {wrong!r}. Expected a set of numbers of claims, as {{6, 8}}."
)
assert set(wrong) <= set(range(1, 9)), (
    f"wrong holds {sorted(map(str, set(wrong)))}. Expected numbers from 1 to 8 only."
)
assert wrong, "wrong is empty. At least one claim does not hold: take each to the law that it uses."
### BEGIN HIDDEN TESTS
missed, blamed = sorted({1, 3, 4, 7} - set(wrong)), sorted(set(wrong) - {1, 3, 4, 7})
assert not blamed, (
    f"You call {len(blamed)} claim(s) wrong that hold. Work each claim out with the numbers that it"
    " gives."
)
assert not missed, (
    f"{len(missed)} wrong claim(s) are not in your set. Look for percentiles that are added or"
    " taken over, tries that are added, and a figure that vouches for another layer."
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "ch01_system_thinking_e4_numbers", "points": 3, "schema_version": 3}
assert 0 < share_within_80_ms <= 1, (
    f"share_within_80_ms is {share_within_80_ms}. Expected a share above 0 and at most 1, not per"
    " cent."
)
for name, value in {
    "mean_together_ms": mean_together_ms,
    "p99_together_ms": p99_together_ms,
    "attempts_at_most": attempts_at_most,
    "pages_inside": pages_inside,
}.items():
    assert value > 0, f"{name} is {value}. Expected a number above 0."
### BEGIN HIDDEN TESTS
assert math.isclose(share_within_80_ms, 0.99**20, abs_tol=0.005), (
    f"share_within_80_ms is {share_within_80_ms:.3f}. A page is within 80 ms only if all twenty"
    " are: multiply their chances."
)
assert math.isclose(mean_together_ms, 19.3, abs_tol=0.2), (
    f"mean_together_ms is {mean_together_ms:.1f}. Of calls in a row the means add, whatever their"
    " distribution."
)
assert math.isclose(pages_inside, 60, abs_tol=0.5), (
    f"pages_inside is {pages_inside:g}. Little's law: rate times time, both with seconds."
)
expected = tails.chain_percentile_ms([tails.Call(60, 1.0)] * 2, 99)
assert math.isclose(p99_together_ms, expected, rel_tol=0.02), (
    f"p99_together_ms is {p99_together_ms:.0f}. Read it off the distribution of the sum:"
    " tails.chain_percentile_ms, or draw pages."
)
assert attempts_at_most == 27, (
    f"attempts_at_most is {attempts_at_most}. Each attempt of a layer starts all attempts of the"
    " layer below: they multiply."
)
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise 5 · A decision
#
# The warning product of the lesson: one worker a part, 2 · 12 · 5 · 1 · 20 seconds, up to 80 flights an hour, a deadline of 60
# minutes. The team has one quarter, and three proposals:
#
# - **A. A better model.** AUC 0.72 → 0.80 on paper. It needs 50 s a flight.
# - **B. A second feed**, from another supplier, and an alarm when the age of the newest departure is above 30 minutes. In the
#   last quarter the first feed fell behind on 6 of 90 days, for hours, unseen.
# - **C. Delivery tries again** up to three times when the text gateway has not confirmed within 5 s. About 2 % of texts are
#   not confirmed in time today; some of those have arrived all the same.
#
# Which do you do, and which not? Write 150 to 250 words for a person who decides and does not know the system.
#
# | points | what is read for |
# |---|---|
# | 1 | A clear choice and a clear refusal, each on the layer on which it matters (model, system, user, organisation) |
# | 1 | Arithmetic that fits: the load on the model part for A, days or warnings for B, attempts or double texts for C |
# | 1 | The strongest reason *against* your own choice |
# | 1 | One assumption that would flip the decision, and how you would check it within a week |
# | 1 | What you would measure afterwards, at the end of the line, to know whether it helped |

# %% [markdown] nbgrader={"grade": true, "solution": true, "locked": false, "task": false, "grade_id": "ch01_system_thinking_e5", "points": 5, "schema_version": 3}
# **B, and not C; A later.** B acts where the product loses money without anybody seeing it. On 6 of 90 days, 7 % of the year,
# warnings were made from facts hours old; in the replay such a week earns nothing instead of about 72,000 dollars, so 7 % of
# a year is up to 250,000 dollars, and more in trust. The alarm alone brings much of that within days.
#
# A: 80 flights an hour at 50 s are 80 × 50 / 3600 = 1.1 workers. One worker is over its capacity in the busiest hour, the
# queue grows, warnings come late. With a second worker it is a fair plan, but the gain on paper is not yet a gain for travellers.
#
# C makes up to four texts where one was unconfirmed, and a traveller who gets two trusts neither. When the gateway is slow
# for everybody, four times the attempts is what it can least bear.
#
# Against B: two feeds may share their source, the airports themselves; then both fall behind together. This would flip the
# decision, so first I compare both feeds' ages on the six bad days: one day of work.
#
# Afterwards: the share of late flights whose travellers had a warning in time, and the age of facts at the moment of decision,
# per week, against the same weeks before.
