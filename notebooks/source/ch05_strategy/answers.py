# Other answers to the exercises of chapter 05, right and wrong; see `mlsd_course.grading.answers.answer`.

# %% Insertion by comparing neighbours grade_id="ch05_strategy_e1"
def risk_first(pieces):
    order = []
    for name, (weeks, fails) in pieces.items():
        place = 0
        while (
            place < len(order)
            and pieces[order[place]][1] * weeks >= fails * pieces[order[place]][0]
        ):
            place += 1
        order.insert(place, name)
    return order


# %% Weeks per chance, as an array, for ever where the chance is 0 grade_id="ch05_strategy_e1"
def risk_first(pieces):
    def weeks_per_chance(name):
        weeks, fails = pieces[name]
        return weeks / fails if fails else float("inf")

    return np.array(sorted(pieces, key=weeks_per_chance))


# %% Divides by a chance of 0 grade_id="ch05_strategy_e1" says="division by zero"
def risk_first(pieces):
    return sorted(pieces, key=lambda name: pieces[name][0] / pieces[name][1])


# %% Most likely to fail first grade_id="ch05_strategy_e1" says="expected weeks; the best takes"
def risk_first(pieces):
    return sorted(pieces, key=lambda name: -pieces[name][1])


# %% Shortest first grade_id="ch05_strategy_e1" says="expected weeks; the best takes"
def risk_first(pieces):
    return sorted(pieces, key=lambda name: pieces[name][0])


# %% Only the best one grade_id="ch05_strategy_e1" says="Expected each of"
def risk_first(pieces):
    return [max(pieces, key=lambda name: pieces[name][1] / pieces[name][0])]


# %% Wrong way round grade_id="ch05_strategy_e1" says="swapping"
def risk_first(pieces):
    return sorted(pieces, key=lambda name: pieces[name][1] / pieces[name][0])


# %% Compared with a pipeline of one's own, by value grade_id="ch05_strategy_e2"
def mine(flights, now_h):
    known = flights[flights.landed_h <= now_h]
    overall = known.delay_min.mean() if len(known) else 0.0
    means = known.groupby("carrier").delay_min.mean()
    ahead = flights[flights.scheduled_h > now_h]
    clock = ahead.scheduled_h % 24
    return pd.DataFrame(
        {
            "carrier_delay_min": ahead.carrier.map(means).astype(float).fillna(overall),
            "hours_ahead": ahead.scheduled_h - now_h,
            "is_rush": ((clock >= 16) & (clock < 20)).astype(int),
        }
    )


def like_mine(build):
    exact = pd.DataFrame(
        {"carrier": ["AA", "B6", "B6", "DL"], "scheduled_h": [1.0, 2.0, 8.0, 9.0], "landed_h": [4.0, 5.0, np.nan, np.nan],
         "delay_min": [30.0, 60.0, np.nan, np.nan]},
        index=["p", "q", "r", "s"],
    )  # fmt: skip
    frames = [(pipeline.flights(seed), now) for seed in range(6) for now in (0.0, 8.0, 20.0, 41.0)]
    for flights, now in [*frames, (exact, 4.0), (exact, 5.0), (exact, 8.0)]:
        kept = flights.copy(deep=True)
        got, expected = build(flights, now).sort_index(), mine(kept, now).sort_index()
        assert flights.equals(kept)
        assert list(got.index) == list(expected.index)
        assert np.allclose(got[expected.columns].astype(float), expected.astype(float))


tests = [like_mine]


# %% Asks for the order of rows and columns grade_id="ch05_strategy_e2" says="pipeline that is right"
def exactly(build):
    flights = pipeline.flights(1)
    built = build(flights, 20.0)
    assert list(built.columns[:3]) == ["is_rush", "hours_ahead", "carrier_delay_min"]
    assert (built.hours_ahead < 60).all()
    assert flights[flights.scheduled_h > 20].index.equals(built.index)


def later(build):
    flights = pipeline.flights(1)
    other = flights.assign(delay_min=flights.delay_min.where(flights.landed_h <= 20, 999.0))
    assert np.allclose(build(flights, 20.0).carrier_delay_min, build(other, 20.0).carrier_delay_min)


tests = [exactly, later]


# %% Looks at the columns only grade_id="ch05_strategy_e2" says="mutants were killed"
def columns(build):
    built = build(pipeline.flights(0), 20.0)
    assert {"carrier_delay_min", "hours_ahead", "is_rush"} <= set(built.columns)
    assert built.notna().all().all()


tests = [columns]


# %% Only what could be seen grade_id="ch05_strategy_e2" says="mutants were killed"
def rows(build):
    flights = pipeline.flights(2)
    assert sorted(build(flights, 6.0).index) == sorted(flights[flights.scheduled_h > 6.0].index)


def unit(build):
    assert (build(pipeline.flights(1), 20.0).hours_ahead < 60).all()


def later(build):
    flights = pipeline.flights(1)
    other = flights.assign(delay_min=flights.delay_min.where(flights.landed_h <= 20, 999.0))
    assert np.allclose(build(flights, 20.0).carrier_delay_min, build(other, 20.0).carrier_delay_min)


tests = [rows, unit, later]

# %% Nothing in the list grade_id="ch05_strategy_e2" says="tests is empty"
tests = []


# %% Refuses all grade_id="ch05_strategy_e2" says="pipeline that is right"
def refuse(build):
    raise AssertionError("no")


tests = [refuse]


# %% With the normal approximation, a little stricter grade_id="ch05_strategy_e3"
def decide(stable_bad, stable_known, canary_bad, canary_known, look, looks):
    if stable_known == 0 or canary_known == 0:
        return "hold"
    bad, share = stable_bad + canary_bad, canary_known / (stable_known + canary_known)
    spread = (bad * share * (1 - share)) ** 0.5
    limit = 0.5 + {10: 2.6, 20: 2.85, 40: 3.15}.get(looks, 3.2) * spread
    if canary_bad - bad * share > limit and bad > 0:
        return "roll back"
    return "promote" if look == looks else "hold"


# %% By the likelihood ratio of doubled harm, valid at any look grade_id="ch05_strategy_e3"
def decide(stable_bad, stable_known, canary_bad, canary_known, look, looks):
    if not stable_known or not canary_known:
        return "hold"
    harmless = canary_known / (canary_known + stable_known)
    doubled = 2 * canary_known / (2 * canary_known + stable_known)
    ratio = canary_bad * np.log(doubled / harmless)
    ratio += stable_bad * np.log((1 - doubled) / (1 - harmless))
    if ratio >= np.log(1 / 0.05):
        return "roll back"
    return "promote" if look == looks else "hold"


# %% Every look at 5 per cent grade_id="ch05_strategy_e3" says="all looks must share"
def decide(stable_bad, stable_known, canary_bad, canary_known, look, looks):
    if not stable_known or not canary_known:
        return "hold"
    share = canary_known / (canary_known + stable_known)
    if binom.sf(canary_bad - 1, canary_bad + stable_bad, share) <= 0.05:
        return "roll back"
    return "promote" if look == looks else "hold"


# %% Promotes at the first look without harm grade_id="ch05_strategy_e3" says="do not promote before the last look"
def decide(stable_bad, stable_known, canary_bad, canary_known, look, looks):
    if not stable_known or not canary_known:
        return "hold"
    share = canary_known / (canary_known + stable_known)
    return (
        "roll back"
        if binom.sf(canary_bad - 1, canary_bad + stable_bad, share) <= 0.05 / looks
        else "promote"
    )


# %% Decides at the end only grade_id="ch05_strategy_e3" says="decide at every look"
def decide(stable_bad, stable_known, canary_bad, canary_known, look, looks):
    if not stable_known or not canary_known or look < looks:
        return "hold"
    share = canary_known / (canary_known + stable_known)
    return (
        "roll back"
        if binom.sf(canary_bad - 1, canary_bad + stable_bad, share) <= 0.05
        else "promote"
    )


# %% Compares counts grade_id="ch05_strategy_e3" says="compare shares and not counts"
def decide(stable_bad, stable_known, canary_bad, canary_known, look, looks):
    if not stable_known or not canary_known:
        return "hold"
    if canary_bad > stable_bad + 3 * stable_bad**0.5:
        return "roll back"
    return "promote" if look == looks else "hold"


# %% Divides by nothing grade_id="ch05_strategy_e3" says="division by zero"
def decide(stable_bad, stable_known, canary_bad, canary_known, look, looks):
    worse = canary_bad / canary_known - stable_bad / stable_known
    share = canary_known / (canary_known + stable_known)
    if worse > 0 and binom.sf(canary_bad - 1, canary_bad + stable_bad, share) <= 0.05 / looks:
        return "roll back"
    return "promote" if look == looks else "hold"


# %% Never promotes grade_id="ch05_strategy_e3" says="Expected nine of ten"
def decide(stable_bad, stable_known, canary_bad, canary_known, look, looks):
    return "hold"


# %% Other words grade_id="ch05_strategy_e3" says="Expected one of 'hold'"
def decide(stable_bad, stable_known, canary_bad, canary_known, look, looks):
    return "wait"


# %% By hand grade_id="ch05_strategy_e4"
difference_points = (2.0 * 50 + 3.0 * 100 + (100 * 39 / 850 - 3.0) * 850) / 1000
fault = "b"

# %% The colleague's figure grade_id="ch05_strategy_e4" says="Expected a number above 0"
difference_points = 100 * (61 / 1000 - 187 / 1800)
fault = "b"

# %% As a share grade_id="ch05_strategy_e4" says="percentage points"
gap = report.candidate_wrong / report.candidate - report.stable_wrong / report.stable
difference_points = float((gap * report.candidate).sum() / report.candidate.sum())
fault = "b"

# %% The fault is not seen grade_id="ch05_strategy_e4" says="which hours each group"
gap = report.candidate_wrong / report.candidate - report.stable_wrong / report.stable
difference_points = 100 * float((gap * report.candidate).sum() / report.candidate.sum())
fault = "d"


# %% Two canaries, the delay in days grade_id="ch05_strategy_e5"
def plan_bikes(bikes):
    days = bikes.constraints.data_constraints[0].label_delay_days
    bikes.plan_implementation(
        slices=[Slice("count", delivers="the bikes that are there now, for one station", weeks=1,
                      measures="walks_in_vain", method="heuristic"),
                Slice("trend", delivers="the trend of the last hour, for one district", weeks=3,
                      measures="walks_in_vain", method="simple_model")],
        risks=[Risk("silence", what="docks send nothing", likelihood="medium", harm="high",
                    owner="operations", mitigation="two providers of the mobile network",
                    fallback="the last count, shown with its age")],
        tests=[Test(of, of=of, checks="what the step promises, on last week's data", when="deploy")
               for of in ("data", "model", "code", "infrastructure", "monitoring")],
        rollout=[Stage("mirror", mode="shadow", traffic_share=1, hours=48,
                       promote_if="answers in time, few differ from the count"),
                 Stage("few", mode="canary", traffic_share=0.02, hours=24 * (days + 1) + 1,
                       promote_if="nothing failed", rollback_if="more complaints than beside it"),
                 Stage("some", mode="canary", traffic_share=0.25, hours=24 * (2 * days + 1),
                       promote_if="walks_in_vain not above the others'",
                       rollback_if="walks_in_vain above the others', 5 % over all looks"),
                 Stage("all", mode="full", traffic_share=1, hours=48, rollback_if="errors above 1 %")],
        kill_criteria=[KillCriterion("useless", stop_if="walks_in_vain is where it was",
                                     by_week=10 + days / 7, metric="walks_in_vain")],
        alerts=[Alert("burn", on="error budget burns 14.4 times too fast over 1 h", pages=True, runbook="flag off"),
                Alert("silent_dock", on="a dock is silent for 10 minutes", watches="data", runbook="call operations"),
                Alert("worse", on="missed_empty above target for 3 days", watches="model", runbook="serve the count")],
        retraining=[Retraining(trigger="drift", every_days=max(14, 3*days), gate="beats the count on each district")],
    )  # fmt: skip


# %% A plan with slices only grade_id="ch05_strategy_e5" says="The plan has no risks"
def plan_bikes(design):
    design.plan_implementation(
        slices=[Slice("all", delivers="the whole forecast", weeks=12, method="model")]
    )


# %% Everybody at once grade_id="ch05_strategy_e5" says="The first stage already takes"
def plan_bikes(design):
    design.plan_implementation(
        slices=[Slice("now", delivers="bikes now in one district", weeks=2, measures="walks_in_vain", method="heuristic")],
        risks=[Risk("feed", what="a dock reports nothing", likelihood="high", harm="high", mitigation="alert on silence",
                    fallback="last count", owner="operations")],
        tests=[Test(of, of=of, checks="what is promised holds each day", when="commit") for of in ("data", "model", "code", "infrastructure")],
        rollout=[Stage("all", mode="full", traffic_share=1, hours=24, rollback_if="errors above 1 %")],
        kill_criteria=[KillCriterion("none", stop_if="walks_in_vain stays", by_week=12, metric="walks_in_vain")],
        alerts=[Alert("burn", on="error budget burns 14.4 times too fast", pages=True, runbook="flag off")],
        retraining=[Retraining(trigger="schedule", every_days=7, gate="beats the rule")],
    )  # fmt: skip


# %% The delay is not read grade_id="ch05_strategy_e5" says="label delay of 72 h"
def plan_bikes(design):
    design.plan_implementation(
        slices=[Slice("now", delivers="bikes now in one district", weeks=2, measures="walks_in_vain", method="heuristic")],
        risks=[Risk("feed", what="a dock reports nothing", likelihood="high", harm="high", mitigation="alert on silence",
                    fallback="last count", owner="operations")],
        tests=[Test(of, of=of, checks="what is promised holds each day", when="commit")
               for of in ("data", "model", "code", "infrastructure", "monitoring")],
        rollout=[
            Stage("shadow", mode="shadow", traffic_share=1, hours=24),
            Stage("canary", mode="canary", traffic_share=0.1, hours=24, promote_if="no harm", rollback_if="walks above the control's"),
            Stage("all", mode="full", traffic_share=1, hours=24, rollback_if="errors above 1 %"),
        ],
        kill_criteria=[KillCriterion("none", stop_if="walks_in_vain stays", by_week=12, metric="walks_in_vain")],
        alerts=[
            Alert("burn", on="error budget burns 14.4 times too fast", pages=True, runbook="flag off"),
            Alert("inputs", on="a dock is silent for 10 minutes", watches="data", runbook="ask operations"),
            Alert("quality", on="missed_empty above target for 3 days", watches="model", runbook="serve the rule"),
        ],
        retraining=[Retraining(trigger="schedule", every_days=30, gate="beats the rule")],
    )  # fmt: skip
