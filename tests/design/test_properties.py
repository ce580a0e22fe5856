"""What holds for any design that can be built."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlsd_course.design import (
    Architecture,
    Component,
    Facts,
    Flow,
    Latency,
    MLSystemDesign,
    ResponseTime,
    Throughput,
    Traffic,
)
from tests.support.design_builders import designs

calm = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@calm
@given(designs())
def test_no_rule_crashes(design):
    """The review, the sizes, the binding constraint, the pattern and the document exist for any design."""
    assert design.review() is not None
    assert design.size().rows()
    assert design.binding().sentence()
    assert design.recommend_pattern().best in ("batch", "online", "stream", "hybrid")
    assert design.to_markdown().startswith("# ")


@calm
@given(designs())
def test_printed_and_read_again(design):
    """Reading what was printed gives the same design."""
    assert MLSystemDesign.from_yaml(design.to_yaml()) == design


@settings(calm, max_examples=15)
@given(designs(), st.floats(0.1, 5000))
def test_any_day_has_a_verdict_for_each_requirement(design, rate):
    """A simulated day judges every requirement, whatever the design."""
    day = design.simulate(Traffic(rate, slots=24))
    assert {part.name for part in design.requirements} <= {verdict.requirement for verdict in day.verdicts}


@settings(max_examples=80, deadline=None)
@given(
    capacity=st.floats(20, 500), p50=st.floats(0.5, 50), spread=st.floats(1, 20), replicas=st.integers(1, 12),
    more=st.integers(1, 6), faster=st.floats(1, 3), rate=st.floats(1, 2000), limit=st.floats(1, 500),
    timeout=st.none() | st.floats(5, 200),
)  # fmt: skip
def test_capacity_never_hurts(capacity, p50, spread, replicas, more, faster, rate, limit, timeout):
    """More replicas, or more capacity per replica, never turn a met latency requirement into a missed one."""
    model = Component(
        "model",
        layer="ml",
        role="serving",
        does="scores one input",
        response=ResponseTime(p50_ms=p50, p99_ms=p50 * spread),
        capacity_per_s=capacity,
        replicas=replicas,
    )
    api = Component(
        "api",
        layer="application",
        role="api",
        does="answers the user",
        response=ResponseTime(p50_ms=1, p99_ms=4),
        capacity_per_s=5000,
    )
    call = Flow(source="api", target="model", kind="sync", timeout_ms=timeout, retries=1 if timeout else 0)
    required = Latency(percentile=99, limit_ms=limit)

    def p99(part):
        design = MLSystemDesign("Answer each request in time")
        design.define_requirements(system_requirements=[required, Throughput(per_s=rate, peak_ratio=1)])
        design.architecture = Architecture(components=[api, part], flows=[call])
        return Facts(design).latency_ms(required)

    now = p99(model)
    for bigger in (replace(model, replicas=replicas + more), replace(model, capacity_per_s=capacity * faster)):
        after = p99(bigger)
        assert after <= now * (1 + 1e-9) or after <= limit or now > limit


def test_fallbacks_that_need_each_other():
    """Two calls, each with the other's caller as its fallback, are judged as well: neither counts as the other's spare."""
    parts = [Component(name, layer="ml", role="serving", does="answers", availability=0.9) for name in "abcd"]
    parts.append(Component("door", layer="application", role="api", does="answers"))
    flows = [
        Flow(source="door", target="a", kind="sync"),
        Flow(source="a", target="b", kind="sync", fallback="c"),
        Flow(source="c", target="d", kind="sync", fallback="a"),
    ]
    design = MLSystemDesign("Answer")
    design.design_architecture(components=parts, flows=flows)
    design.define_requirements(system_requirements=["99 % over 30 days"])
    assert design.simulate(Traffic(1, slots=24))["availability"].status == "missed"
