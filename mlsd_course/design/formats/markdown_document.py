"""The design document: everything that is stated, drawn and worked out, and one record per decision."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlsd_course.design.model.step import Step, group_names, heading
from mlsd_course.tables import markdown_table, notebook_text

if TYPE_CHECKING:
    from mlsd_course.design.system import MLSystemDesign


def to_markdown(design: "MLSystemDesign") -> str:
    """A Markdown document with the four steps, the diagram, sizes, the binding constraint and the open findings."""
    return "\n\n".join([f"# {notebook_text(design.business_objective)}", *_blocks(design)]) + "\n"


def _blocks(design: "MLSystemDesign") -> Iterator[str]:
    for number, step in enumerate((design.requirements, design.constraints), start=1):
        yield f"## {number} {step.title}"
        yield from _groups(step)
    if len(design.constraints):
        yield f"### What binds\n\n{design.binding()._repr_markdown_()}"
    yield f"## 3 {design.architecture.title}"
    if design.architecture.components:
        yield design.diagram()._repr_markdown_()
        yield from _groups(design.architecture, skip=("decisions",))
        yield f"### Sizes\n\n{design.size()._repr_markdown_()}"
        yield f"### Pattern\n\n{design.recommend_pattern()._repr_markdown_()}"
    yield f"## 4 {design.strategy.title}"
    yield from _groups(design.strategy)
    yield f"## 5 Review\n\n{design.review()._repr_markdown_()}"
    if design.architecture.decisions:
        yield "## Decision records"
    for number, record in enumerate(design.architecture.decisions, start=1):
        yield f"### {number:03d} {record.name}"
        yield from (
            f"**{heading(field)}.** {notebook_text(getattr(record, field))}"
            for field in ("status", "context", "choice", "rejected", "consequences", "revisit_when")
            if getattr(record, field)
        )


def _groups(step: Step, skip: tuple[str, ...] = ()) -> Iterator[str]:
    if not len(step):
        yield "Nothing is stated yet."
    for group in group_names(type(step)):
        parts = getattr(step, group)
        if parts and group not in skip:
            rows = [(part.name, part.sentence()) for part in parts]
            yield f"### {heading(group)}\n\n" + markdown_table(("name", "what it says"), rows)
