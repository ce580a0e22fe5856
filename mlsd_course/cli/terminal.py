"""What a command reads and writes around its work: the terminal, a file that the user names, the workspace.

Text that a learner wrote cannot move the cursor or set a colour: control characters are replaced.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mlsd_course.errors import CourseError, GradingError

if TYPE_CHECKING:
    from rich.console import Console


def console(*, errors: bool = False) -> "Console":
    """Return the terminal on standard output, or on standard error; colours only where it shows them."""
    from rich.console import Console

    return Console(stderr=errors, highlight=False)


def complain(sentence: str) -> None:
    """Print an error, in red."""
    console(errors=True).print(plain(sentence), style="bold red", markup=False, soft_wrap=True)


def warn(sentence: str) -> None:
    """Print a warning, in yellow."""
    console(errors=True).print(plain(sentence), style="yellow", markup=False, soft_wrap=True)


def tell(sentence: str, *, beside: bool = False) -> None:
    """Print a sentence; `beside`: on standard error, because standard output may be a file of grades."""
    console(errors=beside).print(plain(sentence), markup=False, soft_wrap=True)


def plain(text: str) -> str:
    """Return the text with each control character replaced; line ends stay."""
    return "".join(sign if sign.isprintable() or sign == "\n" else "\N{REPLACEMENT CHARACTER}" for sign in text)


def write(path: Path, text: str) -> None:
    """Write a file that the user named, and say so on standard error; GradingError where it cannot be written."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError as error:
        raise GradingError(
            f"{path} cannot be written ({error.strerror})", remedy="Name a file in a folder of your own"
        ) from error
    tell(f"Written: {path}", beside=True)


def choose_workspace(named: str) -> None:
    """Fix the workspace for this process and all that it starts.

    The first of: `--workspace`, MLSD_WORKSPACE, the workspace around the current folder, `workspace` in the clone,
    `~/mlsd-workspace`.
    """
    from mlsd_course.learner.paths import course_root, enclosing_workspace, workspace_root

    if named:
        os.environ["MLSD_WORKSPACE"] = named
    if not os.environ.get("MLSD_WORKSPACE") and enclosing_workspace() is None:
        with suppress(CourseError):  # installed without the notebooks: the home folder it is
            os.environ["MLSD_WORKSPACE"] = str(course_root() / "workspace")
    os.environ["MLSD_WORKSPACE"] = str(workspace_root())
