"""The rules that a source must keep before nbgrader sees it; each broken one names file, cell and remedy."""

import re
from collections.abc import Callable, Iterable, Iterator

from nbformat import NotebookNode

from mlsd_course.grading.authoring.loaded_source import Fault, LoadedSource, LocatedCell, load, refuse
from mlsd_course.grading.authoring.source import Source

SCHEMA_VERSION = 3
_FLAGS = ("grade", "solution", "locked", "task")
_KEYS = {*_FLAGS, "grade_id", "points", "schema_version", "cell_type", "checksum"}
_OPTIONS = ("nbgrader", "tags", "jupyter", "slideshow")
_UNREAD = "incorrectly_encoded_metadata"  # jupytext's name for what it could not read
_REGIONS = ("SOLUTION", "HIDDEN TESTS")
_EXAMPLE = '{"grade": true, "solution": false, "locked": true, "task": false, "grade_id": "%s_e1_test", "points": 2, "schema_version": 3}'


Rule = Callable[[LocatedCell], Iterator[Fault]]


def load_valid(source: Source) -> LoadedSource:
    """Load a source that keeps every rule; NotebookError with every broken rule, one a line."""
    loaded = load(source)
    by_rule = ((cell, fault) for cell in loaded.cells for rule in RULES for fault in rule(cell))
    refuse([*by_rule, *_duplicates(loaded.cells)])
    return loaded


def validate(source: Source) -> NotebookNode:
    """Return the notebook of `source`, not yet run; NotebookError with every broken rule, one a line."""
    return load_valid(source).notebook


def options(cell: LocatedCell) -> Iterator[Fault]:
    """The cell's first line holds known options in JSON; a typing error must not make a graded cell a plain one."""
    if text := cell.node.metadata.get(_UNREAD):
        yield f"its options cannot be read: {text[:80]}", 'Write them in JSON on one line: tags=["timing"]'
    for key in sorted(set(cell.node.metadata) - {*_OPTIONS, _UNREAD}):
        yield f"{key!r} is no option of a cell", f"Known: {', '.join(_OPTIONS)}"


def shape(cell: LocatedCell) -> Iterator[Fault]:
    """The metadata is a JSON object of known keys, with a known schema version and true or false in the flags."""
    if "nbgrader" not in cell.node.metadata:
        return
    if not isinstance(cell.node.metadata["nbgrader"], dict):
        yield "its nbgrader metadata is no JSON object", f"Write nbgrader={_EXAMPLE % cell.source.slug}"
        return
    if cell.nbgrader.get("schema_version") != SCHEMA_VERSION:
        version = cell.nbgrader.get("schema_version", "none")
        yield (
            f"its schema_version is {version}; nbgrader here reads {SCHEMA_VERSION}",
            f'Write "schema_version": {SCHEMA_VERSION}',
        )
    for key in sorted(set(cell.nbgrader) - _KEYS):
        yield f"{key!r} is no key of nbgrader's", f"Known: {', '.join(sorted(_KEYS))}"
    for key in ("grade", "solution", "locked"):
        if not isinstance(cell.nbgrader.get(key), bool):
            yield (
                f"{key!r} is {cell.nbgrader.get(key, 'missing')!r}",
                f'Write "{key}": true or false (JSON, small letters)',
            )


def name(cell: LocatedCell) -> Iterator[Fault]:
    """The grade id starts with the chapter's slug and holds only what a cell id may."""
    if not cell.nbgrader:
        return
    if not cell.grade_id:
        yield "it has no grade_id", f'Write "grade_id": "{cell.source.slug}_e1"'
    elif not cell.grade_id.startswith(f"{cell.source.slug}_"):
        yield "its grade_id does not start with the chapter", f"Call it {cell.source.slug}_{cell.grade_id}"
    elif not re.fullmatch(r"[A-Za-z0-9_-]{1,60}", cell.grade_id):
        yield "its grade_id is longer than 60 or has other signs than letters, digits, _ and -", "Shorten it"


def points(cell: LocatedCell) -> Iterator[Fault]:
    """Graded cells have points, and no others."""
    value = cell.nbgrader.get("points")
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if (cell.flag("grade") or cell.flag("task")) and not (number and float(str(value)) >= 0):
        yield f"it is graded, and its points are {value!r}", 'Write "points": a number from 0 up'
    if value is not None and not cell.flag("grade") and not cell.flag("task"):
        yield "it has points and is not graded", 'Set "grade": true on the test, or remove the points'


def kind(cell: LocatedCell) -> Iterator[Fault]:
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


def regions(cell: LocatedCell) -> Iterator[Fault]:
    """BEGIN and END stand in pairs, solutions in solution cells, hidden tests in graded tests."""
    for region in _REGIONS:
        markers = re.findall(rf"^.*\b(BEGIN|END) {region}\b.*$", cell.node.source, re.MULTILINE)
        if markers != ["BEGIN", "END"] * (len(markers) // 2):
            listed = ", ".join(f"{marker} {region}" for marker in markers)
            yield (
                f"its {region} markers do not pair: {listed}",
                f"Close each `### BEGIN {region}` with `### END {region}`",
            )
        if not markers:
            continue
        if region == "SOLUTION" and not cell.flag("solution"):
            yield "it holds a solution and is no solution cell", 'Set "solution": true in its nbgrader metadata'
        if region == "HIDDEN TESTS" and (not cell.flag("grade") or cell.flag("solution")):
            yield (
                "it holds hidden tests and is no graded test",
                'Set "grade": true, "solution": false and give it points',
            )


def near_misses(cell: LocatedCell) -> Iterator[Fault]:
    """A marker that nbgrader would not recognise would publish what it should hide."""
    for line in cell.node.source.splitlines():
        if re.search(r"\b(begin|end)[ _-]+(solutions?|hidden[ _-]+tests?)\b", line, re.IGNORECASE) and not re.search(
            r"\b(BEGIN|END) (SOLUTION|HIDDEN TESTS)\b", line
        ):
            yield (
                f"`{line.strip()}` looks like a marker and is none",
                "Write `### BEGIN HIDDEN TESTS` or `### BEGIN SOLUTION` so",
            )


def money(cell: LocatedCell) -> Iterator[Fault]:
    """JupyterLab reads what stands between two dollar signs of a paragraph as a formula, escaped ones too."""
    if cell.node.cell_type != "markdown":
        return
    for paragraph in re.split(r"\n[>\s]*\n", re.sub(r"`[^`]*`", "", cell.node.source)):
        if paragraph.count("$") > 1 and (amount := re.search(r"\$\d\S*", paragraph)):
            yield f"{amount.group()} and another dollar sign become a formula", "Write USD, or put it into `code`"


RULES: tuple[Rule, ...] = (options, shape, name, points, kind, regions, near_misses, money)


def _duplicates(cells: Iterable[LocatedCell]) -> Iterator[tuple[LocatedCell, Fault]]:
    """Yield each cell whose grade id an earlier cell has."""
    first: dict[str, LocatedCell] = {}
    for cell in cells:
        if cell.grade_id and first.setdefault(cell.grade_id, cell) is not cell:
            yield cell, (f"its grade_id is that of cell {first[cell.grade_id].number}", "Give each cell its own")
