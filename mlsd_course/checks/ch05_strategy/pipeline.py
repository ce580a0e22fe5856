"""Checks of tests: a learner's tests of a feature pipeline must kill mutants, and keep quiet about pipelines that are right."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

Build = Callable[["pd.DataFrame", float], "pd.DataFrame"]
Test = Callable[[Build], None]
CARRIERS = ("AA", "B6", "DL", "UA")


def flights(seed: int = 0, count: int = 60) -> pd.DataFrame:
    """Return three days of made-up flights: carrier, scheduled_h, landed_h (NaN: never), delay_min; the index is the flight.

    Hours count from a midnight. `delay_min` belongs to the landing: it is known from `landed_h` on.
    """
    import pandas as pd

    rng = np.random.default_rng(seed)
    scheduled = np.sort(np.round(rng.uniform(5, 71, count), 1))
    delay = np.round(rng.exponential(25, count) - 10)
    landed = np.round(scheduled + 2 + delay / 60, 2)
    landed[rng.random(count) < 0.05] = np.nan
    frame = pd.DataFrame(
        {
            "carrier": rng.choice(CARRIERS, count, p=(0.4, 0.3, 0.2, 0.1)),
            "scheduled_h": scheduled,
            "landed_h": landed,
            "delay_min": np.where(np.isnan(landed), np.nan, delay),
        },
        index=pd.Index([f"F{number:03d}" for number in rng.permutation(count)], name="flight"),
    )
    return frame.sample(frac=1, random_state=seed)


def complaint(tests: Sequence[Test], build: Build) -> str | None:
    """Return what the first test that objects to a pipeline says; None where all are content."""
    for test in tests:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                test(build)
        except BaseException as error:
            kinds = {kind.__name__ for kind in type(error).__mro__}
            if not kinds & {"Exception", "OutcomeException"}:  # the latter is what pytest.raises and pytest.fail raise
                raise
            return f"{getattr(test, '__name__', 'a test')}: {str(error) or type(error).__name__}"
    return None


def some_tests(tests: object) -> None:
    """There is at least one test, and each can be called."""
    assert isinstance(tests, list | tuple), (
        f"tests is a {type(tests).__name__}. Expected a list of functions: tests = [test_one, test_two]."
    )
    assert tests, (
        "tests is empty. Expected a list of functions that each take a pipeline: tests = [test_one, test_two]."
    )
    for test in tests:
        assert callable(test), f"tests holds {test!r}. Expected functions; write their names without brackets."


def no_false_alarm(tests: Sequence[Test], good: Mapping[str, Build]) -> None:
    """No test objects to a pipeline that does what the text says, however it is written."""
    for name, build in good.items():
        refusal = complaint(tests, build)
        assert refusal is None, (
            f"A pipeline that is right ({name}) was refused by {refusal[:200]}. A test may ask only for what the text promises: "
            "not for an order of rows or columns, nor for equal last digits."
        )


def killed(tests: Sequence[Test], mutants: Mapping[str, Build]) -> list[str]:
    """Return the names of the mutants that some test objects to."""
    return [name for name, build in mutants.items() if complaint(tests, build) is not None]


def all_killed(tests: Sequence[Test], mutants: Mapping[str, Build], spare: int = 0) -> None:
    """Every mutant dies, but for `spare` of them; the message tells which kind of fault is still alive."""
    dead = killed(tests, mutants)
    alive = [name for name in mutants if name not in dead]
    assert len(alive) <= spare, (
        f"{len(mutants) - len(alive)} of {len(mutants)} mutants were killed. Alive: {'; '.join(alive)}. Write a test whose "
        "answer you know by hand and that such a fault would change."
    )
