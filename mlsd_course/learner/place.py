"""Where the learner's files are, and where the course is."""

import os
from pathlib import Path

import mlsd_course
from mlsd_course.errors import WorkspaceError

MARKER = ".mlsd-workspace.json"


def workspace_root() -> Path:
    """Return the workspace: MLSD_WORKSPACE, else the nearest folder above that is one, else `~/mlsd-workspace`."""
    if named := os.environ.get("MLSD_WORKSPACE"):
        return Path(named).expanduser().resolve()
    return enclosing_workspace() or Path.home() / "mlsd-workspace"


def enclosing_workspace() -> Path | None:
    """Return the nearest folder, this one included, that is a workspace; None where there is none."""
    here = Path.cwd().resolve()
    return next((folder for folder in (here, *here.parents) if (folder / MARKER).is_file()), None)


def course_root() -> Path:
    """Return the clone of the course: MLSD_COURSE, else the folder that this package was installed from.

    Raises WorkspaceError where the package was installed without the notebooks.
    """
    named = os.environ.get("MLSD_COURSE")
    root = Path(named).expanduser().resolve() if named else Path(mlsd_course.__file__).resolve().parents[1]
    if (root / "notebooks").is_dir():
        return root
    raise WorkspaceError(
        f"The course's notebooks are not in {root}",
        remedy="Run mlsd from a clone of the course (`make lab`), or set MLSD_COURSE to the clone's folder",
    )
