"""Run a command with no network but loopback: `python tests/notebooks/offline.py python -m pytest ...`.

Every Python process gets `guard/sitecustomize.py`, which refuses other addresses. On Linux with bubblewrap the command
has a network of its own as well, in which there is nothing else, also for libraries that are not written in Python.
"""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

GUARD = Path(__file__).parent / "guard"
_SANDBOX = ["bwrap", "--dev-bind", "/", "/", "--unshare-net", "--die-with-parent", "--"]


def environment() -> dict[str, str]:
    """Return this process's environment with the guard on Python's path."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(GUARD), os.environ.get("PYTHONPATH", "")]))}


@cache
def sandbox() -> tuple[str, ...]:
    """Return the words before a command that give it an empty network; none where that does not work."""
    if not sys.platform.startswith("linux") or not shutil.which(_SANDBOX[0]):
        return ()
    works = subprocess.run([*_SANDBOX, "true"], capture_output=True, check=False).returncode == 0
    return tuple(_SANDBOX) if works else ()


def main(command: list[str]) -> int:
    """Run `command`; return its exit code."""
    if os.environ.get("CI") and sys.platform.startswith("linux") and not sandbox():
        print("In CI the network must be closed: bubblewrap is missing or may not make namespaces", file=sys.stderr)
        return 1
    return subprocess.run([*sandbox(), *command], env=environment(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
