"""The notebook build: deterministic, incremental, and refusing what a rebuild would not repeat."""

from pathlib import Path

import nbformat
import pytest

from mlsd_course import grading
from mlsd_course.errors import NotebookError
from mlsd_course.grading.authoring.execute import machine_folders
from tests.support.course import FIXTURE, copy_of

SLUG = "ch90_fixture"


def files(root: Path) -> dict[str, bytes]:
    """Return every notebook's bytes."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*.ipynb"))
        if ".build" not in path.parts
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the fixture's course once."""
    root = copy_of(FIXTURE, tmp_path_factory.mktemp("built"))
    grading.build(root=root)
    return root


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A course of one lesson of a few cells."""
    folder = tmp_path / "source" / "ch91_small"
    folder.mkdir(parents=True)
    (folder / "lesson.py").write_text("# %% [markdown]\n# # Small\n\n# %%\nprint(1)\n", encoding="utf-8")
    return tmp_path


def lesson(root: Path) -> Path:
    """Return the path of the small course's lesson."""
    return root / "source" / "ch91_small" / "lesson.py"


def test_building_twice_from_nothing_changes_no_byte(built: Path, tmp_path: Path) -> None:
    """Another folder, another run: the same bytes in references and student versions."""
    other = copy_of(FIXTURE, tmp_path / "elsewhere")
    grading.build(root=other)
    assert files(other) == files(built)
    assert len(files(built)) == 4


def test_a_built_course_is_current_even_when_run_again(built: Path) -> None:
    """`stale` finds nothing in what was just built, with and without running it."""
    assert grading.stale(root=built) == []
    assert grading.stale(root=built, run=True) == []


def test_a_learner_sees_no_word_to_the_formatter(small: Path) -> None:
    """`# fmt: skip` stays in the text; a notebook shows the code without it."""
    lesson(small).write_text("# %% [markdown]\n# # Small\n\n# %%\nprint(1,\n      2)  # fmt: skip\n", encoding="utf-8")
    grading.build(root=small)
    cells = nbformat.read(lesson(small).with_suffix(".ipynb"), as_version=4).cells
    assert cells[-1].source == "print(1,\n      2)"


def test_a_text_edited_during_its_build_is_built_again(small: Path) -> None:
    """What was run is not taken for what is there now."""

    def edit(_: str) -> None:
        lesson(small).write_text("# %% [markdown]\n# # Small\n\n# %%\nprint(2)\n", encoding="utf-8")

    grading.build(root=small, progress=edit)
    assert grading.build(root=small).made == ["ch91_small/lesson.py"]


def test_changing_a_cell_changes_that_cell_only(small: Path) -> None:
    """All other cells keep their ids and bytes, also where their text occurs twice."""
    text = "# %%\nprint(1)\n\n# %%\nprint(1)\n\n# %%\nprint(2)\n"
    lesson(small).write_text(text, encoding="utf-8")
    grading.build(root=small)
    before = nbformat.read(lesson(small).with_suffix(".ipynb"), as_version=4).cells
    lesson(small).write_text(text.replace("print(2)", "print(3)"), encoding="utf-8")
    grading.build(root=small)
    after = nbformat.read(lesson(small).with_suffix(".ipynb"), as_version=4).cells
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, True, False]
    assert len({cell.id for cell in after}) == 3


def test_only_what_changed_is_built_again(small: Path) -> None:
    """A second build runs nothing, an edited source or a damaged notebook only that one, `force` everything."""
    other = small / "source" / "ch92_other" / "lesson.py"
    other.parent.mkdir()
    other.write_text("# %%\nprint(2)\n", encoding="utf-8")
    both = ["ch91_small/lesson.py", "ch92_other/lesson.py"]
    assert grading.build(root=small).made == both
    assert grading.build(root=small).made == []
    other.write_text("# %%\nprint(3)\n", encoding="utf-8")
    assert grading.build(root=small).made == both[1:]
    (small / "release" / "ch91_small" / "lesson.ipynb").write_text("{}", encoding="utf-8")
    assert grading.build(root=small).made == both[:1]
    assert grading.build(["ch92_other"], root=small, force=True).made == both[1:]


def test_a_change_in_the_package_that_a_notebook_uses_makes_it_stale(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fingerprint covers the parts of the package that the notebook loaded, and no others."""
    from mlsd_course.grading.authoring import fingerprint

    lesson(small).write_text("# %%\nfrom mlsd_course.sim import closed\n", encoding="utf-8")
    grading.build(root=small)
    package = small / "package"
    for part in ("sim", "quiz"):
        (package / part).mkdir(parents=True)
        (package / part / "a.py").write_text("1", encoding="utf-8")
    monkeypatch.setattr(fingerprint, "PACKAGE", package)
    grading.build(root=small)
    (package / "quiz" / "a.py").write_text("2", encoding="utf-8")
    assert grading.build(root=small).made == []
    (package / "sim" / "a.py").write_text("2", encoding="utf-8")
    assert grading.build(root=small).made == ["ch91_small/lesson.py"]


def test_reference_outputs_hold_nothing_of_the_moment(built: Path) -> None:
    """No running counts, no times, no version of Python; timed cells keep no output and are tagged for nbval."""
    notebook = nbformat.read(built / "source" / SLUG / "lesson.ipynb", as_version=4)
    assert "version" not in notebook.metadata.language_info
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.execution_count in (None, 1)
            assert all(output.get("execution_count", 1) == 1 for output in cell.outputs)
    timed = next(cell for cell in notebook.cells if "timing" in cell.metadata.get("tags", []))
    assert timed.outputs == []
    assert "nbval-ignore-output" in timed.metadata.tags


def test_student_versions_hold_stubs_and_no_outputs(built: Path) -> None:
    """Solutions become nbgrader's stubs, hidden tests are gone, visible tests stay."""
    text = (built / "release" / SLUG / "exercises.ipynb").read_text(encoding="utf-8")
    assert text.count("raise NotImplementedError()") == 3
    assert "YOUR ANSWER HERE" in text
    for secret in ("BEGIN", "rate_per_s * service_s", "never cap it", "has a memory", "answer = 42"):
        assert secret not in text, secret
    assert "got == 0.5" in text
    lesson_text = (built / "release" / SLUG / "lesson.ipynb").read_text(encoding="utf-8")
    assert '"outputs": [\n' not in lesson_text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("object()", "a memory address"),
        ("import uuid\nprint(uuid.uuid4())", "a random id"),
        ("import os\nprint(os.getcwd())", "a folder of this machine"),
        ("import warnings\nwarnings.warn('old way')", "stderr"),
        ("def f():\n    return {}['speed']\n\nf()", "KeyError: 'speed'"),
        ("print('x' * 250_000)", "becomes a notebook of 2"),
        ("import os\nos._exit(1)", "kernel died"),
    ],
)
def test_what_a_rebuild_would_not_repeat_is_refused(small: Path, code: str, expected: str) -> None:
    """The message names file and cell and what is wrong; nothing half-built is left."""
    with lesson(small).open("a", encoding="utf-8") as file:
        file.write(f"\n# %%\n{code}\n")
    with pytest.raises(NotebookError) as caught:
        grading.build(root=small)
    assert "ch91_small/lesson.py" in str(caught.value)
    assert expected in str(caught.value)
    assert not lesson(small).with_suffix(".ipynb").exists()


def test_a_failing_cell_is_named_by_line_and_number(small: Path) -> None:
    """An author can go straight to it."""
    with lesson(small).open("a", encoding="utf-8") as file:
        file.write("\n# %%\n1 / 0\n")
    with pytest.raises(NotebookError, match=r"line 7, cell 3, `1 / 0`: it fails with ZeroDivisionError"):
        grading.build(root=small)


def test_a_source_that_is_not_utf8_is_named(small: Path) -> None:
    """With its remedy, before anything is run."""
    lesson(small).write_bytes("# %% [markdown]\n# Größe\n".encode("latin-1"))
    with pytest.raises(NotebookError, match=r"ch91_small/lesson\.py cannot be read as text.*UTF-8"):
        grading.build(root=small)


def test_a_home_folder_at_the_root_of_the_disk_says_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In a container "/" may be the home: then no output with a slash in it is one of this machine."""
    monkeypatch.setattr(Path, "home", lambda: Path(tmp_path.anchor))
    assert machine_folders("x", tmp_path) == ["x", str(tmp_path.resolve())]
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert str(tmp_path) in machine_folders("x", tmp_path / "course")


def test_an_unknown_chapter_is_refused_with_those_that_exist(small: Path) -> None:
    """The message lists the folders to choose from."""
    with pytest.raises(NotebookError, match="ch91_small"):
        grading.build(["ch19"], root=small)


def test_a_notebook_whose_source_is_gone_goes_too(small: Path) -> None:
    """Derived files do not outlive what they were made from."""
    extra = lesson(small).with_name("exercises.py")
    extra.write_text("# %%\nprint(1)\n", encoding="utf-8")
    grading.build(root=small)
    extra.unlink()
    assert grading.stale(root=small) != []
    assert grading.build(root=small).removed == [
        "source/ch91_small/exercises.ipynb",
        "release/ch91_small/exercises.ipynb",
    ]
    assert grading.stale(root=small) == []


def test_an_authors_own_notebook_beside_the_sources_stays(small: Path) -> None:
    """The build deletes what it made; of another notebook it says that it does not belong there."""
    scratch = lesson(small).with_name("scratch.ipynb")
    scratch.write_text("{}", encoding="utf-8")
    assert grading.build(root=small).removed == []
    assert scratch.exists()
    assert [fault for fault in grading.stale(root=small) if "scratch.ipynb has no source" in fault]


def test_the_build_leaves_the_learners_files_alone(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cells run headless, with a workspace that is thrown away."""
    monkeypatch.setenv("MLSD_WORKSPACE", str(tmp_path / "mine"))
    code = (
        "import os\nfrom mlsd_course.headless import headless\nprint(headless(), os.environ['MLSD_WORKSPACE'] == MINE)"
    )
    code = code.replace("MINE", repr(str(tmp_path / "mine")))
    lesson(small).write_text(f"# %%\n{code}\n".replace(str(tmp_path), str(tmp_path)), encoding="utf-8")
    grading.build(root=small)
    assert "True False" in lesson(small).with_suffix(".ipynb").read_text(encoding="utf-8")
    assert not (tmp_path / "mine").exists()
