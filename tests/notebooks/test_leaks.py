"""No solution, hidden test or graded answer key is in the student versions or in the built package."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from mlsd_course import grading
from tests.support.paths import FIXTURE, NOTEBOOKS, REPOSITORY

SOURCES = grading.sources(NOTEBOOKS)
TELLING_LETTERS = 24  # a shorter line, `return total`, is anybody's
_MARK = r"^[^\n]*\b{} (SOLUTION|HIDDEN TESTS)\b[^\n]*$"
REGION = re.compile(rf"{_MARK.format('BEGIN')}\n(.*?){_MARK.format('END')}", re.MULTILINE | re.DOTALL)
KEYS = re.compile(r"mastery_check|answers\.(py|ya?ml|json)$|\bsource/", re.IGNORECASE)


def parts(notebook: nbformat.NotebookNode) -> tuple[str, str]:
    """Return the text that learners must not see, and the text that they see."""
    secret, public = [], []
    for cell in notebook.cells:
        hidden = [match.group(2) for match in REGION.finditer(cell.source)]
        if not hidden and cell.metadata.get("nbgrader", {}).get("solution"):
            hidden = [cell.source]
        secret += hidden
        public.append("" if hidden == [cell.source] else REGION.sub("", cell.source))
    return "\n".join(secret), "\n".join(public)


def secrets(source: grading.Source) -> set[str]:
    """Return the secret lines of a source that its public part does not hold as well."""
    secret, public = parts(source.notebook())
    return set(lines(secret)) - set(lines(public))


def lines(text: str) -> Iterator[str]:
    """Yield the lines without indentation, comment signs and empty ones."""
    yield from (line for line in (raw.strip().lstrip("#").strip() for raw in text.splitlines()) if line)


def found(text: str, secret: set[str]) -> list[str]:
    """Return the secrets that `text` holds: whole lines, or long ones anywhere in it."""
    own = set(lines(text))
    return sorted(line for line in secret if line in own or (len(line) >= TELLING_LETTERS and line in text))


def shown(path: Path) -> str:
    """Return what a released file says, a notebook without its JSON."""
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8", errors="replace")
    notebook = nbformat.read(path, as_version=4)
    return "\n".join(
        [cell.source + "\n" + str(cell.get("outputs", "")) + str(cell.metadata) for cell in notebook.cells]
    )


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the text of every file in the built package."""
    folder = tmp_path_factory.mktemp("wheel")
    own = shutil.which("uv", path=REPOSITORY / ".uv" / ("Scripts" if os.name == "nt" else "bin"))
    uv = os.environ.get("UV") or shutil.which("uv") or own  # `uv run` sets the first, make may have installed the last
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), "."]
    command = [uv, "build", "--quiet", "--wheel", "--out-dir", str(folder)] if uv else pip
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        return {name: archive.read(name).decode("utf-8", errors="replace") for name in archive.namelist()}


@pytest.mark.parametrize("source", SOURCES, ids=[source.name for source in SOURCES])
def test_the_student_versions_hold_no_secret(source: grading.Source) -> None:
    """Neither its own nor another notebook's, in whatever file of the release."""
    own = shown(source.release)
    assert found(own, secrets(source)) == []
    assert "BEGIN " not in own
    long = {line for line in secrets(source) if len(line) >= TELLING_LETTERS}
    for path in sorted((NOTEBOOKS / "release").rglob("*")):
        if path.is_file():
            assert found(shown(path), long) == [], path


@pytest.mark.slow
@pytest.mark.parametrize("source", SOURCES, ids=[source.name for source in SOURCES])
def test_the_package_holds_no_secret(wheel: dict[str, str], source: grading.Source) -> None:
    """No file of the wheel has a line of a solution or of a hidden test."""
    long = {line for line in secrets(source) if len(line) >= TELLING_LETTERS}
    leaks = {name: held for name, text in wheel.items() if (held := [line for line in long if line in text])}
    assert leaks == {}


@pytest.mark.slow
def test_the_package_holds_no_answer_key(wheel: dict[str, str]) -> None:
    """No bank of a graded test, no file of reference answers, no notebook source."""
    assert [name for name in wheel if KEYS.search(name)] == []


def test_only_notebooks_are_released() -> None:
    """A Python file in the release could be a source."""
    files = [path for path in sorted((NOTEBOOKS / "release").rglob("*")) if path.is_file()]
    assert [path.name for path in files if path.suffix != ".ipynb"] == []


@pytest.mark.parametrize(
    "kept", ["return rate_per_s * service_s", "never cap it at 1", "answer = 42", "queue has a memory"]
)
def test_the_scan_finds_what_a_reference_holds(kept: str) -> None:
    """A scan that finds nothing proves nothing: in the reference itself each secret is found."""
    source = next(source for source in grading.sources(FIXTURE) if source.path.stem == "exercises")
    held = found(source.text(), secrets(source))
    assert any(kept in line for line in held)
