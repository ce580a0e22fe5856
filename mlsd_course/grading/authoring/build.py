"""From percent-format text to the executed reference beside it and the student version in release/.

The steps for one notebook: load the source, check the rules, tag its timed cells, run it, write the reference, write the
student version, record what both were built from.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from mlsd_course.errors import NotebookError
from mlsd_course.grading.authoring.cell_rules import load_valid
from mlsd_course.grading.authoring.derived_file import write_derived
from mlsd_course.grading.authoring.execute import execute
from mlsd_course.grading.authoring.fingerprint import is_current, record_build, was_built
from mlsd_course.grading.authoring.loaded_source import LoadedSource
from mlsd_course.grading.authoring.outputs import tag_timed_cells
from mlsd_course.grading.authoring.readme_table import with_chapter_table
from mlsd_course.grading.authoring.release import LIMIT_BYTES, file_text, student_version
from mlsd_course.grading.authoring.source import Source, sources
from mlsd_course.grading.course import Course


@dataclass
class Built:
    """What a build did, by the names of the notebooks."""

    made: list[str] = field(default_factory=list)
    current: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        parts = [f"Built {len(self.made)}: {', '.join(self.made)}." if self.made else "Nothing to build."]
        parts += [f"{len(self.current)} already current."] if self.current else []
        parts += [f"Removed, since their source is gone: {', '.join(self.removed)}."] if self.removed else []
        return " ".join(parts)


def build(
    chapters: Iterable[str] | None = None,
    root: Path = Path("notebooks"),
    force: bool = False,
    progress: Callable[[str], None] = lambda sentence: None,
) -> Built:
    """Build the notebooks of `chapters` (slugs; None: all) under the course root `root`.

    A notebook that is current is left alone unless `force`. All are validated before the first is run. Raises
    NotebookError with file, cell and remedy; what was built before stays.
    """
    course, built = Course(Path(root)), Built()
    chosen = sources(course.root, list(chapters) if chapters else None)
    for loaded in [load_valid(source) for source in chosen]:
        if not force and is_current(loaded.source):
            built.current.append(loaded.name)
        else:
            progress(f"{loaded.name}: running {_code_cells(loaded)} code cells")
            _build_one(loaded, course)
            built.made.append(loaded.name)
    built.removed = _remove_orphans(course.root, chosen)
    _update_readme(course.root)
    return built


def _build_one(loaded: LoadedSource, course: Course) -> None:
    """Run one notebook; write its reference, its student version, and what both were built from."""
    source = loaded.source
    tag_timed_cells(loaded.notebook)
    packages = execute(loaded)
    write_derived(source.reference, _small_enough(file_text(loaded.notebook), loaded.name))
    write_derived(source.release, _small_enough(student_version(loaded.notebook, course, loaded.name), loaded.name))
    if source.text() == loaded.text:  # else it was edited meanwhile, and the next build makes it again
        record_build(source, packages)


def _code_cells(loaded: LoadedSource) -> int:
    return sum(cell.cell_type == "code" for cell in loaded.notebook.cells)


def _small_enough(text: str, name: str) -> str:
    """Return `text`; NotebookError where a notebook of it would be too large for git and for a reader."""
    size_bytes = len(text.encode())
    if size_bytes > LIMIT_BYTES:
        raise NotebookError(
            f"{name} becomes a notebook of {size_bytes / 1000:.0f} kB",
            allowed=f"{LIMIT_BYTES / 1000:.0f} kB",
            remedy="Print less: show figures with explore.chart, tables with head()",
        )
    return text


def _remove_orphans(root: Path, chosen: list[Source]) -> list[str]:
    """Delete the student versions and references of the chosen chapters whose source is gone; return their names.

    A notebook beside the sources that the build did not make is its author's, and stays.
    """
    kept = {path for source in chosen for path in (source.reference, source.release)}
    orphans = [
        path
        for slug in sorted({source.slug for source in chosen})
        for folder in ("source", "release")
        for path in sorted((root / folder / slug).glob("*.ipynb"))
        if path not in kept and (folder == "release" or was_built(root, path))
    ]
    for path in orphans:
        path.unlink()
    return [path.relative_to(root).as_posix() for path in orphans]


def _update_readme(root: Path) -> None:
    """Make the table of chapters in the README beside the course root anew, if there is a README."""
    readme = root.parent / "README.md"
    if readme.exists():
        write_derived(readme, with_chapter_table(readme.read_text(encoding="utf-8"), root / "release"))
