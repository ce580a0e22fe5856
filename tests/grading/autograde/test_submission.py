"""Reading what was handed in, without running it: odd files end in a reason or a finding, never in a traceback."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mlsd_course.grading.autograde import submission
from mlsd_course.grading.autograde.assignment import Assignment, Notebook, SourceCell
from mlsd_course.grading.autograde.submission import Submission, Unreadable, key_of, parsed, read, students
from mlsd_course.grading.course import Course
from mlsd_course.grading.sandbox.limits import Limits

ANSWER = SourceCell("e1", "code", "x = ...", False, "", False, True, False, 0.0)
TEST = SourceCell(
    "e1_test",
    "code",
    "assert x\n### BEGIN HIDDEN TESTS\nassert x == 3\n### END HIDDEN TESTS",
    True,
    "",
    True,
    False,
    False,
    2.0,
)
ASKED = Assignment("a", {"exercises": Notebook("exercises", {"e1": ANSWER, "e1_test": TEST}, {"name": "python3"})})


def code(source: Any, grade_id: str = "", **more: Any) -> dict[str, Any]:
    """Return a code cell as JSON."""
    metadata = {"nbgrader": {"grade_id": grade_id}} if grade_id else {}
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": [], **more}


def notebook(*cells: Any) -> bytes:
    """Return a notebook file."""
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}).encode()


def handed_in(root: Path, content: bytes = notebook(code("x = 3", "e1"), code("assert x", "e1_test"))) -> Path:
    """Hand in `content` as ada; return the folder."""
    folder = root / "submitted" / "ada" / "a"
    folder.mkdir(parents=True)
    (folder / "exercises.ipynb").write_bytes(content)
    return folder


def kinds(given: Submission) -> set[str]:
    """Return the kinds of findings."""
    return {finding.kind for finding in given.findings}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b"[]", "JSON, and no notebook"),
        (b"3", "JSON, and no notebook"),
        (b"null", "JSON, and no notebook"),
        (b"{}", "no list of cells"),
        (b'{"cells": {}}', "no list of cells"),
        (b'{"cells": ' + b"[" * 200_000, "nested too deeply"),
        (b"\x80\x81", "not written in UTF-8 (byte 0)"),
        (notebook(*[code("")] * (submission.CELLS_LIMIT + 1)), "cells; 2000 are allowed"),
    ],
)
def test_a_file_that_is_no_notebook_has_a_reason(content: bytes, reason: str, tmp_path: Path) -> None:
    """A sentence that says what it is instead."""
    path = tmp_path / "exercises.ipynb"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as refused:
        parsed(path)
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    "content",
    [
        notebook(code("x")),
        b"\xef\xbb\xbf" + notebook(code("x")),
        notebook(code("x")).decode().encode("utf-16"),
        notebook(code(["x"])),
        notebook(None, 3, [], {"cell_type": "poem"}, code("x")),
        json.dumps({"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": "x"}]}]}).encode(),
    ],
    ids=["plain", "byte order mark", "UTF-16", "lines", "odd cells", "version 3"],
)
def test_what_can_be_read_is_read(content: bytes, tmp_path: Path) -> None:
    """Cells of no known shape are left out."""
    path = tmp_path / "exercises.ipynb"
    path.write_bytes(content)
    assert [cell.source for cell in parsed(path).cells] == ["x"]


@pytest.mark.parametrize(
    ("break_it", "reason"),
    [
        (lambda path: (path.unlink(), path.symlink_to("/etc/passwd")), "a link or a device"),
        (lambda path: (path.unlink(), path.mkdir()), "a link or a device"),
        (lambda path: (path.unlink(), os.mkfifo(path)), "a link or a device"),
        (lambda path: os.truncate(path, submission.NOTEBOOK_LIMIT + 1), "20 MB are allowed"),
    ],
    ids=["link", "folder", "pipe", "too large"],
)
def test_a_path_that_is_no_small_file_is_not_opened(
    break_it: Callable[[Path], Any], reason: str, tmp_path: Path
) -> None:
    """Nothing outside is read, and nobody waits at a pipe."""
    break_it(handed_in(tmp_path) / "exercises.ipynb")
    given = read(Course(tmp_path), ASKED, "ada")
    assert reason in given.refused["exercises"]
    assert not given.job(ASKED, Limits()).notebooks


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([code("x = 3", "e1"), code("assert x", "e1_test")], None),
        ([code("x = 3", "e1"), code(TEST.source, "e1_test")], None),
        ([code("x = 3", "e1"), code("pass", "e1_test")], "edited locked cell"),
        ([code("x = 3", "e1")], "deleted cell"),
        ([code("x = 3", "e1"), code("assert x", "e1_test"), code("y", "e9")], "unknown cell"),
        ([code("x = 1", "e1"), code("x = 3", "e1"), code("assert x", "e1_test")], "duplicate cell"),
        ([code("x = 3", "e1", cell_type="markdown"), code("assert x", "e1_test")], "retyped cell"),
        ([], "deleted cell"),
    ],
)
def test_the_instructors_test_is_run_whatever_was_handed_in(cells: list[Any], kind: str | None, tmp_path: Path) -> None:
    """Its text and points are the source's, and what was changed is a finding."""
    handed_in(tmp_path, notebook(*cells))
    given = read(Course(tmp_path), ASKED, "ada")
    assert kinds(given) == ({kind} if kind else set())
    (run,) = given.job(ASKED, Limits()).notebooks
    (test,) = [cell for cell in run.cells if cell.test]
    assert (test.name, test.source, test.trusted) == ("e1_test", TEST.source, True)
    assert [cell.source for cell in run.cells if cell.name == "e1" and kind != "deleted cell"] in ([], ["x = 3"])


def test_files_beside_come_along_and_links_and_large_ones_stay_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each that is left out is a finding."""
    folder = handed_in(tmp_path)
    monkeypatch.setattr(submission, "FILES_LIMIT", 100)
    (folder / "data").mkdir()
    (folder / "data" / "small.csv").write_bytes(b"1,2")
    (folder / "large.bin").write_bytes(bytes(101))
    (folder / "link").symlink_to("/etc/passwd")
    (folder / "outside").symlink_to("/etc")
    given = read(Course(tmp_path), ASKED, "ada")
    assert given.files == {"data/small.csv": b"1,2"}
    assert sorted(finding.text.split()[0] for finding in given.findings) == ["large.bin", "link", "outside"]


@pytest.mark.parametrize("text", ["", "yesterday-ish", "\x00", "2026-99-99"])
def test_a_timestamp_that_is_none_is_a_finding(text: str, tmp_path: Path) -> None:
    """The submission counts as one without a time."""
    (handed_in(tmp_path) / "timestamp.txt").write_text(text)
    given = read(Course(tmp_path), ASKED, "ada")
    assert given.timestamp is None
    assert kinds(given) <= {"timestamp"}


def test_a_folder_that_is_a_link_or_a_file_is_refused_as_a_whole(tmp_path: Path) -> None:
    """Its reason stands under no notebook's name."""
    folder = handed_in(tmp_path)
    (tmp_path / "submitted" / "bob").mkdir()
    (tmp_path / "submitted" / "bob" / "a").symlink_to(folder)
    (tmp_path / "submitted" / "eve").mkdir()
    (tmp_path / "submitted" / "eve" / "a").write_text("")
    assert students(Course(tmp_path), "a") == ["ada", "bob", "eve"]
    assert "a link" in read(Course(tmp_path), ASKED, "bob").refused[""]
    assert "no folder" in read(Course(tmp_path), ASKED, "eve").refused[""]


def test_the_key_changes_with_anything_in_the_folder(tmp_path: Path) -> None:
    """Content, a name, a new file; hidden folders of Jupyter do not count."""
    folder = handed_in(tmp_path)
    seen = {key_of(folder)}
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "old.ipynb").write_text("{}")
    assert key_of(folder) in seen
    (folder / "exercises.ipynb").write_bytes(notebook(code("x = 4", "e1")))
    seen.add(key_of(folder))
    (folder / "a.txt").write_text("1")
    seen.add(key_of(folder))
    (folder / "a.txt").rename(folder / "b.txt")
    seen.add(key_of(folder))
    assert len(seen) == 4
