"""The student version of a notebook, made by nbgrader's own steps: what plain `nbgrader generate_assignment` writes."""

from typing import Any

from nbformat import NotebookNode

from mlsd_course.errors import NotebookError
from mlsd_course.grading.course import Course

LIMIT_BYTES = 200_000


def student_version(notebook: NotebookNode, course: Course, name: str) -> str:
    """Return the student version of a notebook as the text of a file: no solution, no hidden test, no output."""
    from nbconvert.exporters import NotebookExporter
    from traitlets.config import Config

    config = course.config
    config.Exporter.default_preprocessors = []
    exporter = NotebookExporter(config=config)
    for step in _steps():
        exporter.register_preprocessor(step, enabled=True)
    try:
        text, _ = exporter.from_notebook_node(notebook, resources={"nbgrader": {}, "metadata": Config()})
    except Exception as error:  # nbgrader raises RuntimeError, ValueError and jsonschema's own
        raise NotebookError(
            f"{name}: nbgrader refuses it ({type(error).__name__}: {error})",
            remedy="Compare its cells with another chapter's",
        ) from error
    return str(text)


def file_text(notebook: NotebookNode) -> str:
    """Return the text of a notebook file as the course writes it."""
    import nbformat

    return str(nbformat.writes(notebook, version=4)) + "\n"


def _steps() -> list[Any]:
    """Return nbgrader's steps without the one that writes into the gradebook."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.preprocessors import SaveCells

    return [step for step in GenerateAssignment.preprocessors.default_args[0] if step is not SaveCells]
