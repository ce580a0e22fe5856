"""The import graph: no circles, no folder of too many modules, no import by a string, no import that changes something."""

import ast
import configparser
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.import_graph import cycles, import_graph
from tests.support.paths import REPOSITORY

PACKAGE = REPOSITORY / "mlsd_course"
MODULES_A_FOLDER = 16

# What importing the course must leave alone, as a program that prints what has changed. Its shell looks like that of
# a learner's kernel (it has a `kernel`).
IMPORT_ALL = """
import importlib, signal, sys, threading
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.kernel = object()

def state():
    return {
        "callbacks of IPython": {name: list(calls) for name, calls in shell.events.callbacks.items()},
        "input transformers": list(shell.input_transformers_post),
        "magics": {kind: sorted(magics) for kind, magics in shell.magics_manager.magics.items()},
        "attributes of the shell": sorted(vars(shell)),
        "names of the notebook": sorted(shell.user_ns),
        "excepthook": sys.excepthook,
        "displayhook": sys.displayhook,
        "import hooks": [name for finder in sys.meta_path if (name := type(finder).__module__).startswith("mlsd_course")],
        "signal handlers": [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)],
        "threads": sorted(thread.name for thread in threading.enumerate()),
    }

for module in sys.stdin.read().split():
    before = state()
    importlib.import_module(module)
    print(*(f"{module} changes: {name}" for name, value in state().items() if value != before[name]), sep="\\n")
"""


def test_the_import_graph_has_no_cycle() -> None:
    """No file imports itself through others, be it inside a function, for types only, or in a stub."""
    found = cycles(import_graph(PACKAGE))
    message = "\n".join("  " + " → ".join(files) for files in found)
    assert not found, f"{len(found)} import cycles; move one function of each to a file below both:\n{message}"


def test_a_cycle_is_found_however_it_is_written(tmp_path: Path) -> None:
    """The test above sees imports at the top, in functions, under TYPE_CHECKING, and in the stub of a lazy package."""
    for name, text in {
        "__init__.py": "",
        "top.py": "from . import local",
        "local.py": "def f():\n    from .typed import T",
        "typed.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.lazy import top",
        "lazy/__init__.py": "import lazy_loader",
        "lazy/__init__.pyi": "from ..top import top as top",
        "apart.py": "from .top import x\nimport os",
    }.items():
        (tmp_path / "p" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "p" / name).write_text(text, encoding="utf-8")
    assert cycles(import_graph(tmp_path / "p")) == [
        ["lazy/__init__.py", "top.py", "local.py", "typed.py", "lazy/__init__.py"]
    ]


def test_no_folder_holds_more_modules_than_a_reader_can_take_in() -> None:
    """A folder of the package holds 16 modules at most, `__init__.py` included."""
    folders = {PACKAGE, *(path for path in PACKAGE.rglob("*") if path.is_dir())}
    counts = {folder.relative_to(REPOSITORY).as_posix(): len(list(folder.glob("*.py"))) for folder in folders}
    large = {folder: count for folder, count in sorted(counts.items()) if count > MODULES_A_FOLDER}
    assert not large, f"More than {MODULES_A_FOLDER} modules in one folder; group them by subject: {large}"


@pytest.mark.parametrize(("contract", "free"), [("widgets", {"explore"}), ("notebooks", {"grading"})])
def test_the_contracts_of_import_linter_hold_for_every_package(contract: str, free: set[str]) -> None:
    """Only `explore` draws and only `grading` reads notebooks: what is new in the package is held to it, too."""
    settings = configparser.ConfigParser()
    settings.read(REPOSITORY / ".importlinter", encoding="utf-8")
    held = set(settings[f"importlinter:contract:{contract}"]["source_modules"].split())
    parts = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    missing = {f"mlsd_course.{part}" for part in parts - free - {"__init__"}} - held
    assert not missing, f"Add to source_modules of the contract {contract!r} in .importlinter: {sorted(missing)}"


@pytest.mark.parametrize("path", sorted((PACKAGE / "cli").rglob("*.py")), ids=lambda path: path.stem)
def test_commands_import_by_name(path: Path) -> None:
    """A command names the module that it loads in an import statement, where linters and type checkers see it."""
    strings = [
        f"line {node.lineno}: {node.value!r}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("mlsd_course.")
    ]
    assert not strings, f"{path.name} names modules in strings; write an import inside the function: {strings}"


def test_importing_any_module_registers_nothing() -> None:
    """An import changes nothing outside the package: no hook of IPython, no signal handler, no thread."""
    modules = "\n".join(sorted(_importable()))
    environment = {
        name: value for name, value in os.environ.items() if name not in ("MLSD_HEADLESS", "NBGRADER_EXECUTION")
    }
    program = [sys.executable, "-c", IMPORT_ALL]
    result = subprocess.run(
        program, input=modules, capture_output=True, text=True, cwd=REPOSITORY, env=environment, check=False
    )
    assert result.returncode == 0, result.stderr
    changes = [line for line in result.stdout.splitlines() if line]
    assert not changes, "\n".join(changes)


def _importable() -> list[str]:
    """Return the names of all modules; those that run when they are read are left out."""
    paths = (path for path in PACKAGE.rglob("*.py") if path.name not in {"__main__.py", "nbgrader_config.py"})
    names = (".".join(path.relative_to(REPOSITORY).with_suffix("").parts) for path in paths)
    return [name.removesuffix(".__init__") for name in names]
