"""`mlsd grade`: what runs a class's submissions, each in a sandbox of its own, and writes what nbgrader writes.

Outside the sandbox, trusted: `run` (the order of things) · `assignment` (tests and points, from the source) ·
`submission` (what was handed in) · `imports` · `fork_server` (starts the zygote) · `worker` (runs one job) · `pool`, `cluster`
(many) · `journal` · `book` · `autograded` · `feedback`. Inside: `zygote` (imports once, forks) · `cage` (what the fork may do) · `examinee` (runs the
cells) · `shell` · `detector` (what was tampered with) · `stamp`.
"""

import gc
import importlib
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlsd_course.grading.autograde.imports import expected
    from mlsd_course.grading.autograde.journal import Journal, SubmissionRecord
    from mlsd_course.grading.autograde.pool import pool_for
    from mlsd_course.grading.autograde.run import Summary, grade
    from mlsd_course.grading.autograde.self_check import Checked, check
    from mlsd_course.grading.sandbox.bubblewrap import Sandbox
    from mlsd_course.grading.sandbox.limits import Limits

_HOMES = {
    "Checked": "autograde.self_check",
    "Journal": "autograde.journal",
    "Limits": "sandbox.limits",
    "SubmissionRecord": "autograde.journal",
    "Sandbox": "sandbox.bubblewrap",
    "Summary": "autograde.run",
    "check": "autograde.self_check",
    "pool_for": "autograde.pool",
    "expected": "autograde.imports",
    "grade": "autograde.run",
}

_SERVERS = ("assignment_list", "course_list", "validate_assignment", "formgrader")

__all__ = [
    "Checked",
    "Journal",
    "Limits",
    "Sandbox",
    "SubmissionRecord",
    "Summary",
    "check",
    "expected",
    "grade",
    "pool_for",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if _HOMES[name] in ("autograde.run", "autograde.self_check"):
        with _quick():
            _lighten()
    return getattr(importlib.import_module(f"mlsd_course.grading.{_HOMES[name]}"), name)


def prepare() -> None:
    """Import what a run of `grade` needs of nbgrader."""
    with _quick():
        _lighten()
        importlib.import_module(f"{__name__}.run")
        for name in ("api", "preprocessors", "converters"):
            importlib.import_module(f"nbgrader.{name}")


@contextmanager
def _quick() -> Iterator[None]:
    """Import without looking for garbage again and again: there is none, and what is imported stays."""
    looking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looking:
            gc.freeze()
            gc.enable()


def _lighten() -> None:
    """Import what is heavy for the sake of parts that no grading needs, without these parts."""
    absent: Any = None
    _without("jsonschema", {"rfc3987_syntax": absent, "isoduration": absent})  # grammars: most of a second
    _without("nbconvert", {"nbconvert.postprocessors.serve": absent})
    servers = [f"nbgrader.server_extensions.{name}" for name in _SERVERS]  # no server runs here, nothing is unpacked
    stand_ins = {name: _empty(name, "load_jupyter_server_extension") for name in servers}
    archives = "setuptools.archive_util"
    stand_ins[archives] = _empty(archives, "unpack_archive", "unpack_tarfile", "unpack_zipfile")
    _without("nbgrader.utils", stand_ins)


def _without(whole: str, stand_ins: dict[str, types.ModuleType]) -> None:
    """Import `whole` with stand-ins for what it can do without, if it is not there yet; None makes one missing."""
    if whole in sys.modules or any(name in sys.modules for name in stand_ins):
        return
    sys.modules.update(stand_ins)
    try:
        importlib.import_module(whole)
    finally:
        for name in stand_ins:
            del sys.modules[name]


def _empty(name: str, *parts: str) -> types.ModuleType:
    """Return a module whose `parts` are None."""
    made = types.ModuleType(name)
    vars(made).update(dict.fromkeys(parts))
    return made
