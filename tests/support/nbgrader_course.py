"""A course under plain nbgrader: built, handed in, and its points read from the gradebook."""

import shutil
from pathlib import Path

from mlsd_course import grading
from tests.support.course import copy_of
from tests.support.learners import Learner, fill_in
from tests.support.nbgrader_app import run_nbgrader

CELL_TIMEOUT_S = 15


def nbgrader(root: Path, *arguments: str, command: bool = False) -> str:
    """Run `nbgrader` in `root` as a person would; return what it says."""
    return run_nbgrader(root, arguments, {"JUPYTER_CONFIG_DIR": str(root / ".jupyter")}, command=command)


def course(origin: Path, slug: str, folder: Path) -> Path:
    """Build one chapter of the course at `origin` into a course of its own with a local exchange."""
    root = copy_of(origin, folder / "course")
    for other in (root / "source").iterdir():
        if other.is_dir() and other.name != slug:
            shutil.rmtree(other)
    for built in (origin / "source" / slug).glob("*.ipynb"):
        shutil.copy(built, root / "source" / slug)
    if not list((root / "source" / slug).glob("*.ipynb")):
        grading.build(root=root)
    exchange = folder / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"\nc.Execute.timeout = {CELL_TIMEOUT_S}\nc.Exchange.root = {str(exchange)!r}\n")
        file.write(f"c.Exchange.cache = {str(folder / 'cache')!r}\n")
    return root


def hand_in(root: Path, slug: str, given: list[Learner]) -> None:
    """Put each learner's filled-in release where `nbgrader collect` puts it: the way without an exchange."""
    for learner in given:
        folder = root / "submitted" / learner.name / slug
        shutil.copytree(root / "release" / slug, folder)
        fill_in(folder / "exercises.ipynb", learner)


def scores(root: Path) -> dict[str, dict[str, tuple[float, bool]]]:
    """Return points and whether a person must look, by learner and grade id, out of the gradebook."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "mlsd") as book:
        return {
            submission.student.id: {
                grade.name: (grade.auto_score or 0.0, grade.needs_manual_grade)
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in book.find_assignment(next(iter(book.assignments)).name).submissions
        }
