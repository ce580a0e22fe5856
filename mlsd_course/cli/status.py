"""`mlsd status`: the chapters and how far you are."""

from typing import TYPE_CHECKING

from mlsd_course.cli.say import console, tell

if TYPE_CHECKING:
    from mlsd_course.learner import Progress

_STYLES = {"not started": "dim", "in progress": "yellow", "done": "green"}


def status() -> None:
    """Show the chapters, and what you have predicted, answered and passed in each."""
    from rich.table import Table

    from mlsd_course.learner import Record, chapters, course_root, progress, workspace_root

    events = Record().events()
    table = Table("chapter", "", "minutes", "state", "predictions", "quiz", "tasks", box=None, pad_edge=False)
    for chapter in chapters(course_root() / "notebooks" / "release"):
        table.add_row(*_row(progress(chapter, events)))
    if table.row_count:
        console().print(table)
    else:
        tell("No chapter is built yet. Run: mlsd build")
    tell(f"Your files: {workspace_root()}")


def _row(now: "Progress") -> tuple[str, ...]:
    from rich.markup import escape

    return (
        now.chapter.slug,
        escape(now.chapter.title),
        now.chapter.minutes,
        f"[{_STYLES[now.state]}]{now.state}[/]",
        str(now.predictions or "–"),
        f"{now.correct} of {now.answered} right" if now.answered else "–",
        f"{now.passed} of {len(now.chapter.graded)}" if now.chapter.graded else "–",
    )
