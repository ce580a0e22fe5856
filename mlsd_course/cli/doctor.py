"""`mlsd doctor`: is everything there that the course needs?"""

import typer

from mlsd_course.cli.terminal import console

_MARKS = {"ok": "[green]ok[/]", "optional": "[yellow]optional[/]", "problem": "[bold red]problem[/]"}


def doctor() -> None:
    """Check this machine, and name a remedy for each thing that is missing. The exit code is 1 where there is a problem."""
    from rich.markup import escape
    from rich.table import Table

    from mlsd_course.learner import health

    table = Table("need", "state", "found", "what to do", box=None, pad_edge=False)
    problems = 0
    for finding in health():
        table.add_row(finding.need, _MARKS[finding.state], escape(finding.found), escape(finding.remedy))
        problems += finding.state == "problem"
    console().print(table)
    if problems:
        raise typer.Exit(1)
