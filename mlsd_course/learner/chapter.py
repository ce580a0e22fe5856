"""The chapters as they were released, read from their notebooks."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlsd_course.errors import NotebookError


@dataclass(frozen=True)
class Chapter:
    """One folder of released notebooks. `graded` holds the grade ids of the cells that test a learner's answer."""

    slug: str
    title: str
    minutes: str
    notebooks: tuple[str, ...]
    graded: frozenset[str]


def chapters(release: Path) -> list[Chapter]:
    """Return the chapters under `release`, in the order in which they are taught."""
    folders = sorted(path for path in release.glob("*") if any(path.glob("*.ipynb")))
    return [
        _read(folder) for folder in sorted(folders, key=lambda folder: (folder.name == "mastery_check", folder.name))
    ]


def _read(folder: Path) -> Chapter:
    paths = sorted(folder.glob("*.ipynb"), key=lambda path: (path.stem != "lesson", path.name))
    cells = [_cells(path) for path in paths]
    opening = "\n".join("".join(cell["source"]) for cell in cells[0][:4] if cell["cell_type"] == "markdown")
    title = re.search(r"^# +(.+)$", opening, re.MULTILINE)
    minutes = re.search(r"\b(\d+(?:\s*(?:–|-|to)\s*\d+)?)\s+min", opening)
    graded = frozenset(_graded(cell) for notebook in cells for cell in notebook) - {""}
    names = tuple(path.name for path in paths)
    return Chapter(
        folder.name,
        title.group(1).strip() if title else folder.name,
        minutes.group(1) if minutes else "",
        names,
        graded,
    )


def _cells(path: Path) -> list[dict[str, Any]]:
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return [{"metadata": {}, **cell, "source": cell["source"], "cell_type": cell["cell_type"]} for cell in cells]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotebookError(
            f"The released notebook {path} cannot be read ({type(error).__name__}: {error})",
            remedy="Run `mlsd build` to make it again",
        ) from error


def _graded(cell: dict[str, Any]) -> str:
    marks = cell["metadata"].get("nbgrader", {})
    return str(marks.get("grade_id", "")) if marks.get("grade") and not marks.get("solution") else ""
