"""`mlsd report`: what a graded class looks like, and its grades for a learning management system."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlsd_course.cli.terminal import console, tell, warn, write
from mlsd_course.errors import GradingError

if TYPE_CHECKING:
    from mlsd_course.grading.reports import Export, Overview

_CAUSES, _PAIRS = 3, 10


class Form(StrEnum):
    """The format of the report."""

    TABLE = "table"
    CSV = "csv"
    HTML = "html"
    CANVAS = "canvas"
    MOODLE = "moodle"


def report(
    assignment: Annotated[
        list[str] | None, typer.Argument(help="Such as ch07_online; without one, all that are graded.")
    ] = None,
    form: Annotated[
        Form, typer.Option("--format", help="table and html: the class; the others: its grades.")
    ] = Form.TABLE,
    to: Annotated[Path | None, typer.Option("--to", help="Write to this file; html needs one.")] = None,
    late: Annotated[
        str, typer.Option(help="First set late penalties in the gradebook: '10% a day, 3 days at most'; 'none'.")
    ] = "",
    heading: Annotated[str, typer.Option(help="Its name there, such as 'Online serving (4711)' for Canvas.")] = "",
    roster: Annotated[
        Path | None, typer.Option(help="Canvas's exported gradebook or Moodle's worksheet: its ids are used.")
    ] = None,
    missing_as_zero: Annotated[
        bool, typer.Option("--missing-as-zero", help="Give 0 to who handed in nothing; else they have no row.")
    ] = False,
    similarity: Annotated[bool, typer.Option(help="Compare the answers of learners.")] = True,
    course: Annotated[Path | None, typer.Option(help="The nbgrader course; default: notebooks/ of this clone.")] = None,
) -> None:
    """Show how a class did: scores, why tests failed, time, answers alike; or write its grades for Canvas or Moodle."""
    from mlsd_course.grading import reports
    from mlsd_course.learner import course_root

    root, names = (course or course_root() / "notebooks").resolve(), assignment or []
    _sensible(form, to, names, heading, roster)
    known = reports.roster(roster) if roster else None
    if late:
        _apply(root, names, late)
    if form in (Form.TABLE, Form.HTML):
        seen = reports.overviews(root, names, similarity)
        if form is Form.TABLE:
            for each in seen:
                _show(each)
        elif to:
            write(to, reports.web_page(seen))
        return
    headings = {names[0]: heading} if heading else {}
    _hand_over(reports.export(root, names, form.value, headings=headings, known=known, zero=missing_as_zero), to)


def _sensible(form: Form, to: Path | None, names: list[str], heading: str, roster: Path | None) -> None:
    """Refuse options that contradict each other."""
    if form is Form.HTML and to is None:
        raise GradingError("A web page needs a file", remedy="Name one: --to report.html")
    if form is Form.TABLE and to is not None:
        raise GradingError("A table goes to the terminal", remedy="For a file add --format html or --format csv")
    if heading and len(names) != 1:
        raise GradingError("A heading belongs to one assignment", remedy="Name it: mlsd report ASSIGNMENT --heading …")
    if roster and form not in (Form.CANVAS, Form.MOODLE):
        raise GradingError("A roster is for --format canvas or moodle", remedy="Leave --roster out, or add the format")


def _apply(root: Path, names: list[str], late: str) -> None:
    from mlsd_course.grading import reports

    policy = reports.late_policy(late)
    tell(policy.sentence, beside=True)
    for name in names or reports.graded(root):
        tell(reports.apply(root, name, policy).sentence, beside=True)
    tell("Learners' pages show it after: nbgrader generate_feedback --force", beside=True)


def _show(seen: "Overview") -> None:
    from rich.table import Table

    tell(f"{seen.assignment}: {seen.sentence}")
    most = max((each.learners for each in seen.bins), default=0) or 1
    spread = Table("score", "learners", "", box=None, pad_edge=False)
    for each in reversed(seen.bins):
        bar = "█" * round(30 * each.learners / most)
        spread.add_row(f"{each.low}–{each.high} %", str(each.learners), bar)
    console().print(spread)
    table = Table(
        "exercise", "points", "mean", "all", "blank", "failed", "waiting", "test ran", box=None, pad_edge=False
    )
    for line in seen.exercises:
        mean = "–" if line.mean is None else f"{line.mean:.0%}"
        ran = "–" if line.median_s is None else f"{line.median_s:.2f} s"
        counts = [str(number) for number in (line.full, line.blank, line.failed, line.waits)]
        table.add_row(line.name, f"{line.points:g}", mean, *counts, ran)
    console().print(table)
    _show_causes(seen)
    _show_pairs(seen)
    for sentence in seen.times.sentences:
        tell(sentence)
    for note in seen.notes:
        warn(note)
    tell("")


def _show_causes(seen: "Overview") -> None:
    for line in seen.exercises:
        for cause in line.causes[:_CAUSES]:
            tell(f"{line.name}, {cause.count} × {cause.kind}: {cause.example}")
        if len(line.causes) > _CAUSES:
            tell(f"{line.name}, {len(line.causes) - _CAUSES} more causes: see --format html")


def _show_pairs(seen: "Overview") -> None:
    if seen.pairs:
        tell("Answers alike, as hints where to look and no verdict:")
    for pair in seen.pairs[:_PAIRS]:
        cells = ", ".join(f"{cell.name} {cell.likeness:.0%}" for cell in pair.cells)
        tell(f"  {pair.one} and {pair.other}: {cells}")
    if len(seen.pairs) > _PAIRS:
        tell(f"  and {len(seen.pairs) - _PAIRS} more pairs: see --format html")


def _hand_over(made: "Export", to: Path | None) -> None:
    """Write the report to a file or to standard output. Remarks go to standard error, so that the report holds nothing else."""
    if to:
        write(to, made.text)
    else:
        typer.echo(made.text, nl=False)
    for note in made.notes:
        warn(note)
