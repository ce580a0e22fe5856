"""Running a notebook in a kernel of its own, away from the learner's files."""

import os
import tempfile
from pathlib import Path

from nbformat import NotebookNode

from mlsd_course.errors import NotebookError
from mlsd_course.grading.authoring.loaded_source import LoadedSource, refuse
from mlsd_course.grading.authoring.outputs import normalise, unrepeatable

CELL_TIMEOUT_S = 120
_LOG = "kernel.log"
_LOADED = "print(*sorted({m.split('.')[1] for m in list(__import__('sys').modules) if m.startswith('mlsd_course.')}))"


def execute(loaded: LoadedSource) -> list[str]:
    """Run the notebook in place and normalise its outputs; return the parts of `mlsd_course` that it imported.

    Raises NotebookError for a cell that fails (unless tagged `raises-exception`), or whose output no run repeats.
    """
    with tempfile.TemporaryDirectory(prefix="mlsd-build-", ignore_cleanup_errors=True) as folder:
        packages = _run_or_explain(loaded, Path(folder))
        normalise(loaded.notebook)
        folders = machine_folders(folder, loaded.source.root)
        refuse((cell, fault) for cell in loaded.cells for fault in unrepeatable(cell.node, folders))
    return packages


def machine_folders(workspace: str, root: Path) -> list[str]:
    """Return the folders of this machine that no output may hold; a home folder at the root of the disk says nothing."""
    home = Path.home()
    return [workspace, str(root.resolve()), *([str(home)] if home != Path(home.anchor) else [])]


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


def _run_or_explain(loaded: LoadedSource, workspace: Path) -> list[str]:
    """Run all cells; NotebookError that names the cell where one fails, hangs, or ends the kernel."""
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    try:
        return _run(loaded, workspace)
    except CellExecutionError as error:
        failed = next(cell for cell in loaded.cells if _failed(cell.node))
        raise NotebookError(
            f"{failed}: it fails with {f'{error.ename}: {error.evalue}'.strip()}",
            remedy="Run the source in JupyterLab to see the whole traceback",
        ) from None
    except CellTimeoutError as error:
        raise NotebookError(
            f"{loaded.name}: a cell took longer than {CELL_TIMEOUT_S} s ({str(error).splitlines()[-1]})",
            remedy="Do less in it: a whole notebook has 60 s",
        ) from None
    except DeadKernelError:
        log = (workspace / _LOG).read_text(encoding="utf-8", errors="replace").strip()[-500:]
        raise NotebookError(
            f"{loaded.name}: the kernel died. Its last words: {log or 'none'}",
            remedy="Run it in JupyterLab to see where",
        ) from None


def _run(loaded: LoadedSource, workspace: Path) -> list[str]:
    """Run all cells, and a last one of our own that tells which parts of the package were imported."""
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell

    notebook = loaded.notebook
    resources = {"metadata": {"path": str(loaded.source.path.parent)}}
    client = NotebookClient(
        notebook, timeout=CELL_TIMEOUT_S, kernel_name="python3", record_timing=False, resources=resources
    )
    probe = new_code_cell(_LOADED)
    with (workspace / _LOG).open("wb") as log, client.setup_kernel(env=environment(workspace), stderr=log):
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
        notebook.cells.append(probe)
        client.execute_cell(probe, len(notebook.cells) - 1)
        notebook.cells.pop()
    return str(probe.outputs[0].text).split()


def _failed(cell: NotebookNode) -> bool:
    """Tell whether the cell ended in an error that it was not allowed to end in."""
    ended_in_error = any(output.output_type == "error" for output in cell.get("outputs", []))
    return ended_in_error and "raises-exception" not in cell.metadata.get("tags", [])
