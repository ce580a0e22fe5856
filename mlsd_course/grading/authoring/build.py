"""From percent-format text to the executed reference beside it and the student version in release/."""

import os
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from mlsd_course.errors import NotebookError
from mlsd_course.grading.authoring.cell_rules import validate
from mlsd_course.grading.authoring.execute import execute
from mlsd_course.grading.authoring.fingerprint import fresh, stamp, was_made
from mlsd_course.grading.authoring.outputs import tag
from mlsd_course.grading.authoring.readme_table import indexed
from mlsd_course.grading.authoring.release import LIMIT_BYTES, released, written
from mlsd_course.grading.authoring.source import Source, sources


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
    root, done = Path(root), Built()
    found = sources(root, list(chapters) if chapters else None)
    texts = {source: source.text() for source in found}
    notebooks = {source: validated(source) for source in found}
    for source, notebook in notebooks.items():
        if not force and fresh(source):
            done.current.append(source.name)
            continue
        progress(f"{source.name}: running {sum(cell.cell_type == 'code' for cell in notebook.cells)} code cells")
        parts = execute(source, notebook)
        write(source.reference, sized(written(notebook), source.name))
        write(source.release, sized(released(notebook, root, source.name), source.name))
        if source.text() == texts[source]:  # else it was edited meanwhile, and is to be built again
            stamp(source, parts)
        done.made.append(source.name)
    done.removed = _remove_orphans(root, found)
    readme = root.parent / "README.md"
    if readme.exists():
        write(readme, indexed(readme.read_text(encoding="utf-8"), root / "release"))
    return done


def validated(source: Source) -> NotebookNode:
    """Return the notebook of `source`, valid and tagged, not yet run."""
    notebook = validate(source)
    tag(notebook)
    return notebook


def sized(text: str, name: str) -> str:
    """Return `text`; NotebookError where a notebook of it would be too large for git and for a reader."""
    if len(text.encode()) > LIMIT_BYTES:
        raise NotebookError(
            f"{name} becomes a notebook of {len(text.encode()) / 1000:.0f} kB",
            allowed=f"{LIMIT_BYTES / 1000:.0f} kB",
            remedy="Print less: show figures with explore.chart, tables with head()",
        )
    return text


def write(path: Path, text: str) -> None:
    """Replace the file at `path` as a whole; an unchanged one is not touched."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        if path.read_bytes() == text.encode():
            return
        path.chmod(path.stat().st_mode | stat.S_IWUSR)  # nbgrader leaves files that Windows would not replace
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(text.encode())
    os.replace(beside, path)


def _remove_orphans(root: Path, found: list[Source]) -> list[str]:
    """Delete the student versions and references of the chapters at hand whose source is gone.

    A notebook beside the sources that the build did not make is its author's, and stays.
    """
    kept = {path for source in found for path in (source.reference, source.release)}
    slugs = {source.slug for source in found}
    orphans = [
        path
        for slug in sorted(slugs)
        for place in ("source", "release")
        for path in sorted((root / place / slug).glob("*.ipynb"))
        if path not in kept and (place == "release" or was_made(root, path))
    ]
    for path in orphans:
        path.unlink()
    return [path.relative_to(root).as_posix() for path in orphans]
