"""The command line: what a person types, what they read, and what is said where something is wrong."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from mlsd_course.cli.record import export
from mlsd_course.errors import WorkspaceError
from mlsd_course.learner import Record, course_root

CELL = {"cell_type": "code", "id": "t1", "source": "assert answer() == 42", "outputs": [], "execution_count": None}
TEST = {"grade": True, "solution": False, "locked": True, "task": False, "grade_id": "ch07_online_e1", "points": 2}
OPENING = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Online serving\n\nYou need 50–60 minutes."}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A clone with one released chapter."""
    folder = tmp_path / "course" / "notebooks" / "release" / "ch07_online"
    folder.mkdir(parents=True)
    cells = [OPENING, {**CELL, "metadata": {"nbgrader": {**TEST, "schema_version": 3}}}]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    text = json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})
    folder.joinpath("lesson.ipynb").write_text(text, encoding="utf-8")
    return tmp_path / "course"


def surroundings(tmp_path: Path, **more: str) -> dict[str, str]:
    """Return an environment in which nothing of this machine's own course is seen."""
    own = {"MLSD_COURSE": str(tmp_path / "course"), "MLSD_WORKSPACE": str(tmp_path / "mine"), "COLUMNS": "200"}
    return {**os.environ, **own, "JUPYTER_CONFIG_DIR": str(tmp_path / "jupyter"), "PYTHONUTF8": "1", **more}


def mlsd(tmp_path: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end, with nobody at the keyboard."""
    command = [sys.executable, "-m", "mlsd_course.cli", *arguments]
    return subprocess.run(
        command,
        env=surroundings(tmp_path, **more),
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


def test_help_names_every_command(tmp_path):
    """A person who types nothing more sees what there is."""
    for arguments in ((), ("--help",)):
        shown = mlsd(tmp_path, *arguments)
        assert all(
            f" {name} " in shown.stdout + shown.stderr for name in ("lab", "status", "doctor", "record", "build")
        )


@pytest.mark.parametrize("command", ["lab", "status", "doctor", "record", "build"])
def test_every_command_explains_itself(tmp_path, command):
    """Each command has its own help."""
    shown = mlsd(tmp_path, command, "--help")
    assert shown.returncode == 0
    assert "Usage: mlsd" in shown.stdout


def test_help_loads_nothing_heavy():
    """The door opens quickly: no numerical, notebook or web library is imported for it."""
    code = "import sys, mlsd_course.cli; print([m for m in sys.modules if m in sys.argv[1:]])"
    heavy = [
        "numpy",
        "pandas",
        "scipy",
        "sklearn",
        "plotly",
        "ipywidgets",
        "nbformat",
        "jupyterlab",
        "duckdb",
        "pydantic",
    ]
    found = subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_status_counts_what_the_record_holds(tmp_path, course):
    """Predictions, right answers and passed tasks appear beside their chapter; all tasks passed is done."""
    assert "Not started" in mlsd(tmp_path, "status").stdout
    record = Record(tmp_path / "mine" / "record")
    record.append("prediction", "ch07_online", "ch07_online.p1", value=3)
    record.append("answer", "ch07_online", "ch07_online.q1", correct=False)
    record.append("answer", "ch07_online", "ch07_online.q1", correct=True)
    record.append("answer", "ch07_online", "ch07_online.q2", correct=False)
    shown = mlsd(tmp_path, "status").stdout
    assert "Online serving" in shown
    assert re.search(r"In progress +0 of 55 +0 of 2 +1 of 2 +1", shown)
    record.append("check", "ch07_online", "ch07_online_e1", passed=True)
    assert re.search(r"Done +0 of 55 +2 of 2 +1 of 2 +1", mlsd(tmp_path, "status").stdout)


def test_a_damaged_record_is_a_yellow_line_not_a_traceback(tmp_path, course):
    """The table still comes, and a sentence names the copy of the damaged file."""
    record = Record(tmp_path / "mine" / "record")
    record.append("visit", "ch07_online", "k")
    with record.path.open("a", encoding="utf-8") as file:
        file.write("edited\n")
    shown = mlsd(tmp_path, "status")
    assert shown.returncode == 0
    assert "events.damaged-" in shown.stderr
    assert "Traceback" not in shown.stderr
    assert "In progress" in shown.stdout


def test_a_mistake_is_one_sentence_and_exit_code_two(tmp_path):
    """Without a course there is no traceback but the remedy; --debug shows the traceback."""
    (tmp_path / "course").mkdir()
    shown = mlsd(tmp_path, "status")
    assert shown.returncode == 2
    assert shown.stderr.count("\n") == 1
    assert "make lab" in shown.stderr
    assert "Traceback" in mlsd(tmp_path, "--debug", "status").stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows guesses the home folders of others")
def test_a_home_folder_that_is_not_known_is_said(tmp_path, course):
    """As every other mistake: a sentence."""
    shown = mlsd(tmp_path, "--workspace", "~nobody-of-this-name/x", "status")
    assert (shown.returncode, shown.stderr.count("\n")) == (2, 1)
    assert "nobody-of-this-name" in shown.stderr


def test_half_an_export_is_no_file(tmp_path, monkeypatch):
    """On a full disk nothing is left that looks like the whole, or is in the way of the next try."""
    path = tmp_path / "mine.json"

    def full(self, text, encoding):
        self.write_bytes(b"[{")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full)
        patch.setenv("MLSD_WORKSPACE", str(tmp_path / "mine"))
        with pytest.raises(WorkspaceError, match="No space left"):
            export(path)
    assert not path.exists()


def test_a_broken_notebook_is_named(tmp_path, course):
    """A release that cannot be read says which file, and how to make it again."""
    path = course / "notebooks" / "release" / "ch07_online" / "lesson.ipynb"
    path.write_text("{", encoding="utf-8")
    shown = mlsd(tmp_path, "status")
    assert shown.returncode == 2
    assert str(path) in shown.stderr
    assert "mlsd build" in shown.stderr


def test_a_port_asked_for_and_taken_is_said(tmp_path, course):
    """Nobody is sent to another program's page."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        shown = mlsd(tmp_path, "lab", "--no-browser", "--port", str(holder.getsockname()[1]))
    assert shown.returncode == 2
    assert "used by another program" in shown.stderr


def test_a_workspace_that_cannot_be_written_is_said(tmp_path, course):
    """The sentence names the folder and the variable that moves it."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    shown = mlsd(tmp_path, "--workspace", str(tmp_path / "file" / "mine"), "lab", "--no-browser")
    assert shown.returncode == 2
    assert "MLSD_WORKSPACE" in shown.stderr


def test_the_workspace_lies_in_the_clone_unless_said_otherwise(tmp_path, course):
    """Without option, variable or workspace around, `workspace` in the clone is the learner's."""
    assert str(course / "workspace") in mlsd(tmp_path, "status", MLSD_WORKSPACE="").stdout


def test_export_and_delete(tmp_path, course):
    """A learner can take everything out as JSON or Markdown, never over another file, and delete it."""
    record = Record(tmp_path / "mine" / "record")
    record.append("prediction", "ch07_online", "ch07_online.p1", value=12)
    assert json.loads(mlsd(tmp_path, "record", "export").stdout)[0]["data"] == {"value": 12}
    to = tmp_path / "mine.md"
    assert mlsd(tmp_path, "record", "export", "--format", "markdown", "--to", str(to)).returncode == 0
    assert "ch07_online.p1" in to.read_text(encoding="utf-8")
    assert mlsd(tmp_path, "record", "export", "--to", str(to)).returncode == 2
    assert mlsd(tmp_path, "record", "delete").returncode == 1, "without a yes nothing is deleted"
    assert record.path.exists()
    assert mlsd(tmp_path, "record", "delete", "--yes").returncode == 0
    assert not record.path.exists()


def test_doctor_finds_a_workspace_that_cannot_be_written(tmp_path, course):
    """A need that is not met is a problem with its remedy, and the exit code says so."""
    good = mlsd(tmp_path, "doctor")
    assert good.returncode == 0, good.stdout
    (tmp_path / "file").write_text("", encoding="utf-8")
    bad = mlsd(tmp_path, "--workspace", str(tmp_path / "file" / "mine"), "doctor")
    assert bad.returncode == 1
    assert re.search(r"workspace +problem", bad.stdout)


@pytest.mark.slow
def test_lab_opens_the_first_chapter_with_everything_quiet(tmp_path, course):
    """JupyterLab answers at the address it prints, with Validate on, news and update checks off, and ends cleanly."""
    log = tmp_path / "log"
    command = [sys.executable, "-m", "mlsd_course.cli", "lab", "--no-browser"]
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, env=surroundings(tmp_path), stdin=subprocess.DEVNULL, stdout=file, stderr=file, cwd=tmp_path
        )
    url = wait_for_address(process, log)
    try:
        assert "/tree/ch07_online/lesson.ipynb" in url
        assert (tmp_path / "mine" / "ch07_online" / "lesson.ipynb").is_file()
        base, token = re.match(r"(http://127\.0\.0\.1:\d+)/.*token=(\w+)", url).groups()  # type: ignore[union-attr]
        with urllib.request.urlopen(f"{base}/lab?token={token}", timeout=60) as answer:
            page = answer.read().decode("utf-8")
        found = re.search(r'<script id="jupyter-config-data" type="application/json">(.*?)</script>', page, re.DOTALL)
        assert found is not None
        config = json.loads(found.group(1))
        assert config["news"] == {"disabled": True}
        settings = f"{base}/lab/api/settings/@jupyterlab/apputils-extension:notification?token={token}"
        with urllib.request.urlopen(settings, timeout=60) as answer:
            defaults = json.load(answer)["schema"]["properties"]
        assert defaults["fetchNews"]["default"] == "false"
        assert defaults["checkForUpdates"]["default"] is False
        version = f"{base}/nbgrader_version?version=0&token={token}"
        with urllib.request.urlopen(version, timeout=60) as answer:
            assert answer.status == 200
    finally:
        stop(process, url)
    assert process.returncode == 0


def wait_for_address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Return the address that JupyterLab prints."""
    end = time.monotonic() + 90
    while time.monotonic() < end and process.poll() is None:
        if found := re.search(r"http://127\.0\.0\.1:\S+token=\w+", log.read_text(encoding="utf-8", errors="replace")):
            return found.group()
        time.sleep(0.1)
    process.kill()
    raise AssertionError(log.read_text(encoding="utf-8", errors="replace"))


def stop(process: subprocess.Popen[bytes], url: str) -> None:
    """Shut JupyterLab down as its own menu does."""
    base, token = url.split("/lab")[0], url.rpartition("token=")[2]
    request = urllib.request.Request(f"{base}/api/shutdown?token={token}", method="POST")
    urllib.request.urlopen(request, timeout=20).close()
    process.wait(timeout=30)


def test_the_course_is_found_where_the_package_lies():
    """An editable install finds its own clone."""
    assert (course_root() / "pyproject.toml").is_file()
