# %% [markdown]
# # 03 Constraints
#
# **50 min.** Afterwards you can
#
# - turn traffic, bytes and money into an answer to "is it possible?", right within a factor of two, with your uncertainty stated,
# - look at data before you trust them: how much, how soon, what kind, who is missing, and a contract that refuses bad files,
# - measure what your machine can do, and say whether arithmetic, memory, disk, link or people stop you, and
# - name the constraint that **binds**, which is the only one worth working on.
#
# **The situation.** The warnings work at New York's three airports. Now a mail: "The whole country by spring. It will be terabytes,
# with pictures from the gates. We thought of GPUs. The old booking system stays. You are three." Is that possible? You have one page.
#
# Step 2 of the framework asks about data, compute and team. Called with nothing, it gives its checklist. Each line will have a
# number before this page ends: a constraint without a number cannot bind.

# %%
import time

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from mlsd_course import data
from mlsd_course.design import (
    Bias,
    Budget,
    ComputeLatency,
    Expertise,
    Infrastructure,
    Legacy,
    MLSystemDesign,
    PeakTraffic,
)
from mlsd_course.design import Quality, Resources, Support, Throughput, Variety, Velocity, Volume
from mlsd_course.design import read_sentence, worked_design
from mlsd_course.explore import Axis, Curve, Line, View, chart, predict, reveal, self_check, show
from mlsd_course.learner import load_document, save_document
from mlsd_course.sim import Exponential, Poisson, scale, simulate
from mlsd_course.systems.calibration import calibrate, latest_calibration
from mlsd_course.systems.data_quality import (
    Contract,
    deliveries,
    missing_by,
    profile,
    schema_only,
    trial,
)

objective = "Warn travellers of late arrivals so that fewer miss a connection"
print(MLSystemDesign(objective).analyze_constraints())

# %% [markdown]
# ## How much is it, really?
#
# "Terabytes", says the mail. Count before you believe. Below is a year of New York's flights as it lies in memory; take the country
# as twenty times as many. Beside it: the positions of 5,000 aircraft in the air, each second, and passengers' mails. Then the
# pictures: one from each of 300 gates, every second.

# %%
flights, weather = data.flights(), data.weather()
found = profile(flights)
print(found.sentence())
kinds = {  # events a second, bytes each
    "flights (structured)": (
        20 * len(flights) / (365 * scale.DAY_S),
        1e9 * found.gigabytes / found.rows,
    ),
    "positions (structured)": (5_000, 100),
    "passengers' mails (text)": (2, 3_000),
}
for kind, (per_s, size) in kinds.items():
    day_gb = scale.kept_gb(per_s, size, days=1)
    print(
        f"{kind:25s}{per_s:8.2f}/s x {size:5.0f} bytes = {day_gb:6.3f} GB a day,"
        f" {365 * day_gb / 1000:7.3f} TB a year"
    )
predict(
    "ch03_constraints.p1",
    "300 gates, each one picture of 200 kB a second. How much is that in a day?",
    unit="TB",
    low=0.001,
    high=1000,
)

# %%
kinds["gate pictures (images)"] = (300, 200_000)
pictures_tb = scale.kept_gb(*kinds["gate pictures (images)"], days=1) / 1000
reveal("ch03_constraints.p1", pictures_tb, note=f"In a year {365 * pictures_tb:,.0f} TB.")

# %% [markdown]
# **Volume** is decided by **variety**. Structured rows, unstructured text and images, and **multi-modal** products that join them
# by flight and minute: an item of each kind is ten to a hundred times as large as one of the kind before. The pictures are nearly
# all of the bytes. Until somebody shows what they add to the warnings, they are also the first thing to leave out, or to
# summarise at the gate.
#
# Three figures carry most such estimates: a day has about 10⁵ s; 1 request a second is 2.6 million a month; 1 TB is 10¹² bytes.
#
# ## How long do 50 TB take?
#
# Ten days of pictures are about 50 TB. They lie in one cloud; the training machines are in another. The link: 10 Gb/s.

# %%
predict(
    "ch03_constraints.p2",
    "50 TB over a link of 10 Gb/s, all of it yours. How long?",
    unit="h",
    low=0.1,
    high=1000,
)

# %%
wrong_h = 50_000 / 10 / 3600
reveal(
    "ch03_constraints.p2",
    scale.transfer_h(50_000, 10),
    note=(
        f"Who takes gigabits for gigabytes gets {wrong_h:.1f} h: links are sold in bits, disks in"
        f" bytes. At a sustained 60 % it takes {scale.transfer_h(50_000, 10, sustained=0.6):.1f} h."
    ),
)
print(f"leaving their cloud at $0.08 a gigabyte: ${scale.egress_usd(50_000, 0.08):,.0f}")

# %% [markdown]
# Two traps in one line. **Gb and GB** differ by a factor of eight. And **the rate on the data sheet is a peak**: others share the
# link, protocols take their part, disks must keep up. Write both into names (`gigabits_per_s`, `sustained`) and the mistake has
# nowhere to hide. Bytes have a weight in money too: the last line is the price of **egress**.
#
# ## Do you move the data, or the compute?

# %%
show("ch03_constraints_gravity")

# %% [markdown]
# A program weighs gigabytes, the data terabytes: so programs fall towards data. McCrory (2010) called it **data gravity**. It
# decides **infrastructure** questions, on-premise or cloud or at the edge, more often than taste does. It has an end: with many
# runs on machines that are dearer there, moving the data once is cheaper. The explorer names that number of runs.
#
# ## How soon must it be known?
#
# **Velocity** is not "events a second". What decides between real-time and batch is how early a question is known, and how late
# its answer comes. On a Monday in October, as travellers asked:

# %%
asked = data.replay("2013-10-07").requests
landed = flights.set_index("flight_id")["arrival"].reindex(asked["flight_id"]).to_numpy()
asked["label_after_h"] = (landed - asked["asked_at"].to_numpy()) / pd.Timedelta(hours=1)
for kind, part in asked.groupby("kind"):
    print(
        f"{kind:8s} {len(part) / len(asked):4.0%} of questions, the truth comes after"
        f" {part['label_after_h'].median():5.1f} h (median)"
    )
mean = len(asked) / scale.DAY_S
hour, second = (
    asked["asked_at"].dt.floor(unit).value_counts().max() / span
    for unit, span in (("h", 3600), ("s", 1))
)
print(
    f"{mean:.2f} questions a second on average, {hour:.2f} in the busiest hour, {second:.0f} in the"
    " busiest second"
)
promised = read_sentence("1000 QPS")  # growth's sentence from chapter 02
print(
    f"the country, 20 times as many: {20 * mean:.1f} on average, {20 * second:.0f} in the busiest"
    f" second; growth wrote {promised.sentence()}"
)

# %% [markdown]
# The evening's questions can be foreseen: a nightly **batch** may answer them. Those at the gate cannot: the newest landings matter,
# so **real-time**. And **peak traffic** needs its unit of time: the busiest second is many times the mean, the busiest hour only a
# few times. A peak without a window says as little as a percentage without a whole.
#
# **Growth's 1,000 QPS are not in these data.** A test can decide the sentence, so chapter 02 took it; that does not make it right.
# Note the gap and ask growth where the number comes from. What it would cost is known in chapter 05, which takes it back.
#
# ## Who is missing?
#
# **Quality** has three parts: missing data, noise, bias. Over the year 2.8 % of the flights have no arrival delay, so no label.
# That sounds harmless.

# %%
predict(
    "ch03_constraints.p3",
    "2.8 % of flights have no label, over the year. What share has none on the worst day?",
    unit="%",
    low=0,
    high=100,
)

# %%
day = flights["scheduled_departure"].dt.tz_convert("America/New_York").dt.strftime("%d %b")
by_day = missing_by(flights, "arrival_delay_min", day)["missing"]
by_carrier = missing_by(flights, "arrival_delay_min", "carrier").query("rows > 5000")["missing"]
worst = ", ".join(f"{name} {share:.0%}" for name, share in by_day.head(5).items())
reveal(
    "ch03_constraints.p3",
    100 * by_day.max(),
    note=f"A storm: flights that are cancelled never land. Worst days: {worst}.",
)
print("carriers:", ", ".join(f"{name} {share:.1%}" for name, share in by_carrier.items()))
half = (by_day.cumsum() <= by_day.sum() / 2).sum()
print(f"half of all missing labels fall on {half} of 365 days")

# %% [markdown]
# **Missing is not random.** Labels are gone exactly when travellers need a warning most; a model that drops those rows learns
# that storms are mild. An average over the year hides it; a group tells it. Now noise, and a hole with a shape:

# %%
fast = weather.loc[weather["wind_speed_mph"].idxmax()]
print(
    f"strongest wind: {fast['wind_speed_mph']:,.0f} mph at {fast['origin']}; the next strongest"
    f" {weather['wind_speed_mph'].nlargest(2).iloc[1]:.0f}"
)
calm = weather["wind_gust_mph"].isna()
print(
    f"no gust in {calm.mean():.0%} of hours; median wind then"
    f" {weather.loc[calm, 'wind_speed_mph'].median():.0f} mph, otherwise"
    f" {weather.loc[~calm, 'wind_speed_mph'].median():.0f}"
)
known = data.planes()["tailnum"]
unknown = (
    (~flights["tailnum"].isin(known))
    .groupby(flights["carrier"])
    .mean()
    .sort_values(ascending=False)
)
print(
    "aircraft not in the table:",
    ", ".join(f"{carrier} {share:.0%}" for carrier, share in unknown.head(3).items()),
    f"… median {unknown.median():.0%}",
)

# %% [markdown]
# A wind of several hurricanes is **noise**: a range check removes it. A missing gust is **information**: nobody reports a
# calm. And the aircraft table is a **bias**: it lacks most aircraft of two carriers, so a model with seats and age is a model
# for everybody else. Ask of each hole: is it random, does it mean something, or does it hit one group?
#
# ## Would you notice if tomorrow's file were wrong?
#
# The mini-system: each night a supplier sends the day's flights. Somebody will change a unit, a retry will send rows twice, an upload
# will break off. A **contract** is a list of promises, each with a check that runs before anybody uses the file. Below is its core.
# Its **naive twin** is what a database knows: columns, types, not empty. Both get 61 real files of the year, storm and holidays
# among them, and twelve kinds of seeded damage.

# %%
airports, minute = {"EWR", "JFK", "LGA"}, pd.Timedelta(minutes=1)


def clock(file):
    return file.rows["scheduled_departure"].dt.tz_convert("America/New_York")


promises = {
    "each flight once": lambda f: ~f.rows.duplicated(["carrier", "flight", "origin",
                                                      "scheduled_departure"]),
    "origins are New York's": lambda f: f.rows["origin"].isin(airports),
    "all three airports are there": lambda f: set(f.rows["origin"]) >= airports,
    "flights are of the file's day": lambda f: clock(f).dt.strftime("%Y-%m-%d") == f.day,
    "the day goes on until night": lambda f: clock(f).dt.hour.max() >= 21,
    "delay = arrival − schedule": lambda f: f.rows["arrival"].isna() | (
        (f.rows["arrival"] - f.rows["scheduled_arrival"]) / minute == f.rows["arrival_delay_min"]),
    "who never left has no delay": lambda f: (
        f.rows["departure"].notna() | f.rows["departure_delay_min"].isna()),
    "aircraft fly 300 to 500 mph": lambda f: (
        300 < (60 * f.rows["distance_miles"] / f.rows["air_time_min"]).median() < 500),
}  # fmt: skip

# %%
predict(
    "ch03_constraints.p4",
    "Twelve ways to spoil a file. How many does the schema (columns and types) notice every time?",
    low=0,
    high=12,
)

# %%
files = deliveries(flights)[3::6]
by_schema = trial(schema_only.breaches, files)
reveal("ch03_constraints.p4", len(by_schema.noticed), note=by_schema.sentence())
print("The contract:", trial(Contract(promises).breaches, files))

# %% [markdown]
# A spoilt file has the right columns and types: somebody produced it with care. What notices it is *meaning*: relations between columns
# (delay and clock), a physical range (speed finds the kilometres), the calendar, completeness. Most errors in production data are
# of this simple kind (Breck et al. 2019). Equally important: **no objection to clean files**, or the contract is switched off. Some
# kinds still slip through: exercise 3 is about them.
#
# ## What can your machine do?
#
# Now compute. The model answers row by row, or many rows in one call. Before you measure it:

# %%
predict(
    "ch03_constraints.p5",
    "One core, the same model: rows a second in calls of 1,024 rows, over rows a second one by"
    " one?",
    unit="times",
    low=0.1,
    high=5000,
)

# %% tags=["timing"]
mine = latest_calibration()
if not mine.measured:
    mine = calibrate()
reveal(
    "ch03_constraints.p5",
    mine.rows_per_s(1024) / mine.rows_per_s(1),
    note=f"A call costs {mine.call_ms:.2f} ms before the first row, a row {mine.row_ms:.4f} ms.",
)

# %% tags=["timing"]
print(mine)

# %% [markdown]
# Keep the **spread** beside the median: it says how far to trust a figure. Look also at the neighbours: a safe small write against a
# long one, JSON against binary, HTTP against bare TCP. Each is a factor that a design can win or lose without touching the model.
#
# ## Which roof do you hit?
#
# Your core has a rate of arithmetic and a rate of memory. A dense layer of 4,096 × 4,096 weights holds 64 MB. For one row,
# each weight is fetched for a single multiplication and addition.

# %%
predict(
    "ch03_constraints.p6",
    "That layer on one row: what share of your core's peak arithmetic do you reach?",
    unit="%",
    low=0,
    high=100,
)

# %% tags=["timing"]
layer, reached = np.ones((4096, 4096), dtype=np.float32), {}
with threadpool_limits(1):
    for rows in (1, 4, 16, 64, 256):
        batch, times = np.ones((rows, 4096), dtype=np.float32), []
        for _ in range(6):
            begin = time.perf_counter()
            batch @ layer
            times.append(time.perf_counter() - begin)
        reached[rows / 2] = 2 * rows * layer.size / min(times) / 1e9  # operations a byte → GFLOP/s
roofs = mine.gflop_per_s.median, mine.memory_gb_per_s.median
reveal("ch03_constraints.p6", 100 * reached[0.5] / roofs[0])

# %% tags=["timing"]
along = np.geomspace(0.25, 256, 40)
roof = [scale.roofline_gflop_per_s(x, *roofs) for x in along]
table = [
    (f"{x:g}", f"{scale.roofline_gflop_per_s(x, *roofs):.0f}", f"{y:.0f}")
    for x, y in reached.items()
]
ridge = f"Below {mine.ridge_flop_per_byte:.0f} operations a byte memory binds, above it arithmetic."
chart(
    "The roofline of one core",
    View(
        {"roof": Curve(along, roof), "measured": Curve(list(reached), list(reached.values()))},
        0,
        table,
        ridge,
        True,
    ),
    lines=(Line("roof", "Roofline", "formula"), Line("measured", "Measured", "measured")),
    x=Axis("Operations a byte", 0.25, 256, log=True),
    y=Axis("GFLOP/s", 0.5, 1000, log=True, ticks={1: "1", 10: "10", 100: "100", 1000: "1,000"}),
    columns=("Operations a byte", "Roof, GFLOP/s", "Measured"),
)

# %% [markdown]
# The **roofline** (Williams et al. 2009): reachable rate = min(peak, operations a byte × memory rate). A batch uses each weight that
# was fetched for many rows, so it moves right, up the slope. That is why batching pays, and why a GPU of 120 TFLOP/s can
# stand idle. It is a bound, drawn with the rate of a *copy*: code for a handful of rows stays below it, what fits into the cache
# may lie above. Points far off the roof? Then another program ran while one of the two was measured: `mine = calibrate()` and the
# two cells above repeat both.
#
# ## What is possible at all?
#
# Now all limits at once: memory, latency, arithmetic or memory bandwidth, the link, the budget for GPUs or TPUs. **Latency** is the
# strictest: where the answer must be sub-second and one call takes two seconds, no number of machines helps. Your own machine is on the map.

# %%
show("ch03_constraints")

# %% [markdown]
# One limit is the lowest: it **binds**. Doubling any other changes nothing. Find out with the presets what makes it move: fewer bits a
# weight (memory), a batch (bandwidth), a smaller request (link), a smaller model (nearly all of them). "More machines" helps against
# two of the six.
#
# ## Is a busy machine a good machine?
#
# You pay for the machine, so use all of it? One server gets requests at random; each needs 1 ms on average, exponentially
# distributed.

# %%
predict(
    "ch03_constraints.p7",
    "From 70 % busy to 99 % busy: by which factor does the p99 grow?",
    unit="times",
    low=1,
    high=1000,
)

# %%
loads = (0.5, 0.7, 0.9, 0.99)
p99 = [
    simulate(Poisson(1000 * busy), Exponential(1), requests=1_000_000, seed=1).percentile_ms(99)
    for busy in loads
]
said = ", ".join(f"{busy:.0%} busy {ms:.1f} ms" for busy, ms in zip(loads, p99, strict=True))
reveal("ch03_constraints.p7", p99[3] / p99[1], note=f"p99: {said}.")

# %% [markdown]
# **100 % utilisation is not thrift but a queue without end** (chapter 07 says why). A *peak* fits if the machine is at most 70 % busy
# then; a benchmark's peak that was reached for a second is no *sustained* rate; and one machine more must be there while one is
# being replaced.
#
# ## Which constraint binds for the country?
#
# Now the page for the mail, in the order of the SRE Workbook's **non-abstract large system design** (2018): is it possible, can we do
# better, is it feasible, is it resilient? The old booking system bears 2 calls a second, at night, for 6 hours; it is asked for each
# passenger, about 100 a flight. Three people have 20 weeks, and 45 person-weeks are planned.

# %%
limits = (
    "the processors",
    "the memory",
    "the disks",
    "the link",
    "the old booking system",
    "the people",
)
predict("ch03_constraints.p8", "What binds when the product goes nationwide?", choices=limits)

# %% tags=["timing"]
peak_per_s, per_day = 20 * second, 20 * len(flights) / 365
uses = {
    "the processors": peak_per_s * mine.predict_ms[1].median / 1000 / (0.7 * mine.cores),
    "the memory": 20 * found.gigabytes / 16,
    "the disks": scale.kept_gb(*kinds["positions (structured)"], days=90) / 10_000,
    "the link": 8 * 300 * 200_000 / 1e9 / (0.7 * 1.0),  # pictures over 1 Gb/s
    "the old booking system": 100 * per_day / 2 / (6 * scale.HOUR_S),
    "the people": 45 / (3 * 20),  # person-weeks planned, of 3 people in 20 weeks
}
used = "; ".join(f"{name} {use:.2%}" for name, use in sorted(uses.items(), key=lambda u: -u[1]))
listed = uses["the old booking system"] / 100
reveal(
    "ch03_constraints.p8",
    max(uses, key=uses.get),
    note=f"Shares of the limits: {used}. Asked once a flight, the old system is at {listed:.0%}.",
)

# %% [markdown]
# No GPU would have changed anything. **Integration with legacy** bound, and a question to its owner (one list for each flight) removes
# it. Then the next one binds: **the people**, with three quarters of their weeks planned before anything goes wrong. That is usual.
#
# ## Which guess matters?
#
# Nearly every figure above was a guess. State each as a range that you would bet on nine times in ten. For a whole design the same
# is one call each: `binding()` names the constraint that binds, `sensitivity()` the assumptions that move the cost. The last lines
# show them for a design from the library, a fraud check.

# %%
guesses = {
    "aircraft in the air": (3_000, 8_000),
    "bytes of a position": (60, 300),
    "days kept": (30, 180),
    "copies": (1, 3),
}
low, middle, high = scale.product_of_guesses(guesses.values())
to_tb = scale.DAY_S / 1e12
print(
    f"disks: {to_tb * middle:.1f} TB, nine times in ten {to_tb * low:.1f} to {to_tb * high:.1f} TB;"
    " there are 10"
)
print(
    "all guesses low, or all high, at once:"
    f" {to_tb * np.prod([g[0] for g in guesses.values()]):.1f} to"
    f" {to_tb * np.prod([g[1] for g in guesses.values()]):.1f} TB"
)
for name, (least, most) in guesses.items():
    rest = middle / np.sqrt(least * most)
    print(
        f"{name:20s} alone: {to_tb * rest * least:5.1f} to {to_tb * rest * most:5.1f} TB "
        f" {'█' * round(20 * np.log10(most / least))}"
    )
fraud = worked_design("fraud")
for answer in (fraud.binding(), fraud.sensitivity("cost")):
    print("\n" + "\n".join(repr(answer).splitlines()[:5]))

# %% [markdown]
# Independent errors partly cancel, so the range of the product is narrower than the worst of everything. **Sensitivity** then says where an
# hour of research pays: the widest bar, if it can cross the limit. "Days kept" is not even a guess but a decision: the cheapest
# terabyte is the one that nobody keeps.
#
# ## And the power bill?
#
# Energy is a constraint like the others: devices × watts × hours × **PUE** (the building's use over the machines'). Patterson et al.
# (2021) give for training GPT-3: 10,000 processors of 330 W for 14.8 days at a PUE of 1.1. Beside it, one machine of 50 W that serves you for a year:

# %%
large, small = (
    scale.energy_kwh(10_000, 330, 14.8 * 24, pue=1.1),
    scale.energy_kwh(1, 50, 365 * 24, pue=1.1),
)
print(
    f"GPT-3's training {large / 1000:,.0f} MWh (the paper says 1,287); a year of your product"
    f" {small:,.0f} kWh; ratio {large / small:,.0f}"
)
print(f"at 0.429 kg a kWh: {0.429 * large / 1000:,.0f} t and {0.429 * small / 1000:.2f} t of CO2")

# %% [markdown]
# The paper's point is not the sum but the choices: model, processor, building and place together change it by a factor of 100 to 1,000.
# The same four stand on your page already, as accuracy, hardware, infrastructure and data gravity.
#
# ## What can three people carry?
#
# **Expertise**: who has run a service, and who has only trained models? **Resources**: people × weeks until the deadline.
# **Maintenance**: hours a month after launch, for years. Each new technology costs all three; McKinley (2015) gives a team about three
# "innovation tokens". Here is step 2 for the warnings, every bullet with its number. The rules read it as a reviewer would, beside
# the requirements of an early draft; `binding()` compares what can be compared before there are components (chapter 04). Change
# a number and see what is objected to.

# %%
parts = {
    "data_constraints": [
        Volume(total_gb=50, growth_gb_per_day=43.2, retention_days=90, examples=len(flights)),
        Velocity(arrival="both", events_per_s=5000, event_bytes=100, label_delay_days=0.2,
                 foreseeable_share=0.54),
        Variety(kinds=["structured"], sources=4),
        Quality(missing_share=0.028, label_error_share=0.0,
                checked_by="the contract of this chapter, on each night's file"),
        Bias("storms", what="cancelled flights have no label",
             affects="travellers on the worst days",
             mitigation="cancelled counts as late; storm days are reported apart"),
        Bias("unknown_aircraft", what="most aircraft of two carriers are not in the table",
             affects="their passengers",
             mitigation="no aircraft features; error reported by carrier"),
    ],
    "compute_constraints": [
        ComputeLatency(limit_ms=800, because="the app shows the usual delay after that"),
        PeakTraffic(per_s=100, lasts_minutes=1),
        Budget(usd_per_month=2000, accelerators=["none"]),
        Infrastructure(where="hybrid", bandwidth_gbps=1, storage_gb=10_000,
                       memory_gb_per_replica=16, max_replicas=10, batch_window_hours=6),
        Legacy("booking_system", interface="one list of passengers for each flight, at night",
               max_per_s=2, owner="the bookings team"),
    ],
    "team_constraints": [
        Expertise(ml_engineers=1, researchers=1, operators=1,
                  knows=["REST", "PostgreSQL", "scikit-learn"]),
        Resources(people=3, weeks=20),
        Support(owner="the two who built it", hours_per_month=80, on_call=False, years=3),
    ],
}  # fmt: skip
example = MLSystemDesign(objective)
example.define_requirements(system_requirements=["p95 < 150 ms", "20 QPS", "99.9 % over 30 days"])
print(example.analyze_constraints(**parts))

# %%
for finding in example.review():
    if finding.code.startswith("C"):
        print(f"{finding.code} {finding.where}: {finding.what} → {finding.remedy}")
wrong = example.copy().add(Volume(total_gb=50, growth_gb_per_day=43.2 * 8, retention_days=90))
print("gigabits for gigabytes:", *(str(f.what) for f in wrong.review() if f.code == "C17"))
print("\n".join(repr(example.binding()).splitlines()[:5]))

# %% [markdown]
# Now your own: the design that you started in chapter 02, or one with a few requirements where there is none. Constraints that you have
# written are not touched. The file is `documents/my_design.yaml` in your workspace. The last line holds the promised traffic against
# the measured one: does your design still carry growth's 1,000 QPS?

# %%
saved = load_document("my_design.yaml")
design = MLSystemDesign.from_yaml(saved, "my_design.yaml") if saved else MLSystemDesign(objective)
if not saved:
    design.define_requirements(
        system_requirements=["p95 < 150 ms", "100 QPS", "99.9 % over 30 days"]
    )
if not len(design.constraints):
    design.analyze_constraints(**parts)
path = save_document("my_design.yaml", design.to_yaml())
print(f"saved as {path.parent.name}/{path.name}, with constraints: {len(design.constraints) > 0}")
for promise in design.requirements.of(Throughput):
    print(f"promised at the peak: {promise.peak_per_s:,.0f}/s; measured: {peak_per_s:.0f}/s")

# %%
self_check("ch03_constraints")

# %% [markdown]
# ## In short
#
# - Count: events × bytes × seconds. Name units in full; Gb and GB differ by eight, peak and sustained by what others use.
# - Data fall short by group, not on average: profile by day and by carrier. Let no file in that breaks its contract.
# - Roofs: arithmetic, memory, link, disk, money, latency. One binds; work on that one.
# - Keep a third of each machine free at the peak. Utilisation is not the aim.
# - Legacy and people bind more often than processors. Ask the owner before you buy.
#
# **Next:** the exercises of this chapter, then 04 Architecture: components that live inside these limits.
#
# **Sources.** Williams, Waterman, Patterson, *Roofline*, CACM 2009. Patterson et al., *Carbon emissions and large neural network
# training*, 2021. Beyer et al., *The Site Reliability Workbook*, 2018, ch. 12 (NALSD). Breck et al., *Data validation for machine
# learning*, MLSys 2019. McCrory, *Data gravity*, 2010. McKinley, *Choose boring technology*, 2015.
