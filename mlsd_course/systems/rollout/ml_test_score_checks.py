"""The tests of the ML Test Score that run by themselves: each looks at the running product and returns its evidence."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from mlsd_course.errors import ServiceError
from mlsd_course.systems.rollout.product import ScoredProduct, truth
from mlsd_course.systems.rollout.router import Router

Proof = Callable[[ScoredProduct], str]
PROOFS: dict[str, Proof] = {}
LATER = ("arrival", "arrival_delay_min", "air_time_min", "late")
"""Columns that are not known at departure."""
SLICE_LEAST, SLICE_MARGIN = 300, 0.01
SLOW_MS = 250.0


class NotShown(Exception):
    """What the test asks for could not be shown, and why."""


def proof(code: str) -> Callable[[Proof], Proof]:
    """Register a check under its code."""

    def register(check: Proof) -> Proof:
        PROOFS[code] = check
        return check

    return register


def need(condition: object, reason: str) -> None:
    """Stop with the reason where the condition does not hold."""
    if not condition:
        raise NotShown(reason)


def served(product: ScoredProduct) -> Router:
    """The router of a product that serves; stops where nothing is served."""
    if product.router is None:
        raise NotShown("nothing is served")
    return product.router


def one_row(product: ScoredProduct) -> list[float]:
    """The features of one flight."""
    row: list[float] = product.features(product.test.head(1)).to_numpy()[0].tolist()
    return row


@proof("D1")
def expectations(product: ScoredProduct) -> str:
    """Every feature has bounds, and the newest data keep them."""
    features = product.features(product.test)
    missing = [name for name in features if name not in product.expectations]
    need(not missing, f"no expectation is written down for {', '.join(missing)}")
    for name, (low, high) in product.expectations.items():
        out = int((~features[name].between(low, high)).sum())
        need(not out, f"{out} values of {name} are outside {low:g} to {high:g}")
    return f"{len(features.columns)} features of {len(features):,} flights inside their bounds"


@proof("D2")
def every_feature_helps(product: ScoredProduct) -> str:
    """Shuffling a feature makes the answers worse."""
    table, late = product.features(product.test), truth(product.test)
    before, lost = _loss(product.model, table.to_numpy(), late), {}
    for name in table:
        shuffled = table.copy()
        shuffled[name] = np.random.default_rng(0).permutation(shuffled[name].to_numpy())
        lost[name] = _loss(product.model, shuffled.to_numpy(), late) - before
    idle = [name for name, gain in lost.items() if gain <= 0]
    need(not idle, f"without {', '.join(idle)} the answers are as good")
    return f"shuffling any of {len(lost)} features makes the log loss worse"


def _loss(model: Any, rows: "np.ndarray[Any, Any]", late: "np.ndarray[Any, Any]") -> float:
    probability = np.clip(model.predict_proba(rows)[:, 1], 1e-9, 1 - 1e-9)
    return float(-np.where(late, np.log(probability), np.log(1 - probability)).mean())


@proof("D4")
def nothing_of_later(product: ScoredProduct) -> str:
    """Features are the same when all that happens after departure is blanked out."""
    flights = product.test.head(500)
    blank = flights.copy()
    for column in LATER:
        blank[column] = blank[column].where(np.zeros(len(blank), dtype=bool))
    try:
        same = product.features(blank).equals(product.features(flights))
    except (TypeError, ValueError, KeyError) as error:
        raise NotShown(f"features cannot be made without facts of later ({error})") from error
    need(same, "features change when facts of later are blanked out: they leak")
    return f"features unchanged without {', '.join(LATER)}"


@proof("D7")
def feature_code(product: ScoredProduct) -> str:
    """The feature code leaves its input alone, row order does not matter, and one row gives what a batch gives."""
    flights = product.test.head(300).reset_index(drop=True)
    kept, features = flights.copy(deep=True), product.features(flights)
    need(flights.equals(kept), "the input was changed")
    need(len(features) == len(flights), "rows were lost or doubled")
    turned = product.features(flights.iloc[::-1]).iloc[::-1]
    need(np.array_equal(turned.to_numpy(), features.to_numpy(), equal_nan=True), "the order of rows matters")
    alone = product.features(flights.iloc[[7]]).to_numpy()
    need(
        np.array_equal(alone, features.iloc[[7]].to_numpy(), equal_nan=True),
        "a row alone differs from a row in a batch",
    )
    return "input untouched, order of rows without effect, one row as in a batch"


@proof("M4")
def staleness(product: ScoredProduct) -> str:
    """The loss by a model of the older half of the data is measured."""
    flights = product.train.sort_values("scheduled_departure")
    old, new = (product.fit(half) for half in (flights.iloc[: len(flights) // 2], flights.iloc[len(flights) // 2 :]))
    shares = [100 * product.bad_share(model, product.test) for model in (old, new)]
    return f"bad warnings: {shares[0]:.2f} % with the older half, {shares[1]:.2f} % with the newer"


@proof("M5")
def simpler_is_not_better(product: ScoredProduct) -> str:
    """The model beats the rule on later data."""
    model, rule = product.bad_share(product.model, product.test), product.rule_bad_share(product.test)
    need(model < rule, f"the rule is as good: {100 * rule:.2f} % bad warnings, the model {100 * model:.2f} %")
    return f"bad warnings: model {100 * model:.2f} %, rule {100 * rule:.2f} %"


@proof("M6")
def slices(product: ScoredProduct) -> str:
    """On no airport and no large carrier is the model worse than the rule by a point or more."""
    seen = 0
    for column in ("origin", "carrier"):
        for name, part in product.test.groupby(column):
            if len(part) < SLICE_LEAST:
                continue
            seen += 1
            worse = product.bad_share(product.model, part) - product.rule_bad_share(part)
            need(worse < SLICE_MARGIN, f"{column} {name}: {100 * worse:.1f} points worse than the rule")
    return f"not worse than the rule on any of {seen} airports and carriers"


@proof("I1")
def repeated(product: ScoredProduct) -> str:
    """Training twice gives the same answers, bit for bit."""
    rows = product.features(product.test).to_numpy()
    first, second = (product.fit(product.train).predict_proba(rows) for _ in range(2))
    need(np.array_equal(first, second), "two trainings on the same data answer differently")
    return "two trainings answer the same, bit for bit"


@proof("I2")
def behaviour(product: ScoredProduct) -> str:
    """More delay never lowers the probability of a late arrival; the weekday alone never turns a warning (Ribeiro 2020)."""
    table = product.features(product.test.head(400))
    before = product.model.predict_proba(table.to_numpy())[:, 1]
    later = table.assign(departure_delay_min=table["departure_delay_min"] + 30)
    fell = int((product.model.predict_proba(later.to_numpy())[:, 1] < before - 1e-9).sum())
    need(not fell, f"30 minutes more delay lowers the chance of {fell} of {len(table)} flights")
    return f"30 minutes more delay lowers no chance of {len(table)} flights"


@proof("I3")
def end_to_end(product: ScoredProduct) -> str:
    """From raw rows to the answer over HTTP: what is served is what the model says."""
    stable = served(product).stable
    table = product.features(product.test.head(20)).to_numpy()
    expected = product.model.predict_proba(table)[:, 1]
    answers = [stable.predict(row) for row in table.tolist()]
    need(np.allclose(answers, expected, atol=1e-6), "the served answer differs from the model's")
    return f"{len(answers)} served answers equal the model's"


@proof("I4")
def gate(product: ScoredProduct) -> str:
    """The gate lets the model pass, and stops one that learnt from shuffled labels."""
    if product.gate is None:
        raise NotShown("no gate stands before serving")
    need(product.gate(product.model, product.test), "the gate stops the serving model")
    shuffled = product.train.copy()
    shuffled["late"] = np.random.default_rng(0).permutation(shuffled["late"].astype(bool).to_numpy())
    need(not product.gate(product.fit(shuffled), product.test), "the gate lets a model of shuffled labels pass")
    return "passes the model, stops one that learnt from shuffled labels"


@proof("I6")
def canaried(product: ScoredProduct) -> str:
    """A release went through a canary that decided by itself."""
    decided = [past for past in product.releases if past.state != "undecided" and past.looks]
    need(decided, "no release went through a canary yet")
    return f"{len(decided)} releases decided by a canary: {', '.join(past.state for past in decided)}"


@proof("I7")
def rolled_back(product: ScoredProduct) -> str:
    """After a rollback the next request is answered by the stable version."""
    router, row = served(product), one_row(product)
    need(router.candidate is not None, "there is no second version to come back from")
    before, router.shadow = (router.flag.share, router.shadow), False
    try:
        router.flag.share = 1.0
        first = router.predict(0, row).version
        router.roll_back()
        second = router.predict(0, row).version
    finally:
        router.flag.share, router.shadow = before
    need((first, second) == ("candidate", "stable"), f"asked before and after: {first}, {second}")
    return "the request after the rollback goes to the stable version"


@proof("W2")
def guarded(product: ScoredProduct) -> str:
    """Input outside of what is expected is refused before the model sees it, and ordinary input is not."""
    if product.guard is None:
        raise NotShown("nothing checks the input while serving")
    table = product.features(product.test.head(200))
    rows = table.to_numpy().tolist()
    need(all(map(product.guard, rows)), "ordinary input is refused")
    for place, name in enumerate(table):
        for wrong in (1e6, -1e6, math.nan):
            bad = [*rows[0][:place], wrong, *rows[0][place + 1 :]]
            need(not product.guard(bad), f"{wrong:g} passes as {name}")
    return f"{len(rows)} ordinary rows pass, impossible values of {len(table.columns)} features are refused"


@proof("W3")
def same_features(product: ScoredProduct) -> str:
    """The rows that were served equal the features that training would compute for the same flights."""
    need(product.releases, "no served request is on record")
    served = {request.key: request.row for past in product.releases for request, _ in past.evidence.seen}
    flights = product.test[product.test["flight_id"].isin(served)]
    need(len(flights), "none of the served flights is in the test data")
    table = product.features(flights).to_numpy()
    logged = np.array([served[key] for key in flights["flight_id"]])
    need(np.array_equal(table, logged), "training computes other features than those that were served")
    return f"{len(flights):,} served rows equal the features of training"


@proof("W5")
def finite(product: ScoredProduct) -> str:
    """A row with a huge value gets a probability or a refusal, never a NaN."""
    stable, row = served(product).stable, one_row(product)
    for wrong in (1e12, -1e12, 0.0):
        try:
            answer = stable.predict([wrong, *row[1:]])
        except ServiceError:
            continue
        need(math.isfinite(answer) and 0 <= answer <= 1, f"{wrong:g} is answered with {answer}")
    return "huge values get a probability or a refusal"


@proof("W6")
def fast(product: ScoredProduct) -> str:
    """Most answers come in time."""
    router, row = served(product), one_row(product)
    times = sorted(router.predict(key, row).ms for key in range(40))
    need(times[35] <= SLOW_MS, f"one answer in ten takes longer than {SLOW_MS:g} ms")
    return f"nine of ten answers within {SLOW_MS:g} ms"


@proof("W7")
def watched(product: ScoredProduct) -> str:
    """Bad warnings of served answers are counted once flights have landed, and are not above what the test data promised."""
    need(product.releases, "no served answer was compared with what happened")
    counts = product.releases[-1].evidence.counts("stable")
    promised = product.bad_share(product.model, product.test)
    noise = 3 * math.sqrt(promised * (1 - promised) / max(1, counts.known))
    need(counts.bad_share <= promised + noise, f"{100 * counts.bad_share:.1f} % bad, promised {100 * promised:.1f} %")
    return f"{100 * counts.bad_share:.1f} % bad of {counts.known:,} served and known, {100 * promised:.1f} % promised"
