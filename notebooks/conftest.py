"""For `pytest --nbval`: references run as the build ran them, and the share of compared outputs is told."""

import atexit
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_IGNORED = "nbval-ignore-output"


def pytest_configure() -> None:
    """Text instead of widgets."""
    os.environ["MLSD_HEADLESS"] = "1"


@pytest.hookimpl(tryfirst=True)  # before nbval starts the kernel
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Give each notebook a workspace that is thrown away: it finds nothing that another one has kept."""
    if os.environ.get("MLSD_NBVAL_OF") != str(item.path):
        workspace = tempfile.mkdtemp(prefix="mlsd-nbval-")
        atexit.register(shutil.rmtree, workspace, ignore_errors=True)
        os.environ.update(MLSD_NBVAL_OF=str(item.path), MLSD_WORKSPACE=workspace, IPYTHONDIR=f"{workspace}/.ipython")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much of what the notebooks show has been compared."""
    shares = [compared(path) for path in sorted(Path(__file__).parent.glob("source/*/*.ipynb"))]
    seen, all_of_them = sum(share[0] for share in shares), sum(share[1] for share in shares)
    if all_of_them:
        terminalreporter.write_line(
            f"Outputs compared: {seen} of {all_of_them} code cells with outputs ({seen / all_of_them:.0%}); the others time something."
        )


def compared(path: Path) -> tuple[int, int]:
    """Return how many code cells of the notebook have outputs that nbval compares, and how many have outputs."""
    cells = list(_showing(path))
    return sum(_IGNORED not in cell["metadata"].get("tags", []) for cell in cells), len(cells)


def _showing(path: Path) -> Iterator[dict[str, dict[str, list[str]]]]:
    """Yield the code cells that show something; what a timed cell showed is not kept."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code" and (cell["outputs"] or _IGNORED in cell["metadata"].get("tags", [])):
            yield cell
