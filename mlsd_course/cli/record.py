"""`mlsd record`: your predictions, answers and measurements, to keep or to delete."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mlsd_course.cli.terminal import tell

record = typer.Typer(no_args_is_help=True, help="Your record: export it, or delete it.")


class Format(StrEnum):
    """The format of the exported record."""

    json = "json"
    markdown = "markdown"


@record.command()
def export(
    to: Annotated[Path | None, typer.Option(help="The file to write; without it, the terminal.")] = None,
    form: Annotated[Format, typer.Option("--format", help="A list for programs, or a table for people.")] = Format.json,
) -> None:
    """Export everything that the course keeps about you."""
    from mlsd_course.errors import WorkspaceError
    from mlsd_course.learner import Record, as_json, as_markdown

    events = Record().events()
    text = as_json(events) if form is Format.json else as_markdown(events)
    if to is None:
        typer.echo(text, nl=False)
        return
    try:
        _write(to, text)
    except OSError as error:
        raise WorkspaceError(
            f"{to} cannot be written ({error.strerror})",
            remedy="Name a file that does not exist yet, in your own folder",
        ) from error
    tell(f"{len(events)} events written to {to}.")


def _write(path: Path, text: str) -> None:
    """Write a new file as a whole. A file that was written in part would look complete, and block the next try."""
    path.open("x").close()
    try:
        path.write_text(text, encoding="utf-8")
    except OSError:
        path.unlink(missing_ok=True)
        raise


@record.command()
def delete(yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Delete everything that the course keeps about you. Your notebooks stay."""
    from mlsd_course.learner import Record

    kept = Record()
    if not kept.folder.is_dir():
        tell(f"There is no record in {kept.folder}.")
        return
    if not yes:
        typer.confirm(f"Delete all predictions, answers and measurements in {kept.folder}?", abort=True)
    tell(f"{len(kept.delete())} file(s) deleted.")
