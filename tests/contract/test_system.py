"""What every mini-system promises, which a new one passes by existing."""

import importlib
import math
import multiprocessing
import pkgutil
import re
import subprocess
import sys
import threading
from dataclasses import astuple
from pathlib import Path

import joblib
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

import mlsd_course.systems
from mlsd_course.errors import ParameterError
from mlsd_course.systems import INSTRUMENT_PACKAGES, PATTERN_PACKAGES, Mini, Scorecard, Workload

PACKAGES = sorted(
    f"mlsd_course.systems.{part.name}" for part in pkgutil.iter_modules(mlsd_course.systems.__path__) if part.ispkg
)
MINIS = {
    mini.noun: mini
    for mini in (importlib.import_module(f"mlsd_course.systems.{name}").MINI for name in PATTERN_PACKAGES)
}
REFERENCE = re.compile(r"naive twin|stands? for|in production", re.IGNORECASE)


@pytest.fixture
def workload(tmp_path) -> Workload:
    """Sixty questions in half a second, and a quick model for them."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(60, 3))
    late = (rows[:, 0] + rng.normal(size=60) > 0).astype(float)
    folder = tmp_path / "model"
    folder.mkdir()
    joblib.dump(LogisticRegression().fit(rows, late), folder / "model.joblib")
    return Workload(np.linspace(0, 0.5, 60), rows, late, folder / "model.joblib")


def test_every_package_is_a_pattern_or_an_instrument() -> None:
    """Each package is declared as one of the two; a pattern has a mini-system, an instrument has none."""
    assert sorted(f"mlsd_course.systems.{name}" for name in (*PATTERN_PACKAGES, *INSTRUMENT_PACKAGES)) == PACKAGES
    for name in PATTERN_PACKAGES:
        assert isinstance(importlib.import_module(f"mlsd_course.systems.{name}").MINI, Mini), name
    for name in INSTRUMENT_PACKAGES:
        assert not hasattr(importlib.import_module(f"mlsd_course.systems.{name}"), "MINI"), name


@pytest.mark.parametrize("package", PACKAGES)
def test_its_docstring_names_what_it_stands_for(package: str) -> None:
    """One sentence says what it is; a reader learns what the real tool would be, or what its naive twin does, by a name that exists."""
    module = importlib.import_module(package)
    text = module.__doc__ or ""
    first = text.strip().splitlines()[0]
    assert first.endswith("."), f"{package} does not begin with a sentence"
    assert len(first) > 40, f"{package} hardly says what it is"
    assert REFERENCE.search(text), f"{package} names neither its naive twin nor what it stands for"
    for name in re.findall(r"`(\w+)(?:\(\))?`", text):
        assert hasattr(module, name), f"{package} speaks of `{name}`, which it does not have"


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_it_starts_nothing(package: str) -> None:
    """No thread, no server, no widget by import alone."""
    code = (
        f"import threading, sys, {package}; "
        "print(threading.active_count(), [m for m in ('plotly', 'ipywidgets', 'uvicorn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split(maxsplit=1) == ["1", "[]\n"], done.stdout


@pytest.mark.parametrize("noun", MINIS)
def test_it_names_its_engine_and_the_switch(noun: str) -> None:
    """What does this at scale, and the one setting that changes over to it."""
    assert MINIS[noun].engine
    assert MINIS[noun].switch


@pytest.mark.parametrize("which", ["run", "twin"])
@pytest.mark.parametrize("noun", MINIS)
def test_it_runs_the_traffic_returns_the_scorecard_and_leaves_nothing(
    noun: str, which: str, workload, tmp_path, monkeypatch
) -> None:
    """System and twin answer the same workload; no thread, child process or file is left in the folder that they ran in."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    threads, children = set(threading.enumerate()), _children()
    card = getattr(MINIS[noun], which)(workload)
    assert isinstance(card, Scorecard)
    assert 0 < card.answered_share <= 1
    assert card.p50_ms <= card.p95_ms <= card.p99_ms
    assert card.log_loss < math.log(2), "worse than a coin"
    assert all(math.isfinite(value) and value >= 0 for value in astuple(card))
    assert card.code_paths >= 1
    assert set(threading.enumerate()) <= threads
    assert _children() <= children
    assert list(here.iterdir()) == []


def test_traffic_that_does_not_fit_together_is_refused() -> None:
    """As many times as rows as outcomes."""
    with pytest.raises(ParameterError, match="as many times as rows"):
        Workload(np.zeros(2), np.zeros((3, 1)), np.zeros(3), Path("model.joblib"))


def _children() -> set[int]:
    """Return the numbers of this process's children, where the system tells them."""
    listed = Path(f"/proc/self/task/{threading.get_native_id()}/children")
    own = {child.pid for child in multiprocessing.active_children() if child.pid}
    return own | ({int(pid) for pid in listed.read_text().split()} if listed.exists() else set())
