"""The learner's documents: plain text files in the workspace that chapters hand on to each other.

A document is theirs to open and edit. A save writes the whole file or leaves the old one, one writer at a time, and keeps
the version before it beside it: `my_design (before).yaml`.
"""

import re
from pathlib import Path

from mlsd_course.errors import ParameterError, WorkspaceError
from mlsd_course.files import locked, replace_file, unwritable
from mlsd_course.learner.paths import workspace_root

FOLDER = "documents"
LONGEST = 80
# What Windows keeps for itself, with any extension.
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}


def load_document(name: str) -> str | None:
    """Return the text of a document, or None where the learner has none of that name.

    Raises ParameterError for a name that is not a plain file name, WorkspaceError where the file cannot be read.

    >>> save_document("my_design.yaml", "objective: fewer missed connections").name
    'my_design.yaml'
    >>> load_document("my_design.yaml")
    'objective: fewer missed connections'
    >>> load_document("other.yaml") is None
    True
    """
    path = _path(name)
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise WorkspaceError(
            f"{path} is not text in UTF-8",
            remedy=f"Save it as UTF-8 in your editor, or go back to {_before(path).name!r} beside it",
        ) from error
    except OSError as error:
        raise WorkspaceError(
            f"{path} cannot be read ({error.strerror or error})",
            remedy="Give yourself the right to read it, or move it away and save it anew",
        ) from error


def save_document(name: str, text: str) -> Path:
    """Write a document and return its path; the version before stays beside it, marked `(before)`.

    Raises ParameterError for a name that is not a plain file name or a text that is none, WorkspaceError where the
    folder cannot be written.
    """
    path = _path(name)
    if not isinstance(text, str):
        raise ParameterError(
            "text", given=type(text).__name__, allowed="a str", remedy="Pass text: a design has .to_yaml()"
        )
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ParameterError(
            f"text holds half a sign at letter {error.start + 1}",
            given=text[error.start : error.end],
            allowed="text that UTF-8 can hold",
            remedy="Read it as UTF-8 where it comes from",
        ) from error
    with locked(path.parent / ".documents.lock"):
        try:
            old = path.read_bytes() if path.exists() else None
            if old == content:
                return path
            if old is not None:
                replace_file(_before(path), old)
            replace_file(path, content)
        except OSError as error:
            raise unwritable(path, error) from error
    return path


def _before(path: Path) -> Path:
    return path.with_name(f"{path.stem} (before){path.suffix}")


def _path(name: str) -> Path:
    plain = isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+", name, re.ASCII)
    if not plain or len(name) > LONGEST or name.split(".")[0].lower() in RESERVED:
        raise ParameterError(
            "name",
            given=name,
            allowed=f"a file name of at most {LONGEST} letters, digits, '_' and '-', with an extension",
            remedy="For example 'my_design.yaml'; the folder is always the workspace's documents/",
        )
    return workspace_root() / FOLDER / name
