"""A source is read the same everywhere: stable cell ids, nothing of the author's tools, lines that messages can name."""

from pathlib import Path

import pytest

from mlsd_course.errors import NotebookError
from mlsd_course.grading import Source, sources
from mlsd_course.grading.authoring.loaded_source import load, refuse
from mlsd_course.grading.authoring.source import nbgrader_metadata, parse_percent, read_percent

TEXT = """# %% [markdown]
# # Title

# %% nbgrader={"grade": false, "solution": true, "grade_id": "ch91_e1"}
x = 1

# %% a title for tools tags=["timing"]
print(x)  # fmt: skip
"""


@pytest.fixture
def source(tmp_path: Path) -> Source:
    """A chapter with one notebook, and with answers beside it."""
    path = tmp_path / "source" / "ch91" / "lesson.py"
    path.parent.mkdir(parents=True)
    path.write_text(TEXT, encoding="utf-8")
    path.with_name("answers.py").write_text("# %%\n", encoding="utf-8")
    return Source(path, tmp_path)


def test_a_source_knows_what_is_built_from_it(source: Source) -> None:
    """The reference lies beside the text, the student version under release/."""
    assert (source.slug, source.name) == ("ch91", "ch91/lesson.py")
    assert source.reference == source.path.with_name("lesson.ipynb")
    assert source.release == source.root / "release" / "ch91" / "lesson.ipynb"


def test_answers_are_no_source(source: Source) -> None:
    """What tests the tests is never built or released."""
    assert sources(source.root) == [source]


def test_a_cell_is_called_by_its_grade_id_or_else_by_its_text() -> None:
    """An id stays when other cells change; the same text a second time gets a number."""
    cells = parse_percent(f"{TEXT}\n# %%\ny = 2\n\n# %%\ny = 2\n", "n").cells
    alone = parse_percent("# %%\ny = 2\n", "n").cells[0]
    assert cells[1].id == "ch91_e1"
    assert [cell.id for cell in cells[3:]] == [alone.id, f"{alone.id}-2"]


def test_what_is_for_tools_only_is_left_out() -> None:
    """A cell's title and the formatter's comment stay in the text."""
    last = parse_percent(TEXT, "n").cells[-1]
    assert (last.source, dict(last.metadata)) == ("print(x)", {"tags": ["timing"]})


def test_text_that_is_no_notebook_is_named(tmp_path: Path) -> None:
    """A file that is not there and one that is not UTF-8 are errors of the course, with the form of a cell."""
    (tmp_path / "latin.py").write_bytes("# %%\n# Größe\n".encode("latin-1"))
    for name in ("latin.py", "missing.py"):
        with pytest.raises(NotebookError, match=rf"{name} cannot be read as a notebook.*# %%"):
            read_percent(tmp_path / name, name)


@pytest.mark.parametrize("value", ["a string", ["list"], None])
def test_metadata_that_is_no_object_counts_as_none(value: object) -> None:
    """A typing error in a cell's options does not end the reading of the others; the rules report it."""
    cell = parse_percent("# %%\nx = 1\n", "n").cells[0]
    cell.metadata["nbgrader"] = value
    assert nbgrader_metadata(cell) == {}


def test_a_loaded_source_locates_each_cell(source: Source) -> None:
    """Messages name line, number, grade id and first line; the cells are those of the notebook, as it is run in place."""
    loaded = load(source)
    assert [(cell.number, cell.line) for cell in loaded.cells] == [(1, 1), (2, 4), (3, 7)]
    assert str(loaded.cells[1]) == "ch91/lesson.py, line 4, cell 2 (ch91_e1), `x = 1`"
    assert all(cell.node is node for cell, node in zip(loaded.cells, loaded.notebook.cells, strict=True))


def test_lines_are_not_guessed(source: Source) -> None:
    """Where text stands before the first marker, markers and cells do not pair: then no line is named."""
    source.path.write_text(f"x = 0\n\n{TEXT}", encoding="utf-8")
    assert {cell.line for cell in load(source).cells} == {0}


def test_all_faults_are_refused_in_one_message(source: Source) -> None:
    """An author sees every fault at once, and nothing happens where there is none."""
    cells = load(source).cells
    refuse([])
    with pytest.raises(NotebookError) as caught:
        refuse((cell, ("it is wrong", "Mend it")) for cell in cells)
    assert str(caught.value).count("it is wrong. Mend it") == 3
