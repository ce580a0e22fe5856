"""A design as a value, and the object that learners change."""

from dataclasses import FrozenInstanceError

import pytest

from mlsd_course.design import Component, Facts, Latency, MLSystemDesign, Requirements, Throughput, worked_design
from mlsd_course.design.model.design import Design
from mlsd_course.errors import DesignError


def test_a_snapshot_stays_as_it_was():
    """What is added after a snapshot was taken does not reach it, nor the facts that were made before."""
    design = MLSystemDesign("Warn travellers of late arrivals").add(Throughput(per_s=500))
    before, facts = design.snapshot, Facts(design)
    design.add(Throughput(per_s=900))
    assert before.requirements.get("throughput").per_s == 500
    assert facts.mean_per_s == 500
    assert design.snapshot != before


def test_a_design_cannot_be_changed():
    """A `Design` refuses to be set; one with another part is a second design."""
    design = Design("Warn travellers of late arrivals")
    with pytest.raises(FrozenInstanceError):
        design.requirements = Requirements()
    faster = design.adding(Latency(percentile=95, limit_ms=100))
    assert len(faster.requirements) == 1
    assert len(design.requirements) == 0


def test_facts_are_the_same_of_both():
    """Facts of a design that is still being changed are those of its snapshot."""
    fraud = worked_design("fraud")
    assert Facts(fraud).design == Facts(fraud.snapshot).design == fraud.snapshot
    assert Facts(fraud).peak_loads == Facts(fraud.snapshot).peak_loads


def test_equal_designs_are_equal_values():
    """Two designs with equal parts are equal as values; one more part makes them differ."""
    fraud, twin = worked_design("fraud"), worked_design("fraud").copy()
    assert fraud.snapshot == twin.snapshot
    twin.add(Component("cache", layer="data", role="storage", does="keeps answers"))
    assert fraud.snapshot != twin.snapshot


def test_a_design_made_of_another_is_changed_on_its_own():
    """`MLSystemDesign.of` starts from the steps of a value and leaves the value alone."""
    value = worked_design("fraud").snapshot
    mine = MLSystemDesign.of(value)
    assert mine.snapshot == value
    mine.add(Throughput(per_s=1))
    assert value == worked_design("fraud").snapshot


def test_a_step_takes_parts_and_the_design_reads_sentences():
    """`define_requirements` reads a sentence; a step by itself refuses it and says what to do."""
    design = MLSystemDesign("Warn travellers of late arrivals")
    design.define_requirements(system_requirements="p95 < 100 ms")
    assert design.requirements.get("latency_p95").limit_ms == 100
    with pytest.raises(DesignError, match="read_sentence"):
        Requirements(system_requirements=["p95 < 100 ms"])
