"""The public surface: what a package exports exists and explains itself, and notebooks use nothing else."""

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import REPOSITORY

PACKAGES = sorted(
    ".".join(path.relative_to(REPOSITORY).parent.parts)
    for path in (REPOSITORY / "mlsd_course").rglob("__init__.py")
    if "__all__" in path.read_text(encoding="utf-8")
)
SOURCES = sorted((REPOSITORY / "notebooks" / "source").glob("*/*.py"))


@pytest.mark.parametrize("package", PACKAGES)
def test_every_exported_name_is_there_sorted_and_explained(package: str) -> None:
    """`__all__` holds each name once; classes and functions have a docstring of the course's own."""
    module = importlib.import_module(package)
    assert len(set(module.__all__)) == len(module.__all__)
    for name in module.__all__:
        value = getattr(module, name)
        if inspect.isclass(value) or inspect.isfunction(value):
            assert inspect.getdoc(value), f"{package}.{name} has no docstring"


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_notebooks_use_public_names_only(source: Path) -> None:
    """A notebook imports from a package of the course, never from a module inside it, and only what is exported."""
    wrong = [f"{module}: {name}" for module, name in _imported(source) if not _public(module, name)]
    assert wrong == []


def test_the_package_itself_loads_nothing_heavy() -> None:
    """`import mlsd_course` is instant: no NumPy, no widgets."""
    code = (
        "import sys, mlsd_course; print([m for m in ('numpy', 'pandas', 'plotly', 'ipywidgets') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize("path", sorted((REPOSITORY / "mlsd_course").rglob("*.py")), ids=lambda path: path.stem)
def test_what_only_posix_has_is_not_imported_at_the_top(path: Path) -> None:
    """Every module can be imported on Windows; what only Linux has is imported where it is used, behind a check."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name.split(".")[0] for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    names |= {(node.module or "").split(".")[0] for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert not names & {"fcntl", "grp", "pwd", "pty", "resource", "termios"}


def _imported(source: Path) -> list[tuple[str, str]]:
    lines = source.read_text(encoding="utf-8").splitlines()
    code = "\n".join("" if line.startswith("#") or line.lstrip().startswith(("%", "!")) else line for line in lines)
    found = []
    for node in ast.walk(compile(code, str(source), "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mlsd_course"):
            found += [(node.module or "", alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names if alias.name.startswith("mlsd_course")]
    return found


def _public(module: str, name: str) -> bool:
    try:
        package = importlib.import_module(module)
    except ImportError:
        return False
    if module == "mlsd_course.errors":  # all of it is for catching
        return hasattr(package, name)
    if not hasattr(package, "__path__"):  # a module inside a package
        return module.startswith("mlsd_course.checks.")
    return not name or name in getattr(package, "__all__", ()) or _is_package(f"{module}.{name}")


def _is_package(name: str) -> bool:
    try:
        return hasattr(importlib.import_module(name), "__path__") or name.startswith("mlsd_course.checks.")
    except ImportError:
        return False
