"""`nbgrader` as a person runs it, in a process of its own; forked from one that has done its imports, which take seconds."""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

_FORKS = "forkserver" in multiprocessing.get_all_start_methods()


def run_nbgrader(root: Path, arguments: Sequence[str], own: Mapping[str, str], *, command: bool = False) -> str:
    """Run `nbgrader` in `root` with some environment variables of its own; return what it says, AssertionError if it fails.

    `command`: start the command itself, as nothing but a shell would.
    """
    environment = {**os.environ, **own}
    with tempfile.TemporaryDirectory(prefix="mlsd-nbgrader-") as folder:
        log = Path(folder, "log.txt")
        if command or not _FORKS:
            whole = [sys.executable, "-m", "nbgrader", *arguments]
            with log.open("wb") as file:
                code = subprocess.run(
                    whole, cwd=root, env=environment, stdout=file, stderr=file, check=False
                ).returncode
        else:
            code = _forked(str(root), list(arguments), environment, str(log))
        said = log.read_text(encoding="utf-8", errors="replace")
    assert code == 0, f"nbgrader {' '.join(arguments)}\n{said[-8000:]}"
    return said


def _forked(*given: object) -> int | None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["nbgrader.apps"])
    child = context.Process(target=_nbgrader, args=given)
    child.start()
    child.join()
    return child.exitcode


def _nbgrader(root: str, arguments: list[str], environment: dict[str, str], log: str) -> None:
    from nbgrader.apps.nbgraderapp import main

    said = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(said, 1)
    os.dup2(said, 2)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(root)
    sys.argv = ["nbgrader", *arguments]
    main()
