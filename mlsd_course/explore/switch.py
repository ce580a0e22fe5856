"""The one switch between live widgets and plain text."""

import os


def headless() -> bool:
    """True while notebooks are built, checked or graded: text instead of widgets, and no file of the learner touched.

    Set `MLSD_HEADLESS=1` for it; nbgrader's own `NBGRADER_EXECUTION` (autograde, validate) means the same.
    """
    return os.environ.get("MLSD_HEADLESS", "0") not in ("", "0") or bool(os.environ.get("NBGRADER_EXECUTION"))
