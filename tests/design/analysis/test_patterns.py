"""The pattern that is recommended, and what flips it."""

from dataclasses import replace

import pytest

from mlsd_course import design as package
from mlsd_course.design import (
    MLSystemDesign,
    worked_design,
)


@pytest.fixture
def fraud():
    """The worked design of card fraud, fresh for each test."""
    return worked_design("fraud")


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
