"""The rules that a source must keep before nbgrader sees it; each broken one names file, cell and remedy."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from mlsd_course.errors import NotebookError
from mlsd_course.grading.authoring.source import Source

SCHEMA_VERSION = 3
_FLAGS = ("grade", "solution", "locked", "task")
_KEYS = {*_FLAGS, "grade_id", "points", "schema_version", "cell_type", "checksum"}
_OPTIONS = ("nbgrader", "tags", "jupyter", "slideshow")
_UNREAD = "incorrectly_encoded_metadata"  # jupytext's name for what it could not read
_REGIONS = ("SOLUTION", "HIDDEN TESTS")
_EXAMPLE = '{"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "%s_e1_test", "points": 2, "schema_version": 3}'


@dataclass(frozen=True)
class Cell:
    """One cell with where it stands, for the rules."""

    source: Source
    number: int
    line: int
    node: NotebookNode

    @property
    def marks(self) -> dict[str, object]:
        """Its nbgrader metadata."""
        marks = self.node.metadata.get("nbgrader", {})
        return marks if isinstance(marks, dict) else {}

    def flag(self, name: str) -> bool:
        """Tell whether nbgrader's `name` is set."""
        return self.marks.get(name) is True

    @property
    def grade_id(self) -> str:
        """Its name for nbgrader, or nothing."""
        return str(self.marks.get("grade_id", ""))

    def __str__(self) -> str:
        first = next((line for line in self.node.source.splitlines() if line.strip()), "(empty)")
        name = f" ({self.grade_id})" if self.grade_id else ""
        return f"{self.source.name}, line {self.line}, cell {self.number}{name}, `{first.strip()[:60]}`"


Fault = tuple[str, str]  # what is wrong, what to do
Rule = Callable[[Cell], Iterator[Fault]]


def validate(source: Source, notebook: NotebookNode | None = None) -> NotebookNode:
    """Return the notebook of `source`; NotebookError with every broken rule, one a line."""
    notebook = notebook or source.notebook()
    cells = located(source, notebook)
    faults = [f"{cell}: {what}. {remedy}" for cell in cells for rule in RULES for what, remedy in rule(cell)]
    faults += [f"{cell}: {what}. {remedy}" for cell, what, remedy in _duplicates(cells)]
    if faults:
        raise NotebookError("\n".join(faults))
    return notebook


def located(source: Source, notebook: NotebookNode) -> list[Cell]:
    """Return the cells with their numbers (from 1) and the lines on which they start (0: unknown)."""
    lines = source.lines()
    lines = lines if len(lines) == len(notebook.cells) else [0] * len(notebook.cells)
    return [
        Cell(source, number, line, node)
        for number, (line, node) in enumerate(zip(lines, notebook.cells, strict=True), 1)
    ]


def options(cell: Cell) -> Iterator[Fault]:
    """The cell's first line holds known options in JSON; a typing error must not make a graded cell a plain one."""
    if text := cell.node.metadata.get(_UNREAD):
        yield f"its options cannot be read: {text[:80]}", 'Write them in JSON on one line: tags=["timing"]'
    for key in sorted(set(cell.node.metadata) - {*_OPTIONS, _UNREAD}):
        yield f"{key!r} is no option of a cell", f"Known: {', '.join(_OPTIONS)}"


def shape(cell: Cell) -> Iterator[Fault]:
    """The metadata is a JSON object of known keys, with a known schema version and true or false in the flags."""
    if "nbgrader" not in cell.node.metadata:
        return
    if not isinstance(cell.node.metadata["nbgrader"], dict):
        yield "its nbgrader metadata is no JSON object", f"Write nbgrader={_EXAMPLE % cell.source.slug}"
        return
    if cell.marks.get("schema_version") != SCHEMA_VERSION:
        found = cell.marks.get("schema_version", "none")
        yield (
            f"its schema_version is {found}; nbgrader here reads {SCHEMA_VERSION}",
            f'Write "schema_version": {SCHEMA_VERSION}',
        )
    for key in sorted(set(cell.marks) - _KEYS):
        yield f"{key!r} is no key of nbgrader's", f"Known: {', '.join(sorted(_KEYS))}"
    for key in ("grade", "solution", "locked"):
        if not isinstance(cell.marks.get(key), bool):
            yield (
                f"{key!r} is {cell.marks.get(key, 'missing')!r}",
                f'Write "{key}": true or false (JSON, small letters)',
            )


def name(cell: Cell) -> Iterator[Fault]:
    """The grade id starts with the chapter's slug and holds only what a cell id may."""
    if not cell.marks:
        return
    if not cell.grade_id:
        yield "it has no grade_id", f'Write "grade_id": "{cell.source.slug}_e1"'
    elif not cell.grade_id.startswith(f"{cell.source.slug}_"):
        yield "its grade_id does not start with the chapter", f"Call it {cell.source.slug}_{cell.grade_id}"
    elif not re.fullmatch(r"[A-Za-z0-9_-]{1,60}", cell.grade_id):
        yield "its grade_id is longer than 60 or has other signs than letters, digits, _ and -", "Shorten it"


def points(cell: Cell) -> Iterator[Fault]:
    """Graded cells have points, and no others."""
    given = cell.marks.get("points")
    number = isinstance(given, int | float) and not isinstance(given, bool)
    if (cell.flag("grade") or cell.flag("task")) and not (number and float(str(given)) >= 0):
        yield f"it is graded, and its points are {given!r}", 'Write "points": a number from 0 up'
    if given is not None and not cell.flag("grade") and not cell.flag("task"):
        yield "it has points and is not graded", 'Set "grade": true on the test, or remove the points'


def kind(cell: Cell) -> Iterator[Fault]:
    """Code is a solution or a test; prose to be graded is both; a task is prose and neither."""
    markdown, grade, solution = cell.node.cell_type == "markdown", cell.flag("grade"), cell.flag("solution")
    if cell.flag("task"):
        if not markdown or grade or solution:
            yield "a task is Markdown, and neither grade nor solution", 'Set "grade" and "solution" to false, or "task"'
    elif markdown and grade != solution:
        missing = "grade" if solution else "solution"
        yield (
            f"a written answer is marked by hand, so it is both solution and grade; {missing!r} is not true",
            f'Set "{missing}": true and give it points' if missing == "grade" else 'Set "solution": true',
        )
    if not markdown and grade and not solution and not cell.flag("locked"):
        yield "a test that learners can edit", 'Set "locked": true'
    if not markdown and grade and not solution and not re.search(r"\b(assert|check\w*|raise)\b|\(", cell.node.source):
        yield "it is graded and tests nothing", 'Write an assert or call a check; else set "grade": false'


def regions(cell: Cell) -> Iterator[Fault]:
    """BEGIN and END stand in pairs, solutions in solution cells, hidden tests in graded tests."""
    for region in _REGIONS:
        marks = re.findall(rf"^.*\b(BEGIN|END) {region}\b.*$", cell.node.source, re.MULTILINE)
        if marks != ["BEGIN", "END"] * (len(marks) // 2):
            found = ", ".join(f"{mark} {region}" for mark in marks)
            yield (
                f"its {region} markers do not pair: {found}",
                f"Close each `### BEGIN {region}` with `### END {region}`",
            )
        if not marks:
            continue
        if region == "SOLUTION" and not cell.flag("solution"):
            yield "it holds a solution and is no solution cell", 'Set "solution": true in its nbgrader metadata'
        if region == "HIDDEN TESTS" and (not cell.flag("grade") or cell.flag("solution")):
            yield (
                "it holds hidden tests and is no graded test",
                'Set "grade": true, "solution": false and give it points',
            )


def near_misses(cell: Cell) -> Iterator[Fault]:
    """A marker that nbgrader would not recognise would publish what it should hide."""
    for line in cell.node.source.splitlines():
        if re.search(r"\b(begin|end)[ _-]+(solutions?|hidden[ _-]+tests?)\b", line, re.IGNORECASE) and not re.search(
            r"\b(BEGIN|END) (SOLUTION|HIDDEN TESTS)\b", line
        ):
            yield (
                f"`{line.strip()}` looks like a marker and is none",
                "Write `### BEGIN HIDDEN TESTS` or `### BEGIN SOLUTION` so",
            )


def money(cell: Cell) -> Iterator[Fault]:
    """JupyterLab reads what stands between two dollar signs of a paragraph as a formula, escaped ones too."""
    if cell.node.cell_type != "markdown":
        return
    for paragraph in re.split(r"\n[>\s]*\n", re.sub(r"`[^`]*`", "", cell.node.source)):
        if paragraph.count("$") > 1 and (amount := re.search(r"\$\d\S*", paragraph)):
            yield f"{amount.group()} and another dollar sign become a formula", "Write USD, or put it into `code`"


RULES: tuple[Rule, ...] = (options, shape, name, points, kind, regions, near_misses, money)


def _duplicates(cells: list[Cell]) -> Iterator[tuple[Cell, str, str]]:
    first: dict[str, Cell] = {}
    for cell in cells:
        if cell.grade_id and first.setdefault(cell.grade_id, cell) is not cell:
            yield cell, f"its grade_id is that of cell {first[cell.grade_id].number}", "Give each cell its own"
