# Other answers to the exercises of chapter 04; see `mlsd_course.grading.answers.answer`.

# %% Reasons ahead of time, everything doubled grade_id="ch04_architecture_e1"
slow_page = drawing("slow page")
part = slow_page.architecture.by_name
slow_page.design_architecture(
    components=[
        part["app"],
        replace(part["api"], replicas=2, zones=3),
        replace(part["model"], replicas=4, zones=3),
        part["warehouse"],
        replace(
            part["reasons"],
            role="serving",
            technology="batch inference",
            response=None,
            capacity_per_s=None,
            run_s=1200,
        ),
        Component(
            "table",
            layer="data",
            role="storage",
            does="features and reasons by flight",
            technology="feature store",
            state="cache",
            response=ResponseTime(p50_ms=2, p99_ms=12),
            capacity_per_s=2000,
            replicas=2,
            zones=2,
            availability=0.999,
            cost_usd_per_month=60,
        ),
    ],
    flows=[
        Flow(source="app", target="api", kind="sync", timeout_ms=140),
        Flow(source="api", target="table", kind="sync", timeout_ms=30),
        Flow(source="api", target="model", kind="sync", timeout_ms=70, fallback="the route's rate"),
        Flow(source="warehouse", target="reasons", kind="async", every_s=3600),
        Flow(source="reasons", target="table", kind="async", lag_s=30),
        Flow(source="warehouse", target="table", kind="async", every_s=3600),
    ],
)

# %% One after another, with tight limits and a store by key grade_id="ch04_architecture_e1"
slow_page = drawing("slow page")
part = slow_page.architecture.by_name
slow_page.add(
    replace(part["api"], replicas=2, zones=2),
    replace(part["model"], replicas=4, zones=2),
    replace(part["reasons"], replicas=7, zones=2),
    Component(
        "by_flight",
        layer="data",
        role="storage",
        does="features by flight",
        technology="feature store",
        state="cache",
        response=ResponseTime(p50_ms=1, p99_ms=8),
        capacity_per_s=5000,
        replicas=2,
        zones=2,
        availability=0.999,
        cost_usd_per_month=60,
    ),
)
slow_page.design_architecture(
    flows=[
        Flow(source="app", target="api", kind="sync", timeout_ms=150),
        Flow(source="api", target="by_flight", kind="sync", timeout_ms=20, fallback="the mean"),
        Flow(source="api", target="model", kind="sync", timeout_ms=50, fallback="the route's rate"),
        Flow(source="api", target="reasons", kind="sync", timeout_ms=70, fallback="no reason"),
        Flow(source="warehouse", target="by_flight", kind="async", every_s=900, schema="keyed v1"),
    ]
)

# %% More replicas of everything grade_id="ch04_architecture_e1" says="waits for ever"
slow_page = drawing("slow page")
for part in slow_page.architecture.components[1:]:
    slow_page.add(replace(part, replicas=4, zones=2))

# %% A limit that is easier to keep grade_id="ch04_architecture_e1" says="what was promised is not yours"
slow_page = drawing("slow page")
slow_page.add(replace(slow_page.requirements.get("latency_p99"), limit_ms=20_000))

# %% Short timeouts, and no answer then grade_id="ch04_architecture_e1" says="answered"
slow_page = drawing("slow page")
part = slow_page.architecture.by_name
slow_page.add(
    replace(part["api"], replicas=3, zones=2),
    replace(part["model"], replicas=5, zones=2),
    replace(part["reasons"], replicas=7, zones=2),
)
slow_page.add(
    replace(
        part["warehouse"],
        response=ResponseTime(p50_ms=900, p99_ms=4000),
        capacity_per_s=400,
        replicas=2,
        zones=2,
    )
)
slow_page.design_architecture(
    flows=[
        Flow(source="app", target="api", kind="sync", timeout_ms=150),
        Flow(source="api", target="warehouse", kind="sync", timeout_ms=20),
        Flow(source="api", target="model", kind="sync", timeout_ms=60),
        Flow(source="api", target="reasons", kind="sync", timeout_ms=60),
    ]
)

# %% One of each grade_id="ch04_architecture_e1" says="gets more than it can serve"
slow_page = drawing("slow page")
slow_page.design_architecture(
    flows=[
        Flow(source="app", target="api", kind="sync", timeout_ms=150),
        Flow(source="api", target="model", kind="sync", timeout_ms=60, fallback="the route's rate"),
        Flow(source="api", target="reasons", kind="sync", timeout_ms=60, fallback="none"),
        Flow(source="warehouse", target="model", kind="async", every_s=900),
    ]
)

# %% No spare for the door grade_id="ch04_architecture_e1" says="its restart is everybody's outage"
slow_page = drawing("slow page")
part = slow_page.architecture.by_name
slow_page.add(
    replace(part["api"], capacity_per_s=4000),
    replace(part["model"], replicas=5, zones=2),
    replace(part["reasons"], replicas=8, zones=2),
)
slow_page.design_architecture(
    flows=[
        Flow(source="app", target="api", kind="sync", timeout_ms=150),
        Flow(source="api", target="model", kind="sync", timeout_ms=60, fallback="the route's rate"),
        Flow(source="api", target="reasons", kind="sync", timeout_ms=60, fallback="none"),
        Flow(source="warehouse", target="model", kind="async", every_s=900),
    ]
)

# %% As many replicas as there are grade_id="ch04_architecture_e1" says="the budget is $1,500"
slow_page = drawing("slow page")
part = slow_page.architecture.by_name
slow_page.add(
    replace(part["api"], replicas=6, zones=2),
    replace(part["model"], replicas=12, zones=2),
    replace(part["reasons"], replicas=12, zones=2),
)
slow_page.design_architecture(
    flows=[
        Flow(source="app", target="api", kind="sync", timeout_ms=150),
        Flow(
            source="api",
            target="model",
            kind="sync",
            parallel="x",
            timeout_ms=60,
            fallback="the route's rate",
        ),
        Flow(
            source="api",
            target="reasons",
            kind="sync",
            parallel="x",
            timeout_ms=90,
            fallback="none",
        ),
        Flow(source="warehouse", target="model", kind="async", every_s=900),
    ]
)

# %% The job is taken out, and a replay comes from the log grade_id="ch04_architecture_e2"
double_count = drawing("double count")
part = double_count.architecture.by_name
keep = [
    flow for flow in double_count.architecture.flows if "catch_up" not in (flow.source, flow.target)
]
double_count.design_architecture(
    flows=[
        replace(flow, delivery="at_least_once", schema=flow.schema or "event v1")
        if flow.name == "landings -> counter"
        else replace(flow, every_s=60)
        if flow.name == "totals -> features"
        else flow
        for flow in keep
    ]
)
double_count.design_architecture(
    components=[entry for entry in double_count.architecture.components if entry.name != "catch_up"]
)
double_count.add(
    replace(part["counter"], idempotent=True),
    replace(part["totals"], idempotent=True, backed_up=True),
)

# %% What was missed goes back into the log grade_id="ch04_architecture_e2"
double_count = drawing("double count")
part = double_count.architecture.by_name
double_count.add(
    replace(part["counter"], idempotent=True),
    replace(part["totals"], idempotent=True, backed_up=True),
)
kept = [flow for flow in double_count.architecture.flows if flow.name != "catch_up -> totals"]
double_count.design_architecture(
    flows=[
        *kept,
        Flow(
            source="catch_up",
            target="landings",
            kind="async",
            lag_s=1,
            schema="missed flight event v1",
            delivery="at_least_once",
        ),
    ]
)
double_count.add(
    replace(
        double_count.architecture.get("landings -> counter"),
        delivery="at_least_once",
        schema="flight event v1",
    ),
    replace(double_count.architecture.get("totals -> features"), every_s=60),
)

# %% Says at least once, and adds up grade_id="ch04_architecture_e2" says="must be idempotent"
double_count = drawing("double count")
for flow in double_count.architecture.flows:
    if flow.delivery:
        double_count.add(replace(flow, delivery="at_least_once"))

# %% Rather loses than repeats grade_id="ch04_architecture_e2" says="are lost"
double_count = drawing("double count")
for flow in double_count.architecture.flows:
    if flow.delivery:
        double_count.add(replace(flow, delivery="at_most_once"))

# %% Exactly once, with a key grade_id="ch04_architecture_e2" says="no two systems have"
double_count = drawing("double count")
for part in double_count.architecture.components:
    if part.state == "durable":
        double_count.add(replace(part, idempotent=True, backed_up=True))

# %% Once, by two writers grade_id="ch04_architecture_e2" says="both write 'totals v1'"
double_count = drawing("double count")
for part in double_count.architecture.components:
    if part.state == "durable":
        double_count.add(replace(part, idempotent=True, backed_up=True))
for flow in double_count.architecture.flows:
    if flow.delivery:
        double_count.add(replace(flow, delivery="at_least_once"))

# %% Right, and a quarter of an hour old grade_id="ch04_architecture_e2" says="Each schedule on the way"
double_count = drawing("double count")
part = double_count.architecture.by_name
double_count.add(
    replace(part["counter"], idempotent=True),
    replace(part["totals"], idempotent=True, backed_up=True),
)
double_count.add(
    replace(double_count.architecture.get("landings -> counter"), delivery="at_least_once")
)
double_count.add(
    replace(double_count.architecture.get("catch_up -> totals"), schema="corrections v1")
)

# %% Nothing is kept, so nothing is counted twice grade_id="ch04_architecture_e2" says="leave them durable"
double_count = drawing("double count")
for part in double_count.architecture.components:
    if part.state == "durable":
        double_count.add(replace(part, state="cache"))
for flow in double_count.architecture.flows:
    double_count.add(
        replace(
            flow, delivery="at_least_once" if flow.delivery else "", every_s=min(flow.every_s, 30)
        )
    )

# %% One job for both grade_id="ch04_architecture_e3"
two_truths = drawing("two truths")
two_truths.design_architecture(
    components=[
        *(part for part in two_truths.architecture.components if part.name not in ("live_job",)),
        Component(
            "registry",
            layer="ml",
            role="training",
            does="models with their data",
            technology="model registry",
            state="durable",
            owner="models",
            idempotent=True,
            backed_up=True,
        ),
        Component(
            "watch",
            layer="ml",
            role="monitoring",
            does="late or not against the answer",
            technology="drift detection",
            watches=["model_quality"],
        ),
    ],
    flows=[
        *(
            flow
            for flow in two_truths.architecture.flows
            if "live_job" not in (flow.source, flow.target) and flow.target != "training_job"
        ),
        Flow(
            source="landings",
            target="training_job",
            kind="async",
            lag_s=2,
            schema="flight event v1",
            delivery="at_least_once",
        ),
        Flow(
            source="training_job",
            target="features",
            kind="async",
            lag_s=5,
            schema="features v1",
            delivery="at_least_once",
        ),
        Flow(source="trainer", target="registry", kind="async", every_s=7 * 86_400),
        Flow(source="registry", target="model", kind="async", every_s=3_600),
        Flow(
            source="model",
            target="lake",
            kind="async",
            lag_s=1,
            schema="prediction v1",
            delivery="at_least_once",
        ),
        Flow(source="lake", target="watch", kind="async", every_s=86_400, schema="prediction v1"),
    ],
)

# %% The served features are kept from the store grade_id="ch04_architecture_e3"
two_truths = drawing("two truths")
two_truths.design_architecture(
    components=[
        *(part for part in two_truths.architecture.components if part.name != "training_job"),
        Component(
            "watch",
            layer="ml",
            role="monitoring",
            does="answers against outcomes",
            watches=["model_quality"],
        ),
    ],
    flows=[
        *(
            flow
            for flow in two_truths.architecture.flows
            if "training_job" not in (flow.source, flow.target)
        ),
        Flow(source="features", target="lake", kind="async", every_s=3_600, schema="served v1"),
        Flow(source="lake", target="trainer", kind="async", every_s=7 * 86_400, schema="served v1"),
        Flow(source="trainer", target="model", kind="async", every_s=7 * 86_400),
        Flow(
            source="api",
            target="lake",
            kind="async",
            lag_s=2,
            schema="answer v1",
            delivery="at_least_once",
        ),
        Flow(source="lake", target="watch", kind="async", every_s=86_400, schema="answer v1"),
    ],
)

# %% The same specification twice grade_id="ch04_architecture_e3" says="drift apart in silence"
two_truths = drawing("two truths")
two_truths.add(Flow(source="trainer", target="model", kind="async", every_s=7 * 86_400))

# %% No training features at all grade_id="ch04_architecture_e3" says="training gets its features from nowhere"
two_truths = drawing("two truths")
two_truths.design_architecture(
    components=[part for part in two_truths.architecture.components if part.name != "training_job"],
    flows=[
        flow
        for flow in two_truths.architecture.flows
        if "training_job" not in (flow.source, flow.target)
    ],
)

# %% One definition, and a model that stays where it is grade_id="ch04_architecture_e3" says="Its model reaches no serving part"
two_truths = drawing("two truths")
two_truths.add(
    Flow(
        source="live_job",
        target="lake",
        kind="async",
        every_s=3_600,
        schema="features v1, as served",
    )
)

# %% Nobody looks at the outcome grade_id="ch04_architecture_e3" says="No prediction or outcome flows back"
two_truths = drawing("two truths")
two_truths.add(
    Flow(
        source="live_job",
        target="lake",
        kind="async",
        every_s=3_600,
        schema="features v1, as served",
    )
)
two_truths.add(Flow(source="trainer", target="model", kind="async", every_s=7 * 86_400))

# %% As an event and not on a schedule grade_id="ch04_architecture_e4"
oldest_s = 7590.0
fault = "lake -> feature_job"
fresh = drawing("old weather").add(
    replace(
        drawing("old weather").architecture.get(fault), every_s=0, lag_s=5, delivery="at_least_once"
    )
)

# %% A quarter of an hour sooner is enough grade_id="ch04_architecture_e4"
oldest_s = 31 * 60 + 65 * 60 + 30 * 60 + 30
fault = "lake -> feature_job"
fresh = drawing("old weather")
fresh.add(replace(fresh.architecture.get(fault), every_s=20 * 60))

# %% The schedules only grade_id="ch04_architecture_e4" says="each transfer its lag"
oldest_s = 1_800 + 3_600 + 1_800
fault = "lake -> feature_job"
fresh = drawing("old weather").add(
    replace(drawing("old weather").architecture.get(fault), every_s=900)
)

# %% The slowest schedule, as the record says grade_id="ch04_architecture_e4" says="each schedule adds its whole period"
oldest_s = 3_600
fault = "lake -> feature_job"
fresh = drawing("old weather").add(
    replace(drawing("old weather").architecture.get(fault), every_s=900)
)

# %% The provider's flow grade_id="ch04_architecture_e4" says="another flow adds more"
oldest_s = 7590
fault = "weather -> lake"
fresh = drawing("old weather").add(
    replace(drawing("old weather").architecture.get(fault), every_s=60)
)

# %% All of them grade_id="ch04_architecture_e4" says="Expected one, and the one that you named"
oldest_s = 7590
fault = "lake -> feature_job"
fresh = drawing("old weather")
for flow in fresh.architecture.flows:
    if flow.every_s:
        fresh.add(replace(flow, every_s=300))

# %% Not quick enough grade_id="ch04_architecture_e4" says="5,400 s are promised"
oldest_s = 7590
fault = "lake -> feature_job"
fresh = drawing("old weather").add(
    replace(drawing("old weather").architecture.get(fault), every_s=1_800)
)
