"""Whether what is in git was built from the sources that are in git."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from mlsd_course.grading.authoring.cell_rules import load_valid
from mlsd_course.grading.authoring.execute import execute
from mlsd_course.grading.authoring.outputs import tag_timed_cells
from mlsd_course.grading.authoring.readme_table import with_chapter_table
from mlsd_course.grading.authoring.release import file_text, student_version
from mlsd_course.grading.authoring.source import Source, sources
from mlsd_course.grading.course import Course


def stale(chapters: Iterable[str] | None = None, root: Path = Path("notebooks"), run: bool = False) -> list[str]:
    """Return a sentence for each built notebook that its source does not explain; nothing is written.

    Without `run` outputs are taken as they are (nbval compares them); with it everything is made again and must be
    the same to the byte.
    """
    course = Course(Path(root))
    chosen = sources(course.root, list(chapters) if chapters else None)
    faults = [fault for source in chosen for fault in _faults(source, course, run)]
    return faults + ([] if chapters else [*_orphans(course.root, chosen), *_readme(course.root)])


def _faults(source: Source, course: Course, run: bool) -> Iterator[str]:
    if not source.reference.exists():
        yield f"{source.name} has no executed reference. Run `mlsd build {source.slug}`."
        return
    reference, loaded = nbformat.read(source.reference, as_version=4), load_valid(source)
    tag_timed_cells(loaded.notebook)
    if run:
        execute(loaded)
        if file_text(loaded.notebook).encode() != source.reference.read_bytes():
            yield f"{source.name}: another run gives another reference. {_first_difference(reference, loaded.notebook)}"
    elif different := _first_difference(_bare(reference), _bare(loaded.notebook)):
        yield f"{source.name}: the executed reference is older than its source. {different} Run `mlsd build {source.slug}`."
    if not source.release.exists():
        yield f"{source.name} has no student version. Run `mlsd build {source.slug}`."
    elif student_version(reference, course, source.name).encode() != source.release.read_bytes():
        yield f"{source.name}: the student version does not follow from it. Run `mlsd build {source.slug}`."


def _bare(notebook: NotebookNode) -> NotebookNode:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def _first_difference(before: NotebookNode, after: NotebookNode) -> str:
    """Return which cell differs first, or nothing."""
    pairs = zip(before.cells, after.cells, strict=False)
    number = next((number for number, (one, other) in enumerate(pairs, 1) if one != other), 0)
    if number:
        return f"Cell {number} differs first."
    if len(before.cells) != len(after.cells):
        return f"It has {len(before.cells)} cells, {len(after.cells)} are expected."
    return "Its metadata differs." if before.metadata != after.metadata else ""


def _orphans(root: Path, chosen: list[Source]) -> Iterator[str]:
    derived = {path for source in chosen for path in (source.reference, source.release)}
    for folder in ("source", "release"):
        for path in sorted((root / folder).glob("*/*.ipynb")):
            if path not in derived:
                yield f"{path.relative_to(root).as_posix()} has no source. Delete it, or keep it elsewhere."


def _readme(root: Path) -> Iterator[str]:
    readme = root.parent / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.exists() else ""
    if text != with_chapter_table(text, root / "release"):
        yield "The table of chapters in README.md is older than the notebooks. Run `mlsd build`."
