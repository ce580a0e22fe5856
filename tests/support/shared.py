"""What costs a test minutes and several tests look at, made once in a run of pytest, also where xdist's workers share it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def shared_folder(factory: pytest.TempPathFactory, name: str, fill: Callable[[Path], None]) -> Path:
    """Return the folder `name` of this run of pytest, filled by the first who asks; the others wait for it.

    Where `fill` fails, whoever asks next finds an empty folder and tries again. Treat what is in it as read-only.
    """
    base = factory.getbasetemp()
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    place = run / "shared"
    place.mkdir(exist_ok=True)
    with FileLock(place / f"{name}.lock"):
        attempts = sorted(place.glob(f"{name}.[0-9]*"))
        if attempts and (attempts[-1] / "whole").exists():
            return attempts[-1] / "made"
        folder = place / f"{name}.{len(attempts)}"
        (folder / "made").mkdir(parents=True)
        fill(folder / "made")
        (folder / "whole").touch()
    return folder / "made"
