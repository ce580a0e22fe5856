"""Where the learner's files are, and what is said where that cannot be told."""

import os
from pathlib import Path

import pytest

from mlsd_course.errors import NotebookError, WorkspaceError
from mlsd_course.learner import chapters, course_root, health, workspace_root
from mlsd_course.learner.health import PROBLEM, _there


@pytest.mark.parametrize(("variable", "root"), [("MLSD_WORKSPACE", workspace_root), ("MLSD_COURSE", course_root)])
@pytest.mark.skipif(os.name == "nt", reason="Windows guesses the home folders of others")
def test_the_home_folder_of_nobody_is_said(monkeypatch, variable, root) -> None:
    """The sentence names the variable, what it holds and what to write."""
    monkeypatch.setenv(variable, "~nobody-of-this-name/course")
    with pytest.raises(WorkspaceError, match=rf"{variable}.*nobody-of-this-name.*whole path"):
        root()


@pytest.mark.skipif(os.name == "nt", reason="Windows deletes no folder that somebody is in")
def test_a_current_folder_that_is_gone_is_no_workspace(monkeypatch, tmp_path) -> None:
    """The learner's is then the one in their home folder."""
    monkeypatch.delenv("MLSD_WORKSPACE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert workspace_root() == tmp_path / "mlsd-workspace"


def test_a_workspace_on_a_drive_that_is_not_there_is_a_problem_found(monkeypatch, tmp_path) -> None:
    """The check ends with a finding, whatever of the path exists."""
    assert _there(tmp_path / "a" / "b") == tmp_path
    monkeypatch.setattr(Path, "exists", lambda _: False)
    monkeypatch.setenv("MLSD_WORKSPACE", str(tmp_path))
    found = _there(tmp_path)
    assert found == Path(tmp_path.anchor)
    assert {"workspace", "disk"} <= {finding.need for finding in health() if finding.state in (PROBLEM, "ok")}


@pytest.mark.parametrize(
    "cell",
    ['{"cell_type": "code", "source": "", "metadata": null}', '{"cell_type": "code", "source": "", "metadata": '
     '{"nbgrader": 3}}', "3", '{"cell_type": "code", "source": [3]}'],
    ids=["no metadata", "marks", "no cell", "source"],
)  # fmt: skip
def test_a_released_notebook_that_is_none_is_named(tmp_path, cell) -> None:
    """Whatever is broken in it, the sentence names the file and how to make it again."""
    path = tmp_path / "ch01_x" / "lesson.ipynb"
    path.parent.mkdir()
    path.write_text(f'{{"cells": [{cell}]}}', encoding="utf-8")
    with pytest.raises(NotebookError, match=r"lesson\.ipynb cannot be read.*mlsd build"):
        chapters(tmp_path)
