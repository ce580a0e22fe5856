"""The tornado: which assumption matters."""

import pytest

from mlsd_course.design import (
    Latency,
    worked_design,
)
from mlsd_course.design.analysis.sensitivity import OUTCOMES
from mlsd_course.errors import ParameterError


@pytest.fixture
def fraud():
    """The worked design of card fraud, fresh for each test."""
    return worked_design("fraud")


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
