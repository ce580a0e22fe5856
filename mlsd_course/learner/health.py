"""What the course needs of this machine, each need with its remedy."""

import os
import shutil
import socket
import sys
import tempfile
import tomllib
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from mlsd_course.errors import CourseError
from mlsd_course.learner.paths import course_root, workspace_root
from mlsd_course.learner.record import Record

OK, OPTIONAL, PROBLEM = "ok", "optional", "problem"
_DISK_NEEDED_GB = 1.0
_LAB_PORT = 8888


@dataclass(frozen=True)
class MachineFinding:
    """One need. `state` is ok, optional (the course works without it) or problem; `remedy` is empty where ok."""

    need: str
    state: str
    found: str
    remedy: str = ""


def health() -> Iterator[MachineFinding]:
    """Check this machine, need by need; a check that itself fails is a problem found."""
    for check in (_python, _packages, _extras, _workspace, _disk, _record, _port, _chromium, _sandbox):
        yield from _safely(check)


def _safely(check: Callable[[], Iterator[MachineFinding]]) -> Iterator[MachineFinding]:
    try:
        yield from check()
    except (CourseError, OSError) as error:
        yield MachineFinding(check.__name__.lstrip("_"), PROBLEM, str(error), getattr(error, "remedy", ""))


def _python() -> Iterator[MachineFinding]:
    found = ".".join(map(str, sys.version_info[:3]))
    good = (3, 11) <= sys.version_info[:2] <= (3, 13)
    yield MachineFinding("Python", OK if good else PROBLEM, found, "" if good else "Install Python 3.11, 3.12 or 3.13")


def _packages() -> Iterator[MachineFinding]:
    missing = [name for name, extra in _requirements() if not extra and not _installed(name)]
    remedy = "Run: make lab  (or: uv sync)"
    if missing:
        yield MachineFinding("packages", PROBLEM, f"missing: {', '.join(missing)}", remedy)
        return
    locked = _locked_versions()
    names = [name for name, extra in _requirements() if not extra]
    other = [f"{name} {_installed(name)}" for name in names if locked and _installed(name) not in locked.get(name, ())]
    if other:
        yield MachineFinding("packages", OPTIONAL, f"not the tested versions: {', '.join(other)}", remedy)
    else:
        yield MachineFinding("packages", OK, f"{len(names)} of {len(names)}" + (", as locked" if locked else ""))


def _extras() -> Iterator[MachineFinding]:
    for extra in sorted({extra for _, extra in _requirements() if extra}):
        missing = [name for name, of in _requirements() if of == extra and not _installed(name)]
        if missing:
            yield MachineFinding(
                f"extra `{extra}`", OPTIONAL, f"missing: {', '.join(missing)}", f"Run: uv sync --extra {extra}"
            )
        else:
            yield MachineFinding(f"extra `{extra}`", OK, "installed")


def _workspace() -> Iterator[MachineFinding]:
    root = workspace_root()
    there = _there(root)
    remedy = "Set MLSD_WORKSPACE to a folder that you may write to"
    try:
        with tempfile.TemporaryFile(dir=there):
            yield MachineFinding("workspace", OK, f"{root}" + ("" if root.exists() else " (made by the first start)"))
    except OSError as error:
        yield MachineFinding("workspace", PROBLEM, f"{there} cannot be written ({error.strerror})", remedy)


def _disk() -> Iterator[MachineFinding]:
    free_gb = shutil.disk_usage(_there(workspace_root())).free / 1e9
    good = free_gb >= _DISK_NEEDED_GB
    yield MachineFinding(
        "disk",
        OK if good else PROBLEM,
        f"{free_gb:.1f} GB free",
        "" if good else f"Free {_DISK_NEEDED_GB:g} GB or more",
    )


def _there(root: Path) -> Path:
    """Return the nearest folder that exists; the last one where none does, as on a drive that is not plugged in."""
    return next((folder for folder in (root, *root.parents) if folder.exists()), [root, *root.parents][-1])


def _record() -> Iterator[MachineFinding]:
    record = Record()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        count = len(record.events())
    if told:
        yield MachineFinding("record", PROBLEM, str(told[0].message), "Nothing to do: the good lines are in use again")
    else:
        yield MachineFinding("record", OK, f"{count} events")


def _port() -> Iterator[MachineFinding]:
    free = port_is_free(_LAB_PORT)
    yield MachineFinding(f"port {_LAB_PORT}", OK, "free" if free else "in use; JupyterLab takes the next free one")


def _chromium() -> Iterator[MachineFinding]:
    names = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
    found = os.environ.get("MLSD_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    remedy = "Only the browser tests need it: install Chromium or Chrome, or set MLSD_CHROMIUM to its path"
    yield MachineFinding("Chromium", OK if found else OPTIONAL, found or "not found", "" if found else remedy)


def _sandbox() -> Iterator[MachineFinding]:
    found = shutil.which("bwrap")
    if sys.platform != "linux":
        yield MachineFinding("bubblewrap", OPTIONAL, "exists on Linux only", "Grade other people's work on Linux")
    else:
        remedy = "Only grading other people's work needs it: apt install bubblewrap"
        yield MachineFinding("bubblewrap", OK if found else OPTIONAL, found or "not found", "" if found else remedy)


def port_is_free(port: int) -> bool:
    """Return whether a server could listen on 127.0.0.1 at this port."""
    with socket.socket() as probe:
        if sys.platform != "win32":  # a port in TIME_WAIT is free for JupyterLab too; on Windows the flag means sharing
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _requirements() -> list[tuple[str, str]]:
    """Return (package, extra) for each direct dependency of the course on this system; "" is the core."""
    extras = ["", *(metadata.metadata("mlsd-course").get_all("Provides-Extra") or [])]
    requirements = [Requirement(line) for line in metadata.requires("mlsd-course") or []]
    return [
        (canonicalize_name(requirement.name), extra)
        for requirement in requirements
        if (extra := next((each for each in extras if _applies(requirement, each)), None)) is not None
    ]


def _applies(requirement: Requirement, extra: str) -> bool:
    """Tell whether the requirement is one of this system with this extra."""
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _locked_versions() -> dict[str, set[str]]:
    """Return the versions in uv.lock, by package; several where they depend on the Python; {} without a lock."""
    try:
        lock = tomllib.loads(Path(course_root() / "uv.lock").read_text(encoding="utf-8"))
    except (CourseError, OSError, ValueError):
        return {}
    versions: dict[str, set[str]] = {}
    for package in lock.get("package", []):
        versions.setdefault(package["name"], set()).add(package.get("version", ""))
    return versions
