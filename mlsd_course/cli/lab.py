"""`mlsd lab`: prepare the workspace and open JupyterLab on the start page."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from mlsd_course.cli.terminal import tell, warn
from mlsd_course.errors import PortInUse

_CONFIG = Path(__file__).parent / "jupyter"  # folders of Jupyter settings: for every start, for learners
# Switches off what other libraries report to their makers; each is in the library's documentation.
_QUIET = {
    "DO_NOT_TRACK": "1",
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "GX_ANALYTICS_ENABLED": "False",
    "HAMILTON_AUTOLOAD_EXTENSIONS": "0",
    "HAMILTON_TELEMETRY_ENABLED": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "RAY_USAGE_STATS_ENABLED": "0",
}


def lab(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0: 8888 or the next free one.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
    course: Annotated[
        bool, typer.Option("--course", help="For instructors: open the course root, with formgrader.")
    ] = False,
) -> None:
    """Bring your notebooks up to date and open JupyterLab on the start page. Ctrl-C twice ends it."""
    from mlsd_course.learner import Workspace, course_root
    from mlsd_course.learner.health import port_is_free

    if port and not port_is_free(port):
        raise PortInUse(
            f"Port {port} is used by another program",
            remedy="Name another one, or leave --port out: a free one is found",
        )
    if course:
        root, page, configs = course_root() / "notebooks", "/lab/workspaces/course", ["every"]
    else:
        workspace, release = Workspace(), course_root() / "notebooks" / "release"
        for sentence in workspace.update(release).sentences():
            warn(sentence)
        root, page, configs = workspace.root, start_page(release), ["every", "learner"]
    tell(f"JupyterLab is starting. Your files: {root}")
    _wait(subprocess.Popen(command(root, page, port, browser), env=environment(configs), cwd=root))


def start_page(release: Path) -> str:
    """Return the address of the notebook to open first: the start page, or the first chapter that there is."""
    from mlsd_course.learner import chapters

    there = chapters(release)
    # A layout of its own ("workspace" in JupyterLab's language), so that other projects' open files do not appear.
    return "/lab/workspaces/mlsd" + (f"/tree/{there[0].slug}/{there[0].notebooks[0]}" if there else "")


def command(root: Path, page: str, port: int, browser: bool) -> list[str]:
    """Return the command that starts JupyterLab. Settings that never change are in `jupyter/`."""
    options = [f"--ServerApp.root_dir={root}", f"--LabApp.default_url={page}"]
    options += [f"--port={port}", "--ServerApp.port_retries=0"] if port else []
    options += [] if browser else ["--no-browser"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container, where root is the only user
        options.append("--allow-root")
    return [sys.executable, "-m", "jupyterlab", *options]


def environment(configs: list[str]) -> dict[str, str]:
    """Return this process's environment, with the course's settings for JupyterLab and its kernels."""
    paths = [*(str(_CONFIG / name) for name in configs), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    # The kernel of this environment goes before one of the same name in the user's home.
    own = {"JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths)), "JUPYTER_PREFER_ENV_PATH": "1"}
    return {**_QUIET, **os.environ, **own}


def _wait(process: "subprocess.Popen[bytes]") -> None:
    """Wait for JupyterLab to end. Ctrl-C is left to JupyterLab, which asks before it stops."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        code = process.wait()
    finally:
        signal.signal(signal.SIGINT, before)
        if process.poll() is None:
            process.terminate()
    if code > 0:
        raise typer.Exit(code)
