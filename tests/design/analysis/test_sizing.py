"""Sizes with their arithmetic."""

import pytest

from mlsd_course.design import (
    worked_design,
)


@pytest.fixture
def fraud():
    """The worked design of card fraud, fresh for each test."""
    return worked_design("fraud")


def test_size_shows_its_arithmetic(fraud):
    """The needed replicas are the peak after growth over capacity times utilisation, rounded up."""
    sized = fraud.size()
    line = next(line for line in sized.lines if line.what == "model: replicas")
    assert sized.replicas["model"] == -(-800 * 3 * 3 // (300 * 0.7))
    assert line.arithmetic.startswith("7,200/s / (300/s x 0.7) = 34.29")
