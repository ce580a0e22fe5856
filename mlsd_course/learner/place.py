"""Where the learner's files are."""

import os
from pathlib import Path

MARKER = ".mlsd-workspace.json"


def workspace_root() -> Path:
    """Return the workspace: MLSD_WORKSPACE, else the nearest folder above that is one, else `~/mlsd-workspace`."""
    if named := os.environ.get("MLSD_WORKSPACE"):
        return Path(named).expanduser().resolve()
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if (folder / MARKER).is_file():
            return folder
    return Path.home() / "mlsd-workspace"
