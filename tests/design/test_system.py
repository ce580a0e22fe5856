"""The object that learners hold: checklists, building, YAML, verdicts, tornado, document."""

import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from mlsd_course import design as package
from mlsd_course.design import (
    Availability,
    Burst,
    BusinessMetric,
    Component,
    Flow,
    Latency,
    MLMetric,
    MLSystemDesign,
    Outage,
    Throughput,
    Traffic,
    catalogue,
    read_sentence,
    technology,
    worked_design,
    worked_designs,
)
from mlsd_course.design.analysis.sensitivity import OUTCOMES
from mlsd_course.design.catalogue.magnitudes import Magnitude, Reference
from mlsd_course.errors import CourseError, DesignError, ParameterError
from mlsd_course.sim.design_queue import EventQueue

CHECKLIST = {
    "define_requirements": {"business_metrics": 4, "ml_metrics": 4, "system_requirements": 4},
    "analyze_constraints": {"data_constraints": 4, "compute_constraints": 4, "team_constraints": 3},
    "design_architecture": {"data_layer": 3, "ml_layer": 3, "application_layer": 3},
    "plan_implementation": {"iterative_development": 1, "risk_mitigation": 1, "testing": 1, "deployment": 1},
}


@pytest.fixture
def fraud():
    """The worked design of card fraud, fresh for each test."""
    return worked_design("fraud")


@pytest.mark.parametrize("method", CHECKLIST)
def test_called_with_nothing(method):
    """Each step, called with nothing, gives the framework's checklist and changes nothing."""
    design = MLSystemDesign("Warn travellers of late arrivals")
    asked = getattr(design, method)()
    assert {group: len(items) for group, items in asked.items()} == CHECKLIST[method]
    assert all(item in repr(asked) and item in asked._repr_markdown_() for items in asked.values() for item in items)
    assert len(design.requirements) + len(design.constraints) + len(design.architecture) == 0


def test_steps_replace_groups_and_add_replaces_parts():
    """Running a cell twice leaves one design: groups are replaced, parts of one name too."""
    design = MLSystemDesign("Warn travellers of late arrivals")
    for _ in range(2):
        design.define_requirements(system_requirements=["p95 < 100 ms", "1000 QPS", "99.9 % over 30 days"])
        design.add(Throughput(per_s=500))
    assert [part.name for part in design.requirements] == ["latency_p95", "throughput", "availability"]
    assert design.requirements.get("throughput").per_s == 500
    assert design.requirements.get("availability").budget_minutes == pytest.approx(43.2)


@pytest.mark.parametrize(
    "wish", ["fast", "highly available", "99.9 %", "50 ms", "10x", "scalable", "compliant", "it should be good"]
)
def test_wishes_are_refused(wish):
    """A wish is refused with the question that it leaves open."""
    with pytest.raises(DesignError, match="not yet a requirement") as refused:
        read_sentence(wish)
    assert refused.value.remedy


@pytest.mark.parametrize("text", ["TBD", "very good", "", "  ", "the system must be fast", "?"])
def test_metrics_that_say_nothing_are_refused(text):
    """A metric is what, on which data, how computed; none of them may hold a place."""
    for field in ("what", "on_data", "computed"):
        told = {"what": "clicks", "on_data": "sessions", "computed": "clicks / sessions"} | {field: text}
        with pytest.raises(DesignError, match=field):
            BusinessMetric("clicks", kind="engagement", target=1, **told)


@pytest.mark.parametrize(
    "build",
    [
        lambda: Latency(percentile=95, limit_ms=-1),
        lambda: Latency(percentile=101, limit_ms=1),
        lambda: Latency(percentile=95),
        lambda: Latency(percentil=95, limit_ms=1),
        lambda: Latency(percentile=float("nan"), limit_ms=1),
        lambda: Availability(share=1, window_days=30),
        lambda: Component("x", layer="ml", role="api", does="answers"),
        lambda: MLMetric(
            "auc", what="ranking", on_data="last week", computed="area under ROC", target=0.7, baseline=0.8
        ),
        lambda: Flow(source="a", target="a", kind="sync"),
        lambda: MLSystemDesign(""),
        lambda: MLSystemDesign("Sell\x00tea"),
        lambda: MLSystemDesign(7),
        lambda: Latency(percentile=95, limit_ms=10**400),
        lambda: MLSystemDesign("x").design_architecture(flows=[Flow(source="a", target="b", kind="sync")]),
        lambda: MLSystemDesign("x").define_requirements(ml_metrics=[{"name": "auc"}]),
        lambda: MLSystemDesign("x").add(3),
        lambda: MLSystemDesign("x").simulate(),
        lambda: MLSystemDesign("x").sensitivity("latency"),
        lambda: technology("Fortran"),
        lambda: worked_design("toaster"),
        lambda: Traffic(-1),
        lambda: MLSystemDesign("x").size(target_utilisation=1),
    ],
)
def test_refusals_help(build):
    """Whatever is refused says what is allowed or what to do next."""
    with pytest.raises(CourseError) as refused:
        build()
    assert refused.value.allowed or refused.value.remedy


def test_sync_circle_is_refused():
    """Components that wait for each other in a circle cannot be built."""
    parts = [Component(name, layer="ml", role="serving", does="answers") for name in ("a", "b")]
    flows = [Flow(source="a", target="b", kind="sync"), Flow(source="b", target="a", kind="sync")]
    with pytest.raises(DesignError, match="circle"):
        MLSystemDesign("x").design_architecture(components=parts, flows=flows)


# an edit, what the error says, and the line that it must name, by what stands on it after the edit
EDITS = [
    ("capacity_per_s: 900", "capacity_per_s: many", r"field architecture.components\[0\].capacity_per_s", "many"),
    ("capacity_per_s: 900", "capacity_per_sec: 900", r"Did you mean 'capacity_per_s'", "capacity_per_sec"),
    ("target: model", "target: modle", r"flows\[\d+\].target.*modle", "target: modle"),
    ("type: latency", "type: latancy", r"type.*Did you mean 'latency'", "type: latancy"),
    ("p50_ms: 6", "p50_ms: 60", r"p99_ms", "p99_ms: "),
    ("business_objective:", "objective:", r"no such field", "objective:"),
    ("  ml_metrics:", "  ml_metrics: 3\n  x:", r"no such field", "  x:"),
    (
        "  ml_metrics:\n",
        "  ml_metrics: 3\n  assumptions:\n",
        r"field requirements.ml_metrics: expected a list",
        "  ml_metrics:",
    ),
    ("capacity_per_s: 900", "capacity_per_s: " + "9" * 400, r"capacity_per_s", "9" * 400),
    ("capacity_per_s: 900", "capacity_per_s: 9\x00", r"not valid YAML", "9\x00"),
    ("capacity_per_s: 900", "capacity_per_s: 2024-99-99", r"this value cannot be read", "2024-99-99"),
]


@pytest.mark.parametrize(("old", "new", "match", "named"), EDITS)
def test_yaml_errors_name_line_and_field(fraud, old, new, match, named):
    """A mistake in the file is named by its field and by its very line."""
    text = fraud.to_yaml()
    assert old in text
    edited = text.replace(old, new, 1)
    with pytest.raises(DesignError, match=match) as refused:
        MLSystemDesign.from_yaml(edited, "fraud.yaml")
    line = int(re.search(r"fraud.yaml, line (\d+)", str(refused.value))[1])
    assert line == edited[: edited.index(named, text.index(old))].count("\n") + 1


def test_saved_and_opened(fraud, tmp_path: Path):
    """A saved design opens as an equal one, and nothing else is left in the folder."""
    path = fraud.save(tmp_path / "new" / "design.yaml")
    assert MLSystemDesign.open(path) == fraud
    assert [entry.name for entry in path.parent.iterdir()] == ["design.yaml"]


@pytest.mark.parametrize("name", worked_designs())
def test_worked_designs(name):
    """Each worked design reviews clean, misses nothing on an ordinary day, and stays inside every limit."""
    design = worked_design(name)
    assert design.review().clean
    assert not design.simulate().of("missed")
    assert design.binding().first.use < 1
    assert design.recommend_pattern().ranked[0].possible


def test_unknown_is_not_guessed(fraud):
    """What only users or a model can show is reported as unknown."""
    day = fraud.simulate()
    assert day["recall_at_budget"].status == day["fraud_loss"].status == "unknown"
    assert day["latency_p95"].status == "met"


def test_a_burst_and_an_outage_leave_evidence(fraud):
    """Five times the traffic breaks throughput; an outage of the answering part spends error budget."""
    burst = fraud.simulate(Traffic(800, bursts=(Burst(20, 60, 5),)))
    assert burst["throughput"].status == "missed"
    assert "backlog" in burst["throughput"].evidence
    assert max(slot.backlog_s for slot in burst.slots) > 0
    outage = fraud.simulate(Traffic(800, outages=(Outage("api", 20, 60),)))
    assert outage["availability"].status == "missed"
    assert outage["availability"].value < fraud.simulate()["availability"].value


def test_an_outage_with_a_fallback_is_survived(fraud):
    """The model may be out for an hour: the rules answer."""
    assert fraud.simulate(Traffic(800, outages=(Outage("model", 12, 60),)))["availability"].status == "met"


def test_event_queues_give_the_same_verdicts(fraud):
    """The event simulator and the formula agree on every verdict of the day."""
    traffic = Traffic(800, slots=24)
    formula, events = fraud.simulate(traffic), fraud.simulate(traffic, queues=EventQueue(5_000))
    assert {v.requirement: v.status for v in formula.verdicts} == {v.requirement: v.status for v in events.verdicts}
    assert events["latency_p99"].value == pytest.approx(formula["latency_p99"].value, rel=0.1)


def test_traffic_keeps_its_mean_and_peak():
    """The daily shape has the stated mean and peak."""
    day = Traffic(100, peak_ratio=4)
    rates = [day.rate_per_s(slot) for slot in range(day.slots)]
    assert sum(rates) / len(rates) == pytest.approx(100)
    assert max(rates) == pytest.approx(400, rel=0.01)


def test_tornado_finds_what_matters(fraud):
    """The schedule of the stream decides nothing here, the traffic decides the cost, and a short limit flips."""
    cost = fraud.sensitivity("cost")
    assert cost.swings == tuple(sorted(cost.swings, key=lambda swing: -swing.width))
    assert "requests per second" in [swing.assumption for swing in cost.swings[:5]]
    schedules = {f"{flow.name}: period" for flow in fraud.architecture.flows if flow.every_s}
    assert "feature_stream -> lake: period" in schedules
    for outcome in OUTCOMES:
        assert not schedules & {swing.assumption for swing in fraud.sensitivity(outcome).swings}
    fraud.add(Latency("latency_p95", percentile=95, limit_ms=fraud.simulate()["latency_p95"].value * 1.05))
    assert any(swing.flips for swing in fraud.sensitivity("latency").swings)
    with pytest.raises(ParameterError):
        fraud.sensitivity("beauty")


def test_size_shows_its_arithmetic(fraud):
    """The needed replicas are the peak after growth over capacity times utilisation, rounded up."""
    sized = fraud.size()
    line = next(line for line in sized.lines if line.what == "model: replicas")
    assert sized.replicas["model"] == -(-800 * 3 * 3 // (300 * 0.7))
    assert line.arithmetic.startswith("7,200/s / (300/s x 0.7) = 34.29")


def test_pattern_flips_are_true(fraud):
    """The ranking follows the needs, and the flip that is named first really flips it."""
    choice = fraud.recommend_pattern()
    assert choice.best == "hybrid"
    assert choice.flips[0] == "online comes first if the allowed age of data is 15 min instead of 10 s."
    for limit in fraud.requirements.of(package.Freshness):
        fraud.add(replace(limit, limit_s=max(limit.limit_s, 15 * 60)))
    assert fraud.recommend_pattern().best == "online"
    nightly = MLSystemDesign("Score tomorrow's flights tonight")
    nightly.analyze_constraints(data_constraints=[package.Velocity(arrival="batch", foreseeable_share=1.0)])
    assert nightly.recommend_pattern().best == "batch"


def test_document_and_diagram(fraud):
    """The document holds the diagram, every part and the decision records."""
    text = fraud.to_markdown()
    assert "```mermaid\nflowchart LR" in text
    assert "## Decision records" in text
    for step in (fraud.requirements, fraud.constraints, fraud.strategy):
        assert all(part.name in text for part in step)
    assert len(re.findall(r"-->|-\.->", fraud.diagram().mermaid)) == len(fraud.architecture.flows)


OUTLINE = "Kafka|Kinesis|Pub/Sub|data lake|data warehouse|feature store|Spark|Airflow|Kubeflow|distributed training|HPO|model endpoint|batch inference|performance monitoring|drift detection|REST|GraphQL|gRPC|web|mobile|embedded|A/B testing|feature flags"


@pytest.mark.parametrize("name", OUTLINE.split("|"))
def test_catalogue(name):
    """Every technology that the outline names says what for, when not, its order of magnitude, sources and stand-in."""
    tool = catalogue()[name]
    assert all(len(str(text)) > 5 for text in (tool.what_for, tool.when_not, tool.latency, tool.cost, tool.stand_in))
    assert tool.sources


@pytest.mark.parametrize("kind", ["latency", "cost"])
@pytest.mark.parametrize("name", catalogue())
def test_every_figure_has_a_source(name, kind):
    """A figure names title, publisher and year of its sources; a price says as of when; where there is none, it says so."""
    figure = getattr(catalogue()[name], kind)
    if re.search(r"\d", str(figure)):
        assert figure.known
        assert figure.sources
    if "$" in str(figure):
        assert re.search(r"as of (May )?20\d\d", str(figure))
    if not figure.known:
        assert str(figure).startswith("varies")
    for source in figure.sources:
        assert source.title
        assert source.publisher
        assert 1950 < source.year < 2100
        assert source.short in figure.cited
        assert str(source.year) in str(source)


def test_no_source_is_named_for_nothing():
    """Each source in the file is used, and reading that is no figure has title, publisher and year as well."""
    text = files("mlsd_course.design.catalogue").joinpath("technologies.yaml").read_text(encoding="utf-8")
    told = yaml.safe_load(text)
    used = {source for tool in catalogue().values() for source in tool.sources}
    assert used == {Reference(**source) for source in told["sources"].values()}
    assert all(source.title and source.publisher and isinstance(source.year, int) for source in used)
    assert not [source for source in used if source.address.startswith("http")]


def test_a_source_that_is_not_there():
    """A key without a source is refused with the keys that there are."""
    kreps = Reference("Kafka", "Kreps et al., NetDB", 2011, "example.org/kafka", via="a friend")
    assert Magnitude.read({"says": "5 ms", "from": ["kreps"]}, {"kreps": kreps}, "varies").sources == (kreps,)
    with pytest.raises(DesignError, match="no such source"):
        Magnitude.read({"says": "5 ms", "from": ["krebs"]}, {"kreps": kreps}, "varies")
    assert str(kreps) == "Kafka, by a friend (Kreps et al., NetDB, 2011), example.org/kafka"
    assert kreps.markdown() == '[Kreps et al., NetDB, 2011](https://example.org/kafka "Kafka, by a friend")'
    nothing = Magnitude.read({"says": None}, {}, "varies")
    assert (str(nothing), nothing.cited, nothing.known) == ("varies", "varies", False)


def test_money_is_not_read_as_a_formula(fraud):
    """JupyterLab reads what stands between two dollar signs as a formula: each one in Markdown has two backslashes."""
    shown = [
        fraud.size(),
        fraud.binding(),
        fraud.simulate(),
        fraud.sensitivity(),
        fraud.recommend_pattern(),
        catalogue(),
    ]
    for text in (*(part._repr_markdown_() for part in shown), fraud.to_markdown()):
        assert not re.search(r"(?<!\\\\)\$", text)
    assert "\\\\$" in fraud.size()._repr_markdown_()


def test_the_catalogue_by_layer():
    """A layer's technologies, and those of one role of it, show as a table with their source."""
    shown = catalogue().on("data", "ingestion")
    assert list(shown) == ["Kafka", "Kinesis", "Pub/Sub"]
    for tool in shown.values():
        assert all(source.markdown() in shown._repr_markdown_() for source in tool.sources)
        assert all(str(text) in repr(shown) for text in (tool.cost, *tool.sources))
    assert {tool.layer for layer in ("data", "ml", "application") for tool in catalogue().on(layer).values()} == {
        "data", "ml", "application"}  # fmt: skip
    with pytest.raises(DesignError):
        catalogue().on("cloud")


def test_public_names():
    """Every public name exists, and nothing but public names is promised."""
    assert all(hasattr(package, name) for name in package.__all__)
    assert package.__all__ == sorted(
        package.__all__, key=lambda name: (not name.isupper(), not name[0].isupper(), name)
    )
