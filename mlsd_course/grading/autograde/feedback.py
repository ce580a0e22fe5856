"""What learners read: nbgrader's feedback page, without the hidden tests.

`notebooks/nbgrader_config.py` names `HideTests`, so that `nbgrader generate_feedback` and Formgrader write the same pages
as `mlsd grade`.
"""

import logging
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from multiprocessing import get_context
from textwrap import wrap
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from mlsd_course.files import replace_file
from mlsd_course.grading.autograde.assignment import without_hidden
from mlsd_course.grading.course import Course
from mlsd_course.grading.sandbox import namespaces

_FEW = 12  # pages for which no other process is started
_WIDE = 96  # letters of a line of the page
_SHORT = 12  # letters of a line of a hidden test from which on it is told apart from anybody's line


class HideTests(NbGraderPreprocessor):
    """Takes from graded tests their hidden lines, the place of an error, and what was printed while they ran."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Hide the tests of `nb`; what other cells print of them goes, too."""
        secrets: set[str] = set()
        tests = [cell for cell in nb.cells if _is_test(cell)]
        for cell in tests:
            shown = without_hidden(cell.source)
            secrets |= _lines(cell.source) - _lines(shown)
            cell.source = shown
            cell.outputs = [
                _told(output) for output in cell.outputs if output.output_type != "stream" or output.name == "stderr"
            ]
        for cell in nb.cells:
            for output in cell.get("outputs", []):
                _redact(output, secrets)
        for cell in tests:
            for output in cell.outputs:
                _fold(output)
        return nb, resources


def write(course: Course, assignment: str, student: str, names: list[str]) -> None:
    """Write feedback/<student>/<assignment>/<notebook>.html for the autograded notebooks `names`."""
    for name in names:
        path = course.autograded / student / assignment / f"{name}.ipynb"
        own = {"student": student, "assignment": assignment, "notebook": name, "db_url": course.db_url}
        resources = {"unique_key": name, "output_files_dir": f"{name}_files", "nbgrader": own}
        html, _ = _exporter(course).from_filename(str(path), resources=resources)
        target = course.feedback / student / assignment / f"{name}.html"
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, html.encode("utf-8", "replace"))


def write_all(course: Course, pages: list[tuple[str, str, list[str]]], processes: int) -> Iterator[int]:
    """Write many, each an assignment, a student and names, in `processes` processes; yield the number of each that is done."""
    forks = len(pages) > _FEW and processes > 1 and sys.platform.startswith("linux")
    here = 1 if forks else len(pages)  # the first one fills the caches of templates, for all
    for number, page in enumerate(pages[:here]):
        write(course, *page)
        yield number
    if not forks:
        return
    with ProcessPoolExecutor(processes, get_context("fork"), initializer=namespaces.die_with_parent) as pool:
        running = {pool.submit(write, course, *page): number for number, page in enumerate(pages[here:], here)}
        for done in as_completed(running):
            done.result()
            yield running[done]


@cache
def _exporter(course: Course) -> Any:
    """Return nbgrader's own exporter, made once."""
    from nbgrader.converters import GenerateFeedback
    from nbgrader.coursedir import CourseDirectory
    from traitlets.utils.importstring import import_item

    config = course.config
    converter = GenerateFeedback(coursedir=CourseDirectory(config=config), config=config)
    converter.log.setLevel(logging.ERROR)
    exporter = _pages()(config=converter.config)
    exporter.log.setLevel(logging.ERROR)
    kinds = [import_item(kind) if isinstance(kind, str) else kind for kind in converter.preprocessors]
    if HideTests not in kinds:
        kinds.append(HideTests)
    for kind in kinds:
        step = exporter.register_preprocessor(kind(parent=exporter))
        step.log.setLevel(logging.ERROR)
    return exporter


@cache
def _pages() -> Any:
    """Return nbconvert's HTML exporter, without reading the page again where it would change nothing."""
    from nbconvert.exporters import HTMLExporter
    from nbconvert.exporters.templateexporter import TemplateExporter
    from nbconvert.filters import Highlight2HTML
    from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter

    class Pages(HTMLExporter):
        """It looks for images without a text and for JupyterLab's cells; nbgrader's pages have none, as a rule."""

        def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **named: Any) -> Any:
            """Return the page of `nb`."""
            given = self._init_resources(resources)
            language = nb.metadata.get("language_info", {})
            lexer = language.get("pygments_lexer", language.get("name"))
            self.register_filter("highlight_code", Highlight2HTML(pygments_lexer=lexer, parent=self))
            data_type = WidgetsDataTypeFilter(notebook_metadata=self._nb_metadata, parent=self, resources=given)
            self.register_filter("filter_data_type", data_type)
            html, done = TemplateExporter.from_notebook_node(self, nb, given, **named)
            if "<img" in html or "jp-Notebook" in html:
                html, done = super().from_notebook_node(nb, resources, **named)
            return html, done

    return Pages


def _is_test(cell: NotebookNode) -> bool:
    marks = cell.metadata.get("nbgrader", {})
    return bool(cell.cell_type == "code" and marks.get("grade") and not marks.get("solution"))


def _told(output: NotebookNode) -> NotebookNode:
    """Return an error as its message alone."""
    if output.output_type == "error":
        output.traceback = [
            f"{output.ename}: {output.evalue}" if output.evalue.strip() else f"{output.ename} in a test."
        ]
    return output


def _fold(output: NotebookNode) -> None:
    """Put an error's message into lines that the page shows whole."""
    if output.output_type == "error":
        lines = [line for text in output.traceback for line in text.split("\n")]
        output.traceback = [part for line in lines for part in wrap(line, _WIDE, break_on_hyphens=False) or [""]]


def _lines(source: str) -> set[str]:
    return {line.strip() for line in source.splitlines() if len(line.strip()) >= _SHORT}


def _redact(output: NotebookNode, secrets: set[str]) -> None:
    def shown(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, "(a hidden test)")
        return text

    if output.output_type == "stream":
        output.text = shown(output.text)
    elif output.output_type == "error":
        output.traceback = [shown(line) for line in output.traceback]
    elif "text/plain" in output.get("data", {}):
        output.data["text/plain"] = shown(output.data["text/plain"])
