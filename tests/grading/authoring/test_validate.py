"""Broken metadata is found before nbgrader sees it, with file, cell and remedy."""

import json
from pathlib import Path

import pytest

from mlsd_course.errors import NotebookError
from mlsd_course.grading import Source, validate

TEST = {
    "grade": True,
    "solution": False,
    "locked": True,
    "task": False,
    "grade_id": "ch91_e1_test",
    "points": 2,
    "schema_version": 3,
}
SOLUTION = {
    "grade": False,
    "solution": True,
    "locked": False,
    "task": False,
    "grade_id": "ch91_e1",
    "schema_version": 3,
}
WRITTEN = {**SOLUTION, "grade": True, "points": 5, "grade_id": "ch91_e2"}
SOLVED = "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"
HIDDEN = "assert x\n### BEGIN HIDDEN TESTS\nassert x == 1\n### END HIDDEN TESTS"


def cell(marks: object, text: str, kind: str = "") -> str:
    """Return a cell in percent format."""
    options = f" nbgrader={json.dumps(marks)}" if marks is not None else ""
    return f"# %%{kind}{options}\n{text}\n\n"


def without(marks: dict[str, object], key: str) -> dict[str, object]:
    """Return the metadata without one key."""
    return {name: value for name, value in marks.items() if name != key}


def source(folder: Path, text: str) -> Source:
    """Write `text` as the exercises of a chapter."""
    path = folder / "source" / "ch91" / "exercises.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return Source(path, folder)


GOOD = cell(SOLUTION, SOLVED) + cell(TEST, HIDDEN) + cell(WRITTEN, "# Because.", " [markdown]")

BROKEN = {
    "twice the same id": (GOOD + cell(TEST, "assert x"), "grade_id is that of cell 2"),
    "no points": (cell(without(TEST, "points"), "assert 1"), "its points are None"),
    "points below zero": (cell({**TEST, "points": -1}, "assert 1"), "its points are -1"),
    "points in words": (cell({**TEST, "points": "two"}, "assert 1"), "its points are 'two'"),
    "points for no test": (cell({**SOLUTION, "points": 2}, SOLVED), "has points and is not graded"),
    "a grade on prose": (cell(TEST, "# text", " [markdown]"), "'solution' is not true"),
    "a grade on no test": (cell(TEST, "x = 1"), "tests nothing"),
    "an answer in prose without a grade": (cell(SOLUTION, "# text", " [markdown]"), "'grade' is not true"),
    "a test that can be edited": (cell({**TEST, "locked": False}, "assert 1"), '"locked": true'),
    "BEGIN alone": (cell(SOLUTION, "### BEGIN SOLUTION\nx = 1"), "do not pair: BEGIN SOLUTION"),
    "END first": (cell(SOLUTION, "### END SOLUTION\n### BEGIN SOLUTION"), "do not pair: END SOLUTION, BEGIN"),
    "a solution in a plain cell": (cell(None, SOLVED), "no solution cell"),
    "hidden tests in a plain cell": (cell(None, HIDDEN), "no graded test"),
    "hidden tests in a solution": (cell(SOLUTION, HIDDEN), "no graded test"),
    "an old schema": (cell({**TEST, "schema_version": 1}, "assert 1"), "schema_version is 1"),
    "a schema to come": (cell({**TEST, "schema_version": 4}, "assert 1"), "schema_version is 4"),
    "no schema": (cell(without(TEST, "schema_version"), "assert 1"), "schema_version is none"),
    "another chapter's id": (cell({**TEST, "grade_id": "ch01_e1"}, "assert 1"), "Call it ch91_ch01_e1"),
    "no id": (cell(without(TEST, "grade_id"), "assert 1"), "no grade_id"),
    "an id with blanks": (cell({**TEST, "grade_id": "ch91_my test"}, "assert 1"), "other signs"),
    "an unknown key": (cell({**TEST, "weight": 1}, "assert 1"), "'weight' is no key"),
    "a flag in words": (cell({**TEST, "locked": "yes"}, "assert 1"), "'locked' is 'yes'"),
    "a missing flag": (cell(without(SOLUTION, "locked"), SOLVED), "'locked' is 'missing'"),
    "metadata that is a list": (cell([1], "assert 1"), "no JSON object"),
    "a misspelt marker": (cell(TEST, "assert 1\n### begin hidden tests\nassert 2"), "looks like a marker"),
    "a misspelt option": ('# %% tag=["timing"]\nx = 1\n', "'tag' is no option"),
    "tags that are no list": ("# %% tags=[timing]\nx = 1\n", "cannot be read"),
    "a code task": (cell({**SOLUTION, "solution": False, "task": True, "points": 1}, "x = 1"), "a task is Markdown"),
}


def test_a_sound_notebook_passes(tmp_path: Path) -> None:
    """Solutions, tests with hidden parts, and a written answer are what an exercise is made of."""
    assert len(validate(source(tmp_path, GOOD)).cells) == 3


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_one_is_refused_by_file_cell_and_remedy(tmp_path: Path, broken: str) -> None:
    """The message has file, line, cell and the first line of it, what is wrong, and what to do."""
    text, expected = BROKEN[broken]
    with pytest.raises(NotebookError) as caught:
        validate(source(tmp_path, text))
    message = str(caught.value)
    assert expected in message
    assert "ch91/exercises.py, line " in message
    assert ", cell " in message


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """An author does not find them one by one."""
    text = cell(without(TEST, "points"), "assert 1") + cell(None, SOLVED)
    with pytest.raises(NotebookError) as caught:
        validate(source(tmp_path, text))
    assert len(str(caught.value).splitlines()) == 2


def test_options_that_are_no_json_are_not_passed_over(tmp_path: Path) -> None:
    """A typing error in the metadata must not turn a graded cell into a plain one."""
    text = '# %% nbgrader={"grade": true, "grade_id": "ch91_e1",\nassert 1\n'
    with pytest.raises(NotebookError, match="line 1"):
        validate(source(tmp_path, text))


def test_nbgrader_accepts_what_passes(tmp_path: Path) -> None:
    """The rules are no looser than nbgrader's own."""
    from nbgrader.nbgraderformat import MetadataValidator

    notebook = validate(source(tmp_path, GOOD))
    MetadataValidator().validate_nb(notebook)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("# It costs $5 here and $7 there.", "$5"),
        ("# It costs \\$5 here and \\$7 there.", "$5"),
        ("# It costs $5 here.", ""),
        ("# `$5` and `$7`", ""),
        ("# With $p$ and $q$ of them.", ""),
        ("# One for $5.\n#\n# One for $7.", ""),
    ],
)
def test_two_prices_in_a_paragraph_are_no_formula(tmp_path: Path, text: str, fault: str) -> None:
    """JupyterLab would set what stands between them as mathematics."""
    made = source(tmp_path, cell(None, text, " [markdown]"))
    if fault:
        with pytest.raises(NotebookError, match="become a formula"):
            validate(made)
    else:
        validate(made)
