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


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The fixture's course, built, under the same conftest as the course."""
    shutil.copytree(FIXTURE, tmp_path / "notebooks")
    shutil.copy(NOTEBOOKS / "conftest.py", tmp_path / "notebooks")
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n", encoding="utf-8")
    return tmp_path / "notebooks"


def nbval(root: Path) -> "subprocess.CompletedProcess[str]":
    """Run nbval over the references under `root` with the network closed."""
    runner = [sys.executable, str(Path(offline.__file__)), sys.executable, "-m", "pytest"]
    options = ["-q", "--nbval", "-p", "no:cacheprovider", "source"]
    return subprocess.run([*runner, *options], cwd=root, capture_output=True, text=True, check=False)


def lesson(root: Path) -> Path:
    """Return the path of the fixture's lesson."""
    return root / "source" / "ch90_fixture" / "lesson.py"


def test_references_as_built_pass_and_the_share_is_told(root: Path) -> None:
    """What the build wrote is what a run shows."""
    grading.build(root=root)
    done = nbval(root)
    assert done.returncode == 0, done.stdout
    assert "Outputs compared: 4 of 5 code cells" in done.stdout


@pytest.mark.parametrize(
    ("old", "new"), [('"two\\n"', '"three\\n"'), ("rate_per_s</th>", "rate</th>"), ('print(\\"two\\")', "print(2)")]
)
def test_an_output_that_differs_is_found(root: Path, old: str, new: str) -> None:
    """In text and in tables."""
    grading.build(root=root)
    path = lesson(root).with_suffix(".ipynb")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    done = nbval(root)
    assert done.returncode == 1
    assert "1 failed" in done.stdout


def test_a_notebook_that_asks_the_network_fails(root: Path) -> None:
    """A download at run time would make the course depend on somebody else's server."""
    grading.build(root=root)
    path, call = lesson(root).with_suffix(".ipynb"), "import urllib.request; urllib.request.urlopen('http://192.0.2.1')"
    path.write_text(path.read_text(encoding="utf-8").replace("print(time.perf_counter())", call), encoding="utf-8")
    done = nbval(root)
    assert done.returncode == 1
    assert "The network is closed while notebooks run" in done.stdout
