"""Checks of composed times: pages whose calls run in a row, side by side, or again, against a clock that walks through each page."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.float64]
Compose = Callable[[list[Times]], Times]
Retry = Callable[[list[Times], float], Times]


def in_a_row(compose: Compose) -> None:
    """Calls in a row add up, page by page."""
    got = _array(compose([np.array([1.0, 2.0]), np.array([10.0, 20.0]), np.array([100.0, 200.0])]), "in_a_row", 2)
    assert np.allclose(got, [111.0, 222.0]), (
        f"in_a_row of 1, 10 and 100 ms on one page and 2, 20 and 200 ms on another gave {_shown(got)}. Expected 111 and 222 "
        "ms: add within each page, not over the pages."
    )


def side_by_side(compose: Compose) -> None:
    """Of calls side by side the slowest decides, page by page."""
    got = _array(compose([np.array([5.0, 1.0]), np.array([3.0, 40.0]), np.array([4.0, 2.0])]), "side_by_side", 2)
    assert np.allclose(got, [5.0, 40.0]), (
        f"side_by_side of 5, 3, 4 ms on one page and 1, 40, 2 ms on another gave {_shown(got)}. Expected 5 and 40 ms: each "
        "page waits for its own slowest call."
    )


def tried_again(retry: Retry) -> None:
    """An attempt within the timeout ends the page; one beyond it costs the timeout, and the next begins."""
    first, second = np.array([20.0, 80.0, 50.0, 90.0]), np.array([10.0, 30.0, 10.0, 70.0])
    got = _array(retry([first, second], 50.0), "tried_again", 4)
    assert math.isclose(got[0], 20.0), (
        f"A first attempt of 20 ms, timeout 50 ms, gave {got[0]:g} ms. Expected 20: it was in time, nobody tries again."
    )
    assert math.isclose(got[1], 80.0), (
        f"A first attempt of 80 ms is given up at 50 ms, the second takes 30 ms; you gave {got[1]:g} ms. Expected 80: the time "
        "until the timeout is lost, it is not free."
    )
    assert math.isclose(got[2], 50.0), (
        f"An attempt of exactly the timeout, 50 ms, gave {got[2]:g} ms. Expected 50: it arrives just in time."
    )
    assert np.isinf(got[3]), (
        f"Attempts of 90 and 70 ms with a timeout of 50 ms gave {got[3]:g} ms. Expected math.inf: both were given up, so this "
        "page never has its answer."
    )


def whole_pages(row: Compose, fan: Compose, retry: Retry, seed: int = 0, rounds: int = 20) -> None:
    """Random pages made of all three, nested: every page takes what a clock that walks through it shows."""
    for place in range(rounds):
        rng = np.random.default_rng([seed, place])
        plan = _plan(rng, depth=3)
        got = _array(_composed(plan, row, fan, retry), "your functions together", _PAGES)
        walked = np.array([_walk(plan, page) for page in range(_PAGES)])
        wrong = np.flatnonzero(~np.isclose(got, walked))
        assert not len(wrong), (
            f"A page that is {_words(plan)} took {got[wrong[0]]:.1f} ms by your functions and {walked[wrong[0]]:.1f} ms by the "
            f"clock ({len(wrong)} of {_PAGES} such pages differ). Work the smallest part of it out by hand."
        )


_PAGES = 100
Plan = tuple[str, Any]


def _plan(rng: np.random.Generator, depth: int) -> Plan:
    kind = rng.choice(["row", "fan", "again", "call"]) if depth else "call"
    if kind == "call":
        return ("call", rng.lognormal(3.0, 0.8, _PAGES))
    if kind == "again":
        timeout_ms = float(rng.uniform(15.0, 60.0))
        return ("again", ([rng.lognormal(3.0, 0.8, _PAGES) for _ in range(rng.integers(1, 4))], timeout_ms))
    return (str(kind), [_plan(rng, depth - 1) for _ in range(rng.integers(1, 4))])


def _composed(plan: Plan, row: Compose, fan: Compose, retry: Retry) -> Times:
    kind, parts = plan
    if kind == "call":
        return np.array(parts)
    if kind == "again":
        return retry([attempt.copy() for attempt in parts[0]], parts[1])
    return (row if kind == "row" else fan)([_composed(part, row, fan, retry) for part in parts])


def _walk(plan: Plan, page: int, begin_ms: float = 0.0) -> float:
    """Return the moment at which one page is done, by following its clock from `begin_ms` on."""
    kind, parts = plan
    if kind == "call":
        return begin_ms + float(parts[page])
    if kind == "fan":
        return max(_walk(part, page, begin_ms) for part in parts)
    now = begin_ms
    if kind == "row":
        for part in parts:
            now = _walk(part, page, now)
        return now
    attempts, timeout_ms = parts
    for attempt in attempts:
        if attempt[page] <= timeout_ms:
            return now + float(attempt[page])
        now += timeout_ms
    return math.inf


def _words(plan: Plan) -> str:
    kind, parts = plan
    if kind == "call":
        return "a call"
    if kind == "again":
        return f"a call with up to {len(parts[0])} tries of {parts[1]:.0f} ms"
    joined = " and ".join(_words(part) for part in parts)
    return f"({joined}) {'in a row' if kind == 'row' else 'side by side'}"


def _array(got: Any, name: str, pages: int) -> Times:
    times_ms = np.asarray(got, dtype=float) if got is not None else np.empty(0)
    assert times_ms.shape == (pages,), (
        f"{name} returned {'nothing' if got is None else f'an array of shape {times_ms.shape}'} for {pages} pages. Expected one "
        f"time per page: shape ({pages},)."
    )
    return times_ms


def _shown(values: Sequence[float] | Times) -> str:
    return " and ".join(f"{value:g}" for value in values) + " ms"
