# %% [markdown]
# # 01 System thinking
#
# **50 min.** Afterwards you can
#
# - say on which layer a figure lives (model, system, user, organisation), and why the lowest cannot vouch for the highest,
# - find the part that holds all others up, and count what is inside with Little's law,
# - work out what calls in a row, side by side and tried again do to the slowest pages, and
# - name what a dashboard of green lights cannot see: silent faults and loops.
#
# **The situation.** A travel company warns passengers whose flight will land late. A colleague brings a model that is never
# wrong. You put it in the place of yours and touch nothing else. How much does the company gain?

# %%
import math
import time

import numpy as np
from sklearn.linear_model import LogisticRegression

from mlsd_course import data
from mlsd_course.explore import Axis, Curve, Line, View, chart, predict, reveal, self_check, show
from mlsd_course.learner import Record
from mlsd_course.sim import Exponential, Poisson, Station, simulate, tails
from mlsd_course.systems import pipeline as product
from mlsd_course.systems.pipeline import Part, Product

# %% [markdown]
# ## What does a model earn?
#
# Nothing, until its answer reaches somebody who can still act. Here is the whole way, on real flights from New York in 2013.
# Two hours before departure the product starts on a flight; a warning helps if it arrives an hour before departure.
# (Cancelled and diverted flights are left out.) First the part that most courses end with: a model, learned from six weeks.

# %%
flights = data.flights()
past, week = (
    product.period(flights, "2013-05-27", days=42),
    product.period(flights, "2013-07-08", days=7),
)
rows = [[past.feed.recent_delay_min(case.origin, case.asked_min), case.hour] for case in past.cases]
fitted = LogisticRegression().fit(rows, past.late)
(per_min, per_hour), start = fitted.coef_[0], fitted.intercept_[0]
print(
    f"learned from {len(rows):,} flights; the week to come has {len(week.cases):,},"
    f" {np.mean(week.late):.0%} of them late"
)


# %% [markdown]
# And now the rest. A **case** is one flight on its way through five parts. Each part adds what it knows at the moment `now`;
# none can see how the flight ended. The model is one line of the five functions.


# %%
def ingestion(case, now):
    case.delay_min = week.feed.recent_delay_min(case.origin, now)  # how late the airport is running


def features(case, now):
    case.row = [case.delay_min, case.hour]


def model(case, now):
    case.probability = 1 / (1 + math.exp(-(per_min * case.row[0] + per_hour * case.row[1] + start)))


def decision(case, now):
    case.warn = case.probability >= 0.375
    return case.warn  # False: the case ends here


def delivery(case, now):
    case.text = (
        "Your flight will probably land late. Rebook free of charge until an hour before departure."
    )


# %% [markdown]
# Each part has a queue in front of it, one worker, and a time that a case keeps the worker busy. The company's assumptions:
# a right warning in time is worth 100 dollars, every other warning costs 60 dollars of trust and support. That is where
# the threshold comes from (chapter 02 derives it).

# %%
warner = Product(
    [
        Part("ingestion", ingestion, seconds=2),
        Part("features", features, seconds=12),
        Part("model", model, seconds=5),
        Part("decision", decision, seconds=1),
        Part("delivery", delivery, seconds=20),
    ]
)
today = product.score(warner, week)
print(today)

# %% [markdown]
# Four **layers**, four goals. The model's goal is to order late flights before punctual ones (*on paper*: in a notebook,
# where no time passes and nothing fails). The system's is to deliver in time. The user's is to be warned when it matters.
# The organisation's is money. Each layer is a *means* for the one above it; only an assumption connects them.

# %%
predict(
    "ch01_system_thinking.p1",
    "The new model is never wrong (AUC 1.00), but asks a slow outside service: 75 s a flight"
    " instead of 5 s. All else stays. What does the week earn?",
    unit="USD",
    low=-300_000,
    high=300_000,
)


# %%
def perfect(case, now):
    case.probability = float(week.late[case.number])  # it knows the future


perfect_slow = product.score(warner.changed("model", work=perfect, seconds=75), week)
in_time = perfect_slow.in_time / perfect_slow.warned
reveal(
    "ch01_system_thinking.p1",
    perfect_slow.money_usd,
    note=f"All its warnings were right; {in_time:.0%} were in time.",
)

# %% [markdown]
# **A better model is not a better product.** In a mature system the ML code is a small box among large ones (Sculley et al.
# 2015). At Booking.com a model's gain on paper did not predict its gain in business, and added latency cost bookings
# (Bernardi et al. 2019). Wagstaff (2012) asks the same of research: what changed in the world?
#
# ## Which part holds all the others up?
#
# That week from the four layers, and then each part's own dashboard:

# %%
print(perfect_slow, perfect_slow.lights(), sep="\n\n")

# %%
predict(
    "ch01_system_thinking.p2",
    "The team that owns features makes it twelve times as fast: 1 s instead of 12. How much more"
    " does that week earn?",
    unit="USD",
    low=-300_000,
    high=300_000,
)

# %%
slow = warner.changed("model", work=perfect, seconds=75)
gains = {
    "features 12 → 1 s": slow.changed("features", seconds=1),
    "delivery 20 → 2 s": slow.changed("delivery", seconds=2),
    "model 75 → 60 s": slow.changed("model", seconds=60),
    "a second model worker": slow.changed("model", workers=2),
}
gains = {
    change: product.score(better, week).money_usd - perfect_slow.money_usd
    for change, better in gains.items()
}
told = "; ".join(f"{change}: {product.dollars(gain)} more" for change, gain in gains.items())
reveal("ch01_system_thinking.p2", gains["features 12 → 1 s"], note=f"The four changes: {told}.")

# %% [markdown]
# A row of parts can do what its **bottleneck** can do: the part with the highest *utilisation*, arrivals × work per item
# ÷ workers. What is gained in front of it fills its queue sooner; what is gained behind it waits for it. Mind the cliff:
# between 60 s and 75 s a flight lies nearly all the money there is to earn. Here is what happens in between.

# %%
monday = np.arange(0, 24 * 60, 5.0)
curves, table = {}, []
for seconds in (60, 65, 75):
    scored = product.score(warner.changed("model", work=perfect, seconds=seconds), week)
    inside = scored.logs[2].inside(monday)
    curves[str(seconds)] = Curve(monday / 60, inside)
    earns = product.dollars(scored.money_usd)
    table.append((f"{seconds} s", f"{3600 / seconds:.0f}", f"{inside.max()}", earns))
hours = [case.asked_min // 60 for case in week.cases if case.asked_min < 24 * 60]
busiest = np.unique(hours, return_counts=True)[1].max()
said = f"Monday's busiest hour brings {busiest} flights: what exceeds the model's capacity waits."
chart(
    "Flights inside the model part, Monday",
    View(curves, 0, tuple(table), said, True),
    lines=(Line("60", "60 s a flight"), Line("65", "65 s", "second"), Line("75", "75 s", "third")),
    x=Axis("Hour of the day", 0, 24),
    y=Axis("Flights inside", 0, 200),
    columns=("Model", "Flights an hour", "Most inside", "The week earns"),
)  # fmt: skip

# %% [markdown]
# ## How long does a flight wait, if nobody carries a stopwatch?
#
# Suppose that you can only count heads: at random moments, how many flights are inside the model part? **Little's law**
# (1961) turns heads into time: *items inside = arrival rate × time inside*, in any order, with any distribution, as long
# as what comes in also leaves.
#
# First the law against the product's log, at 65 s a flight. Then on your machine: five real threads with queues between
# them, fed at random. An observer counts heads every millisecond and has no stopwatch; the items carry stopwatches and
# count nobody.

# %%
log = product.score(warner.changed("model", work=perfect, seconds=65), week).logs[2]
span_min = log.ended_min.max()
heads = log.inside(np.random.default_rng(0).uniform(0, span_min, 20_000)).mean()
per_min_in = log.cases / span_min
print(
    f"counted at 20,000 moments: {heads:.1f} flights inside; {60 * per_min_in:.1f} arrive an hour"
)
print(
    f"by the law a flight spends {heads / per_min_in:.1f} min, by the log"
    f" {np.mean(log.ended_min - log.came_min):.1f} min"
)
print(f"and a web service, 500 requests a second of 200 ms each: {500 * 0.200:.0f} requests inside")

# %% tags=["timing"]
seen = product.watch(rate_per_s=40, seconds=2.5, parts_ms=(2, 8, 4, 1, 6))
print(f"the observer: {seen.mean_inside:.2f} inside")
print(
    f"the law:      {seen.rate_per_s * seen.mean_time_s:.2f} = {seen.rate_per_s:.1f}/s ×"
    f" {1000 * seen.mean_time_s:.1f} ms"
)

# %% [markdown]
# Keep the law for daily use. The web service needs a thread, a connection and memory for each request that is inside. If
# somebody reports a rate, a time and a count that do not fit, one of the three is wrong.
#
# ## Do percentiles add?
#
# The company's page makes five calls, one after another: who you are, your trips, prices, a map, your model. Each has a p99
# of 100 ms: 99 of 100 calls are faster. All are lognormal with sigma 1, which means many quick calls and a long tail.

# %%
predict(
    "ch01_system_thinking.p3",
    "Five calls one after another, each with a p99 of 100 ms. What is the p99 of the page?",
    unit="ms",
    low=50,
    high=1000,
)

# %%
reveal(
    "ch01_system_thinking.p3",
    tails.chain_percentile_ms([tails.Call(p99_ms=100, sigma=1.0)] * 5, 99),
)

# %%
# the same for other spreads, by formula and by drawing 200,000 pages
rng = np.random.default_rng(0)
for sigma in (0.3, 0.6, 1.0, 1.5, 2.0):
    call = tails.Call(p99_ms=100, sigma=sigma)
    drawn = np.percentile(sum(call.sample_ms(200_000, rng) for _ in range(5)), 99)
    print(
        f"sigma {sigma}: p99 by formula {tails.chain_percentile_ms([call] * 5, 99):3.0f} ms, drawn"
        f" {drawn:3.0f} ms, p99s added 500 ms"
    )
pauses = np.where(rng.random((200_000, 5)) < 0.009, 100, 1)  # another world: rare pauses
one, five = np.percentile(pauses[:, 0], 99), np.percentile(pauses.sum(axis=1), 99)
print(
    f"1 ms, but 100 ms in 9 of 1,000 calls: p99 of one call {one:.0f} ms, of five in a row"
    f" {five:.0f} ms, p99s added {5 * one:.0f} ms"
)

# %% [markdown]
# **Percentiles do not add.** Five calls are seldom slow in the same page, so the p99 of a sum usually lies far below the
# sum of p99s. With rare pauses it lies far above: what is too rare for one call's p99 is common enough for the page's.
# Means add. Percentiles are read off the distribution of the whole page.
#
# And your machine? Five pieces of real work in a row make a page, 600 times. The percentiles are kept, so that the explorer
# below can show them as diamonds.


# %% tags=["timing"]
def timed():
    begin = time.perf_counter()
    sum(math.sqrt(n) for n in range(20_000))
    return 1000 * (time.perf_counter() - begin)


calls = np.array([[timed() for _ in range(5)] for _ in range(600)])
one, five = np.percentile(calls, 99), np.percentile(calls.sum(axis=1), (50, 95, 99))
Record().append(
    "measurement", "ch01_system_thinking", "page", p50_ms=five[0], p95_ms=five[1], p99_ms=five[2]
)
print(
    f"p99 of one call {one:.1f} ms, of five in a row {five[2]:.1f} ms, p99s added {5 * one:.1f} ms"
)

# %% [markdown]
# Far above the added p99s? Then you have met rare pauses: another program took the processor.
#
# ## Why are a hundred good calls a bad page?
#
# Now the page makes its calls side by side and waits for all. Commit your prediction, then move the knobs. Afterwards try to
# lay a chain of five over your own diamonds.

# %%
show("ch01_system_thinking")

# %% [markdown]
# Side by side, a page is as fast as its *slowest* call: **1 − (1 − p)ⁿ** of pages are slow, so a rare event of one service
# is the usual event of a page (Dean & Barroso 2013). That is the law of the **fan-out** only; a chain adds. A **hedge**, a
# second try after the p90, costs a tenth more calls and cuts the tail, until *Common cause* makes both tries slow together.
#
# Independence is an assumption. Did your machine keep it?

# %% tags=["timing"]
beyond = np.mean((calls > np.percentile(calls, 99)).any(axis=1))
print(
    f"a call beyond its p99: on {beyond:.1%} of your pages; independent calls would give"
    f" {1 - 0.99**5:.1%}"
)

# %% [markdown]
# Fewer pages than independence says? Then slow calls came together: a pause of the processor hits neighbours alike. Repeat
# the measurement while something else runs.
#
# ## Are retries free?
#
# A service needs 5 ms a request and gets 100 a second: half of what it can do. Its clients give up after 50 ms, which happens
# to fewer than one in a hundred. To be safe, somebody lets them try again, up to three times.

# %%
calm = simulate(Poisson(100), Exponential(5), Station(timeout_ms=50))
print(
    f"without retries {calm.answered_share:.1%} of requests are answered in time; the server is"
    f" busy {calm.utilisation:.0%}"
)
predict(
    "ch01_system_thinking.p4",
    "With up to three retries: what share of requests is answered, over the same 20,000 requests?",
    unit="%",
    low=0,
    high=100,
)

# %%
policies = {
    "three retries": Station(timeout_ms=50, retries=3),
    "… 1 % budget": Station(timeout_ms=50, retries=3, retry_budget=0.01),
    "… expired work dropped": Station(timeout_ms=50, retries=3, drop_expired=True),
}
runs = {name: simulate(Poisson(100), Exponential(5), station) for name, station in policies.items()}
reveal("ch01_system_thinking.p4", 100 * runs["three retries"].answered_share)

# %%
for name, run in runs.items():
    tries, busy = run.attempts_per_request, run.utilisation
    print(
        f"{name:23s} answered {run.answered_share:6.1%}, {tries:.2f} tries each, server busy"
        f" {busy:4.0%}"
    )
print(
    f"by the formula p⁴ only {tails.failed_share(1 - calm.answered_share, 4):.0e} of requests would"
    " fail"
)
for layers in (1, 2, 3):
    print(
        f"4 tries in each of {layers} layers: up to {tails.retry_amplification(4, layers)} attempts"
        " at the bottom"
    )

# %% [markdown]
# A client that has gone leaves its work behind; its retry adds more; so others time out and retry. One unlucky second, and
# the server is busy for nobody, for good: a **metastable failure** (Bronson et al. 2021). p⁴ takes four failures for
# independent; here one causes the next. And where each layer retries, tries multiply. **Retries are load**: give them a
# budget, and drop work that nobody waits for (chapter 07).
#
# ## Can every light be green and the product dead?
#
# Back to the warnings, with your own quick model. One night the feed of departures falls six hours behind. It still answers,
# without an error: with this afternoon's view of the morning.

# %%
predict(
    "ch01_system_thinking.p5",
    f"As it should be, the week earns {product.dollars(today.money_usd)}. What does it earn with"
    " the feed six hours behind?",
    unit="USD",
    low=-300_000,
    high=300_000,
)


# %%
def features_in_seconds(case, now):
    case.row = [60 * case.delay_min, case.hour]  # a new version: the delay in seconds


faults = {
    "as it should be": warner,
    "feed 6 h behind": warner.changed("ingestion", blind_min=360),
    "delay in seconds": warner.changed("features", work=features_in_seconds),
    "4 in 10 texts lost": warner.changed("delivery", loses=0.4),
}
scored = {name: product.score(faulty, week, paper=warner) for name, faulty in faults.items()}
reveal("ch01_system_thinking.p5", scored["feed 6 h behind"].money_usd)

# %%
print(f"{'':19s} {'on paper':>8s} {'red lights':>10s} {'helped':>7s} {'earns':>9s}")
for name, card in scored.items():
    paper, red = card.auc_on_paper, card.lights().count("RED")
    print(
        f"{name:19s} {paper:8.2f} {red:10d} {card.helped_share:7.0%}"
        f" {product.dollars(card.money_usd):>9s}"
    )

# %% [markdown]
# **Green parts do not make a green system.** Each part keeps its promise to itself: no error, no queue. What broke is an
# *assumption between* parts: the age of a fact, the unit of a number, a text that arrives. The accuracy on paper was
# measured with other data, through other code. So measure at the end of the line, and write down what passes between parts
# (chapter 04, and 12, which is to come).
#
# ## Who chooses what the product learns from?
#
# The product warns on some routes, and only warned travellers tell whether it was right. Each month it keeps the routes
# whose last known share of late flights is 20 % or more. In January it watches all.

# %%
shut, opened = (
    product.watch_routes(flights, keep_from=0.2),
    product.watch_routes(flights, keep_from=0.2, look_again=0.1),
)
print(
    f"the team's report: {shut[0].seen_rate:.0%} of watched flights are late in January,"
    f" {shut[-1].seen_rate:.0%} in December"
)
predict(
    "ch01_system_thinking.p6",
    "The report improves, so the product has learned where to look. What share of all late flights"
    " does it catch in December?",
    unit="%",
    low=0,
    high=100,
)

# %%
reveal("ch01_system_thinking.p6", 100 * shut[-1].caught_share)

# %%
print("month   routes   report   caught    caught when 1 in 10 unwatched routes is looked at again")
for shut_in, open_in in zip(shut[::2] + shut[-1:], opened[::2] + opened[-1:], strict=True):
    print(
        f"{shut_in.number:5d} {shut_in.routes:8d} {shut_in.seen_rate:8.0%}"
        f" {shut_in.caught_share:8.0%} {open_in.caught_share:9.0%}"
    )

# %% [markdown]
# A **feedback loop**: the output decides which inputs come back. A route that has one good month is never seen again, and
# nothing in the report shows it, since the report is made of what is watched. Such loops may also run through other systems
# and people (Sculley et al. 2015 call those hidden). The remedy costs something: look where you expect nothing.
#
# ## Which of these do you ship?
#
# Four ways to the same warning. The last column is what somebody must keep working. Then your own product of today at ten
# times the traffic: how many workers does each part need in its busiest hour? Not on average: in a storm nearly every
# flight is warned, and delivery works at each of them.


# %%
def rule(case, now):
    case.probability = float(case.row[0] > 15)


choices = {
    "rule of thumb": (rule, 0.1, 1, "one number"),
    "logistic": (model, 5, 1, "training, two inputs"),
    "perfect, one worker": (perfect, 75, 1, "a contract with another company"),
    "perfect, two workers": (perfect, 75, 2, "that, and twice the machines"),
}
print(f"{'':21s} {'AUC':>5s} {'s a case':>8s} {'workers':>7s} {'earns':>9s}  to keep working")
for name, (work, seconds, workers, burden) in choices.items():
    card = product.score(warner.changed("model", work=work, seconds=seconds, workers=workers), week)
    print(
        f"{name:21s} {card.auc_on_paper:5.2f} {seconds:8g} {workers:7d}"
        f" {product.dollars(card.money_usd):>9s}  {burden}"
    )
print("\nten times the traffic, busiest hour: workers needed to stay below 80 % busy")
print({log.part.name: math.ceil(10 * log.busiest_hour()[1] / 0.8) for log in today.logs})

# %% [markdown]
# You have just used the four **lenses** of this course:
#
# | lens | its question | here | goes on in |
# |---|---|---|---|
# | system thinking | what comes out at the end? | the four layers | 02, 04 |
# | trade-offs | accuracy, latency, cost, maintainability: what for what? | the table above | 03, 06–10 |
# | lifecycle | what happens from development to deployment, and after? | faults, the loop | 05, 11–13 |
# | scaling | what breaks first when it grows? | workers at ten times the traffic | 03, 06–09 |
#
# (06 and 08 to 13 are to come.) The **lifecycle** has nine stages (Amershi et al. 2019): requirements · data collection · cleaning · labelling · features ·
# training · evaluation · deployment · monitoring, with ways back from evaluation and monitoring to all before them. This
# chapter's faults lay after evaluation, or between two stages.

# %%
self_check("ch01_system_thinking")

# %% [markdown]
# ## What stays?
#
# - A figure vouches for its own layer only. Ask what it is a means to.
# - Only the bottleneck's speed counts, and near its capacity a little slower is a cliff.
# - Heads = rate × time. Means add along a chain, percentiles do not; a fan-out waits for its slowest call.
# - Retries are load. Under stress they multiply exactly what is scarce.
# - Silence is not health: measure the outcome, and what passes between parts.
#
# **Before you go.** Slow a part of `warner` (`changed(…, seconds=…)`), break it (`loses=…`) or starve it (`blind_min=…`):
# which single change does the most harm and turns no light red?
#
# **Next.** Chapter 02 asks the people behind the four layers what they need, and makes requirements that can be checked.
#
# **Sources.** Amershi et al., *Software engineering for machine learning*, ICSE-SEIP 2019. Bernardi et al., *150 successful
# machine learning models*, KDD 2019. Bronson et al., *Metastable failures in distributed systems*, HotOS 2021. Dean & Barroso,
# *The tail at scale*, CACM 2013. Little, *A proof for the queuing formula L = λW*, Operations Research 1961. Sculley et al.,
# *Hidden technical debt in machine learning systems*, NeurIPS 2015. Wagstaff, *Machine learning that matters*, ICML 2012.
