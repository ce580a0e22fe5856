"""Checks of repaired drawings: each drawing fails the checks that its fault is about, with a sentence that says where."""

from dataclasses import replace

import pytest

from mlsd_course.checks.ch04_architecture import architecture as check
from mlsd_course.checks.ch04_architecture.drawings import NAMES, drawing
from mlsd_course.design import Flow, worked_design
from mlsd_course.errors import ParameterError

FAULTS = {
    "slow page": {
        check.every_wait_ends: "waits for ever",
        check.quick_at_every_load: "the limit is 150 ms",
        check.survives_any_loss: "one replica and no fallback",
    },
    "double count": {
        check.promises_what_can_be_kept: "no two systems have",
        check.effect_once: "must be idempotent",
        check.one_writer: "both write",
        check.fresh_enough: "120 s are promised",
    },
    "two truths": {
        check.one_definition: "for serving only",
        check.model_arrives: "reaches no serving part",
        check.outcomes_return: "flows back",
    },
    "old weather": {check.fresh_enough: "5,400 s are promised"},
}


@pytest.mark.parametrize(
    ("name", "failing", "says"),
    [(name, failing, says) for name, faults in FAULTS.items() for failing, says in faults.items()],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_each_fault_is_found_and_told(name, failing, says):
    """The message holds what came and what to do about it."""
    with pytest.raises(AssertionError, match=says) as told:
        failing(drawing(name))
    assert len(str(told.value)) > 60


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_is_fresh_each_time(name):
    """Changing one leaves the next alone, and an unchanged one keeps its promises untouched."""
    first = drawing(name)
    first.add(replace(first.architecture.components[0], does="something else"))
    assert drawing(name) != first
    check.same_promises(drawing(name), drawing(name))


def test_a_drawing_that_is_not_there():
    """The names are told."""
    with pytest.raises(ParameterError, match="slow page"):
        drawing("quick page")


def relaxed_limit(design):
    """The promised latency is raised."""
    design.add(replace(design.requirements.get("latency_p99"), limit_ms=1e6))


def raised_budget(design):
    """The budget is raised."""
    design.add(replace(design.constraints.get("budget"), usd_per_month=1e6))


def dropped_store(design):
    """The part that is slow is left out."""
    design.design_architecture(
        components=[part for part in design.architecture.components if part.role != "storage"],
        flows=[flow for flow in design.architecture.flows if flow.target != "warehouse"],
    )


def another_entry(design):
    """Requests come in at a second app, beside the drawing's."""
    app = design.architecture.by_name["app"]
    design.add(replace(app, name="kiosk"), Flow(source="kiosk", target="api", kind="sync"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (relaxed_limit, "The requirements are not those of the drawing"),
        (raised_budget, "The constraints are not those of the drawing"),
        (dropped_store, "Nothing has the role 'storage' any more"),
        (another_entry, "Requests come in at app, kiosk. Expected app"),
    ],
)
def test_promises_are_not_to_be_changed(change, sentence):
    """A changed requirement or constraint, a role without a part and another entry are refused, each with its sentence."""
    design = drawing("slow page")
    check.same_promises(drawing("slow page"), design)
    change(design)
    with pytest.raises(AssertionError, match=sentence):
        check.same_promises(drawing("slow page"), design)


@pytest.mark.parametrize("name", ["fraud", "eta"])
def test_worked_designs_pass(name):
    """What is well designed has the properties: nothing is asked that only one solution has."""
    design = worked_design(name)
    for passing in (check.every_wait_ends, check.promises_what_can_be_kept, check.effect_once, check.one_writer,
                    check.fresh_enough, check.one_definition, check.outcomes_return, check.within_budget):  # fmt: skip
        passing(design)
