"""`mlsd build`: from the text that authors write to the notebooks that learners get."""

from typing import Annotated

import typer

from mlsd_course.cli.terminal import tell


def build(
    chapter: Annotated[list[str] | None, typer.Argument(help="Slugs such as ch07_online; without one, all.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Run again what is current, too.")] = False,
) -> None:
    """Build the notebooks: executed reference beside each source, student version in notebooks/release."""
    from mlsd_course import grading
    from mlsd_course.learner import course_root

    root = course_root() / "notebooks"
    if written := grading.write_quiz_files(root.parent):
        tell(f"Derived from the question banks: {', '.join(written)}.")
    tell(str(grading.build(chapter or None, root, force=force, progress=tell)))
