"""A document is a plain file that survives crashes, second writers and second thoughts."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlsd_course.errors import ParameterError, WorkspaceError
from mlsd_course.learner import documents as module
from mlsd_course.learner import load_document, save_document


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace that does not exist yet."""
    root = tmp_path / "mine"
    monkeypatch.setenv("MLSD_WORKSPACE", str(root))
    return root


def test_a_document_that_was_never_saved_is_none():
    """A chapter can tell "nothing yet" from an empty document."""
    assert load_document("my_design.yaml") is None
    save_document("my_design.yaml", "")
    assert load_document("my_design.yaml") == ""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")))
def test_what_was_saved_is_read(text):
    """Any text comes back as it went in."""
    save_document("notes.md", text)
    assert load_document("notes.md") == text


def test_it_is_a_plain_file_in_the_workspace(workspace):
    """The learner opens it in any editor, and what they edit there is what is loaded."""
    path = save_document("my_design.yaml", "goal: warn travellers\n")
    assert path == workspace / "documents" / "my_design.yaml"
    path.write_text("goal: by hand\n", encoding="utf-8")
    assert load_document("my_design.yaml") == "goal: by hand\n"


def test_the_version_before_is_kept_beside(workspace):
    """One save too many can be taken back; saving the same again does not lose the version before."""
    for text in ("one", "two", "two"):
        save_document("my_design.yaml", text)
    assert (workspace / "documents" / "my_design (before).yaml").read_text(encoding="utf-8") == "one"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "design",
        ".hidden",
        "../design.yaml",
        "a/b.yaml",
        "a\\b.yaml",
        "a b.yaml",
        "x.yaml\n",
        "con.yaml",
        "a..yaml",
        "x" * 80 + ".yaml",
        "é.yaml",
        None,
        3,
    ],
)
def test_a_name_is_a_plain_file_name(name, workspace):
    """Nothing outside the folder can be named, and the error says what a name looks like."""
    for use in (load_document, lambda name: save_document(name, "text")):
        with pytest.raises(ParameterError, match=r"my_design\.yaml"):
            use(name)
    assert not workspace.exists()


def test_only_text_can_be_saved():
    """A design passed whole gets the remedy: its YAML."""
    with pytest.raises(ParameterError, match=r"\.to_yaml\(\)"):
        save_document("my_design.yaml", object())


def test_half_a_sign_is_no_text():
    """What UTF-8 cannot hold is refused in a sentence, and the document stays."""
    save_document("my_design.yaml", "old")
    with pytest.raises(ParameterError, match="half a sign at letter 2"):
        save_document("my_design.yaml", "a\ud83d")
    assert load_document("my_design.yaml") == "old"


def test_a_save_that_fails_leaves_the_old_document(monkeypatch, workspace):
    """A full disk costs the new version, never the old one."""
    save_document("my_design.yaml", "old")

    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "replace_file", full)
    with pytest.raises(WorkspaceError, match="No space left on device"):
        save_document("my_design.yaml", "new")
    assert load_document("my_design.yaml") == "old"
    assert {path.name for path in (workspace / "documents").iterdir()} <= {"my_design.yaml", ".documents.lock"}


def test_a_file_that_is_not_text_is_named(workspace):
    """The error names the file and the version to go back to."""
    path = save_document("my_design.yaml", "old")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WorkspaceError, match=r"my_design \(before\)\.yaml"):
        load_document("my_design.yaml")


@pytest.mark.skipif(os.name == "nt", reason="Windows opens no folder as a file, with other words")
def test_a_folder_in_its_place_is_named(workspace):
    """What cannot be read or written says which path it is."""
    (workspace / "documents" / "my_design.yaml").mkdir(parents=True)
    with pytest.raises(WorkspaceError, match=r"my_design\.yaml cannot be read"):
        load_document("my_design.yaml")
    with pytest.raises(WorkspaceError, match=r"my_design\.yaml cannot be written"):
        save_document("my_design.yaml", "text")


def test_two_notebooks_at_once_leave_one_whole_text():
    """Writers take turns: what is left is one writer's text, and the one before is another's."""
    texts = [str(number) * 20_000 for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda text: save_document("my_design.yaml", text), texts))
    assert load_document("my_design.yaml") in texts


def test_a_writer_killed_at_any_moment_leaves_a_whole_text(workspace):
    """Another process that writes without end is killed: the document is one of its texts."""
    program = (
        "import itertools; from mlsd_course.learner import save_document\n"
        "for n in itertools.count(): save_document('my_design.yaml', str(n % 10) * 50_000); print(n, flush=True)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        for _ in range(3):
            writer.stdout.readline()
        writer.kill()
    text = load_document("my_design.yaml")
    assert text is not None
    assert len(text) == 50_000
    assert len(set(text)) == 1
    save_document("my_design.yaml", "after")
    assert load_document("my_design.yaml") == "after"
