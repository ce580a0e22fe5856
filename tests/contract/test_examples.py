"""The examples in docstrings run and give what they show; the names that notebooks use most have one."""

import doctest
import importlib
import inspect
from pathlib import Path

import pytest

from tests.support.paths import REPOSITORY

OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
MODULES = sorted(
    path for path in (REPOSITORY / "mlsd_course").rglob("*.py") if ">>> " in path.read_text(encoding="utf-8")
)

# Public names that several chapters, or many cells, use: `help(name)` shows a learner how.
EXPLAINED = (
    "sim.Exponential", "sim.BatchCost", "sim.Poisson", "sim.Station", "sim.simulate",
    "sim.closed.utilisation", "sim.closed.mm1_mean_ms", "sim.closed.mm1_percentile_ms", "sim.closed.mmc_percentile_ms",
    "sim.tails.Call", "sim.tails.fan_out_percentile_ms", "sim.tails.chain_percentile_ms",
    "sim.budget.budget_minutes", "sim.budget.used_share", "sim.scale.transfer_h", "sim.scale.kept_gb",
    "sim.threshold.best_threshold", "sim.threshold.acted_on", "sim.rollout.hours_to_find",
    "design.MLSystemDesign", "design.Facts", "design.read_sentence", "design.worked_design",
    "data.as_of", "data.asof_join", "data.instant", "data.new_york",
    "learner.Record", "learner.load_document", "explore.predict", "explore.reveal", "explore.show",
)  # fmt: skip


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(REPOSITORY / "mlsd_course").as_posix())
def test_examples_give_what_they_show(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each example of a module runs in a workspace of its own, without widgets, and prints what its docstring says."""
    monkeypatch.setenv("MLSD_HEADLESS", "1")
    monkeypatch.setenv("MLSD_WORKSPACE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(".".join(path.relative_to(REPOSITORY).with_suffix("").parts))
    differences: list[str] = []
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    examples = [test for test in doctest.DocTestFinder().find(module) if test.examples]
    for example in examples:
        runner.run(example, out=differences.append)
    assert examples, f"{path} shows >>> where doctest finds no docstring"
    assert not differences, "".join(differences)


@pytest.mark.parametrize("name", EXPLAINED)
def test_what_notebooks_use_most_has_an_example(name: str) -> None:
    """`help()` on one of the common names shows it at work."""
    place, _, last = name.rpartition(".")
    package, _, rest = place.partition(".")
    owner = importlib.import_module(f"mlsd_course.{package}")
    value = getattr(getattr(owner, rest) if rest else owner, last)
    assert ">>> " in (inspect.getdoc(value) or ""), f"Add an example to the docstring of {name}"
