# %% [markdown]
# # Mastery check
#
# One idea for each of the eight questions, to be read before or after you take them (20 min). You can say afterwards
# which idea each question stands on, and recompute its number. The questions themselves are in `exercises.ipynb`.

# %%
import math

from mlsd_course.sim import closed

# %% [markdown]
# ## What comes first?
#
# A fraud model, a recommender, a warning for travellers: the first step is the same. Clarify the business problem and how
# its success is measured. Metric, threshold, latency and budget are judged by that. A model, a data set or an
# architecture that comes before it answers a question that nobody has asked. (Huyen 2022; chapters 1 and 2.)

# %% [markdown]
# Take late flights. "Predict delays" fits three products, and each wants another system:

# %%
products = {
    "warn travellers who would miss a connection": (
        "few false alarms, known 3 h ahead, an answer in the app"
    ),
    "plan the crews of the next day": "good totals by airport, once a night, no app at all",
    "pay compensation without being asked": "no missed case, correct afterwards, an audit trail",
}
for product, success in products.items():
    print(f"{product}:\n    {success}")

# %% [markdown]
# ## When is a warning worth its cost?
#
# A business metric becomes a threshold by the costs of the two errors. With a calibrated probability p, an alarm costs
# (1 − p) × the cost of a false one; silence costs p × the cost of a miss. The alarm is cheaper from p = alarm / (alarm +
# miss) on. The threshold is 50 % only where both cost the same. (Elkan 2001; chapter 2.)

# %%
for alarm_usd, miss_usd in [(50, 50), (10, 30), (10, 190), (30, 10)]:
    threshold = alarm_usd / (alarm_usd + miss_usd)
    print(f"false alarm {alarm_usd:3} USD, miss {miss_usd:3} USD: warn from {threshold:.0%} on")

# %% [markdown]
# The dearer the miss, the lower the threshold. If only some alarms can be looked at, that capacity decides instead, and
# the threshold is where it is used up.

# %% [markdown]
# ## Which resource runs out first?
#
# For each resource divide the demand at peak by the capacity, in the same units: core-seconds a second by cores, bits a
# second by the link (a byte has 8 bits), reads by what the store gives. The largest share binds. All shares grow with the
# traffic, so it also runs out first, and growing another resource changes nothing. (Chapter 3.)

# %%
peak_per_s = 500
used = {
    "cores": peak_per_s * 0.020 / 16,
    "network": peak_per_s * 100_000 * 8 / 1e9,
    "feature store": peak_per_s * 10 / 20_000,
}
for resource, share in used.items():
    print(f"{resource:13} {share:5.1%} used, full at {peak_per_s / share:,.0f} requests a second")

# %% [markdown]
# ## Batch, online, stream or hybrid?
#
# Ask three things. Is what the answer depends on known before it is asked for? How old may it be? Does somebody wait?
# Known before and a day old is fine: **batch**, the cheapest. Depends on the request, and somebody waits: **online**.
# Work follows each event, asked or not, within seconds: **stream**. (Chapter 4.)

# %% [markdown]
# Where a part changes slowly and is large, and another depends on the request, prepare the first and compute the second:
# **hybrid**. It costs a second code path that must be kept equal. What is prepared can be served at any speed; what
# remains for the request must fit its time:

# %%
articles, budget_ms = 1_000_000, 50
print(
    f"All on request: {budget_ms * 1e6 / articles:,.0f} ns for an article. 200 candidates:"
    f" {budget_ms / 200:.2f} ms each."
)

# %% [markdown]
# ## How much load does a tail leave room for?
#
# One server with random arrivals and exponential service: the time in system is exponential with mean service / (1 −
# load). Its p99 is ln 100 = 4.6 times the mean, at every load. So a limit on the p99 fixes the mean, and the mean fixes
# the load. (Kleinrock 1975; chapter 7.)

# %%
service_ms, limit_ms = 10, 250
mean_ms = limit_ms / math.log(100)
load = 1 - service_ms / mean_ms
rate_per_s = 1000 * load / service_ms
print(f"mean at most {mean_ms:.1f} ms, load at most {load:.1%}, {rate_per_s:.1f} requests a second")
print(f"check: the p99 there is {closed.mm1_percentile_ms(rate_per_s, service_ms, 99):.0f} ms")

# %% [markdown]
# At a load of 100 % there is no steady state: the queue grows as long as the load lasts. Measure before you trust the
# formula: steadier service shortens the tail, arrivals in bursts lengthen it.

# %% [markdown]
# ## How often does a harmless release look guilty?
#
# One test at 5 % calls a harmless release guilty in 5 of 100 cases. Of n independent tests at least one does so with
# 1 − (1 − 0.05)ⁿ. It is the law of fan-out: each stays silent, so all must. Chances do not add up. (Dean and Barroso
# 2013; Kohavi 2020; chapter 5.)

# %%
for tests in (1, 5, 25, 60):
    print(
        f"{tests:2} tests at 5 %: {closed.fan_out_share(0.05, tests):5.1%} alarms,"
        f" {0.05 * tests:.0%} if chances added up"
    )

# %% [markdown]
# Looking again each day has the same effect, somewhat weaker since the looks share their data. Decide on few metrics
# before the canary starts, divide the 5 % among them, or use a test that stays valid at every look.

# %% [markdown]
# ## The numbers moved: what happened?
#
# Causes differ by what they leave behind. A constant factor in one feature at one moment: a unit changed at the source.
# Same inputs, other outcomes, over months: the relation changed, and only labels show it. More rows of one kind, each
# kind judged as well as before: the mix moved. Online and offline values of a feature differ: the online copy is stale.

# %% [markdown]
# Ask in this order: which value moved, in all rows or in a part, since when, and what was released then? A shift of the
# inputs alone is no worse model: in the next lines the mix moves far, and within each kind nothing changes. (Gama 2014;
# Rabanser 2019.)

# %%
precision = {"short flights": 0.80, "long flights": 0.60}
for long_share in (0.1, 0.5):
    overall = (1 - long_share) * precision["short flights"] + long_share * precision["long flights"]
    print(
        f"{long_share:.0%} long flights: precision {overall:.0%} overall, still 80 % and 60 %"
        " within its kinds"
    )

# %% [markdown]
# ## Erased where, and how does one prove it?
#
# An erasure request follows the person's data wherever it went: raw rows, features of that person, prepared answers in
# caches, training sets. A hashed name is a name as long as all names can be tried. Large totals do not speak of one
# person. (GDPR 2016/679, articles 4, 5 and 17.)

# %%
guesses_per_s = 1e9  # one graphics card, order of magnitude
for what, number in {
    "phone numbers of ten digits": 10**10,
    "dates of birth in a century": 36_525,
}.items():
    print(f"{what}: all hashes tried in {number / guesses_per_s:.2g} s")

# %% [markdown]
# The audit trail stays: an entry that request number such was carried out then. It proves the erasure and holds nothing
# of what was erased. In a chain of hashes an entry cannot be taken out later without a trace. (Crosby and Wallach 2009.)

# %% [markdown]
# ## Sources
#
# Huyen, *Designing Machine Learning Systems*, 2022 · Elkan, "The foundations of cost-sensitive learning", 2001 ·
# Kleinrock, *Queueing Systems*, 1975 · Dean and Barroso, "The tail at scale", 2013 · Kohavi, Tang and Xu, *Trustworthy
# Online Controlled Experiments*, 2020 · Gama and others, "A survey on concept drift adaptation", 2014 · Rabanser,
# Günnemann and Lipton, "Failing loudly", 2019 · Regulation (EU) 2016/679 · Crosby and Wallach, "Efficient data structures
# for tamper-evident logging", 2009
