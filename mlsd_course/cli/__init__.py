"""The command `mlsd`: one file a command."""

from mlsd_course.cli.main import app, run

__all__ = ["app", "run"]
