"""Which constraint binds: each limit's arithmetic, worked out by hand, and what is still unknown."""

from dataclasses import replace

import pytest

from mlsd_course.design import (
    Component,
    Facts,
    Infrastructure,
    Legacy,
    MLSystemDesign,
    Resources,
    Slice,
    Support,
    Volume,
    worked_design,
    worked_designs,
)


def use(design: MLSystemDesign, limit: str):
    """The use of one limit."""
    return next(entry for entry in design.binding().uses if entry.limit == limit)


def part(name: str, **fields) -> Component:
    """A component with a few fields."""
    return Component(name, layer="ml", role="serving", does="answers whether a flight will be late", **fields)


def test_memory_is_demand_over_limit():
    """The largest stated memory counts; nothing stated is unknown, not zero."""
    design = MLSystemDesign("Warn travellers of late arrivals").add(
        Infrastructure(where="cloud", memory_gb_per_replica=32), part("model")
    )
    assert use(design, "Memory").use is None
    assert design.binding().first is None
    design.add(part("model", memory_gb=14), part("small", memory_gb=2))
    assert use(design, "Memory").use == pytest.approx(14 / 32)
    design.add(part("model", memory_gb=140))
    assert "is exceeded: model: 140 GB of 32 GB" in design.binding().sentence()
    assert "C01" in design.review().codes


def test_storage_says_when_it_is_full():
    """With a retention the product counts; without one the days until full are told."""
    place = Infrastructure(where="on_premise", storage_gb=1_000)
    kept = MLSystemDesign("Warn travellers").add(place, Volume(total_gb=10, growth_gb_per_day=5, retention_days=90))
    assert use(kept, "Storage").use == pytest.approx(0.45)
    endless = MLSystemDesign("Warn travellers").add(place, Volume(total_gb=400, growth_gb_per_day=5))
    assert use(endless, "Storage").use == pytest.approx(0.4)
    assert "full in 120 days" in use(endless, "Storage").arithmetic


def test_moving_a_days_data_counts_bits():
    """1,000 GB a day over 1 Gb/s are 8,000 s, a tenth of a day; taken for GB/s it would be an eightieth."""
    design = MLSystemDesign("Warn travellers").add(
        Infrastructure(where="cloud", bandwidth_gbps=1), Volume(total_gb=1_000, growth_gb_per_day=1_000)
    )
    assert use(design, "Moving a day's data").use == pytest.approx(8_000 / 86_400)


def test_the_team_is_a_limit_like_any_other():
    """Slices over weeks, hours to run it over hours there are; the fullest comes first."""
    design = MLSystemDesign("Warn travellers").add(
        Resources(people=3, weeks=10),
        Support(owner="two engineers", hours_per_month=40),
        part("model", ops_hours_per_month=36),
        Slice("rule", delivers="a rule of thumb", weeks=4, measures="warnings read"),
    )
    assert use(design, "Time to build").use == pytest.approx(0.4)
    assert use(design, "Hours to run it").use == pytest.approx(0.9)
    assert design.binding().first.limit == "Hours to run it"


def test_legacy_binds_by_its_own_rate():
    """What calls the old system is compared with the rate that its owner named."""
    fraud = worked_design("fraud")
    name, load = next((name, load) for name, load in Facts(fraud).peak_loads.items() if load)
    fraud.add(Legacy(name, interface="nightly file", max_per_s=2 * load, owner="bookings"))
    assert use(fraud, f"Legacy {name}").use == pytest.approx(0.5)


@pytest.mark.parametrize("name", worked_designs())
def test_every_use_of_a_worked_design_is_below_its_limit(name):
    """Fullest first, none above 1, and each with its arithmetic."""
    uses = worked_design(name).binding().uses
    known = [entry.use for entry in uses if entry.use is not None]
    assert known == sorted(known, reverse=True)
    assert all(0 <= entry <= 1 for entry in known)
    assert all(entry.arithmetic for entry in uses)


def test_bits_for_bytes_are_noticed():
    """A growth that is eight times what the events make is a mix-up of bits and bytes."""
    eta = worked_design("eta")
    assert "C17" not in eta.review().codes
    volume = eta.constraints.get("volume")
    arriving = 8_000 * 120 * 86_400 / 1e9
    assert "C17" in eta.copy().add(replace(volume, growth_gb_per_day=8 * arriving)).review().codes
