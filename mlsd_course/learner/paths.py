"""Where the learner's files are, and where the course is."""

import os
from pathlib import Path

import mlsd_course
from mlsd_course.errors import WorkspaceError

MARKER = ".mlsd-workspace.json"


def workspace_root() -> Path:
    """Return the workspace: MLSD_WORKSPACE, else the nearest folder above that is one, else `~/mlsd-workspace`.

    Raises WorkspaceError where MLSD_WORKSPACE names the home folder of somebody who is not there.
    """
    if named := os.environ.get("MLSD_WORKSPACE"):
        return _folder("MLSD_WORKSPACE", named)
    return enclosing_workspace() or Path.home() / "mlsd-workspace"


def enclosing_workspace() -> Path | None:
    """Return the nearest folder, this one included, that is a workspace; None where there is none."""
    try:
        here = Path.cwd().resolve()
    except FileNotFoundError:  # the current folder was deleted
        return None
    return next((folder for folder in (here, *here.parents) if (folder / MARKER).is_file()), None)


def course_root() -> Path:
    """Return the clone of the course: MLSD_COURSE, else the folder that this package was installed from.

    Raises WorkspaceError where the package was installed without the notebooks, or where MLSD_COURSE names no folder.
    """
    named = os.environ.get("MLSD_COURSE")
    root = _folder("MLSD_COURSE", named) if named else Path(mlsd_course.__file__).resolve().parents[1]
    if (root / "notebooks").is_dir():
        return root
    raise WorkspaceError(
        f"The course's notebooks are not in {root}",
        remedy="Run mlsd from a clone of the course (`make lab`), or set MLSD_COURSE to the clone's folder",
    )


def _folder(variable: str, named: str) -> Path:
    try:
        return Path(named).expanduser().resolve()
    except RuntimeError as error:  # what pathlib raises for ~somebody
        raise WorkspaceError(
            f"{variable} names a home folder that is not known",
            given=named,
            remedy="Write the whole path, or ~/ for your own home folder",
        ) from error
