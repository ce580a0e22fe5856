"""The kernel of the course's environment notes graded tests by itself; no import does."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from IPython.core.events import EventManager, available_events
from jupyter_client.manager import start_new_kernel

from mlsd_course import kernel_extension
from mlsd_course.learner import Record, chapters
from tests.support.paths import NOTEBOOKS

GRADED = min(chapters(NOTEBOOKS / "release")[1].graded)
CHAPTER = chapters(NOTEBOOKS / "release")[1].slug


def run(cells: list[tuple[str, str]], workspace: Path, **environment: str) -> None:
    """Run code in a kernel started as JupyterLab starts one, each piece as the cell of that id."""
    import os

    kept = {name: value for name, value in os.environ.items() if name not in ("MLSD_HEADLESS", "NBGRADER_EXECUTION")}
    own = {"MLSD_WORKSPACE": str(workspace), "IPYTHONDIR": str(workspace / "ipython")}
    manager, client = start_new_kernel(env={**kept, **own, **environment})
    try:
        for cell_id, code in cells:
            message = client.session.msg("execute_request", {"code": code, "silent": False, "store_history": True})
            message["metadata"]["cellId"] = cell_id
            client.shell_channel.send(message)
            client._recv_reply(message["header"]["msg_id"], timeout=60)  # noqa: SLF001 jupyter_client's wait for one reply
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_a_kernel_keeps_whether_a_graded_test_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is imported in the notebook for it: the environment's own configuration loads the extension."""
    run([("other", "1"), (GRADED, "assert False"), (GRADED, "assert True")], tmp_path)
    monkeypatch.setenv("MLSD_WORKSPACE", str(tmp_path))
    checks = [(event.key, event.data["passed"]) for event in Record().events("check", CHAPTER)]
    assert checks == [(GRADED, False), (GRADED, True)]


@pytest.mark.parametrize("variable", ["MLSD_HEADLESS", "NBGRADER_EXECUTION"])
def test_a_kernel_that_builds_or_grades_keeps_nothing(tmp_path: Path, variable: str) -> None:
    """No file of a learner is touched by a build, nbval or nbgrader."""
    run([(GRADED, "assert True")], tmp_path, **{variable: "1"})
    assert not (tmp_path / "record").exists()


def test_importing_the_checks_registers_nothing() -> None:
    """A package of assertions has no side effects on the shell that imports it."""
    code = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.kernel = None
before = {name: list(calls) for name, calls in shell.events.callbacks.items()}
import mlsd_course.checks, mlsd_course.checks.ch01_system_thinking.compose, mlsd_course.explore, mlsd_course.exam
assert {name: list(calls) for name, calls in shell.events.callbacks.items()} == before
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_unloading_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """IPython's %unload_ext works, and twice does no harm."""
    monkeypatch.delenv("MLSD_HEADLESS", raising=False)
    shell = SimpleNamespace(events=EventManager(None, available_events))
    kernel_extension.load_ipython_extension(shell)
    assert shell.events.callbacks["post_run_cell"] == [kernel_extension._after_cell]  # noqa: SLF001 the callback itself
    kernel_extension.unload_ipython_extension(shell)
    kernel_extension.unload_ipython_extension(shell)
    assert shell.events.callbacks["post_run_cell"] == []
