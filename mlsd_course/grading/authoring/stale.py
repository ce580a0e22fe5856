"""Whether what is in git was built from the sources that are in git."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from mlsd_course.grading.authoring.build import validated
from mlsd_course.grading.authoring.execute import execute
from mlsd_course.grading.authoring.readme_table import indexed
from mlsd_course.grading.authoring.release import released, written
from mlsd_course.grading.authoring.source import Source, sources


def stale(chapters: Iterable[str] | None = None, root: Path = Path("notebooks"), run: bool = False) -> list[str]:
    """Return a sentence for each built notebook that its source does not explain; nothing is written.

    Without `run` outputs are taken as they are (nbval compares them); with it everything is made again and must be
    the same to the byte.
    """
    root = Path(root)
    found = sources(root, list(chapters) if chapters else None)
    faults = [fault for source in found for fault in _faults(source, run)]
    return faults + ([] if chapters else [*_orphans(root, found), *_index(root)])


def _faults(source: Source, run: bool) -> Iterator[str]:
    if not source.reference.exists():
        yield f"{source.name} has no executed reference. Run `mlsd build {source.slug}`."
        return
    reference, notebook = nbformat.read(source.reference, as_version=4), validated(source)
    if run:
        execute(source, notebook)
        if written(notebook).encode() != source.reference.read_bytes():
            yield f"{source.name}: another run gives another reference. {_first_difference(reference, notebook)}"
    elif different := _first_difference(_bare(reference), _bare(notebook)):
        yield f"{source.name}: the executed reference is older than its source. {different} Run `mlsd build {source.slug}`."
    if not source.release.exists():
        yield f"{source.name} has no student version. Run `mlsd build {source.slug}`."
    elif released(reference, source.root, source.name).encode() != source.release.read_bytes():
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


def _orphans(root: Path, found: list[Source]) -> Iterator[str]:
    explained = {path for source in found for path in (source.reference, source.release)}
    for place in ("source", "release"):
        for path in sorted((root / place).glob("*/*.ipynb")):
            if path not in explained:
                yield f"{path.relative_to(root).as_posix()} has no source. Delete it, or keep it elsewhere."


def _index(root: Path) -> Iterator[str]:
    readme = root.parent / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.exists() else ""
    if text != indexed(text, root / "release"):
        yield "The table of chapters in README.md is older than the notebooks. Run `mlsd build`."
