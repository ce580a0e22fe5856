"""The mastery check graded: honest, blank, spoilt and hostile answer files in one run of `mlsd grade`; one of each kind by plain nbgrader."""

import json
import shutil
from html import unescape
from pathlib import Path

import nbformat
import pytest

from mlsd_course.exam.answer_sheet import FILE, write_sheet
from mlsd_course.grading import autograde
from mlsd_course.quiz import load
from tests.support.mastery_answers import PAPER, SPOILT, handed_in, right_answers
from tests.support.mastery_course import course, hand_in, nbgrader, scores
from tests.support.paths import REPOSITORY

pytestmark = pytest.mark.slow
GARBAGE = ["an answer changed", "truncated", "garbage", "deeply nested", "huge", "another edition"]
BY_NBGRADER = {"widget11", "six", "blank", "plain", "spoilt0"}  # it takes seconds for each


def test_a_class_of_honest_blank_and_spoilt_files_is_graded_in_one_run(tmp_path: Path) -> None:
    """Reference 8, blank 0, spoilt 0 with the reason in the feedback; the run grades everybody, nbgrader alike."""
    bank, root = load(REPOSITORY / "quizzes" / "mastery_check.yaml"), course(tmp_path)
    expected: dict[str, float] = {}
    for seed in (11, 12):
        write_sheet(tmp_path / "answers.json", handed_in(right_answers(bank, seed), seed))
        hand_in(root, f"widget{seed}", answers=(tmp_path / "answers.json").read_bytes())
        expected[f"widget{seed}"] = 8
    six = {**right_answers(bank, 13), "first_step": "zz", "tail_and_capacity": 1.0}
    write_sheet(tmp_path / "answers.json", handed_in(six, 13))
    hand_in(root, "six", answers=(tmp_path / "answers.json").read_bytes())
    hand_in(root, "blank")
    expected |= {"six": 6, "blank": 0}
    plain = hand_in(root, "plain") / "exercises.ipynb"
    notebook = nbformat.read(plain, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "mastery_check_answers":
            cell.source = f"answers = {json.dumps(right_answers(bank, 0))}"
    nbformat.write(notebook, plain)
    expected["plain"] = 8
    for number, name in enumerate(GARBAGE):
        folder = hand_in(root, f"spoilt{number}")
        write_sheet(folder / FILE, handed_in(right_answers(bank, 7)))
        SPOILT[name][0](folder / FILE)
        expected[f"spoilt{number}"] = 0
    twin = tmp_path / "twin"
    shutil.copytree(root, twin)
    for name in set(expected) - BY_NBGRADER:
        shutil.rmtree(twin / "submitted" / name)
    autograde.grade(root, ["mastery_check"], autograde.pool_for())
    assert scores(root) == expected
    nbgrader(twin, "autograde", "mastery_check", "--notebook=exercises")
    nbgrader(twin, "generate_feedback", "mastery_check", "--notebook=exercises")
    assert scores(twin) == {name: expected[name] for name in BY_NBGRADER}
    for number, name in enumerate(GARBAGE):
        assert SPOILT[name][1] in page_of(root, f"spoilt{number}")
    for graded in (root, twin):
        assert SPOILT[GARBAGE[0]][1] in page_of(graded, "spoilt0")
        page = page_of(graded, "six")
        assert "6 of 8 right. Not passed: 7 are needed." in page
        assert f"Reread {PAPER.item('tail_and_capacity').reread}" in page


def page_of(root: Path, learner: str) -> str:
    """Return a learner's feedback page, as if it were one line."""
    page = root / "feedback" / learner / "mastery_check" / "exercises.html"
    return " ".join(unescape(page.read_text("utf-8")).split())
