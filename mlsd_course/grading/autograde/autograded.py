"""Writes graded notebooks to `autograded/`, where nbgrader's Formgrader and feedback read them."""

import json
import os
import stat
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from mlsd_course.files import replace_file
from mlsd_course.grading.autograde.assignment import Assignment, Notebook
from mlsd_course.grading.autograde.submission import Submission
from mlsd_course.grading.course import Course

READ_ONLY = 0o444


def write(course: Course, asked: Assignment, given: Submission, notebooks: dict[str, NotebookNode]) -> None:
    """Write the folder autograded/<student>/<assignment>: notebooks last, each as a whole or not at all."""
    folder = course.autograded / given.student / asked.name
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {**given.files, **asked.files}.items():
        _put(folder / name, content)
    for name, notebook in notebooks.items():
        _put(folder / f"{name}.ipynb", (nbformat.writes(notebook, version=4) + "\n").encode())


def stand_in(asked: Notebook, reason: str) -> NotebookNode:
    """Return a notebook in place of one that cannot be read, so that a person can open and mark it."""
    note = new_markdown_cell(f"**This notebook was not graded.** {reason}.", id="not-graded")
    cells = [note]
    for cell in asked.cells.values():
        node = new_markdown_cell(cell.source) if cell.kind == "markdown" else nbformat.v4.new_code_cell(cell.source)
        node.metadata["nbgrader"] = cell.marks()
        cells.append(node)
    metadata = {"kernelspec": asked.kernelspec, "language_info": {"name": "python"}}
    notebook: NotebookNode = new_notebook(cells=cells, metadata=json.loads(json.dumps(metadata)))
    return notebook


def shortened(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook with nbgrader's limit on the lines of outputs."""
    from nbgrader.preprocessors import LimitOutput

    done, _ = LimitOutput().preprocess(notebook, {})
    result: NotebookNode = done
    return result


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.chmod(path.stat().st_mode | stat.S_IWUSR)  # Windows does not replace what is read-only
    replace_file(path, content)
    os.chmod(path, READ_ONLY)
