"""One switch decides between widgets for a learner and plain text for everything else."""

import pytest

from mlsd_course.headless import headless, live_shell


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("yes", True), ("0", False), ("", False)])
def test_mlsd_headless_switches(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool) -> None:
    """Any value but 0 and nothing means: no widgets, no file of the learner."""
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setenv("MLSD_HEADLESS", value)
    assert headless() is expected


def test_nbgraders_own_variable_means_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under autograde and validate nothing of ours need be set."""
    monkeypatch.delenv("MLSD_HEADLESS", raising=False)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert headless()


def test_a_plain_python_has_no_live_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a kernel there is nobody to whom a widget could be shown."""
    monkeypatch.delenv("MLSD_HEADLESS", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    assert live_shell() is None
