"""The small course that tests of the build stand on, and all courses that a contract holds for."""

import shutil
from pathlib import Path

from mlsd_course.grading import Source, sources
from tests.support.paths import FIXTURE, NOTEBOOKS


def copy_of(root: Path, folder: Path) -> Path:
    """Copy the sources under `root` and the course's nbgrader settings into `folder`; return the new course root."""
    shutil.copytree(root / "source", folder / "source", ignore=shutil.ignore_patterns("*.ipynb", "__pycache__"))
    shutil.copy(NOTEBOOKS / "nbgrader_config.py", folder)
    return folder


def chapters(root: Path) -> list[str]:
    """Return the slugs of the chapters under `root` that have notebooks."""
    return sorted({source.slug for source in sources(root)})


def exercises() -> list[Source]:
    """Return every source with graded cells, the fixture's among them."""
    found = sources(FIXTURE) + sources(NOTEBOOKS)
    return [source for source in found if '"grade": true' in source.text()]


def name_of(source: Source) -> str:
    """Return what a test's parameter is called."""
    return source.name
