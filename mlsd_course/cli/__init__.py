"""The command `mlsd`: one file for each subcommand."""

from mlsd_course.cli.main import app, run

__all__ = ["app", "run"]
