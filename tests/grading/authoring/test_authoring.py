"""Authors may edit a source as text or, through jupytext, as a notebook in JupyterLab."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from mlsd_course import grading
from tests.support.course import FIXTURE, NOTEBOOKS, copy_of

LESSON, EXERCISES = (f"source/ch90_fixture/{name}.py" for name in ("lesson", "exercises"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The fixture's course with jupytext's settings."""
    copy_of(FIXTURE, tmp_path)
    shutil.copy(NOTEBOOKS / "jupytext.toml", tmp_path)
    return tmp_path


def contents(root: Path) -> Any:
    """Return JupyterLab's view of the files, as jupytext's server extension makes it."""
    from jupyter_server.services.contents.largefilemanager import LargeFileManager
    from jupytext import build_sync_jupytext_contents_manager_class

    manager = build_sync_jupytext_contents_manager_class(LargeFileManager)()
    manager.root_dir = str(root)
    return manager


def opened(manager: Any, path: str) -> Any:
    """Open the file as a notebook."""
    return manager.get(path, type="notebook")["content"]


def saved(manager: Any, path: str, notebook: Any) -> None:
    """Save the notebook as JupyterLab does after a run: with kernel, outputs and counts."""
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.execution_count = 7
            cell.metadata["execution"] = {"iopub.status.busy": "2030-01-01"}
    manager.save({"type": "notebook", "content": notebook, "format": "json"}, path=path)


@pytest.mark.parametrize("path", [LESSON, EXERCISES])
def test_opening_and_saving_a_source_in_jupyterlab_changes_none_of_its_cells(root: Path, path: str) -> None:
    """No header, no outputs, no time stamps; markers, options and text as before."""
    before = grading.Source(root / path, root).notebook()
    manager = contents(root)
    saved(manager, path, opened(manager, path))
    assert grading.Source(root / path, root).notebook() == before
    assert (root / path).read_text(encoding="utf-8").startswith("# %%")


def test_a_new_graded_cell_and_a_new_tag_arrive_in_the_text(root: Path) -> None:
    """What nbgrader's side bar and JupyterLab's property inspector write is kept."""
    import nbformat

    manager = contents(root)
    notebook = opened(manager, LESSON)
    mark = {"grade": False, "solution": True, "locked": False, "task": False}
    mark = {**mark, "grade_id": "ch90_fixture_e9", "schema_version": 3}
    notebook.cells.append(nbformat.v4.new_code_cell("x = 1", metadata={"nbgrader": mark, "tags": ["timing"]}))
    saved(manager, LESSON, notebook)
    last = grading.validate(grading.Source(root / LESSON, root)).cells[-1]
    assert last.metadata["nbgrader"] == mark
    assert last.metadata["tags"] == ["timing"]
    assert last.id == "ch90_fixture_e9"
