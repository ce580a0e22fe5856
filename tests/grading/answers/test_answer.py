"""Answers that authors list beside an exercise."""

from pathlib import Path
from typing import Any

import pytest

from mlsd_course import grading
from mlsd_course.errors import NotebookError

EXERCISE = """# %% nbgrader={"grade": false, "grade_id": "ch90_example_e1", "solution": true}
def mean(values):
    ...
"""


def listed(folder: Path, answer: str) -> list[Any]:
    """Return the answers that are read from the text of an `answers.py` beside one exercise."""
    chapter = folder / "source" / "ch90_example"
    chapter.mkdir(parents=True)
    (chapter / "exercises.py").write_text(EXERCISE, encoding="utf-8")
    (chapter / "answers.py").write_text(answer, encoding="utf-8")
    return grading.answers(grading.Source(chapter / "exercises.py", folder))


def test_a_cheap_answer_is_marked_as_one(tmp_path: Path) -> None:
    """`cheap=true` on an answer's first line marks a wrong answer that wants the points without the work."""
    text = (
        '# %% Visible case only grade_id="ch90_example_e1" says="expected 3" cheap=true\n2\n\n'
        '# %% Forgets one grade_id="ch90_example_e1" says="expected 3"\n3\n'
    )
    assert [answer.cheap for answer in listed(tmp_path, text)] == [True, False]


def test_a_cheap_answer_must_be_a_wrong_one(tmp_path: Path) -> None:
    """A cheap answer that says nothing would be a right one; the message names it and shows a whole line."""
    with pytest.raises(
        NotebookError, match=r"'Visible case only' is cheap, so tests must refuse it\. Write .*cheap=true"
    ):
        listed(tmp_path, '# %% Visible case only grade_id="ch90_example_e1" cheap=true\n2\n')
