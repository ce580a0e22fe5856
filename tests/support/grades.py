"""A class that has handed in, and what its gradebook says."""

import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

from mlsd_course import grading
from mlsd_course.grading import autograde
from mlsd_course.grading.course import Course
from tests.support.course import FIXTURE, copy_of
from tests.support.learners import fill_in, learners

SLUG = "ch90_fixture"
Grades = dict[str, dict[str, tuple[float, bool]]]


@dataclass
class Class:
    """A course root with the fixture's assignment and its submissions."""

    root: Path

    @property
    def source(self) -> grading.Source:
        """The exercises."""
        return next(source for source in grading.sources(self.root) if source.path.stem == "exercises")

    def grade(self, cell_s: float = 2, **options: Any) -> autograde.Summary:
        """Grade what was handed in, with short limits."""
        limits = options.pop("limits", autograde.Limits(cell_s=cell_s, notebook_s=20))
        return autograde.grade(
            self.root, [SLUG], options.pop("pool", None) or autograde.pool_for(), limits=limits, **options
        )

    def edit_source(self, before: str, after: str) -> None:
        """Replace text in the source and build it."""
        path = self.source.path
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after), encoding="utf-8")
        grading.build(root=self.root)

    def submit(self, name: str) -> Path:
        """Hand in the student version as `name`; return the notebook to be written to."""
        folder = self.root / "submitted" / name / SLUG
        folder.mkdir(parents=True)
        for path in (self.root / "release" / SLUG).glob("*.ipynb"):
            shutil.copy(path, folder)
        return folder / "exercises.ipynb"


def open_class(folder: Path, names: list[str] | None = None) -> Class:
    """Put the fixture's course, built, into `folder`, with the submissions of the simulated learners `names` (None: all)."""
    made = Class(Path(shutil.copytree(Path(_built().name, "course"), folder / "course")))
    for learner in learners(made.source):
        if names is None or learner.name in names:
            fill_in(made.submit(learner.name), learner)
    return made


@cache
def _built() -> "tempfile.TemporaryDirectory[str]":
    """Return a folder with the fixture's course and a gradebook without anything in it; both take seconds to make."""
    folder: tempfile.TemporaryDirectory[str] = tempfile.TemporaryDirectory(prefix="mlsd-class-")
    root = copy_of(FIXTURE, Path(folder.name, "course"))
    grading.build(root=root)
    _ = Course(root).config  # its file puts nbgrader's helper programs on PATH
    book_of(root).close()
    return folder


def book_of(root: Path) -> Gradebook:
    """Open the gradebook."""
    return Gradebook(f"sqlite:///{root / 'gradebook.db'}", "mlsd")


def grades(root: Path, slug: str = SLUG) -> Grades:
    """Return automatic points and whether a person must look, by learner and grade id."""
    with book_of(root) as book:
        return {
            submission.student.id: {
                grade.name: (grade.auto_score or 0.0, grade.needs_manual_grade)
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in book.find_assignment(slug).submissions
        }
