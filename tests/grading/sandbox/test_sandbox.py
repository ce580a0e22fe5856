"""Where no sandbox can be had, grading refuses with the reason and the way out, and everything can still be imported."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlsd_course.errors import GradingError
from mlsd_course.grading import autograde
from mlsd_course.grading.autograde.pools import choose_pool
from mlsd_course.grading.sandbox import bubblewrap
from tests.support.grades import grades, open_class
from tests.support.paths import REPOSITORY


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    """What is possible here is asked once in a process."""
    bubblewrap.obstacle.cache_clear()
    yield
    bubblewrap.obstacle.cache_clear()


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_are_refused_with_the_way_out(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names the system, and the words by which an instructor may insist."""
    monkeypatch.setattr(bubblewrap.sys, "platform", platform)
    with pytest.raises(GradingError, match="bubblewrap needs Linux") as refused:
        autograde.pool_for()
    assert platform in str(refused.value)
    assert "--no-sandbox-i-trust-every-submission" in str(refused.value)


def test_a_linux_without_bubblewrap_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says how to install it."""
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: None)
    with pytest.raises(GradingError, match="apt-get install bubblewrap"):
        autograde.pool_for()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only on Linux, where there is bubblewrap")
def test_a_bubblewrap_that_is_not_allowed_to_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system answered is in the message."""
    monkeypatch.setattr(
        bubblewrap, "_bubblewrap", lambda: ["/bin/sh", "-c", "echo no namespaces here >&2; exit 1", "--"]
    )
    with pytest.raises(GradingError, match="no namespaces here"):
        autograde.pool_for()


def test_an_instructor_may_insist_where_processes_fork(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same points without a sandbox, and no folder of a submission is left; without forks, not even then."""
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: None)
    made = open_class(tmp_path, ["reference", "wrong"])
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    made.grade(pool=autograde.pool_for(trusting=True), feedback=False)
    assert {name: sum(points for points, _ in each.values()) for name, each in grades(made.root).items()} == {
        "reference": 8,
        "wrong": 0,
    }
    assert list((tmp_path / "temporary").glob("mlsd-*")) == []
    monkeypatch.delattr(choose_pool.os, "fork")
    with pytest.raises(GradingError, match="WSL 2"):
        autograde.pool_for(trusting=True)


def test_everything_can_be_imported_on_a_system_that_lacks_what_linux_has() -> None:
    """Windows has neither `resource` nor `fork`, macOS no `memfd_create`; importing asks for none of them."""
    code = (
        "import os, sys, socket; sys.modules['resource'] = None\n"
        "for name in ('fork', 'memfd_create', 'pidfd_open', 'sched_getaffinity', 'geteuid', 'wait4'): delattr(os, name)\n"
        "del socket.AF_UNIX, socket.send_fds, socket.recv_fds\n"
        "import pkgutil, importlib, mlsd_course.grading.autograde as trusted, mlsd_course.grading.sandbox as sandbox\n"
        "for package in (trusted, sandbox):\n"
        "    for each in pkgutil.iter_modules(package.__path__): importlib.import_module(f'{package.__name__}.{each.name}')\n"
        "import mlsd_course.cli.grade, mlsd_course.cli.check"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only on Linux, where there is a sandbox")
def test_the_sandbox_holds_python_and_the_package_and_nothing_of_the_course() -> None:
    """What bubblewrap is told to show."""
    command = bubblewrap.require().command("9")
    shown = [command[number + 1] for number, word in enumerate(command) if word.startswith("--ro-bind")]
    assert not any(Path(place) == REPOSITORY or Path(place).is_relative_to(REPOSITORY / "notebooks") for place in shown)
    assert "--unshare-net" in command
    assert not set(bubblewrap.Sandbox().environment()) & {"HOSTNAME", "USER", "MLSD_COURSE", "SSH_AUTH_SOCK"}
    assert os.environ.get("PATH") != bubblewrap.Sandbox().environment()["PATH"] or os.environ["PATH"].startswith("/usr")
