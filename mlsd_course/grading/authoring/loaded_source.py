"""A source that was read once: its text, its notebook, and where each cell stands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from mlsd_course.errors import NotebookError
from mlsd_course.grading.authoring.source import Source, nbgrader_metadata, parse_percent

Fault = tuple[str, str]  # what is wrong, what to do


@dataclass(frozen=True)
class LocatedCell:
    """One cell of a notebook, with its number (from 1) and its first line in the source (0: unknown)."""

    source: Source
    number: int
    line: int
    node: NotebookNode

    @property
    def nbgrader(self) -> dict[str, object]:
        """Its nbgrader metadata."""
        return nbgrader_metadata(self.node)

    def flag(self, name: str) -> bool:
        """Tell whether nbgrader's `name` is set."""
        return self.nbgrader.get(name) is True

    @property
    def grade_id(self) -> str:
        """Its name for nbgrader, or nothing."""
        return str(self.nbgrader.get("grade_id", ""))

    def __str__(self) -> str:
        first = next((line for line in self.node.source.splitlines() if line.strip()), "(empty)")
        name = f" ({self.grade_id})" if self.grade_id else ""
        return f"{self.source.name}, line {self.line}, cell {self.number}{name}, `{first.strip()[:60]}`"


@dataclass(frozen=True)
class LoadedSource:
    """A source with its text and its notebook. The steps of the build change the notebook in place."""

    source: Source
    text: str
    notebook: NotebookNode
    cells: tuple[LocatedCell, ...]  # the same nodes as the notebook's

    @property
    def name(self) -> str:
        """How messages call it: `ch07_online/lesson.py`."""
        return self.source.name


def load(source: Source) -> LoadedSource:
    """Read a source; NotebookError where it is no notebook in the percent format."""
    text = source.text()
    notebook = parse_percent(text, source.name)
    return LoadedSource(source, text, notebook, tuple(_located(source, text, notebook)))


def refuse(faults: Iterable[tuple[LocatedCell, Fault]]) -> None:
    """Raise NotebookError with every fault, one a line; do nothing where there is none."""
    if lines := [f"{cell}: {what}. {remedy}" for cell, (what, remedy) in faults]:
        raise NotebookError("\n".join(lines))


def _located(source: Source, text: str, notebook: NotebookNode) -> Iterator[LocatedCell]:
    lines = [number for number, line in enumerate(text.splitlines(), 1) if line.startswith("# %%")]
    if len(lines) != len(notebook.cells):  # text before the first marker is a cell, too
        lines = [0] * len(notebook.cells)
    for number, (line, node) in enumerate(zip(lines, notebook.cells, strict=True), 1):
        yield LocatedCell(source, number, line, node)
