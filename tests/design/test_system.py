"""The object that learners hold: checklists, building, refusals, saving, public names."""

from pathlib import Path

import pytest

from mlsd_course import design as package
from mlsd_course.design import (
    Availability,
    Component,
    Flow,
    Latency,
    MLMetric,
    MLSystemDesign,
    Throughput,
    Traffic,
    technology,
    worked_design,
)
from mlsd_course.errors import CourseError

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


def test_saved_and_opened(fraud, tmp_path: Path):
    """A saved design opens as an equal one, and nothing else is left in the folder."""
    path = fraud.save(tmp_path / "new" / "design.yaml")
    assert MLSystemDesign.open(path) == fraud
    assert [entry.name for entry in path.parent.iterdir()] == ["design.yaml"]


def test_public_names():
    """Every public name exists, and nothing but public names is promised."""
    assert all(hasattr(package, name) for name in package.__all__)
    assert package.__all__ == sorted(
        package.__all__, key=lambda name: (not name.isupper(), not name[0].isupper(), name)
    )
