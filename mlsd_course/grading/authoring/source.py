"""A notebook as its author writes it: percent-format text, read into cells that keep their ids when others change."""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from mlsd_course.errors import NotebookError

ANSWERS = "answers.py"  # beside the notebooks, never released
# Nothing of the machine or of the patch version of its Python, so that a rebuild elsewhere changes no byte.
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}
_FOR_TOOLS = re.compile(r"[ ]+# fmt: skip$", re.MULTILINE)  # a word to the formatter only
_JUPYTEXTS = ("title", "lines_to_next_cell", "lines_to_end_of_cell_marker", "cell_depth")  # no part of the notebook


@dataclass(frozen=True)
class Source:
    """One notebook's text; `root` is the course root that holds source/ and release/."""

    path: Path
    root: Path

    @property
    def slug(self) -> str:
        """The chapter's folder, which is nbgrader's assignment."""
        return self.path.parent.name

    @property
    def name(self) -> str:
        """How messages call it: `ch07_online/lesson.py`."""
        return f"{self.slug}/{self.path.name}"

    @property
    def reference(self) -> Path:
        """The executed notebook beside the text."""
        return self.path.with_suffix(".ipynb")

    @property
    def release(self) -> Path:
        """The student version."""
        return self.root / "release" / self.slug / f"{self.path.stem}.ipynb"

    def text(self) -> str:
        """Return the text as it is on disk, with plain line ends; NotebookError where it is no UTF-8."""
        try:
            return self.path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise NotebookError(
                f"{self.name} cannot be read as text ({error})", remedy="Save it as UTF-8 in your editor"
            ) from error

    def notebook(self) -> NotebookNode:
        """Return the text as a notebook without outputs; NotebookError where it is none."""
        return parse_percent(self.text(), self.name)


def sources(root: Path, chapters: list[str] | None = None) -> list[Source]:
    """Return every notebook's source under `root`/source; NotebookError for a chapter that is not there."""
    there = sorted({path.parent.name for path in (root / "source").glob("*/*.py")})
    for chapter in chapters or []:
        if chapter not in there:
            raise NotebookError(
                f"There is no chapter {chapter!r} in {root / 'source'}",
                allowed=", ".join(there) or "none yet",
                remedy="Name a folder that holds a lesson.py or an exercises.py",
            )
    paths = [path for path in sorted((root / "source").glob("*/*.py")) if path.name != ANSWERS]
    return [Source(path, root) for path in paths if not chapters or path.parent.name in chapters]


def read_percent(path: Path, name: str) -> NotebookNode:
    """Return the percent-format file at `path` as a notebook; `name` is how messages call it."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(name, error) from error
    return parse_percent(text, name)


def parse_percent(text: str, name: str) -> NotebookNode:
    """Return percent-format text as a notebook with stable cell ids and fixed metadata; NotebookError where it is none."""
    import jupytext

    try:
        notebook: NotebookNode = jupytext.reads(text, fmt="py:percent")
    except Exception as error:  # jupytext lets out whatever its YAML and JSON readers raise
        raise _unreadable(name, error) from error
    notebook.metadata = _node(METADATA)
    seen: Counter[str] = Counter()
    for cell in notebook.cells:
        cell.source = _FOR_TOOLS.sub("", cell.source)
        cell.metadata = _node({key: value for key, value in cell.metadata.items() if key not in _JUPYTEXTS})
        cell.id = _cell_id(cell, seen)
    return notebook


def _unreadable(name: str, error: Exception) -> NotebookError:
    return NotebookError(
        f"{name} cannot be read as a notebook ({type(error).__name__}: {error})",
        remedy='Cells start with `# %%` or `# %% [markdown]`, options are JSON: tags=["timing"]',
    )


def nbgrader_metadata(cell: NotebookNode) -> dict[str, Any]:
    """Return nbgrader's metadata of a cell; empty where it has none, or none that can be read."""
    metadata = cell.metadata.get("nbgrader", {})
    return metadata if isinstance(metadata, dict) else {}


def _cell_id(cell: NotebookNode, seen: Counter[str]) -> str:
    """Return the grade id, else a hash of the text; the same text again gets a number."""
    grade_id = str(nbgrader_metadata(cell).get("grade_id", ""))
    name = grade_id or hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
    seen[name] += 1
    return name if seen[name] == 1 else f"{name}-{seen[name]}"


def _node(values: dict[str, Any]) -> NotebookNode:
    from nbformat.notebooknode import from_dict

    node: NotebookNode = from_dict(values)
    return node
