"""The entry point of `mlsd`: it collects the subcommands, and prints an error of the course as one sentence."""

import os
import sys
import warnings
from typing import Annotated

import typer

from mlsd_course import __version__
from mlsd_course.cli.build import build
from mlsd_course.cli.check import check
from mlsd_course.cli.doctor import doctor
from mlsd_course.cli.grade import grade
from mlsd_course.cli.items import items
from mlsd_course.cli.lab import lab
from mlsd_course.cli.record import record
from mlsd_course.cli.report import report
from mlsd_course.cli.status import status
from mlsd_course.cli.terminal import choose_workspace, complain, warn
from mlsd_course.errors import CourseError

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="ML systems design, hands on: JupyterLab, the state of your course, and what builds it.",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mlsd {__version__}")
        raise typer.Exit


@app.callback()
def options(
    workspace: Annotated[str, typer.Option(help="Your folder; default: `workspace` in the course's folder.")] = "",
    debug: Annotated[bool, typer.Option("--debug", help="Show the whole traceback of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Handle the options that every command has."""
    if debug:
        os.environ["MLSD_DEBUG"] = "1"
    choose_workspace(workspace)


app.command()(lab)
app.command()(status)
app.command()(check)
app.command()(doctor)
app.add_typer(record, name="record")
app.command(rich_help_panel="For authors")(build)
app.command(rich_help_panel="For instructors")(grade)
app.command(rich_help_panel="For instructors")(report)
app.command(rich_help_panel="For instructors")(items)


def run() -> None:
    """Run the command line; exit code 2 and one sentence for an error of the course."""
    warnings.showwarning = lambda message, *_: warn(str(message))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # an old Windows console lacks some of the letters
    try:
        app(prog_name="mlsd")
    except CourseError as error:
        if os.environ.get("MLSD_DEBUG"):
            raise
        complain(str(error))
        sys.exit(2)


if __name__ == "__main__":
    run()
