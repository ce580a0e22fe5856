"""The release that runs itself: flag, router, evidence, controller, lineage and the ML Test Score."""

import math
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest

from mlsd_course.errors import ParameterError, ServiceError
from mlsd_course.systems.online import Service
from mlsd_course.systems.rollout import (
    ML_TESTS,
    Controller,
    Counts,
    Evidence,
    Flag,
    History,
    LabelledRequest,
    Lineage,
    Ramp,
    RoutedAnswer,
    Router,
    ScoredProduct,
    big_bang,
    bucket,
    fingerprint,
    gate_features,
    gate_requests,
    gate_rule,
    ml_test_score,
    release,
    train_gate,
)
from mlsd_course.systems.rollout.ml_test_score_checks import PROOFS


class Says:
    """A version that always says the same, or fails."""

    def __init__(self, probability: float | None) -> None:
        self.probability, self.asked = probability, 0

    def predict(self, row: object) -> float:
        self.asked += 1
        if self.probability is None:
            raise ServiceError("The service does not answer")
        return self.probability


class Errs:
    """A version that warns wrongly for a share of the rows: the row holds the truth and a number from 0 to 1."""

    def __init__(self, share: float) -> None:
        self.share = share

    def predict(self, row: tuple[float, float]) -> float:
        late, place = row
        return late if place >= self.share else 1 - late


def replay(
    requests: int = 6_000, per_h: float = 50.0, seed: int = 0, label_delay_h: float = 2.0
) -> list[LabelledRequest]:
    """Requests in time order, whose rows are for `Errs`."""
    chance = np.random.default_rng(seed)
    return [
        LabelledRequest(key, key / per_h, (float(late), float(place)), bool(late), key / per_h + label_delay_h)
        for key, (late, place) in enumerate(zip(chance.random(requests) < 0.2, chance.random(requests), strict=True))
    ]


@pytest.fixture(scope="module")
def flights() -> pd.DataFrame:
    """A small world of flights in which lateness follows the departure delay."""
    chance, size = np.random.default_rng(1), 4_000
    start = pd.Timestamp("2013-06-01T04:00Z")
    scheduled = start + pd.to_timedelta(np.sort(chance.integers(0, 20 * 1440, size)), unit="min")
    delay = np.round(chance.exponential(20, size) - 8)
    arrival_delay = delay + np.round(chance.normal(-5, 12, size))
    flights = pd.DataFrame(
        {
            "flight_id": np.arange(size),
            "carrier": chance.choice(["UA", "B6"], size),
            "origin": chance.choice(["JFK", "LGA"], size),
            "distance_miles": chance.integers(200, 2_500, size).astype(float),
            "scheduled_departure": scheduled,
            "departure_delay_min": delay,
            "departure": scheduled + pd.to_timedelta(delay, unit="min"),
            "arrival": scheduled + pd.to_timedelta(120 + arrival_delay, unit="min"),
            "arrival_delay_min": arrival_delay,
            "air_time_min": 100.0,
            "late": pd.array(arrival_delay >= 15, dtype="boolean"),
        }
    )
    return flights


@pytest.fixture(scope="module")
def halves(flights: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Training data, and later data."""
    return flights.iloc[:2_000], flights.iloc[2_000:]


def test_buckets_are_even_stable_and_independent() -> None:
    """A key keeps its place; places are spread evenly, and those of two flags have nothing to do with each other."""
    places = np.array([bucket(key, "a") for key in range(4_000)])
    assert bucket(17, "a") == bucket("17", "a") != bucket(17, "b")
    assert np.abs(np.histogram(places, 10, (0, 1))[0] - 400).max() < 80
    others = np.array([bucket(key, "b") for key in range(4_000)])
    assert abs(np.corrcoef(places, others)[0, 1]) < 0.05


def test_raising_the_share_keeps_who_is_on() -> None:
    """Nobody is switched off when the share grows; 0 is off for all, 1 on for all; 1.2 is refused."""
    flag = Flag("release", 0.1)
    first = {key for key in range(1_000) if flag.on(key)}
    flag.share = 0.3
    assert first < {key for key in range(1_000) if flag.on(key)}
    flag.share = 0
    assert not any(map(flag.on, range(1_000)))
    flag.share = 1
    assert all(map(flag.on, range(1_000)))
    with pytest.raises(ParameterError, match="share"):
        flag.share = 1.2


def test_a_failing_candidate_hurts_nobody() -> None:
    """Where the candidate fails the stable version answers; where both fail the fallback does."""
    router = Router(Says(0.2), Says(None), Flag("x", 1.0), fallback=0.9)
    answer = router.predict(1, [0.0])
    assert (answer.version, answer.probability, answer.failed) == ("stable", 0.2, "candidate")
    router.stable = Says(None)
    answer = router.predict(1, [0.0])
    assert (answer.version, answer.probability) == ("fallback", 0.9)


def test_the_shadow_never_answers() -> None:
    """In shadow both are asked, the stable version answers, and the candidate's failures are written down only."""
    router = Router(Says(0.2), Says(0.7), Flag("x", 1.0), shadow=True)
    assert router.predict("a", [0.0]).version == "stable"
    router.candidate = Says(None)
    assert router.predict("b", [0.0]).probability == 0.2
    assert router.shadowed == [("a", 0.2, 0.7), ("b", 0.2, None)]


def test_switch_and_back() -> None:
    """Blue-green: one call moves everybody, a second one moves them back; without a second version it is refused."""
    blue, green = Says(0.1), Says(0.9)
    router = Router(blue, green)
    router.switch()
    assert router.predict(1, [0.0]).probability == 0.9
    router.switch()
    assert router.predict(1, [0.0]).probability == 0.1
    with pytest.raises(ServiceError, match="second version"):
        Router(blue).switch()


def test_an_outcome_counts_once_it_is_known() -> None:
    """Before it is known an outcome is neither good nor bad."""
    evidence = Evidence()
    router = Router(Says(0.9))
    for late, known in ((True, 5.0), (False, 6.0), (False, 50.0)):
        request = LabelledRequest(1, 1.0, (0.0,), late, known)
        evidence.add(request, router.predict(1, request.row))
    assert evidence.counts("stable", 0.5) == Counts()
    assert evidence.counts("stable", 4) == Counts(sent=3)
    assert evidence.counts("stable", 6) == Counts(sent=3, known=2, bad=1)
    assert evidence.counts("stable") == Counts(sent=3, known=3, bad=2)


def test_a_bad_release_is_rolled_back_and_a_good_one_promoted() -> None:
    """Over 40 releases: all with 15 points more bad outcomes go back; at most 5 % of harmless ones do."""
    ends: dict[float, list[str]] = {0.25: [], 0.1: []}
    for seed in range(40):
        for share, seen in ends.items():
            router = Router(Errs(0.1), Errs(share), Flag(f"release {seed}"))
            seen.append(release(router, replay(4_000, seed=seed), Controller()).state)
    assert set(ends[0.25]) == {"rolled back"}
    assert ends[0.1].count("rolled back") <= 2
    assert ends[0.1].count("released") >= 36


def test_a_canary_harms_fewer_than_a_big_bang() -> None:
    """The same bad release, the same traffic: the canary finds it and harms fewer travellers."""
    requests = replay()
    careful = release(Router(Errs(0.1), Errs(0.25), Flag("r")), requests, Controller())
    twin = big_bang(Router(Errs(0.1), Errs(0.25), Flag("r")), requests)
    assert careful.state == twin.state == "rolled back"
    assert careful.harmed() < 0.5 * twin.harmed(usual=0.1)
    assert careful.exposed < 0.5 * twin.exposed
    assert "roll back" in repr(careful)


def test_harm_by_hand() -> None:
    """Bad outcomes of the candidate until the decision, minus what the stable version would have made of as many."""
    history = History(state="rolled back", at_h=5.0)
    asked = [("candidate", 1.0, True), ("candidate", 2.0, False), ("candidate", 6.0, True)]
    asked += [("stable", 1.0, True), *(("stable", hour, False) for hour in (2.0, 3.0, 4.0))]
    for version, at_h, bad in asked:
        history.evidence.add(
            LabelledRequest(1, at_h, (0.0,), late=False, known_h=at_h + 1), RoutedAnswer(version, float(bad), 1.0)
        )
    assert history.harmed() == pytest.approx(1 - 2 * 0.25)
    assert history.harmed(usual=0.1) == pytest.approx(1 - 2 * 0.1)
    assert replace(history, state="undecided").harmed() == pytest.approx(2 - 3 * 0.25)


def test_after_the_rollback_nobody_sees_the_candidate() -> None:
    """From the deciding look on, all requests go to the stable version."""
    history = release(Router(Errs(0.1), Errs(0.4), Flag("r")), replay(), Controller())
    after = [answer.version for request, answer in history.evidence.seen if request.at_h >= history.at_h]
    assert set(after) == {"stable"}
    assert len(after) > 1_000


def test_failures_roll_back_without_waiting_for_labels() -> None:
    """A candidate that gives no answer goes back before any outcome is known."""
    history = release(Router(Errs(0.1), Says(None), Flag("r")), replay(label_delay_h=1_000), Controller())
    assert history.state == "rolled back"
    assert "failed" in history.looks[-1].decision.reason
    assert {answer.version for _, answer in history.evidence.seen} == {"stable"}


def test_no_promotion_without_labels() -> None:
    """Where labels do not come in, the step is held, however long it lasts."""
    history = release(Router(Errs(0.1), Errs(0.1), Flag("r")), replay(label_delay_h=1_000), Controller())
    assert history.state == "undecided"
    assert max(look.share for look in history.looks) < 1
    assert "outcomes known" in history.looks[-1].decision.reason


@pytest.mark.parametrize("ramp", [(), (Ramp(0.3, 1), Ramp(0.1, 1)), (Ramp(0.1, 1), Ramp(1.0, 1)), (Ramp(0, 1),)])
def test_a_ramp_grows(ramp: tuple[Ramp, ...]) -> None:
    """A ramp that is empty, falls, or leaves nobody to compare with is refused."""
    with pytest.raises(ParameterError, match="ramp"):
        Controller(ramp)


def test_lineage_names_what_changed(flights: pd.DataFrame) -> None:
    """The same run has the same lineage; a row moved, a seed or another function is named."""
    here = Lineage.of(train_gate, flights, {"seed": 0})
    assert here.changed(Lineage.of(train_gate, flights.copy(), {"seed": 0})) == []
    assert here.changed(Lineage.of(train_gate, flights.iloc[::-1], {"seed": 0})) == ["data"]
    assert here.changed(Lineage.of(gate_rule, flights, {"seed": 1})) == ["code", "parameters"]
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1}) != fingerprint({"a": 1})
    assert fingerprint(flights) != fingerprint(flights.rename(columns={"late": "latte"}))


def test_the_rubric_has_28_tests() -> None:
    """Four sections of seven, each with its own code, and every check belongs to one of them."""
    codes = [test.code for test in ML_TESTS]
    assert len(set(codes)) == len(codes) == 28
    assert set(PROOFS) < set(codes)
    assert len(PROOFS) >= 14


def test_a_notebook_scores_nothing(halves: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """A model that nobody serves has points for data and model, and a score of 0: the weakest section counts."""
    score = ml_test_score(ScoredProduct(*halves))
    assert score.points >= 5
    assert score.total == 0
    assert score.weakest == "monitoring"
    assert "NOT SHOWN" in repr(score)


def test_by_hand_counts_half(halves: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """What somebody ran by hand and wrote down counts half, with or without a check that fails."""
    score = ml_test_score(ScoredProduct(*halves), {"M1": "review of 3 May", "I7": "drill of 4 May"})
    assert score.results["M1"].points == score.results["I7"].points == 0.5


def test_a_stopped_service_shows_nothing(halves: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """Checks of what is served fail with the reason, and the others are run to the end."""
    score = ml_test_score(ScoredProduct(*halves, router=Router(Says(None))))
    assert score.results["I3"].points == 0
    assert "does not answer" in score.results["I3"].evidence
    assert score.results["D7"].points == 1


def leaks(flights: pd.DataFrame) -> pd.DataFrame:
    """Features that know the time in the air."""
    return gate_features(flights).assign(weekday=flights["air_time_min"].astype(float))


def touches(flights: pd.DataFrame) -> pd.DataFrame:
    """Features that change their input."""
    flights["departure_delay_min"] = flights["departure_delay_min"] + 1
    return gate_features(flights)


def ranks(flights: pd.DataFrame) -> pd.DataFrame:
    """Features that depend on the batch."""
    return gate_features(flights).assign(departure_delay_min=flights["departure_delay_min"].rank())


def guesses(flights: pd.DataFrame, seed: int = 0) -> object:
    """Training on whatever rows chance picks."""
    return train_gate(flights.sample(frac=0.5, random_state=None), "trees")


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (
            "D1",
            {"expectations": dict.fromkeys(("departure_delay_min", "distance_100_miles", "hour", "weekday"), (0, 5))},
        ),
        ("D4", {"features": leaks}),
        ("D7", {"features": touches}),
        ("D7", {"features": ranks}),
        ("M5", {"rule": lambda flights: flights["late"].astype(bool).to_numpy()}),
        ("M6", {"rule": lambda flights: flights["late"].astype(bool).to_numpy()}),
        ("I1", {"fit": guesses}),
        ("I4", {"gate": lambda model, flights: True}),
        ("I4", {"gate": lambda model, flights: False}),
        ("W2", {"guard": lambda row: True}),
        ("W2", {"guard": lambda row: False}),
    ],
)
def test_checks_see_faults(halves: tuple[pd.DataFrame, pd.DataFrame], code: str, fault: dict[str, object]) -> None:
    """Each check fails, with a reason, on a product with the fault that it is there for."""
    train, test = (half.copy() for half in halves)
    result = ml_test_score(ScoredProduct(train, test, **fault)).results[code]  # type: ignore[arg-type]
    assert result.points == 0
    assert len(result.evidence) > 25


@pytest.fixture
def services(halves: tuple[pd.DataFrame, pd.DataFrame], tmp_path: Path) -> Iterator[tuple[Service, Service]]:
    """Two served models: one trained in minutes, one in hours."""
    for name, unit in (("v1", 1.0), ("v2", 60.0)):
        joblib.dump(train_gate(halves[0], delay_unit_min=unit), tmp_path / f"{name}.joblib")
    with Service(tmp_path / "v1.joblib") as first, Service(tmp_path / "v2.joblib") as second:
        yield first, second


@pytest.mark.slow
def test_real_models_are_rolled_back_and_scored(
    halves: tuple[pd.DataFrame, pd.DataFrame], services: tuple[Service, Service]
) -> None:
    """Over HTTP: a model that was trained on hours goes back by itself, and the product's checks then run to the end."""
    train, test = halves
    requests = gate_requests(test)[:1_500]
    router = Router(*services, Flag("hours"))
    history = release(router, requests, Controller((Ramp(0.3, 24, 200),)))
    assert history.state == "rolled back"
    assert router.flag.share == 0
    bounds = {"departure_delay_min": (-60, 1500), "distance_100_miles": (0.5, 60), "hour": (0, 24), "weekday": (0, 6)}
    product = ScoredProduct(
        train,
        test,
        expectations=bounds,
        guard=lambda row: all(low <= x <= high for x, (low, high) in zip(row, bounds.values(), strict=True)),
        router=router,
        releases=[history],
    )
    product.gate = lambda model, flights: product.bad_share(model, flights) <= product.rule_bad_share(flights) + 0.02
    score = ml_test_score(product)
    shown = {code for code, result in score.results.items() if result.points}
    assert {"D1", "I3", "I4", "I6", "I7", "W2", "W3", "W5", "W6"} <= shown, score


@pytest.mark.slow
def test_nothing_is_left_behind(halves: tuple[pd.DataFrame, pd.DataFrame], tmp_path: Path) -> None:
    """When the block ends, the processes of both versions are gone and their ports are free."""
    joblib.dump(train_gate(halves[0]), tmp_path / "v1.joblib")
    with Service(tmp_path / "v1.joblib") as first, Service(tmp_path / "v1.joblib") as second:
        router = Router(first, second, Flag("x", 0.5))
        assert {router.predict(key, [5.0, 10.0, 9.0, 1.0]).version for key in range(20)} == {"stable", "candidate"}
    answer = router.predict(1, [5.0, 10.0, 9.0, 1.0])
    assert (answer.version, answer.failed) in {("fallback", "stable"), ("fallback", "candidate")}
    time.sleep(0.1)
    if os.name == "posix":
        children = subprocess.run(["ps", "--ppid", str(os.getpid()), "-o", "args="], capture_output=True, text=True)
        assert "online.server" not in children.stdout


def test_the_gap_between_training_and_serving(halves: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """A model trained on hours is as good as the other one offline, and useless with minutes."""
    train, test = halves
    minutes, hours = train_gate(train), train_gate(train, delay_unit_min=60)
    rows = gate_features(test).to_numpy().copy()
    offline = rows.copy()
    offline[:, 0] /= 60
    assert np.allclose(minutes.predict_proba(rows), hours.predict_proba(offline), atol=1e-3)
    late = test["late"].astype(bool).to_numpy()
    bad = [float(((model.predict_proba(rows)[:, 1] >= 0.5) != late).mean()) for model in (minutes, hours)]
    assert bad[1] > 1.5 * bad[0]
    assert not math.isnan(bad[1])
