"""The design document: everything that is stated, drawn and worked out, and one record per decision."""

from collections.abc import Iterator

from mlsd_course.design.analysis.binding import binding
from mlsd_course.design.analysis.facts import Facts
from mlsd_course.design.analysis.patterns import recommend
from mlsd_course.design.analysis.sizing import size
from mlsd_course.design.formats.mermaid import Diagram
from mlsd_course.design.model.design import Design
from mlsd_course.design.model.step import Step, group_names, heading
from mlsd_course.design.review.review import review
from mlsd_course.tables import markdown_table, notebook_text


def to_markdown(design: Design) -> str:
    """A Markdown document with the four steps, the diagram, sizes, the binding constraint and the open findings."""
    return "\n\n".join([f"# {notebook_text(design.business_objective)}", *_blocks(design)]) + "\n"


def _blocks(design: Design) -> Iterator[str]:
    facts = Facts(design)
    for number, step in enumerate((design.requirements, design.constraints), start=1):
        yield f"## {number} {step.title}"
        yield from _groups(step)
    if len(design.constraints):
        yield f"### What binds\n\n{binding(facts)._repr_markdown_()}"
    yield f"## 3 {design.architecture.title}"
    if design.architecture.components:
        yield Diagram(design.architecture)._repr_markdown_()
        yield from _groups(design.architecture, skip=("decisions",))
        yield f"### Sizes\n\n{size(facts)._repr_markdown_()}"
        yield f"### Pattern\n\n{recommend(facts)._repr_markdown_()}"
    yield f"## 4 {design.strategy.title}"
    yield from _groups(design.strategy)
    yield f"## 5 Review\n\n{review(design)._repr_markdown_()}"
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
