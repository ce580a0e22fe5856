"""Reads a submission without trust: any file may be missing, damaged, huge, a link, or forged."""

import hashlib
import json
import os
import re
import stat
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from mlsd_course.grading.autograde.assignment import Assignment, Notebook, SourceCell
from mlsd_course.grading.course import Course
from mlsd_course.grading.sandbox.job import CellJob, Job, NotebookJob, SubmissionFinding
from mlsd_course.grading.sandbox.limits import Limits

NOTEBOOK_LIMIT, FILES_LIMIT, CELLS_LIMIT, FILES_COUNT = 20_000_000, 50_000_000, 2000, 500
_MISSING = "This cell was missing from the submission. It was added back."


class Unreadable(Exception):
    """Why a notebook cannot be graded, as a sentence."""


@dataclass
class Submission:
    """One folder under submitted/. `refused` says why a notebook (or, by "", the whole) cannot be run."""

    student: str
    assignment: str
    key: str
    timestamp: datetime | None = None
    notebooks: dict[str, NotebookNode] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    findings: list[SubmissionFinding] = field(default_factory=list)

    def job(self, asked: Assignment, limits: Limits) -> Job:
        """Return the job that runs the notebooks in which something is graded."""
        notebooks = tuple(
            NotebookJob(name, _cells(notebook, asked.notebooks[name]))
            for name, notebook in self.notebooks.items()
            if asked.notebooks[name].graded
        )
        return Job(
            self.assignment, self.student, notebooks, {**self.files, **asked.files}, asked.imports, asked.given, limits
        )


def students(course: Course, assignment: str) -> list[str]:
    """Return who handed in `assignment`, in order; names that no gradebook could hold are among them."""
    folder = course.submitted
    if not folder.is_dir():
        return []
    return sorted(entry.name for entry in os.scandir(folder) if os.path.lexists(folder / entry.name / assignment))


def key_of(folder: Path) -> str:
    """Return a hash of the folder: of names, sizes, and contents (for a file above the limit, its time of change)."""
    digest = hashlib.sha256()
    for path in _walk(folder)[: 4 * FILES_COUNT]:
        there = path.lstat()
        digest.update(
            f"{os.fsencode(path.relative_to(folder))!r} {stat.S_IFMT(there.st_mode)} {there.st_size}\n".encode()
        )
        if stat.S_ISREG(there.st_mode):
            if there.st_size <= NOTEBOOK_LIMIT:
                digest.update(_content(path))
            else:
                digest.update(str(there.st_mtime_ns).encode())
    return digest.hexdigest()[:32]


def read(course: Course, asked: Assignment, student: str) -> Submission:
    """Return what `student` handed in for `asked`, with its locked cells as the instructor wrote them."""
    folder = course.submitted / student / asked.name
    submission = Submission(student, asked.name, "")
    if any(path.is_symlink() for path in (folder, folder.parent)):
        submission.refused[""] = "The folder is a link to somewhere else; hand in the files themselves"
        return submission
    if not folder.is_dir():
        submission.refused[""] = "It is no folder"
        return submission
    submission.key = key_of(folder)
    fill(submission, folder, asked)
    return submission


def fill(submission: Submission, folder: Path, asked: Assignment) -> None:
    """Read the notebooks and files of `folder` into `submission`."""
    _read_files(folder, submission)
    for name, notebook in asked.notebooks.items():
        path = folder / f"{name}.ipynb"
        if not os.path.lexists(path):
            submission.missing.append(name)
            continue
        try:
            submission.notebooks[name] = _restored(parsed(path), notebook, submission.findings)
        except Unreadable as error:
            submission.refused[name] = str(error)


def parsed(path: Path) -> NotebookNode:
    """Return the notebook in the file, rebuilt from its texts alone; Unreadable with the reason for what is none."""
    there = path.lstat()
    if not stat.S_ISREG(there.st_mode):
        raise Unreadable("It is a link or a device, no file")
    if there.st_size > NOTEBOOK_LIMIT:
        raise Unreadable(f"It is {there.st_size / 1e6:.0f} MB large; {NOTEBOOK_LIMIT / 1e6:.0f} MB are allowed")
    try:
        values = json.loads(_decoded(_content(path)))
    except RecursionError:
        raise Unreadable("It is nested too deeply to be a notebook") from None
    except ValueError as error:
        raise Unreadable(f"It is no JSON ({str(error)[:120]})") from None
    if not isinstance(values, dict):
        raise Unreadable("It is JSON, and no notebook")
    if values.get("nbformat") == 3 and isinstance(values.get("worksheets"), list):
        values["cells"] = [
            cell for sheet in values["worksheets"] if isinstance(sheet, dict) for cell in sheet.get("cells", [])
        ]
    if not isinstance(values.get("cells"), list):
        raise Unreadable("It has no list of cells")
    if len(values["cells"]) > CELLS_LIMIT:
        raise Unreadable(f"It has {len(values['cells'])} cells; {CELLS_LIMIT} are allowed")
    seen: Counter[str] = Counter()
    cells = [node for cell in values["cells"] if (node := _node(cell, seen)) is not None]
    return NotebookNode(nbformat=4, nbformat_minor=5, metadata=NotebookNode(), cells=cells)


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"It is not written in UTF-8 (byte {error.start}); save it in JupyterLab") from None


def _node(cell: Any, seen: Counter[str]) -> NotebookNode | None:
    """Return one cell of known shape; None for what is none."""
    if not isinstance(cell, dict):
        return None
    source = cell.get("source", cell.get("input", ""))
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str)).encode("utf-8", "replace").decode("utf-8")
    kind = str(cell.get("cell_type"))
    if kind not in ("code", "markdown", "raw"):
        return None
    node = _new(kind, text)
    given = cell.get("id")
    name = given if isinstance(given, str) and re.fullmatch(r"[a-zA-Z0-9-_]{1,64}", given) else "cell"
    seen[name] += 1
    node["id"] = name if seen[name] == 1 and name != "cell" else f"{name[:50]}-{seen[name]}"
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    if isinstance(marks, dict) and isinstance(marks.get("grade_id"), str):
        node.metadata["nbgrader"] = {"grade_id": marks["grade_id"]}
    if isinstance(tags, list):
        node.metadata["tags"] = sorted({tag for tag in tags if isinstance(tag, str) and len(tag) < 100})
    return node


def _new(kind: str, text: str, name: str = "cell", metadata: NotebookNode | None = None) -> NotebookNode:
    """Return a cell as nbformat makes it; what is valid is looked at when the notebook is written, once."""
    node = NotebookNode(id=name, cell_type=kind, source=text, metadata=metadata or NotebookNode())
    if kind == "code":
        node["execution_count"], node["outputs"] = None, []
    return node


def _code_or_text(source: SourceCell) -> str:
    return "code" if source.kind == "code" else "markdown"


def _restored(notebook: NotebookNode, asked: Notebook, findings: list[SubmissionFinding]) -> NotebookNode:
    """Put the instructor's cells and metadata in place of the learner's, as nbgrader's `OverwriteCells` does."""
    last = {_name(cell): number for number, cell in enumerate(notebook.cells) if _name(cell)}
    for number, cell in enumerate(notebook.cells):
        if not (name := _name(cell)):
            continue
        if name not in asked.cells:
            findings.append(
                SubmissionFinding("unknown cell", f"The cell {name!r} is not part of the assignment", name[:80])
            )
            del cell.metadata["nbgrader"]
        elif last[name] != number:  # nbgrader, too, keeps the last
            findings.append(
                SubmissionFinding("duplicate cell", f"{name} is there more than once; the last one counts", name)
            )
            del cell.metadata["nbgrader"]
        else:
            _overwrite(notebook.cells, number, asked.cells[name], findings)
    _add_missing(notebook, asked, findings)
    notebook.metadata = NotebookNode({"kernelspec": asked.kernelspec, "language_info": {"name": "python"}})
    return notebook


def _overwrite(cells: list[NotebookNode], number: int, source: SourceCell, findings: list[SubmissionFinding]) -> None:
    cell = cells[number]
    text = cell.source
    if cell.cell_type != source.kind:
        findings.append(
            SubmissionFinding("retyped cell", f"It was {cell.cell_type}, and is {source.kind} again", source.name)
        )
        cell = cells[number] = _new(_code_or_text(source), text, cell.id, cell.metadata)
    if source.locked:
        if text.strip() not in (source.released.strip(), source.source.strip()):
            findings.append(
                SubmissionFinding("edited locked cell", "It was edited; the instructor's text was run", source.name)
            )
        cell.source = source.source
    cell.metadata["nbgrader"] = source.marks()


def _add_missing(notebook: NotebookNode, asked: Notebook, findings: list[SubmissionFinding]) -> None:
    """Add deleted cells that are graded or locked where they were: after the one that precedes them in the source."""
    there = {_name(cell) for cell in notebook.cells}
    previous = ""
    for name, source in asked.cells.items():
        if name not in there:
            findings.append(SubmissionFinding("deleted cell", _MISSING, name))
            if source.grade or source.task or source.locked:
                blank = source.source if source.locked else f"{'# ' if source.kind == 'code' else ''}{_MISSING}"
                node = _new(_code_or_text(source), blank, re.sub(r"[^a-zA-Z0-9-_]", "-", name)[:64])
                node.metadata["nbgrader"] = source.marks()
                places = [number for number, cell in enumerate(notebook.cells) if _name(cell) == previous]
                notebook.cells.insert(
                    places[0] + 1 if previous and places else 0 if not previous else len(notebook.cells), node
                )
                previous = name
        else:
            previous = name


def _cells(notebook: NotebookNode, asked: Notebook) -> tuple[CellJob, ...]:
    cells = []
    for number, node in enumerate(notebook.cells):
        if node.cell_type == "code":
            source = asked.cells.get(_name(node))
            locked = source is not None and source.locked
            cells.append(
                CellJob(number, _name(node), node.source, trusted=locked, test=source is not None and source.test)
            )
    return tuple(cells)


def _name(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def _read_files(folder: Path, submission: Submission) -> None:
    """Take the files that the notebooks may open; links, devices and what is too much stay out."""
    left = FILES_LIMIT
    for path in _walk(folder)[:FILES_COUNT]:
        name, there = path.relative_to(folder).as_posix(), path.lstat()
        try:
            name.encode()
        except UnicodeEncodeError:
            submission.findings.append(SubmissionFinding("file left out", f"Its name cannot be read: {name!r}"))
            continue
        if name == "timestamp.txt":
            submission.timestamp = _timestamp(path, submission.findings)
        if path.suffix == ".ipynb":
            continue
        if not stat.S_ISREG(there.st_mode):
            submission.findings.append(SubmissionFinding("file left out", f"{name} is a link or a device"))
        elif there.st_size > left:
            submission.findings.append(
                SubmissionFinding("file left out", f"{name} is too large ({there.st_size / 1e6:.0f} MB)")
            )
        else:
            left -= there.st_size
            submission.files[name] = _content(path)


def _timestamp(path: Path, findings: list[SubmissionFinding]) -> datetime | None:
    from nbgrader.utils import parse_utc

    try:
        made: datetime | None = parse_utc(_content(path)[:200].decode("utf-8-sig").strip()) or None
        return made
    except Exception as error:  # dateutil raises of every kind
        findings.append(SubmissionFinding("timestamp", f"timestamp.txt holds no time ({type(error).__name__})"))
        return None


def _content(path: Path) -> bytes:
    """Return what is in a regular file; a link that took its place meanwhile is not followed, a pipe not waited for."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        return file.read(FILES_LIMIT + 1)


def _walk(folder: Path) -> list[Path]:
    """Return all that is under `folder`, links not followed, nothing of hidden folders."""
    paths = []
    for place, folders, files in os.walk(folder, followlinks=False):
        links = [name for name in folders if os.path.islink(os.path.join(place, name))]
        folders[:] = sorted(
            name for name in folders if name not in links and name not in (".ipynb_checkpoints", "__pycache__")
        )
        paths += [Path(place, name) for name in sorted([*files, *links])]
        if len(paths) > 5 * FILES_COUNT:
            break
    return paths
