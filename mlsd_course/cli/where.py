"""Which workspace a command works on."""

import os
from contextlib import suppress


def choose_workspace(named: str) -> None:
    """Fix the workspace for this process and all that it starts.

    The first of: `--workspace`, MLSD_WORKSPACE, the workspace around the current folder, `workspace` in the clone,
    `~/mlsd-workspace`.
    """
    from mlsd_course.errors import CourseError
    from mlsd_course.learner.paths import course_root, enclosing_workspace, workspace_root

    if named:
        os.environ["MLSD_WORKSPACE"] = named
    if not os.environ.get("MLSD_WORKSPACE") and enclosing_workspace() is None:
        with suppress(CourseError):  # installed without the notebooks: the home folder it is
            os.environ["MLSD_WORKSPACE"] = str(course_root() / "workspace")
    os.environ["MLSD_WORKSPACE"] = str(workspace_root())
