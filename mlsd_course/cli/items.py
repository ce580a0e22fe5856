"""`mlsd items`: what a class's answers say about the questions."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlsd_course.cli.terminal import console, plain, tell, write
from mlsd_course.slugs import MASTERY_CHECK

if TYPE_CHECKING:
    from mlsd_course.grading import ItemAnalysis


def items(
    assignment: Annotated[str, typer.Argument(help="An assignment that is graded.")] = MASTERY_CHECK,
    course: Annotated[Path | None, typer.Option(help="The course root with the gradebook; default: notebooks.")] = None,
    table: Annotated[Path | None, typer.Option("--csv", help="Write the table to this file.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Write the plot to this file, a web page.")] = None,
) -> None:
    """Analyse the items of a graded assignment: difficulty, discrimination, what was chosen, reliability."""
    from mlsd_course.grading import item_analysis
    from mlsd_course.learner import course_root

    analysis = item_analysis(assignment, course or course_root() / "notebooks")
    _show(analysis)
    if table:
        write(table, _csv(analysis))
    if plot:
        from mlsd_course.explore.quiz.item_chart import item_page

        write(plot, item_page(analysis))


def _show(analysis: "ItemAnalysis") -> None:
    from rich.markup import escape
    from rich.table import Table

    shown = Table("", "item", "right", "item–total", "item–rest", "look at", box=None, pad_edge=False)
    for number, row in enumerate(analysis.items, 1):
        shown.add_row(
            str(number),
            escape(plain(row.name)),
            f"{row.difficulty:.0%}",
            _two(row.item_total),
            _two(row.item_rest),
            row.remark,
        )
    console().print(shown)
    for number, row in enumerate(analysis.items, 1):
        for chosen in row.chosen:
            rest = "" if chosen.mean_rest is None else f", {chosen.mean_rest:.0%} on the rest"
            tell(f"{number} {row.name}: {chosen.learners} × {chosen.what}{rest}")
    tell(analysis.sentence)
    for same in analysis.same_seed:
        tell(f"{', '.join(same)} handed in answers to the same paper (one seed). Papers are drawn for each learner.")
    for learner, reason in analysis.unreadable.items():
        tell(f"{learner}: {reason}")


def _csv(analysis: "ItemAnalysis") -> str:
    from mlsd_course.grading.reports.sheet import written

    heads = ("item", "learners", "difficulty", "item_total", "item_rest", "answer", "chosen_by", "mean_rest")
    rows: list[Sequence[object]] = [heads]
    for row in analysis.items:
        item = (row.name, analysis.learners, row.difficulty, row.item_total, row.item_rest)
        rows += [(*item, chosen.what, chosen.learners, chosen.mean_rest) for chosen in row.chosen]
        if not row.chosen:
            rows.append((*item, "", "", ""))
    return written(rows)


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
