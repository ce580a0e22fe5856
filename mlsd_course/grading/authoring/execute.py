"""Running a notebook in a kernel of its own, away from the learner's files."""

import os
import tempfile
from pathlib import Path

from nbformat import NotebookNode

from mlsd_course.errors import NotebookError
from mlsd_course.grading.authoring.cell_rules import Cell, located
from mlsd_course.grading.authoring.outputs import fleeting, normalise
from mlsd_course.grading.authoring.source import Source

CELL_TIMEOUT_S = 120
_LOG = "kernel.log"
_LOADED = "print(*sorted({m.split('.')[1] for m in list(__import__('sys').modules) if m.startswith('mlsd_course.')}))"


def execute(source: Source, notebook: NotebookNode) -> list[str]:
    """Run `notebook` in place and normalise its outputs; return the parts of `mlsd_course` that it loaded.

    Raises NotebookError for a cell that fails (unless tagged `raises-exception`), or whose output no run repeats.
    """
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    with tempfile.TemporaryDirectory(prefix="mlsd-build-", ignore_cleanup_errors=True) as folder:
        try:
            loaded = _run(source, notebook, Path(folder))
        except CellExecutionError as error:
            failed = next(cell for cell in located(source, notebook) if _failed(cell.node))
            raise _failure(failed, f"{error.ename}: {error.evalue}".strip()) from None
        except CellTimeoutError as error:
            raise NotebookError(
                f"{source.name}: a cell took longer than {CELL_TIMEOUT_S} s ({str(error).splitlines()[-1]})",
                remedy="Do less in it: a whole notebook has 60 s",
            ) from None
        except DeadKernelError:
            heard = (Path(folder) / _LOG).read_text(encoding="utf-8", errors="replace").strip()[-500:]
            raise NotebookError(
                f"{source.name}: the kernel died. Its last words: {heard or 'none'}",
                remedy="Run it in JupyterLab to see where",
            ) from None
        normalise(notebook)
        _refuse_fleeting(source, notebook, machine(folder, source.root))
    return loaded


def machine(folder: str, root: Path) -> list[str]:
    """Return the folders of this machine that no output may hold; a home folder at the root of the disk says nothing."""
    home = Path.home()
    return [folder, str(root.resolve()), *([str(home)] if home != Path(home.anchor) else [])]


def environment(workspace: Path) -> dict[str, str]:
    """Return the environment in which references run: text instead of widgets, a workspace of their own."""
    own = {
        "MLSD_HEADLESS": "1",
        "MLSD_WORKSPACE": str(workspace),
        "IPYTHONDIR": str(workspace / ".ipython"),  # the author's start-up files and history stay out
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    return {**os.environ, **own}


def _run(source: Source, notebook: NotebookNode, folder: Path) -> list[str]:
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell

    here = {"metadata": {"path": str(source.path.parent)}}
    client = NotebookClient(
        notebook, timeout=CELL_TIMEOUT_S, kernel_name="python3", record_timing=False, resources=here
    )
    probe = new_code_cell(_LOADED)
    with (folder / _LOG).open("wb") as log, client.setup_kernel(env=environment(folder), stderr=log):
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
        notebook.cells.append(probe)
        client.execute_cell(probe, len(notebook.cells) - 1)
        notebook.cells.pop()
    return str(probe.outputs[0].text).split()


def _failed(cell: NotebookNode) -> bool:
    return any(
        output.output_type == "error" for output in cell.get("outputs", [])
    ) and "raises-exception" not in cell.metadata.get("tags", [])


def _failure(cell: Cell, last_line: str) -> NotebookError:
    return NotebookError(
        f"{cell}: it fails with {last_line}", remedy="Run the source in JupyterLab to see the whole traceback"
    )


def _refuse_fleeting(source: Source, notebook: NotebookNode, machine: list[str]) -> None:
    faults = [
        f"{cell}: {what}. {remedy}"
        for cell in located(source, notebook)
        for what, remedy in fleeting(cell.node, machine)
    ]
    if faults:
        raise NotebookError("\n".join(faults))
