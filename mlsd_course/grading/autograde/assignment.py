"""An assignment as the instructor wrote it: tests, points and locked cells. Nothing here is read from a submission."""

import hashlib
import json
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from mlsd_course.errors import GradingError
from mlsd_course.grading.authoring.source import ANSWERS, read_percent
from mlsd_course.grading.autograde.imports import imports
from mlsd_course.grading.course import Course

_FILES_LIMIT = 200_000_000


@dataclass(frozen=True)
class SourceCell:
    """A cell of the source that carries nbgrader's metadata, with its hidden tests."""

    name: str
    kind: str
    source: str
    locked: bool
    checksum: str
    grade: bool
    solution: bool
    task: bool
    points: float

    @property
    def test(self) -> bool:
        """Whether it is an automatic test."""
        return self.grade and not self.solution and self.kind == "code"

    @property
    def hash(self) -> str:
        """A hash of the cell: it changes when the test or its points change."""
        return hashlib.sha256(f"{self.kind}\n{self.points}\n{self.source}".encode()).hexdigest()[:16]

    @property
    def released(self) -> str:
        """The text that learners were given: without the hidden tests."""
        return without_hidden(self.source) if self.test else self.source

    def marks(self) -> dict[str, Any]:
        """Return nbgrader's metadata for this cell."""
        marks: dict[str, Any] = {
            "grade": self.grade,
            "solution": self.solution,
            "locked": self.locked,
            "task": self.task,
            "grade_id": self.name,
            "schema_version": 3,
            "cell_type": self.kind,
            "checksum": self.checksum,
        }
        return {**marks, "points": self.points} if self.grade or self.task else marks


@dataclass(frozen=True)
class Notebook:
    """One notebook of an assignment, its nbgrader cells in their order."""

    name: str
    cells: dict[str, SourceCell]
    kernelspec: dict[str, Any]

    @property
    def graded(self) -> bool:
        """Whether there is anything to mark."""
        return any(cell.grade or cell.task for cell in self.cells.values())

    @property
    def hashes(self) -> dict[str, str]:
        """The hash of each graded or locked cell, by name."""
        return {cell.name: cell.hash for cell in self.cells.values() if cell.grade or cell.locked or cell.task}


@dataclass(frozen=True)
class Assignment:
    """One assignment: its notebooks by name, and the instructor's `files`, which replace those of a submission.

    imports: all import statements. given: the names that imports outside of solutions bind.
    """

    name: str
    notebooks: dict[str, Notebook]
    imports: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)


def assignments(course: Course) -> list[str]:
    """Return the assignments that somebody has handed in."""
    return sorted({folder.name for folder in course.submitted.glob("*/*") if folder.is_dir()})


def assignment(course: Course, name: str, gradebook: Any) -> tuple[Assignment, list[str]]:
    """Return the assignment `name` and which of its cells changed since the gradebook last saw them.

    The source is the truth: what it says goes into the gradebook first, by nbgrader's own steps. Without a source the
    gradebook's copy is used. GradingError where there is neither, or where cells were added or removed too late.
    """
    from nbgrader.api import MissingEntry

    sources = _sources(course.source / name)
    changed: list[str] = []
    try:
        known = {notebook.name for notebook in gradebook.find_assignment(name).notebooks}
    except MissingEntry:
        known = set()
        if not sources:
            raise GradingError(
                f"The assignment {name} is neither in the gradebook nor in {course.source}",
                allowed=", ".join(sorted(path.name for path in course.source.glob("*") if path.is_dir())) or "none",
                remedy="Put its notebooks into source/, or run `nbgrader generate_assignment`",
            ) from None
        gradebook.update_or_create_assignment(name)
    read = {notebook_name: _read(path) for notebook_name, path in sources.items()}
    orders: dict[str, list[str]] = {}
    for notebook_name, notebook in read.items():
        before = _cells(gradebook, name, notebook_name) if notebook_name in known else {}
        after = _prepared(course, notebook)
        orders[notebook_name] = list(after)
        if notebook_name in known and {each: cell.hash for each, cell in before.items()} == {
            each: cell.hash for each, cell in after.items()
        }:
            continue
        changed += [each for each, cell in after.items() if each in before and before[each].hash != cell.hash]
        _save(course, name, notebook_name, notebook)
        gradebook.db.expire_all()
    notebooks = {}
    for entry in gradebook.find_assignment(name).notebooks:
        cells = _cells(gradebook, name, entry.name)
        if entry.name in orders:
            cells = {each: cells[each] for each in orders[entry.name] if each in cells}
        notebooks[entry.name] = Notebook(entry.name, cells, json.loads(entry.kernelspec or "{}"))
    statements, given = _imports([each for stem, each in read.items() if notebooks[stem].graded])
    return Assignment(name, notebooks, statements, given, _files(course, name)), changed


def from_source(course: Course, name: str) -> Assignment:
    """Return the assignment from its source alone, without a gradebook; GradingError where there is no source."""
    sources = _sources(course.source / name)
    if not sources:
        there = sorted(path.name for path in course.source.glob("*") if _sources(path))
        raise GradingError(f"There is no source of {name!r} in {course.root}", allowed=", ".join(there) or "none")
    read = {stem: _read(path) for stem, path in sources.items()}
    notebooks = {
        stem: Notebook(stem, _prepared(course, each), dict(each.metadata.kernelspec)) for stem, each in read.items()
    }
    statements, given = _imports([each for stem, each in read.items() if notebooks[stem].graded])
    return Assignment(name, notebooks, statements, given, _files(course, name))


def source_rows(gradebook: Any, notebook_id: str) -> Any:
    """Return the gradebook's cells of a notebook in the order in which they were written.

    nbgrader stores no order: this is SQLite's row number, and `Course.db_url` lets no other database in.
    """
    from nbgrader.api import SourceCell
    from sqlalchemy import text

    return (
        gradebook.db.query(SourceCell).filter(SourceCell.notebook_id == notebook_id).order_by(text("source_cell.rowid"))
    )


def without_hidden(source: str) -> str:
    """Return `source` as nbgrader releases it."""
    from nbgrader.preprocessors import ClearHiddenTests

    cell = NotebookNode(source=source, metadata=NotebookNode())
    step = ClearHiddenTests()
    if step._remove_hidden_test_region(cell):  # noqa: SLF001 nbgrader's own rule of what is hidden
        return str(cell.source)
    return source


def _sources(folder: Path) -> dict[str, Path]:
    """Return the notebooks of a source folder: the built ones, else the text that they are built from."""
    texts = {path.stem: path for path in sorted(folder.glob("*.py")) if path.name != ANSWERS and _is_percent(path)}
    return {**texts, **{path.stem: path for path in sorted(folder.glob("*.ipynb"))}}


def _is_percent(path: Path) -> bool:
    return "# %%" in path.read_text(encoding="utf-8", errors="replace")


def _read(path: Path) -> NotebookNode:
    if path.suffix == ".py":
        return read_percent(path, path.name)
    return nbformat.read(path, as_version=4)


def _prepared(course: Course, notebook: NotebookNode) -> dict[str, SourceCell]:
    """Return the cells of a source notebook as nbgrader keeps them."""
    done = _through(course, notebook, _steps()[:-1], {})
    return {cell.name: cell for node in done.cells if (cell := _source_cell(node)) is not None}


def _save(course: Course, name: str, notebook_name: str, notebook: NotebookNode) -> None:
    resources = {"notebook": notebook_name, "assignment": name, "db_url": course.db_url}
    try:
        _through(course, notebook, _steps(), resources)
    except RuntimeError as error:
        raise GradingError(
            f"{name}/{notebook_name}: {error}",
            remedy="Put the cells back as they were released, or remove the submissions from the gradebook first "
            "(`nbgrader db assignment remove`); texts of tests may change at any time",
        ) from error


def _through(course: Course, notebook: NotebookNode, steps: list[Any], resources: dict[str, Any]) -> NotebookNode:
    config = course.config
    notebook = nbformat.from_dict(json.loads(json.dumps(notebook)))
    context = {"nbgrader": resources, "metadata": {"path": str(course.root)}}
    for step in steps:
        processor = step(config=config)
        processor.log.setLevel(logging.ERROR)
        notebook, context = processor.preprocess(notebook, context)
    return notebook


def _steps() -> list[Any]:
    """Return nbgrader's steps up to the one that writes into the gradebook."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.preprocessors import SaveCells

    steps = GenerateAssignment.preprocessors.default_args[0]
    return list(steps[: steps.index(SaveCells) + 1])


def _source_cell(node: NotebookNode) -> SourceCell | None:
    from nbgrader import utils

    marks = node.metadata.get("nbgrader")
    if not marks or not (
        utils.is_grade(node) or utils.is_solution(node) or utils.is_locked(node) or utils.is_task(node)
    ):
        return None
    return SourceCell(
        marks["grade_id"],
        node.cell_type,
        node.source,
        utils.is_locked(node),
        marks.get("checksum", ""),
        bool(utils.is_grade(node)),
        bool(utils.is_solution(node)),
        bool(utils.is_task(node)),
        float(marks.get("points", 0) or 0),
    )


def _cells(gradebook: Any, name: str, notebook_name: str) -> dict[str, SourceCell]:
    """Return what the gradebook holds, in the order in which it was written."""
    entry = gradebook.find_notebook(notebook_name, name)
    points = {cell.name: float(cell.max_score) for cell in [*entry.grade_cells, *entry.task_cells]}
    grades = {cell.name for cell in entry.grade_cells}
    solutions = {cell.name for cell in entry.solution_cells}
    tasks = {cell.name for cell in entry.task_cells}
    rows = source_rows(gradebook, entry.id)
    return {
        row.name: SourceCell(
            row.name,
            row.cell_type,
            row.source or "",
            bool(row.locked),
            row.checksum or "",
            row.name in grades,
            row.name in solutions,
            row.name in tasks,
            points.get(row.name, 0.0),
        )
        for row in rows
    }


def _imports(notebooks: list[NotebookNode]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return imports(
        (cell.source, bool(cell.metadata.get("nbgrader", {}).get("solution")))
        for notebook in notebooks
        for cell in notebook.cells
        if cell.cell_type == "code"
    )


def _files(course: Course, name: str) -> dict[str, bytes]:
    """Return what lies beside the source's notebooks, without what nbgrader ignores."""
    from nbgrader.utils import find_all_files

    folder = course.source / name
    paths = (
        [Path(path) for path in find_all_files(str(folder), [*course.ignored, "*.ipynb"])] if folder.is_dir() else []
    )
    if (size := sum(path.stat().st_size for path in paths)) > _FILES_LIMIT:
        raise GradingError(
            f"The files beside {folder} take {size / 1e6:.0f} MB", allowed=f"{_FILES_LIMIT / 1e6:.0f} MB"
        )
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(paths)}
