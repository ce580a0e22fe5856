"""A course that holds only the mastery check, under plain nbgrader: handed in as `nbgrader collect` leaves it, and graded."""

import shutil
from pathlib import Path

from mlsd_course.exam.answer_sheet import FILE
from tests.support.nbgrader_app import run_nbgrader
from tests.support.paths import NOTEBOOKS

SLUG = "mastery_check"


def course(folder: Path) -> Path:
    """Return the root of a new course with the built mastery check."""
    root = folder / "course"
    (root / "source").mkdir(parents=True)
    shutil.copytree(NOTEBOOKS / "source" / SLUG, root / "source" / SLUG)
    shutil.copy(NOTEBOOKS / "nbgrader_config.py", root)
    nbgrader(root, "generate_assignment", SLUG, "--force")
    return root


def hand_in(root: Path, student: str, folder: Path | None = None, answers: bytes | None = None) -> Path:
    """Hand in a folder as it is, or the release with an answer file; return the folder that was handed in."""
    to = root / "submitted" / student / SLUG
    shutil.copytree(folder or root / "release" / SLUG, to, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    if answers is not None:
        (to / FILE).write_bytes(answers)
    return to


def nbgrader(root: Path, *arguments: str) -> str:
    """Run `nbgrader` in `root` as a person would; return what it says."""
    own = {"JUPYTER_CONFIG_DIR": str(root / ".jupyter"), "MLSD_WORKSPACE": str(root / ".workspace")}
    return run_nbgrader(root, arguments, own)


def scores(root: Path) -> dict[str, float]:
    """Return each learner's points, out of the gradebook."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "mlsd") as book:
        return {found.student.id: found.score for found in book.find_assignment(SLUG).submissions}
