"""What makes this folder an nbgrader course; every `nbgrader <command>` that is started here reads it."""

import os
import sysconfig
from pathlib import Path

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.preprocessors import GetGrades

from mlsd_course.grading.autograde.feedback import HideTests

c = get_config()  # noqa: F821 - given by the program that reads this file; the import of that name gives another one
c.CourseDirectory.course_id = "mlsd"
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
# A release holds notebooks, never the sources with their solutions, nor the answers that test the tests.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "__pycache__", "feedback", "*.py", "*.pyc"]
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError()"}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"
# Seconds for one cell of a submission; then it is interrupted, and the next one runs.
c.Execute.timeout = 60
# A deleted test is put back and counts; as under `mlsd grade`.
c.OverwriteCells.add_missing_cells = True
# Learners read messages, not hidden tests; nothing that a learner wrote runs in the browser of whoever marks it.
c.GenerateFeedback.preprocessors = [GetGrades, HideTests, CSSHTMLHeaderPreprocessor]
c.HTMLExporter.sanitize_html = True
_clean = "mlsd_course.grading.autograde.sanitise_html"  # Formgrader's own pages need it: they ignore the line above
c.HTMLExporter.filters = {"strip_files_prefix": f"{_clean}.clean_markdown", "clean_html": f"{_clean}.clean"}

# nbgrader calls `alembic` by its name, also where this environment was not activated.
_scripts = sysconfig.get_path("scripts")
if _scripts not in os.environ["PATH"].split(os.pathsep):
    os.environ["PATH"] = _scripts + os.pathsep + os.environ["PATH"]
