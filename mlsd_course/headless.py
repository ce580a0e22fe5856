"""Whether a learner works here, or a program that builds, checks or grades notebooks."""

import os
import sys
from typing import Any


def headless() -> bool:
    """True while notebooks are built, checked or graded: text instead of widgets, and no file of the learner touched.

    Set `MLSD_HEADLESS=1` for it; nbgrader's own `NBGRADER_EXECUTION` (autograde, validate) means the same.
    """
    return os.environ.get("MLSD_HEADLESS", "0") not in ("", "0") or bool(os.environ.get("NBGRADER_EXECUTION"))


def live_shell() -> Any | None:
    """Return the shell of the kernel that a learner works in; None while headless, and in a plain Python."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell if shell is not None and hasattr(shell, "kernel") and not headless() else None
