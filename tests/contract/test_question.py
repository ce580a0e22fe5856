"""The quality gates on questions, which a new bank passes by existing; an example of `quizzes/README.md` does too."""

import contextlib
from pathlib import Path

import pytest

from mlsd_course.errors import BankError
from mlsd_course.exam.library import library
from mlsd_course.grading import lessons
from mlsd_course.quiz import GATES, Bank, Context, load
from mlsd_course.quiz.gates import Gate
from tests.support.paths import REPOSITORY

PATHS = sorted((REPOSITORY / "quizzes").glob("*.yaml"))


@pytest.fixture(scope="module")
def banks() -> dict[str, Bank]:
    """Return every bank that can be read; one that cannot fails its own test."""
    found = {}
    for path in PATHS:
        with contextlib.suppress(BankError):
            found[path.stem] = load(path)
    return found


@pytest.fixture(scope="module")
def context(banks: dict[str, Bank]) -> Context:
    """Return the library, the notebooks and the other banks, as the gates need them."""
    return Context(library, lessons(REPOSITORY / "notebooks"), banks)


@pytest.mark.parametrize("gate", GATES, ids=[gate.__name__ for gate in GATES])
@pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
def test_every_bank_passes_every_gate(path: Path, gate: Gate, context: Context) -> None:
    """A fault is told with the item, what is wrong and what to do."""
    faults = list(gate(load(path), context))
    assert not faults, "\n" + "\n".join(faults)
