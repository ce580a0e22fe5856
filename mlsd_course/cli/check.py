"""`mlsd check`: how many points your answers would get, and what each test says."""

from typing import TYPE_CHECKING, Annotated

import typer

from mlsd_course.cli.terminal import console, tell, warn

if TYPE_CHECKING:
    from pathlib import Path

    from mlsd_course.grading.autograde import Checked
    from mlsd_course.learner import Record


def check(
    chapter: Annotated[
        list[str] | None, typer.Argument(help="Such as ch07_online; without one, all you began.")
    ] = None,
) -> None:
    """Judge the exercises in your workspace as a class's would be judged, and keep the outcome in your record."""
    from mlsd_course.grading import autograde
    from mlsd_course.learner import Record, chapters, course_root, workspace_root

    workspace, root = workspace_root(), course_root() / "notebooks"
    graded = [each.slug for each in chapters(root / "release") if each.graded]
    wanted = chapter or [slug for slug in graded if _begun(workspace / slug, root / "release" / slug)]
    if not wanted:
        tell("You have not begun any exercises. Open them with: mlsd lab")
    record = Record()
    for slug in wanted:
        with console(errors=True).status(f"{slug}: running your exercises"):
            autograde.prepare_to_check()
            checked = autograde.check(slug, workspace, root)
        _show(checked)
        _keep(checked, record)


def _begun(mine: "Path", release: "Path") -> bool:
    """Tell whether a notebook of the chapter is no longer as it was handed out."""
    pairs = [(mine / path.name, path) for path in release.glob("*.ipynb")]
    return any(own.is_file() and own.read_bytes() != path.read_bytes() for own, path in pairs)


def _show(checked: "Checked") -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table("task", "points", "what came", box=None, pad_edge=False)
    for name, mark in checked.marks.items():
        style = "green" if mark.score == mark.points else "yellow" if mark.score is None else "red"
        points = f"[{style}]{'–' if mark.score is None else format(mark.score, 'g')} of {mark.points:g}[/]"
        sentence = mark.message or "right"
        if mark.score is None:
            sentence = "A person marks it; compare it with the rubric."
        elif mark.cause == "NotImplementedError":
            sentence = "Not answered yet."
        table.add_row(escape(name.removeprefix(f"{checked.chapter}_").removesuffix("_test")), points, escape(sentence))
    console().print(table)
    tell(f"{checked.chapter}: {checked.score:g} of {checked.best:g} points.")
    for remark in checked.remarks:
        warn(remark)


def _keep(checked: "Checked", record: "Record") -> None:
    for name, mark in checked.marks.items():
        if mark.score is not None and mark.cause != "no response":
            passed = mark.score == mark.points
            record.append(
                "check",
                checked.chapter,
                name,
                passed=passed,
                score=mark.score,
                points=mark.points,
                message=mark.message[:500],
            )
