"""`mlsd grade`: what runs a class's submissions, each in a sandbox of its own, and writes what nbgrader writes.

Outside the sandbox, trusted: `run` (the order of things) · `assignment` (tests and points, from the source) ·
`submission` (what was handed in) · `imports` · `hull` (starts the zygote) · `slot` (runs one unit) · `crew`, `cluster`
(many) · `journal` · `book` · `autograded` · `feedback`. Inside: `zygote` (imports once, forks) · `cage` (what the fork may do) · `examinee` (runs the
cells) · `shell` · `watch` (what was tampered with) · `stamp`.
"""

import gc
import importlib
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlsd_course.grading.engine.crew import crew_for
    from mlsd_course.grading.engine.imports import expected
    from mlsd_course.grading.engine.journal import Journal, Record
    from mlsd_course.grading.engine.limits import Limits
    from mlsd_course.grading.engine.run import Summary, grade
    from mlsd_course.grading.engine.sandbox import Sandbox
    from mlsd_course.grading.engine.selfcheck import Checked, check

_HOMES = {
    "Checked": "selfcheck",
    "Journal": "journal",
    "Limits": "limits",
    "Record": "journal",
    "Sandbox": "sandbox",
    "Summary": "run",
    "check": "selfcheck",
    "crew_for": "crew",
    "expected": "imports",
    "grade": "run",
}

_SERVERS = ("assignment_list", "course_list", "validate_assignment", "formgrader")

__all__ = ["Checked", "Journal", "Limits", "Record", "Sandbox", "Summary", "check", "crew_for", "expected", "grade"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if _HOMES[name] in ("run", "selfcheck"):
        with _quick():
            _lighten()
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


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
    _without(["rfc3987_syntax", "isoduration"], "jsonschema")  # grammars: most of a second
    _without(["nbconvert.postprocessors.serve"], "nbconvert")
    _without_servers()


def _without(parts: list[str], whole: str) -> None:
    """Spare this process the import of `parts`, which `whole` can do without; no notebook needs them."""
    if whole in sys.modules or any(part in sys.modules for part in parts):
        return
    absent: Any = None
    sys.modules.update(dict.fromkeys(parts, absent))
    try:
        importlib.import_module(whole)
    finally:
        for part in parts:
            del sys.modules[part]


def _without_servers() -> None:
    """Import nbgrader without its extensions of Jupyter's server and without archives: no server runs here, nothing is unpacked."""
    stand_ins: dict[str, tuple[str, ...]] = {
        f"nbgrader.server_extensions.{name}": ("load_jupyter_server_extension",) for name in _SERVERS
    }
    stand_ins["setuptools.archive_util"] = ("unpack_archive", "unpack_tarfile", "unpack_zipfile")
    if "nbgrader" in sys.modules or any(name in sys.modules for name in stand_ins):
        return
    for name, parts in stand_ins.items():
        stand_in: Any = types.ModuleType(name)
        vars(stand_in).update(dict.fromkeys(parts))
        sys.modules[name] = stand_in
    try:
        importlib.import_module("nbgrader.utils")
    finally:
        for name in stand_ins:
            del sys.modules[name]
