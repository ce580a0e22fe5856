"""nbval is strict as `make nbval` runs it: a changed output, a failing cell or a call to the network is found."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mlsd_course import grading
from tests.support import offline
from tests.support.paths import FIXTURE, NOTEBOOKS

pytestmark = pytest.mark.slow


# What is changed in a built lesson, by the name of its copy.
CHANGES = {
    "text": ('"two\\n"', '"three\\n"'),
    "table": ("rate_per_s</th>", "rate</th>"),
    "source": ('print(\\"two\\")', "print(2)"),
    "network": ("print(time.perf_counter())", "import urllib.request; urllib.request.urlopen('http://192.0.2.1')"),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fixture's course, built, under the same conftest as the course."""
    folder = tmp_path_factory.mktemp("nbval")
    shutil.copytree(FIXTURE, folder / "notebooks")
    shutil.copy(NOTEBOOKS / "conftest.py", folder / "notebooks")
    (folder / "pyproject.toml").write_text("[tool.pytest.ini_options]\n", encoding="utf-8")
    grading.build(root=folder / "notebooks")
    return folder / "notebooks"


@pytest.fixture(scope="module")
def changed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> "subprocess.CompletedProcess[str]":
    """One run over a copy of the lesson for each change."""
    folder = tmp_path_factory.mktemp("changed")
    shutil.copytree(built.parent, folder, dirs_exist_ok=True)
    lesson = folder / "notebooks" / "source" / "ch90_fixture" / "lesson.ipynb"
    text = lesson.read_text(encoding="utf-8")
    for name, (old, new) in CHANGES.items():
        assert old in text
        lesson.with_name(f"{name}.ipynb").write_text(text.replace(old, new), encoding="utf-8")
    return nbval(folder / "notebooks")


def nbval(root: Path) -> "subprocess.CompletedProcess[str]":
    """Run nbval over the references under `root` with the network closed."""
    runner = [sys.executable, str(Path(offline.__file__)), sys.executable, "-m", "pytest"]
    options = ["-q", "--nbval", "-p", "no:cacheprovider", "source"]
    return subprocess.run([*runner, *options], cwd=root, capture_output=True, text=True, check=False)


def failed(done: "subprocess.CompletedProcess[str]", name: str) -> int:
    """Return how many cells of a notebook have failed."""
    return sum(line.startswith(f"FAILED source/ch90_fixture/{name}.ipynb::") for line in done.stdout.splitlines())


def test_references_as_built_pass_and_the_share_is_told(built: Path) -> None:
    """What the build wrote is what a run shows."""
    done = nbval(built)
    assert done.returncode == 0, done.stdout
    assert "Outputs compared: 4 of 5 code cells" in done.stdout


@pytest.mark.parametrize("name", ["text", "table", "source"])
def test_an_output_that_differs_is_found(changed: "subprocess.CompletedProcess[str]", name: str) -> None:
    """In text and in tables; what was left as built beside it passes."""
    assert changed.returncode == 1
    assert failed(changed, name) == 1, changed.stdout
    assert failed(changed, "lesson") == 0


def test_a_notebook_that_asks_the_network_fails(changed: "subprocess.CompletedProcess[str]") -> None:
    """A download at run time would make the course depend on somebody else's server."""
    assert failed(changed, "network") >= 1, changed.stdout
    assert "The network is closed while notebooks run" in changed.stdout
