"""`mlsd build`: from the text that authors write to the notebooks that learners get."""

from typing import Annotated

import typer


def build(
    chapter: Annotated[list[str] | None, typer.Argument(help="Slugs such as ch07_online; without one, all.")] = None,
) -> None:
    """Build the notebooks: executed reference beside each source, student version in notebooks/release."""
    from importlib import import_module

    from mlsd_course.cli.say import tell

    tell(str(import_module("mlsd_course.grading").build(chapter or None)))
