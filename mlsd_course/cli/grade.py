"""`mlsd grade`: nbgrader's submitted/ into its autograded/, gradebook and feedback, each submission in a sandbox."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlsd_course.cli.terminal import console, tell, warn

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from mlsd_course.grading.autograde import Summary

_SHOWN = 20


def grade(
    assignment: Annotated[
        list[str] | None, typer.Argument(help="Such as ch07_online; without one, all handed in.")
    ] = None,
    student: Annotated[list[str] | None, typer.Option(help="Only this learner; may be repeated.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Run again what is current.")] = False,
    feedback: Annotated[bool, typer.Option(help="Write the learners' pages, too.")] = True,
    jobs: Annotated[int, typer.Option(min=0, help="Submissions at a time; 0: one a core.")] = 0,
    cluster: Annotated[str, typer.Option(help="`local`: on a Dask cluster that is started here.")] = "",
    scheduler: Annotated[str, typer.Option(help="Address of a running Dask scheduler.")] = "",
    cell_seconds: Annotated[float, typer.Option(min=0.1, help="Time for one cell.")] = 60,
    notebook_seconds: Annotated[float, typer.Option(min=0.1, help="Time for one notebook.")] = 300,
    memory_mb: Annotated[int, typer.Option(min=16, help="Memory of a notebook beyond its imports.")] = 1024,
    no_sandbox: Annotated[
        bool, typer.Option("--no-sandbox-i-trust-every-submission", help="Run submissions with your own rights.")
    ] = False,
    course: Annotated[Path | None, typer.Option(help="The nbgrader course; default: notebooks/ of this clone.")] = None,
) -> None:
    """Grade what was handed in. Broken off, the same command goes on where it stopped."""
    from mlsd_course.grading import autograde
    from mlsd_course.learner import course_root

    root = course or course_root() / "notebooks"
    limits = autograde.Limits(cell_s=cell_seconds, notebook_s=notebook_seconds, memory_mb=memory_mb)
    expected = autograde.expected(root, assignment or None)
    pool = autograde.pool_for(
        worker_count=jobs, cluster=cluster, scheduler=scheduler, trusting=no_sandbox, expected=expected
    )
    with _bar() as bar, closing(pool):
        summary = autograde.grade(
            root,
            assignment or None,
            pool,
            limits=limits,
            only=student or None,
            force=force,
            feedback=feedback,
            progress=_Steps(bar),
        )
    _report(summary)


class _Steps:
    """Shows progress: a bar for each assignment."""

    def __init__(self, bar: "Progress") -> None:
        self._bar, self._tasks = bar, dict[str, "TaskID"]()

    def __call__(self, assignment: str, student: str, total: int) -> None:
        if not student:
            self._tasks[assignment] = self._bar.add_task(assignment, total=total)
        else:
            self._bar.advance(self._tasks[assignment])


def _bar() -> "Progress":
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, TextColumn("· left"), TimeRemainingColumn(), console=console())


def _report(summary: "Summary") -> None:
    if summary.changed:
        tell(f"Changed since the last time: {', '.join(summary.changed)}.")
    parts = [f"Graded {len(summary.graded)}."] if summary.graded else ["Nothing to run."]
    parts += [f"{summary.current} already current."] if summary.current else []
    parts += [f"{summary.finished} run before and finished now."] if summary.finished else []
    tell(" ".join(parts))
    for title, sentences_by_name in (("Not graded", summary.refused), ("To look at", summary.findings)):
        if sentences_by_name:
            warn(f"{title}, {len(sentences_by_name)} of them:")
            for name, sentences in list(sentences_by_name.items())[:_SHOWN]:
                warn(f"  {name}: {' '.join(sentences[:4])}")
            if len(sentences_by_name) > _SHOWN:
                warn(f"  and {len(sentences_by_name) - _SHOWN} more: see the records in .mlsd/grading.")
