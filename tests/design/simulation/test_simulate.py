"""A simulated day: traffic, verdicts, bursts and outages."""

import pytest

from mlsd_course.design import (
    Burst,
    Outage,
    Traffic,
    worked_design,
)
from mlsd_course.sim.design_queue import EventQueue


@pytest.fixture
def fraud():
    """The worked design of card fraud, fresh for each test."""
    return worked_design("fraud")


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
