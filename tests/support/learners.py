"""Simulated learners: what each hands in, written into the student version of a notebook."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat

from mlsd_course.grading import Source, answers, blank

ENDLESS = "while True:\n    pass"


@dataclass(frozen=True)
class Learner:
    """A name and the text that goes into the solution cells, by grade id; the other cells stay as released."""

    name: str
    given: Mapping[str, str]


def learners(source: Source) -> list[Learner]:
    """Return one who knows everything, one who hands in nothing, one half of it, one mistakes, one an endless loop."""
    cells = {cell.metadata["nbgrader"]["grade_id"]: cell for cell in source.notebook().cells if _solution(cell)}
    reference = {name: cell.source for name, cell in cells.items()}
    coded = [name for name, cell in cells.items() if cell.cell_type == "code"]
    wrong = {answer.grade_id: answer.code for answer in reversed(answers(source)) if not answer.right}
    half = {name: reference[name] for name in list(reference)[: len(reference) // 2]}
    return [
        Learner("reference", reference),
        Learner("blank", {}),
        Learner("partly", half),
        Learner("wrong", {**reference, **wrong}),
        Learner("timeout", {**reference, coded[-1]: ENDLESS}),
    ]


def whole(source: Source, learner: Learner) -> dict[str, str]:
    """Return the text of every solution cell as `learner` hands it in."""
    return {**blank(source.notebook()), **learner.given}


def fill_in(path: Path, learner: Learner) -> None:
    """Write the learner's answers into the student version at `path`, as they would in JupyterLab."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if name in learner.given:
            cell.source = learner.given[name]
    nbformat.write(notebook, path)


def _solution(cell: nbformat.NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))
