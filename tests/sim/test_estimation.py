"""The arithmetic of chapter 03 against values worked out elsewhere, and its two views against their formulas."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlsd_course.errors import ParameterError
from mlsd_course.sim import estimation
from mlsd_course.sim.scenarios.data_gravity import gravity, shared_link_h
from mlsd_course.sim.scenarios.feasibility import BUSY, MACHINES, SIZES, WORDS, feasibility


@pytest.mark.parametrize(("gbps", "hours"), [(10, 11.1), (100, 1.11)])
def test_fifty_terabytes(gbps, hours):
    """50 TB over 10 / 100 Gb/s: 11.1 h / 1.11 h. Gigabits taken for gigabytes would say 1.4 h."""
    assert estimation.transfer_h(50_000, gbps) == pytest.approx(hours, rel=0.005)


def test_egress_of_fifty_terabytes():
    """50 TB at $0.08/GB leave for $4,000."""
    assert estimation.egress_usd(50_000) == pytest.approx(4_000)


def test_energy_of_a_published_training():
    """10,000 processors of 330 W for 14.8 days at a PUE of 1.1: the 1,287 MWh that Patterson et al. (2021) give for GPT-3."""
    assert estimation.energy_kwh(10_000, 330, 14.8 * 24, pue=1.1) / 1000 == pytest.approx(1_287, rel=0.005)


def test_roofline_bends_at_the_ridge():
    """Below the ridge the memory decides, above it the peak (Williams et al. 2009); at the ridge both agree."""
    assert estimation.roofline_gflop_per_s(0.25, 100, 10) == 2.5
    assert estimation.roofline_gflop_per_s(10, 100, 10) == 100
    assert estimation.roofline_gflop_per_s(1000, 100, 10) == 100


def test_a_call_of_a_language_model():
    """7 B weights of 16 bits at 2,000 GB/s are read in 7 ms; one row's 14 GFLOP at 312 TFLOP/s take 0.045 ms."""
    arithmetic, reading = estimation.call_ms(7e9, 1, 312, 2_000)
    assert reading == pytest.approx(7.0)
    assert arithmetic == pytest.approx(14 / 312, rel=1e-6)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [((100, 10), 2), ((100, 10, 4), 1), ((700, 1), 1), ((701, 1), 2), ((0, 5), 1), ((700, 1, 1, 0.7, 1), 2)],
)
def test_machines(arguments, expected):
    """Work over room, rounded up, at least one, spares on top."""
    assert estimation.machines(*arguments) == expected


def test_kept():
    """1,000 events/s of 1 kB are 86.4 GB a day; 30 days in 3 copies are 7,776 GB."""
    assert estimation.kept_gb(1_000, 1_000, 1) == pytest.approx(86.4)
    assert estimation.kept_gb(1_000, 1_000, 30, copies=3) == pytest.approx(7_776)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.floats(0.1, 10), st.floats(1.1, 20)).map(lambda g: (g[0], g[0] * g[1])), min_size=1, max_size=6
    )
)
def test_a_product_of_guesses_holds_nine_in_ten(guesses):
    """Drawing each guess from its own 90 % interval, nine in ten products lie inside, whatever the guesses."""
    low, middle, high = estimation.product_of_guesses(guesses)
    rng = np.random.default_rng(0)
    logs = sum(
        rng.normal((math.log(a) + math.log(b)) / 2, (math.log(b) - math.log(a)) / 2 / 1.6449, 20_000)
        for a, b in guesses
    )
    assert np.mean((logs >= math.log(low)) & (logs <= math.log(high))) == pytest.approx(0.9, abs=0.012)
    assert low < middle < high
    assert high / low <= math.prod(b / a for a, b in guesses) * 1.0001


@pytest.mark.parametrize(
    "call",
    [
        lambda: estimation.transfer_h(1, 0),
        lambda: estimation.transfer_h(1, 1, 0.0),
        lambda: estimation.transfer_h(1, 1, 70),
        lambda: estimation.transfer_h(-1, 1),
        lambda: estimation.machines(10, 5, busy=1.2),
        lambda: estimation.product_of_guesses([(0, 1)]),
        lambda: feasibility(100, 1e9, machine="mainframe"),
        lambda: feasibility(100, 1e9, machines_at_most=0),
        lambda: feasibility(100, 1e9, limit_ms=-1),
        lambda: feasibility(100, 1e9, sustained=3),
        lambda: gravity(50, 10, runs=0),
    ],
)
def test_numbers_out_of_range_are_refused(call):
    """A sentence names what is allowed."""
    with pytest.raises(ParameterError, match="Allowed"):
        call()


CASES = {
    "memory": {"per_s": 1, "parameters": 7e10, "machine": "large_gpu"},
    "latency": {"per_s": 1, "parameters": 1.3e10, "bytes_each": 1.0},
    "arithmetic": {"per_s": 1, "parameters": 7e9, "machine": "large_gpu", "batch": 256, "budget_usd": 1e6, "machines_at_most": 1},
    "memory bandwidth": {"per_s": 1, "parameters": 1e9, "machine": "small_gpu", "budget_usd": 1e6, "machines_at_most": 1},
    "network": {"per_s": 1, "parameters": 1e6, "request_kb": 1_000},
    "cost": {"per_s": 1, "parameters": 7e9, "machine": "large_gpu"},
}  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_each_constraint_can_bind(word):
    """There is a setting for each word, and below the ceiling of that constraint the rate is possible."""
    view = feasibility(**CASES[word])
    assert view.binds == word
    if view.ceiling_per_s:
        here = {**CASES[word], "per_s": view.ceiling_per_s}
        assert feasibility(**{**here, "per_s": 0.999 * view.ceiling_per_s}).met
        assert not feasibility(**{**here, "per_s": 1.001 * view.ceiling_per_s}).met
    else:
        assert not view.met


def test_the_call_takes_the_longer_roof():
    """The ceiling of the machines is the lower of both roofs, by the roofline."""
    view = feasibility(**CASES["memory bandwidth"])
    assert min(view.roofs_per_s, key=view.roofs_per_s.get) == "memory bandwidth"
    assert view.roofs_per_s["memory bandwidth"] == pytest.approx(view.ceiling_per_s)
    assert view.offered_per_s == 1


def test_the_link_carries_the_requests():
    """1,000 requests a second of 10 kB are 80 Mb/s: 0.8 % of 10 Gb/s; the network's ceiling fills 70 % of the link."""
    view = feasibility(1_000, 1e6)
    assert view.link_share == pytest.approx(0.008)
    assert view.most_per_s["network"] == pytest.approx(0.7 * 10e9 / (10_000 * 8))


def test_the_map_and_the_point_agree():
    """The curve of what is possible goes through the ceiling of the point."""
    for place in (0, 30, 50):
        view = feasibility(10, float(SIZES[place]), "small_gpu", batch=16)
        assert view.curves["possible"][place] == pytest.approx(view.ceiling_per_s)


@settings(deadline=None, max_examples=40)
@given(st.floats(1e6, 1e12), st.sampled_from(sorted(MACHINES)), st.sampled_from([1, 16, 256]))
def test_more_budget_or_memory_never_hurts(parameters, machine, batch):
    """Doubling the budget, or taking weights of half the size, never lowers the ceiling."""
    base = feasibility(10, parameters, machine, batch)
    assert feasibility(10, parameters, machine, batch, budget_usd=10_000).ceiling_per_s >= base.ceiling_per_s
    assert feasibility(10, parameters, machine, batch, bytes_each=1.0).ceiling_per_s >= base.ceiling_per_s


def test_the_simulated_machine_carries_what_the_formula_allows():
    """At the ceiling the machine is about 70 % busy without batching, and its p99 is finite; beyond capacity it is not."""
    view = feasibility(1, 1e8, "cpu", machines_at_most=1)
    full = feasibility(BUSY * view.capacity_per_s, 1e8, "cpu", machines_at_most=1)
    assert full.run.utilisation == pytest.approx(BUSY, abs=0.03)
    over = feasibility(1.3 * view.capacity_per_s, 1e8, "cpu", machines_at_most=1)
    assert over.run.percentile_ms(99) > 10 * full.run.percentile_ms(99)


def test_gravity_reference_values():
    """50 TB at the full rate of 10 Gb/s: 11.1 h of moving, $4,000 of egress; the simulation agrees exactly."""
    view = gravity(50, 10)
    assert view.ways["data"].moving_h == pytest.approx(11.1, rel=0.002)
    assert view.ways["data"].moving_usd == pytest.approx(4_000)
    assert view.trials_h == pytest.approx(np.full(40, 100 / 9), rel=1e-9)
    assert gravity(50, 100).ways["data"].moving_h == pytest.approx(1.11, rel=0.002)


def test_data_that_change_are_moved_again():
    """Three runs, a tenth changed between them: 60 TB instead of 50 are paid for, and three boxes travel."""
    view = gravity(50, 10, runs=3, changed=0.1)
    assert view.ways["data"].moving_h == pytest.approx(1.2 * 100 / 9)
    assert view.ways["data"].moving_usd == pytest.approx(4_800)
    assert (view.ways["disks"].moving_h, view.ways["disks"].moving_usd) == (3 * 144, 900)
    assert view.trials_h == pytest.approx(np.full(40, 1.2 * 100 / 9))
    assert view.ways["compute"] == gravity(50, 10, runs=3).ways["compute"]


@pytest.mark.parametrize("sustained", [0.3, 0.5, 0.8])
def test_a_shared_link_takes_about_what_the_mean_says(sustained):
    """Over long transfers the simulated hours come to size over mean rate; short ones spread with the time of day."""
    long = shared_link_h(300_000, 10, sustained)
    assert np.median(long) == pytest.approx(estimation.transfer_h(300_000, 10, sustained), rel=0.06)
    short = shared_link_h(10_000, 10, sustained)
    assert short.max() > 1.2 * short.min()
    assert np.array_equal(short, shared_link_h(10_000, 10, sustained))


def test_transfers_of_years_do_not_hang():
    """Ten petabytes over 100 Mb/s: a year scale, worked out at once."""
    assert shared_link_h(1e7, 0.1, 0.1).min() > 1e6


def test_the_even_point_is_where_costs_meet():
    """At the number of runs from which moving the data is cheaper, both cost the same."""
    view = gravity(50, 10, runs=1, dearer=5.0)
    below, above = (gravity(50, 10, runs=round(view.even_runs) + d, dearer=5.0).ways for d in (-2, 2))
    assert below["data"].usd > below["compute"].usd
    assert above["data"].usd < above["compute"].usd
    assert gravity(50, 10, dearer=1.0).even_runs == math.inf


def test_the_deadline_decides_and_then_the_money():
    """Too late for all: no best way. With time enough the cheapest wins."""
    assert gravity(1_000, 1, runs=10, deadline_h=24).best is None
    assert gravity(50, 10, deadline_h=720, runs=1_000, dearer=5.0).best == "data"
    assert gravity(50, 10, deadline_h=24).best == "compute"
