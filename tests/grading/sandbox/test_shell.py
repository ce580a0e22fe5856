"""The shell that runs cells without a kernel, and what IPython must keep for it: an upgrade that does not goes red here."""

import json
import subprocess
import sys
from typing import Any

import pytest

CELLS = {
    "error": "1 / 0",
    "value": "6 * 7",
    "second value": "6 * 8",
    "print": "print('once')",
    "display": "from IPython.display import display, HTML\ndisplay(HTML('<b>x</b>'))",
    "get_ipython": "get_ipython() is __import__('IPython').get_ipython()",
    "exit": "exit()",
    "magic": "%time 1",
    "pickle": "import pickle\nclass A: pass\ntype(pickle.loads(pickle.dumps(A()))).__name__",
    "syntax": "def (",
}
PROGRAM = f"""
import builtins, json, sys
from mlsd_course.grading.sandbox.shell import Stream, new_shell
out, cells = sys.stdout, {CELLS!r}
shell = new_shell()
found = {{"builtins": [name for name in ("display", "get_ipython") if hasattr(builtins, name)]}}
sys.stdout = Stream(shell.outputs, "stdout", 1)
for name, source in cells.items():
    shell.outputs.clear()
    shell.run_cell(source, store_history=True)
    found[name] = list(shell.outputs.kept)
sys.stdout = out
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def shown() -> dict[str, Any]:
    """What each cell has shown, in one process."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 1, "something reached the real stdout"
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_an_error_is_kept_and_not_printed(shown: dict[str, Any]) -> None:
    """IPython must hand errors, those of syntax too, to `InteractiveShell._showtraceback`."""
    assert [(each["output_type"], each["ename"]) for each in shown["error"]] == [("error", "ZeroDivisionError")]
    assert [(each["output_type"], each["ename"]) for each in shown["syntax"]] == [("error", "SyntaxError")]


def test_the_value_of_a_cell_is_its_result(shown: dict[str, Any]) -> None:
    """IPython must call `DisplayHook.write_format_data`, and leave `_is_active` to be reset by `finish_displayhook`."""
    for name, text in (("value", "42"), ("second value", "48")):
        assert [each["data"]["text/plain"] for each in shown[name]] == [text]


def test_what_is_printed_is_kept_once(shown: dict[str, Any]) -> None:
    """IPython must copy streams by `InteractiveShell._tee` and in no other way."""
    assert shown["print"] == [{"output_type": "stream", "name": "stdout", "text": "once\n"}]


def test_display_and_get_ipython_find_the_shell(shown: dict[str, Any]) -> None:
    """`InteractiveShell._instance` must be where IPython looks for the one shell; HTML is shown as its text."""
    (output,) = shown["display"]
    assert (output["output_type"], list(output["data"])) == ("display_data", ["text/plain"])
    assert shown["get_ipython"][0]["data"]["text/plain"] == "True"


def test_tests_outside_of_a_cell_find_what_cells_find(shown: dict[str, Any]) -> None:
    """`builtin_trap.__enter__` must add IPython's names to the builtins until it is left."""
    assert shown["builtins"] == ["display", "get_ipython"]


def test_classes_of_cells_can_be_pickled(shown: dict[str, Any]) -> None:
    """`user_module` must be the module in which cells run."""
    assert shown["pickle"][0]["data"]["text/plain"] == "'A'"


def test_exit_ends_nothing_and_magics_work(shown: dict[str, Any]) -> None:
    """`exit` must go through `ask_exit`."""
    assert shown["exit"] == []
    assert any("Wall time" in each.get("text", "") for each in shown["magic"])


def test_a_test_with_a_magic_is_compiled() -> None:
    """`ZMQInteractiveShell.input_transformer_manager` must hold a default that transforms cells."""
    from mlsd_course.grading.sandbox.job import CellJob
    from mlsd_course.grading.sandbox.worker import compiled

    assert "get_ipython" in compiled(CellJob(0, "t", "%time 1\n", test=True))["used"]
