"""No line of the outline's framework part is dropped: each is taught in prose and used in code, and a row says where.

`outline.yaml` holds the rows. A row that names only its chapter is still open; that is allowed until the chapter has a lesson.
"""

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from mlsd_course import grading
from mlsd_course.design import MLSystemDesign
from tests.support.paths import NOTEBOOKS

HERE = Path(__file__).parent
TABLE = yaml.safe_load((HERE / "outline.yaml").read_text(encoding="utf-8"))
ROWS = [(part, line) for part, lines in TABLE.items() for line in lines]
CELLS = {"taught": "markdown", "used": "code"}
STAGES = {
    "Requirements analysis": ("business objectives and success metrics", "performance (latency, throughput)",
                              "scalability and availability", "compliance and regulatory constraints"),
    "Constraint evaluation": ("data availability and quality", "compute resources and budget",
                              "team expertise and timeline", "integration and legacy compatibility"),
    "Architecture design": ("ingestion and processing pipeline", "training and validation infrastructure",
                            "serving and inference architecture", "monitoring and observability"),
    "Implementation strategy": ("iterative development and MVP", "risk mitigation and fallback plans",
                                "testing and validation", "deployment and rollout"),
}  # fmt: skip


@cache
def cells(notebook: str, kind: str) -> list[str]:
    """Return the cells of one kind of a source ("ch05_strategy/lesson"), each on one line."""
    source = grading.Source(NOTEBOOKS / "source" / f"{notebook}.py", NOTEBOOKS)
    return [plain(cell.source) for cell in source.notebook().cells if cell.cell_type == kind]


def plain(text: str) -> str:
    """Return the text on one line: where a formatter breaks lines does not matter."""
    return re.sub(r"\s+", "", text)


def test_every_line_of_the_checklists_has_a_row() -> None:
    """The four steps of the framework, item by item."""
    design = MLSystemDesign("Warn travellers of late arrivals")
    steps = {
        "requirements": design.define_requirements(),
        "constraints": design.analyze_constraints(),
        "architecture": design.design_architecture(),
        "strategy": design.plan_implementation(),
    }
    for step, checklist in steps.items():
        items = [item for group in checklist.values() for item in group]
        assert list(TABLE[step]) == items


def test_every_heading_of_the_stages_has_a_row() -> None:
    """The framework's four stages, and the four lenses."""
    expected = [heading for headings in STAGES.values() for heading in headings]
    assert [line.lower() for line in TABLE["stages"]] == [heading.lower() for heading in expected]
    assert len(TABLE["lenses"]) == 4


@pytest.mark.parametrize(("part", "line"), ROWS, ids=lambda value: value)
def test_the_line_is_taught_and_used(part: str, line: str) -> None:
    """The texts of the row stand in a cell of the notebook that the row names."""
    row = TABLE[part][line]
    if "chapter" in row:
        lesson = NOTEBOOKS / "source" / row["chapter"] / "lesson.py"
        if not lesson.exists():
            pytest.skip(f"{row['chapter']} has no lesson yet")
        pytest.fail(f"{row['chapter']} has a lesson: say in outline.yaml where it teaches and uses {line!r}")
    for how, kind in CELLS.items():
        notebook, _, text = row[how].partition(": ")
        assert any(plain(text) in cell for cell in cells(notebook, kind)), (
            f"{how}: no {kind} cell of {notebook} holds {text!r}. Was it rewritten? Take the row in outline.yaml along."
        )
