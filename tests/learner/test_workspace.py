"""Updating the course brings what is new and never touches what a learner did."""

import contextlib
import os
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlsd_course import files
from mlsd_course.errors import WorkspaceError
from mlsd_course.learner import Workspace, workspace_root
from mlsd_course.learner import workspace as module

DAY = date(2026, 11, 24)


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """Two notebooks, as delivered."""
    folder = tmp_path / "release"
    write(folder / "ch07_online" / "lesson.ipynb", "lesson, first edition")
    write(folder / "ch07_online" / "exercises.ipynb", "exercises, first edition")
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace that does not exist yet."""
    return Workspace(tmp_path / "mine")


def write(path: Path, text: str) -> None:
    """Write a file, its folder included."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def contents(folder: Path) -> dict[str, str]:
    """Return what the notebooks of a folder hold."""
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.glob("*/*")}


def test_a_first_start_copies_every_notebook(workspace, release):
    """A new workspace holds the release, and says nothing about news."""
    update = workspace.update(release, DAY)
    assert contents(workspace.root) == contents(release)
    assert update.added == ["ch07_online/exercises.ipynb", "ch07_online/lesson.ipynb"]
    assert update.sentences() == []


def test_the_workspace_is_found_from_within(workspace, release, monkeypatch):
    """A notebook in a chapter's folder finds the workspace above it."""
    workspace.update(release, DAY)
    monkeypatch.delenv("MLSD_WORKSPACE", raising=False)
    monkeypatch.chdir(workspace.root / "ch07_online")
    assert workspace_root() == workspace.root


def test_an_untouched_notebook_is_replaced(workspace, release):
    """Who did nothing in a notebook gets its new version in place."""
    workspace.update(release, DAY)
    write(release / "ch07_online" / "lesson.ipynb", "lesson, second edition")
    update = workspace.update(release, DAY)
    assert update.replaced == ["ch07_online/lesson.ipynb"]
    assert contents(workspace.root) == contents(release)


def test_work_stays_and_the_new_version_arrives_beside_it(workspace, release):
    """The learner's file is untouched, the new one has the date in its name, and NEWS.md says so."""
    workspace.update(release, DAY)
    write(workspace.root / "ch07_online" / "lesson.ipynb", "my work")
    write(release / "ch07_online" / "lesson.ipynb", "lesson, second edition")
    workspace.update(release, DAY)
    found = contents(workspace.root)
    assert found["ch07_online/lesson.ipynb"] == "my work"
    assert found["ch07_online/lesson (new 2026-11-24).ipynb"] == "lesson, second edition"
    assert "Yours is untouched" in (workspace.root / "NEWS.md").read_text(encoding="utf-8")


def test_the_same_update_comes_once(workspace, release):
    """A second start, on another day too, brings no second copy and no second note."""
    workspace.update(release, DAY)
    write(workspace.root / "ch07_online" / "lesson.ipynb", "my work")
    write(release / "ch07_online" / "lesson.ipynb", "lesson, second edition")
    workspace.update(release, DAY)
    before = contents(workspace.root)
    assert workspace.update(release, date(2026, 12, 1)).sentences() == []
    assert contents(workspace.root) == before


def test_two_new_versions_on_one_day_are_both_there(workspace, release):
    """A new version never overwrites the one before it, on which the learner may have begun to work."""
    workspace.update(release, DAY)
    write(workspace.root / "ch07_online" / "lesson.ipynb", "my work")
    for edition in ("second", "third"):
        write(release / "ch07_online" / "lesson.ipynb", edition)
        workspace.update(release, DAY)
    found = contents(workspace.root)
    assert found["ch07_online/lesson (new 2026-11-24).ipynb"] == "second"
    assert found["ch07_online/lesson (new 2026-11-24, 2).ipynb"] == "third"


def test_a_deleted_notebook_comes_back_fresh(workspace, release):
    """To start a notebook again, a learner deletes or renames it."""
    workspace.update(release, DAY)
    (workspace.root / "ch07_online" / "lesson.ipynb").rename(workspace.root / "ch07_online" / "old.ipynb")
    assert workspace.update(release, DAY).added == ["ch07_online/lesson.ipynb"]


def test_without_a_readable_marker_all_that_is_there_counts_as_work(workspace, release):
    """A broken marker file makes the update more careful, never less."""
    workspace.update(release, DAY)
    workspace.marker.write_text("{broken", encoding="utf-8")
    write(release / "ch07_online" / "lesson.ipynb", "lesson, second edition")
    workspace.update(release, DAY)
    assert contents(workspace.root)["ch07_online/lesson.ipynb"] == "lesson, first edition"


@given(step=st.integers(min_value=0, max_value=10), edited=st.booleans())
def test_an_update_broken_off_anywhere_is_finished_by_the_next(tmp_path_factory, step, edited):
    """Wherever the power fails, the next start leaves what an unbroken update would have left."""
    folder = tmp_path_factory.mktemp("broken")
    release, broken, whole = folder / "release", Workspace(folder / "broken"), Workspace(folder / "whole")
    for name in ("lesson", "exercises"):
        write(release / "ch07_online" / f"{name}.ipynb", "first")
    for workspace in (broken, whole):
        workspace.update(release, DAY)
        if edited:
            write(workspace.root / "ch07_online" / "lesson.ipynb", "my work")
    for name in ("lesson", "exercises", "third"):
        write(release / "ch07_online" / f"{name}.ipynb", "second")
    whole.update(release, DAY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "replace_file", fail_after(step))
        with contextlib.suppress(KeyboardInterrupt):
            broken.update(release, DAY)
    broken.update(release, DAY)
    assert contents(broken.root) == contents(whole.root)
    if edited:  # who has work is told of the new version, once
        told = [
            (one.root / "NEWS.md").read_text(encoding="utf-8").count("Yours is untouched") for one in (broken, whole)
        ]
        assert told == [1, 1]


def test_news_are_added_whatever_the_learner_wrote_there(workspace, release):
    """NEWS.md is theirs, too: other letters than UTF-8 stop no start, and stay; a day has one heading."""
    workspace.update(release, DAY)
    news = workspace.root / "NEWS.md"
    news.write_bytes("Größe".encode("latin-1"))
    for edition in ("second", "third"):
        for name in ("lesson", "exercises"):
            write(release / "ch07_online" / f"{name}.ipynb", edition)
        workspace.update(release, DAY)
    assert news.read_bytes().startswith("Größe\n\n## 2026-11-24\n\n- ".encode("latin-1"))
    assert news.read_bytes().count(b"## ") == 1
    assert news.read_bytes().count(b"was replaced") == 2


@pytest.mark.parametrize("failures", [1, 3, 4])
def test_windows_waits_for_a_program_that_has_the_file_open(tmp_path, monkeypatch, failures):
    """A scanner or an editor that reads the file for a moment costs nothing; one that keeps it leaves the old file."""
    path, real, left = tmp_path / "file", os.replace, iter(range(failures))
    path.write_bytes(b"old")

    def taken(spare: Path, target: Path) -> None:
        if next(left, None) is not None:
            raise PermissionError(13, "The process cannot access the file")
        real(spare, target)

    monkeypatch.setattr(files, "os", SimpleNamespace(name="nt", replace=taken, fsync=os.fsync))
    monkeypatch.setattr(files, "PAUSES_S", (0.0, 0.0, 0.0))
    with pytest.raises(PermissionError) if failures > 3 else contextlib.nullcontext():
        files.replace_file(path, b"new")
    assert path.read_bytes() == (b"old" if failures > 3 else b"new")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def fail_after(steps: int):
    """Write files until `steps` are done, then break off."""
    left, real = iter(range(steps)), module.replace_file

    def replace_or_fail(path: Path, content: bytes) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        real(path, content)

    return replace_or_fail


def test_no_release_is_said_with_a_remedy(workspace, tmp_path):
    """A clone without built notebooks says how to build them."""
    with pytest.raises(WorkspaceError, match="mlsd build"):
        workspace.update(tmp_path / "nowhere")


def test_a_workspace_that_cannot_be_written_is_said_with_a_remedy(tmp_path, release):
    """A file where the folder should be gives a sentence, not a traceback of the system's."""
    write(tmp_path / "taken", "a file")
    with pytest.raises(WorkspaceError, match="MLSD_WORKSPACE"):
        Workspace(tmp_path / "taken" / "mine").update(release)
