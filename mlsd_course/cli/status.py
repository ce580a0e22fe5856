"""`mlsd status`: where you are in the course, and what comes next."""

from mlsd_course.cli.terminal import console, tell, warn

_STYLES = {"Not started": "dim", "In progress": "yellow", "Done": "green"}
_WIDE = 110  # columns from which on there is room for titles beside slugs


def status() -> None:
    """Show each chapter's state, minutes, points and questions, your due reviews, and what to do next."""
    from rich.markup import escape
    from rich.table import Column, Table

    from mlsd_course.explore.home.view import COLUMNS, cells, figures, ledger_sentence, reviews_sentence
    from mlsd_course.explore.state import RecordSource
    from mlsd_course.learner import chapters, course_root, workspace_root

    chapters(course_root() / "notebooks" / "release")  # a clone that is missing or broken is said, and nothing shown
    source = RecordSource()
    home = source.home()
    for sentence in source.trouble:
        warn(sentence)
    wide = console().width >= _WIDE
    titles = [Column(COLUMNS[0])] if wide else []
    heads = [Column(COLUMNS[1], no_wrap=True), *map(Column, COLUMNS[2:])]
    table = Table(Column("", no_wrap=True), *titles, *heads, box=None, pad_edge=False)
    for one in home.chapters:
        title = [escape(one.chapter.title)] if wide else []
        state, *others = cells(one, home)
        table.add_row(one.chapter.slug, *title, f"[{_STYLES[one.state]}]{state}[/]", *others)
    if table.row_count:
        console().print(table)
    else:
        tell("No chapter is built yet. Run: mlsd build")
    tell(" · ".join(f"{name}: {value}" for name, value in figures(home)))
    tell(f"Reviews: {reviews_sentence(home)}")
    tell(f"Predictions: {ledger_sentence(home.ledger)}")
    tell(f"Mastery check: {home.exam.sentence if home.exam else 'not handed in yet.'}")
    step = home.step
    tell(f"Next: {step.sentence}" + (f" {step.chapter}/{step.notebook}" if step.chapter else ""))
    tell(f"Your files: {workspace_root()}")
