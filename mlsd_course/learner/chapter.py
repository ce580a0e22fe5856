"""The chapters as they were released, read from their notebooks."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mlsd_course.errors import NotebookError
from mlsd_course.slugs import MASTERY_CHECK


@dataclass(frozen=True)
class Chapter:
    """One folder of released notebooks.

    minutes: of the lesson, as written. planned_min: of all its notebooks, ranges by their middle. points: by grade id of
    the cells that test a learner's answer. by_hand: points for what a person reads.
    """

    slug: str
    title: str
    minutes: str
    notebooks: tuple[str, ...]
    planned_min: int = 0
    points: Mapping[str, float] = field(default_factory=dict, hash=False)
    by_hand: float = 0.0

    @property
    def graded(self) -> frozenset[str]:
        """The grade ids of the cells that test a learner's answer."""
        return frozenset(self.points)


def chapters(release: Path) -> list[Chapter]:
    """Return the chapters under `release`, in the order in which they are taught."""
    folders = sorted(path for path in release.glob("*") if any(path.glob("*.ipynb")))
    return [_read(folder) for folder in sorted(folders, key=lambda folder: (folder.name == MASTERY_CHECK, folder.name))]


def _read(folder: Path) -> Chapter:
    paths = sorted(folder.glob("*.ipynb"), key=lambda path: (path.stem != "lesson", path.name))
    cells = [_cells(path) for path in paths]
    openings = [_opening(notebook) for notebook in cells]
    title = re.search(r"^# +(.+)$", openings[0], re.MULTILINE)
    marks = [cell["nbgrader"] for notebook in cells for cell in notebook]
    return Chapter(
        folder.name,
        title.group(1).strip() if title else folder.name,
        _minutes(openings[0]),
        tuple(path.name for path in paths),
        planned_min=sum(map(_middle, map(_minutes, openings))),
        points={mark["grade_id"]: _points(mark) for mark in marks if _tested(mark)},
        by_hand=sum(
            _points(mark) for mark in marks if mark.get("task") or (mark.get("grade") and mark.get("solution"))
        ),
    )


def _opening(cells: list[dict[str, Any]]) -> str:
    return "\n".join(cell["source"] for cell in cells[:4] if cell["cell_type"] == "markdown")


def _minutes(opening: str) -> str:
    found = re.search(r"\b(\d+(?:\s*(?:–|-|to)\s*\d+)?)\s+min", opening)
    return found.group(1) if found else ""


def _middle(minutes: str) -> int:
    ends = [int(end) for end in re.findall(r"\d+", minutes)]
    return round(sum(ends) / len(ends)) if ends else 0


def _cells(path: Path) -> list[dict[str, Any]]:
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return [_cell(cell) for cell in cells]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotebookError(
            f"The released notebook {path} cannot be read ({type(error).__name__}: {error})",
            remedy="Run `mlsd build` to make it again",
        ) from error


def _cell(cell: dict[str, Any]) -> dict[str, Any]:
    """Return what is read of a cell; TypeError or KeyError where it is none."""
    marks = cell.get("metadata", {}).get("nbgrader", {})
    if not isinstance(marks, dict):
        raise TypeError(f"the nbgrader metadata of a cell is {marks!r}")
    return {"source": "".join(cell["source"]), "cell_type": cell["cell_type"], "nbgrader": marks}


def _tested(mark: dict[str, Any]) -> bool:
    return bool(mark.get("grade") and not mark.get("solution") and mark.get("grade_id"))


def _points(mark: dict[str, Any]) -> float:
    points = mark.get("points")
    return float(points) if isinstance(points, int | float) and not isinstance(points, bool) else 0.0
