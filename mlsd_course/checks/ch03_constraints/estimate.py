"""Visible checks of chapter 03: products of guesses against draws, and which constraint binds."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

Guesses = Sequence[tuple[float, float]]
Estimate = Callable[..., tuple[float, float, float]]
Z90 = 1.6449
"""Nine in ten draws of a normal lie within this many standard deviations of its mean."""


def triple(got: Any, arguments: str) -> tuple[float, float, float]:
    """Return (low, middle, high); says what came where it is something else."""
    fits = (
        isinstance(got, tuple | list) and len(got) == 3 and all(isinstance(v, int | float | np.floating) for v in got)
    )
    assert fits, f"estimate({arguments}) gave {got!r}. Expected three numbers: (low, middle, high)."
    low, middle, high = map(float, got)
    assert 0 < low <= middle <= high, (
        f"estimate({arguments}) gave {_shown(low, middle, high)}. Expected 0 < low <= middle <= high."
    )
    return low, middle, high


def one_guess(estimate: Estimate) -> None:
    """A single guess is its own estimate; its middle is the geometric one."""
    low, middle, high = triple(estimate([(10, 1000)]), "[(10, 1000)]")
    assert math.isclose(low, 10, rel_tol=1e-6) and math.isclose(high, 1000, rel_tol=1e-6), (  # noqa: PT018 (one promise)
        f"estimate([(10, 1000)]) reaches from {low:g} to {high:g}. Expected 10 to 1000: one guess is as wide as it is."
    )
    assert math.isclose(middle, 100, rel_tol=1e-6), (
        f"estimate([(10, 1000)]) has {middle:g} in the middle. Expected 100, ten times the low and a tenth of the high end: "
        "orders of magnitude are halved on a log scale."
    )


def nine_in_ten(estimate: Estimate, times: Guesses, per: Guesses = (), seed: int = 0) -> None:
    """Draws of the product over the divisors lie inside the estimate nine times in ten."""
    arguments = f"{list(times)}" + (f", per={list(per)}" if per else "")
    low, middle, high = triple(estimate(list(times), list(per)) if per else estimate(list(times)), arguments)
    rng = np.random.default_rng(seed)
    draws = np.ones(40_000)
    for sign, guesses in ((1, times), (-1, per)):
        for bottom, top in guesses:
            centre, half = (math.log(bottom) + math.log(top)) / 2, (math.log(top) - math.log(bottom)) / 2
            draws *= np.exp(sign * rng.normal(centre, half / Z90, len(draws)))
    inside = float(np.mean((draws >= low) & (draws <= high)))
    hint = (
        "too wide: it takes all guesses to be at their worst at the same time. Independent errors cancel in part: add the half "
        "widths in squares, on a log scale"
        if inside > 0.9
        else "too narrow: each further guess adds uncertainty, and dividing takes none away"
    )
    assert math.isclose(middle, float(np.median(draws)), rel_tol=0.05), (
        f"For estimate({arguments}) half of the draws lie below {np.median(draws):.3g}; you give {middle:.3g} as the middle."
    )
    assert abs(inside - 0.9) < 0.015, (
        f"estimate({arguments}) gives {_shown(low, high)}, which holds {inside:.1%} of 40,000 draws. Expected about 90 %; it is {hint}."
    )


def binding_name(got: Any, names: Sequence[str]) -> tuple[str, dict[str, float]]:
    """Return (name, uses) of an answer of the second exercise; says what came where it is something else."""
    assert isinstance(got, tuple | list), f"binding(order) gave {got!r}. Expected a pair: (name, uses)."
    assert len(got) == 2, f"binding(order) gave {len(got)} things. Expected a pair: (name, uses)."
    name, uses = got
    assert isinstance(uses, Mapping), f"The second part is {uses!r}. Expected a dictionary: a use for each name."
    missing = [word for word in names if word not in uses]
    assert not missing, f"uses lacks {', '.join(missing)}. Expected a use for each of {', '.join(names)}."
    assert name in names, f"You name {name!r}. Expected one of {', '.join(names)}."
    return str(name), {word: float(uses[word]) for word in names}


def use_of(uses: Mapping[str, float], name: str, expected: float, why: str) -> None:
    """One use is right within a per cent; `why` is the sentence that helps."""
    assert math.isclose(uses[name], expected, rel_tol=0.01), (
        f"The use of {name!r} is {uses[name]:.4g}. Expected {expected:.4g}: {why}."
    )


def _shown(*values: float) -> str:
    return "(" + ", ".join(f"{value:.3g}" for value in values) + ")"
