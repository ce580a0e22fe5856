"""What makes this folder an nbgrader course; `nbgrader <command>` reads it when run from here."""

from pathlib import Path

from traitlets.config import get_config

c = get_config()
c.CourseDirectory.course_id = "mlsd"
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
# A release holds notebooks and data, never the sources with their solutions, nor the reference answers.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    ".build",
    "__pycache__",
    "*.py",
    "*.pyc",
    ".mlsd-*",
]
c.CourseDirectory.max_file_size = 1000  # kB
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError()"}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"
# Seconds for one cell of a submission; then it is interrupted and the next one runs.
c.Execute.timeout = 60
c.Execute.interrupt_on_timeout = True
