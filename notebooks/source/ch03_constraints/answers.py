# Other answers to the exercises; see `mlsd_course.grading.answers.answer`.

# %% Turns the divisors around grade_id="ch03_constraints_e1"
def estimate(times, per=()):
    return scale.product_of_guesses([*times, *((1 / high, 1 / low) for low, high in per)])


# %% With a loop over variances grade_id="ch03_constraints_e1"
def estimate(times, per=()):
    mean = variance = 0.0
    for sign, guesses in ((1, times), (-1, per)):
        for low, high in guesses:
            mean += sign * math.log10(low * high) / 2
            variance += (math.log10(high / low) / 3.2898) ** 2
    half = 1.6449 * math.sqrt(variance)
    return 10 ** (mean - half), 10**mean, 10 ** (mean + half)


# %% A list, with squares of widths grade_id="ch03_constraints_e1"
def estimate(times, per=()):
    middle = math.prod(math.sqrt(low * high) for low, high in times)
    middle /= math.prod(math.sqrt(low * high) for low, high in per)
    half = math.hypot(*(math.log(high / low) / 2 for low, high in [*times, *per]))
    return [middle / math.exp(half), middle, middle * math.exp(half)]


# %% All low, all high grade_id="ch03_constraints_e1" says="too wide"
def estimate(times, per=()):
    low = math.prod(g[0] for g in times) / math.prod(g[1] for g in per)
    high = math.prod(g[1] for g in times) / math.prod(g[0] for g in per)
    return low, math.sqrt(low * high), high


# %% Dividing takes width away grade_id="ch03_constraints_e1" says="dividing takes none away"
def estimate(times, per=()):
    low, middle, high = scale.product_of_guesses(times)
    if not per:
        return low, middle, high
    below = scale.product_of_guesses(per)
    squares = math.log(high / middle) ** 2 - math.log(below[2] / below[1]) ** 2
    half = math.exp(math.sqrt(max(0, squares)))
    return middle / below[1] / half, middle / below[1], middle / below[1] * half


# %% The arithmetic middle grade_id="ch03_constraints_e1" says="halved on a log scale"
def estimate(times, per=()):
    low, high = math.prod(g[0] for g in times), math.prod(g[1] for g in times)
    return low, math.prod((g[0] + g[1]) / 2 for g in times), high


# %% Only the widest guess grade_id="ch03_constraints_e1" says="too narrow"
def estimate(times, per=()):
    middle = math.prod(math.sqrt(low * high) for low, high in times) / math.prod(
        math.sqrt(a * b) for a, b in per
    )
    half = max(math.sqrt(high / low) for low, high in (*times, *per))
    return middle / half, middle, middle * half


# %% A single number grade_id="ch03_constraints_e1" says="Expected three numbers"
def estimate(times, per=()):
    return math.prod(math.sqrt(low * high) for low, high in times)


# %% Step by step grade_id="ch03_constraints_e2"
def binding(order):
    o = order
    uses = {}
    uses["processors"] = o["requests_per_s"] * o["ms_each"] / 1e3 / o["cores"] / o["busy"]
    uses["memory"] = o["model_mb"] / (1000 * o["memory_gb"])
    uses["disk"] = scale.kept_gb(o["events_per_s"], o["event_bytes"], o["days"], o["copies"]) / (
        1000 * o["disk_tb"]
    )
    uses["link"] = (
        8
        * o["requests_per_s"]
        * o["request_kb"]
        * 1e3
        / (1e9 * o["link_gigabits_per_s"] * o["sustained"])
    )
    uses["legacy"] = o["calls_a_night"] / o["legacy_per_s"] / 3600 / o["window_h"]
    uses["people"] = o["person_weeks"] / o["people"] / o["weeks"]
    return sorted(uses, key=uses.get)[-1], uses


# %% Demand and limit apart grade_id="ch03_constraints_e2"
def binding(order):
    o = order
    demand = {
        "processors": o["requests_per_s"] * o["ms_each"],
        "memory": o["model_mb"] * 1e6,
        "disk": o["events_per_s"] * o["event_bytes"] * 24 * 3600 * o["days"] * o["copies"],
        "link": 8000 * o["requests_per_s"] * o["request_kb"],
        "legacy": o["calls_a_night"],
        "people": o["person_weeks"],
    }
    limit = {
        "processors": 1000 * o["cores"] * o["busy"],
        "memory": o["memory_gb"] * 1e9,
        "disk": o["disk_tb"] * 1e12,
        "link": o["link_gigabits_per_s"] * 1e9 * o["sustained"],
        "legacy": o["legacy_per_s"] * o["window_h"] * 3600,
        "people": o["people"] * o["weeks"],
    }
    uses = {name: demand[name] / limit[name] for name in limit}
    return [max(uses, key=lambda name: uses[name]), uses]


# %% Hours of sixty seconds grade_id="ch03_constraints_e2" says="check its units"
def binding(order):
    o = order
    uses = {
        "processors": o["requests_per_s"] * o["ms_each"] / 1000 / (o["cores"] * o["busy"]),
        "memory": o["model_mb"] / 1000 / o["memory_gb"],
        "disk": scale.kept_gb(o["events_per_s"], o["event_bytes"], o["days"], o["copies"])
        / 1000
        / o["disk_tb"],
        "link": o["requests_per_s"] * o["request_kb"] / 1e6 / o["link_gigabits_per_s"],
        "legacy": o["calls_a_night"] / (o["legacy_per_s"] * o["window_h"] * 60),
        "people": o["person_weeks"] / (o["people"] * o["weeks"]),
    }
    return max(uses, key=uses.get), uses


# %% Bytes for bits grade_id="ch03_constraints_e2" says="eight bits a byte"
def binding(order):
    o = order
    uses = {
        "processors": o["requests_per_s"] * o["ms_each"] / 1000 / (o["cores"] * o["busy"]),
        "memory": o["model_mb"] / 1000 / o["memory_gb"],
        "disk": scale.kept_gb(o["events_per_s"], o["event_bytes"], o["days"], o["copies"])
        / 1000
        / o["disk_tb"],
        "link": o["requests_per_s"]
        * o["request_kb"]
        / 1e6
        / (o["link_gigabits_per_s"] * o["sustained"]),
        "legacy": o["calls_a_night"] / (o["legacy_per_s"] * o["window_h"] * 3600),
        "people": o["person_weeks"] / (o["people"] * o["weeks"]),
    }
    return max(uses, key=uses.get), uses


# %% Busy all the time grade_id="ch03_constraints_e2" says="4 cores may work 2.8 s"
def binding(order):
    o = order
    uses = {
        "processors": o["requests_per_s"] * o["ms_each"] / 1000 / o["cores"],
        "memory": o["model_mb"] / 1000 / o["memory_gb"],
        "disk": scale.kept_gb(o["events_per_s"], o["event_bytes"], o["days"], o["copies"])
        / 1000
        / o["disk_tb"],
        "link": 8
        * o["requests_per_s"]
        * o["request_kb"]
        / 1e6
        / (o["link_gigabits_per_s"] * o["sustained"]),
        "legacy": o["calls_a_night"] / (o["legacy_per_s"] * o["window_h"] * 3600),
        "people": o["person_weeks"] / (o["people"] * o["weeks"]),
    }
    return max(uses, key=uses.get), uses


# %% A GB of 1,024 MB grade_id="ch03_constraints_e2" says="1,000 MB here"
def binding(order):
    o = order
    uses = {
        "processors": o["requests_per_s"] * o["ms_each"] / 1000 / (o["cores"] * o["busy"]),
        "memory": o["model_mb"] / 1024 / o["memory_gb"],
        "disk": scale.kept_gb(o["events_per_s"], o["event_bytes"], o["days"], o["copies"])
        / 1000
        / o["disk_tb"],
        "link": 8
        * o["requests_per_s"]
        * o["request_kb"]
        / 1e6
        / (o["link_gigabits_per_s"] * o["sustained"]),
        "legacy": o["calls_a_night"] / (o["legacy_per_s"] * o["window_h"] * 3600),
        "people": o["person_weeks"] / (o["people"] * o["weeks"]),
    }
    return max(uses, key=uses.get), uses


# %% The least used grade_id="ch03_constraints_e2" says="the largest of the six"
def binding(order):
    o = order
    uses = {
        "processors": o["requests_per_s"] * o["ms_each"] / 1000 / (o["cores"] * o["busy"]),
        "memory": o["model_mb"] / 1000 / o["memory_gb"],
        "disk": scale.kept_gb(o["events_per_s"], o["event_bytes"], o["days"], o["copies"])
        / 1000
        / o["disk_tb"],
        "link": 8
        * o["requests_per_s"]
        * o["request_kb"]
        / 1e6
        / (o["link_gigabits_per_s"] * o["sustained"]),
        "legacy": o["calls_a_night"] / (o["legacy_per_s"] * o["window_h"] * 3600),
        "people": o["person_weeks"] / (o["people"] * o["weeks"]),
    }
    return min(uses, key=uses.get), uses


# %% A contract with try grade_id="ch03_constraints_e3"
def breaches(rows, day):
    minute, found = pd.Timedelta(minutes=1), []

    def promise(words, check):
        try:
            if not check():
                found.append(words)
        except Exception as trouble:
            found.append(f"{words}: cannot be checked ({trouble})")

    def local():
        return rows["scheduled_departure"].dt.tz_convert("America/New_York")

    def fits(one, planned, told):
        known = rows[one].notna()
        return ((rows[one] - rows[planned]).loc[known] / minute == rows.loc[known, told]).all()

    promise(
        "once",
        lambda: (
            len(rows)
            == len(rows[["carrier", "flight", "origin", "scheduled_departure"]].drop_duplicates())
        ),
    )
    promise(
        "origins",
        lambda: rows["origin"].isin(["EWR", "JFK", "LGA"]).all() and rows["origin"].nunique() == 3,
    )
    promise("the day", lambda: (local().dt.date.astype(str) == day).all())
    promise("the evening", lambda: (local().dt.hour >= 21).any())
    promise("carriers", lambda: not rows["carrier"].str.contains("[^A-Z0-9]").any())
    promise("destinations", lambda: not rows["dest"].str.contains("[^A-Z0-9]").any())
    promise(
        "miles", lambda: 300 < (rows["distance_miles"] / (rows["air_time_min"] / 60)).median() < 500
    )
    promise("departure", lambda: fits("departure", "scheduled_departure", "departure_delay_min"))
    promise("arrival", lambda: fits("arrival", "scheduled_arrival", "arrival_delay_min"))
    promise(
        "never left", lambda: rows["departure_delay_min"].isna().equals(rows["departure"].isna())
    )
    promise("air time", lambda: not (rows["arrival"].notna() & rows["air_time_min"].isna()).any())
    return found


# %% Between two midnights grade_id="ch03_constraints_e3"
def breaches(rows, day):
    names = "carrier flight origin dest distance_miles air_time_min scheduled_departure departure"
    names += " departure_delay_min scheduled_arrival arrival arrival_delay_min"
    if gone := [name for name in names.split() if name not in rows]:
        return [f"no column {name}" for name in gone]
    found = []
    local = rows["scheduled_departure"].dt.tz_convert("America/New_York")
    start = pd.Timestamp(day, tz="America/New_York")
    if not ((local >= start) & (local < start + pd.DateOffset(days=1))).all():
        found.append("flights of another day")
    if local.dt.hour.max() < 21:
        found.append("the evening is missing")
    if sorted(rows["origin"].unique()) != ["EWR", "JFK", "LGA"]:
        found.append("not the three airports")
    if rows.groupby(["carrier", "flight", "origin", "scheduled_departure"]).size().max() > 1:
        found.append("a flight is there twice")
    for name in ("carrier", "dest"):
        if not rows[name].str.match(r"^[A-Z0-9]+$").all():
            found.append(f"{name} is no code")
    if not 300 <= (rows["distance_miles"] / rows["air_time_min"] * 60).median() <= 500:
        found.append("not in miles")
    for which in ("departure", "arrival"):
        known = rows[which].notna()
        minutes = (rows[which] - rows[f"scheduled_{which}"]).dt.total_seconds() / 60
        if ((minutes - rows[f"{which}_delay_min"]).abs() > 1)[known].any():
            found.append(f"{which} does not fit its delay")
    never = rows["departure"].isna()
    if rows.loc[never, ["departure_delay_min", "arrival_delay_min"]].notna().any(axis=None):
        found.append("a delay without a departure")
    if (rows["arrival"].notna() & rows["air_time_min"].isna()).any():
        found.append("landed without air time")
    return found


# %% A sentence instead of a list grade_id="ch03_constraints_e3" says="Expected a list of sentences"
def breaches(rows, day):
    return "" if not rows.duplicated().any() else "a flight is there twice"


# %% Few labels are a fault grade_id="ch03_constraints_e3" says="Which real day did you not think of"
def breaches(rows, day):
    found = []
    if rows["arrival_delay_min"].isna().mean() > 0.15:
        found.append("too many flights without an arrival delay")
    if rows.duplicated(["carrier", "flight", "origin", "scheduled_departure"]).any():
        found.append("a flight is there twice")
    return found


# %% Counts rows only grade_id="ch03_constraints_e3" says="the supplier went metric"
def breaches(rows, day):
    found = ["too few rows"] if len(rows) < 600 else []
    twice = rows.duplicated(["carrier", "flight", "origin", "scheduled_departure"]).any()
    return found + ["a flight is there twice"] * bool(twice)


# %% Cleans while it looks grade_id="ch03_constraints_e3" says="has changed the rows"
def breaches(rows, day):
    rows.dropna(subset=["arrival"], inplace=True)
    return []


# %% Objects to nothing grade_id="ch03_constraints_e3" says="Which promise of the supplier does it break"
def breaches(rows, day):
    return []


# %% Fails where a column is gone grade_id="ch03_constraints_e3" says="not a crash"
def breaches(rows, day):
    clock, minute = (
        rows["scheduled_departure"].dt.tz_convert("America/New_York"),
        pd.Timedelta(minutes=1),
    )
    left, landed = rows["departure"].notna(), rows["arrival"].notna()
    speed = (60 * rows["distance_miles"] / rows["air_time_min"]).median()
    checks = {
        "twice": not rows.duplicated(["carrier", "flight", "origin", "scheduled_departure"]).any(),
        "origins": set(rows["origin"]) == {"EWR", "JFK", "LGA"},
        "day": (clock.dt.strftime("%Y-%m-%d") == day).all(),
        "evening": clock.dt.hour.max() >= 21,
        "carrier": rows["carrier"].str.fullmatch("[A-Z0-9]+").all(),
        "miles": 300 < speed < 500,
        "departure": (
            (rows["departure"] - rows["scheduled_departure"])[left] / minute
            == rows["departure_delay_min"][left]
        ).all(),
        "arrival": (
            (rows["arrival"] - rows["scheduled_arrival"])[landed] / minute
            == rows["arrival_delay_min"][landed]
        ).all(),
        "never left": rows.loc[~left, "departure_delay_min"].isna().all(),
        "air time": rows.loc[landed, "air_time_min"].notna().all(),
    }
    return [words for words, kept in checks.items() if not kept]


# %% By hand grade_id="ch03_constraints_e4"
wrong = [5, 7, 1, 6]
hours_to_move = 40_000 * 8 / 10 / 3600
batched_per_s = 32 / 0.02
gpus = 26

# %% Bytes for bits grade_id="ch03_constraints_e4" says="320,000 gigabits"
wrong = {1, 5, 6, 7}
hours_to_move = 40_000 / 8 / 1000
batched_per_s = 32 / 0.02
gpus = 26

# %% One call after the other grade_id="ch03_constraints_e4" says="read once for 32"
wrong = {1, 5, 6, 7}
hours_to_move = 8.889
batched_per_s = 120e12 / 6e9
gpus = 26

# %% Rounds down grade_id="ch03_constraints_e4" says="rounded up to whole GPUs"
wrong = {1, 5, 6, 7}
hours_to_move = 8.889
batched_per_s = 1600
gpus = 25

# %% Believes the average grade_id="ch03_constraints_e4" says="an average that speaks for every group"
wrong = {1, 5, 6}
hours_to_move = 8.889
batched_per_s = 1600
gpus = 26

# %% Suspects everything grade_id="ch03_constraints_e4" says="wrong that hold"
wrong = {1, 2, 3, 4, 5, 6, 7, 8}
hours_to_move = 8.889
batched_per_s = 1600
gpus = 26
