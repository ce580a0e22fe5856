"""What every kernel of the course's environment loads when it starts: an IPython extension that notes which graded tests pass.

Named in `etc/ipython/ipython_kernel_config.json`, which the wheel installs below the environment's prefix: IPython reads
it for JupyterLab, VS Code and JupyterHub alike. Light on purpose: the record is imported when the first graded test runs.
"""

from typing import Any

from mlsd_course.headless import headless

_GRADED = ("ch",)  # a graded cell of a released notebook is named by its grade id, which begins with its chapter


def load_ipython_extension(shell: Any) -> None:
    """Begin to note the tests that are run in this shell; nothing while notebooks are built, checked or graded."""
    if not headless():
        shell.events.register("post_run_cell", _after_cell)


def unload_ipython_extension(shell: Any) -> None:
    """Note no more."""
    if _after_cell in shell.events.callbacks["post_run_cell"]:
        shell.events.unregister("post_run_cell", _after_cell)


def _after_cell(result: Any) -> None:
    if str(getattr(result.info, "cell_id", None) or "").startswith(_GRADED):
        from mlsd_course.learner.passed_tests import note

        note(result)
