"""Sample answers to the exercises, right and wrong: they test the tests of an exercise."""

from dataclasses import dataclass
from typing import Any

import jupytext

from mlsd_course.errors import NotebookError
from mlsd_course.grading.authoring.source import ANSWERS, Source, nbgrader_metadata


@dataclass(frozen=True)
class SampleAnswer:
    """What a learner could write into the cell `grade_id`; `says` is part of the message it earns, "" where it is right.

    A `cheap` answer is a wrong one that a learner writes to get the points without the work: it deletes what hurts,
    returns the values of the visible cases, or copies a cell of the lesson.
    """

    name: str
    grade_id: str
    code: str
    says: str
    cheap: bool = False

    @property
    def right(self) -> bool:
        """Whether the exercise must accept it."""
        return not self.says


def answers(source: Source) -> list[SampleAnswer]:
    """Return the answers in `answers.py` beside `source` that belong to its cells; NotebookError for a broken one.

    Each is a cell of the percent format with its name, the cell that it replaces and, if it is wrong, what the
    learner reads: `# %% Forgets the last item grade_id="ch07_online_e1" says="never left"`. A cheap answer adds `cheap=true`.
    """
    path = source.path.with_name(ANSWERS)
    if not path.exists():
        return []
    cells = [
        cell for cell in jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent").cells if _is_answer(cell)
    ]
    faults = [f"{source.slug}/{ANSWERS}: {fault}" for cell in cells if (fault := _fault(cell))]
    if faults:
        raise NotebookError("\n".join(faults))
    samples = [
        SampleAnswer(
            cell.metadata["title"],
            cell.metadata["grade_id"],
            cell.source,
            cell.metadata.get("says", ""),
            bool(cell.metadata.get("cheap")),
        )
        for cell in cells
    ]
    solutions = _solutions(source)
    return [answer for answer in samples if answer.grade_id in solutions]


def unknown(slug_sources: list[Source]) -> list[str]:
    """Return the grade ids in a chapter's `answers.py` that none of its notebooks has as a solution."""
    solutions = {grade_id for source in slug_sources for grade_id in _solutions(source)}
    paths = {source.path.with_name(ANSWERS) for source in slug_sources}
    texts = [path.read_text(encoding="utf-8") for path in sorted(paths) if path.exists()]
    cells = [cell for text in texts for cell in jupytext.reads(text, fmt="py:percent").cells if _is_answer(cell)]
    return sorted({str(cell.metadata.get("grade_id", "")) for cell in cells} - solutions)


def _is_answer(cell: Any) -> bool:
    lines = [line for line in cell.source.splitlines() if line.strip()]
    return cell.cell_type == "code" and not all(line.startswith("#") for line in lines)


def _solutions(source: Source) -> set[str]:
    metadata = [nbgrader_metadata(cell) for cell in source.notebook().cells]
    return {each["grade_id"] for each in metadata if each.get("solution")}


def _fault(cell: Any) -> str:
    example = '# %% Forgets the last item grade_id="..." says="part of the message"'
    if not cell.metadata.get("title"):
        return f"the answer `{cell.source.splitlines()[0]}` has no name. Write {example}"
    if not cell.metadata.get("grade_id"):
        return f"the answer {cell.metadata['title']!r} names no cell. Write {example}"
    if "says" in cell.metadata and len(str(cell.metadata["says"])) < 5:
        return f"the answer {cell.metadata['title']!r} must say what the learner reads. Write {example}"
    if cell.metadata.get("cheap") and "says" not in cell.metadata:
        return f"the answer {cell.metadata['title']!r} is cheap, so tests must refuse it. Write {example} cheap=true"
    return ""
