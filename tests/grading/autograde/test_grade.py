"""`mlsd grade` writes what nbgrader writes: scores cell by cell, its notebooks, its gradebook, its feedback."""

import json
import re
import shutil
from collections.abc import Callable, Mapping
from html import unescape
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from mlsd_course import grading
from mlsd_course.errors import GradingError
from mlsd_course.grading import autograde
from mlsd_course.grading.answers.judge import NotebookScore
from mlsd_course.grading.autograde.feedback import HideTests
from tests.support.course import exercises, name_of
from tests.support.crowd import crowd_of
from tests.support.grades import SLUG, Class, book_of, grades, open_class
from tests.support.learners import fill_in, learners
from tests.support.nbgrader_course import nbgrader

Graded = Callable[[grading.Source], Path]


@pytest.mark.slow
def test_scores_equal_nbgraders_cell_by_cell(graded_by_engine: Graded, graded_by_nbgrader: Graded) -> None:
    """Both are run on the simulated learners and on every listed answer: the same points, cells and metadata."""
    source = next(source for source in exercises() if source.slug == SLUG)
    twin, root = graded_by_engine(source), graded_by_nbgrader(source)
    assert grades(twin, source.slug) == grades(root, source.slug)
    for learner in crowd_of(source).learners:
        ours, theirs = (
            nbformat.read(each / "autograded" / learner.name / source.slug / "exercises.ipynb", as_version=4)
            for each in (twin, root)
        )
        for mine, other in zip(ours.cells, theirs.cells, strict=True):
            assert (mine.cell_type, mine.source) == (other.cell_type, other.source)
            assert mine.metadata.get("nbgrader") == other.metadata.get("nbgrader")


@pytest.mark.slow
@pytest.mark.parametrize("source", exercises(), ids=name_of)
def test_scores_of_every_chapter_equal_the_judges(
    source: grading.Source, graded_by_engine: Graded, judged: Callable[[grading.Source], Mapping[str, NotebookScore]]
) -> None:
    """The judge is held against `nbgrader autograde` by test_nbgrader_loop, chapter by chapter."""
    assert grades(graded_by_engine(source), source.slug) == {
        name: {cell: (score or 0.0, score is None) for cell, score in verdict.scores.items()}
        for name, verdict in judged(source).items()
    }


def test_a_class_is_graded_and_nothing_is_left_to_do(tmp_path: Path) -> None:
    """Gradebook, points, records, notebooks and feedback are there; a second run runs nothing."""
    made = open_class(tmp_path)
    (made.root / "gradebook.db").unlink()
    summary = made.grade()
    assert len(summary.graded) == 5
    assert {name: sum(score for score, _ in each.values()) for name, each in grades(made.root).items()} == {
        "reference": 8,
        "blank": 0,
        "partly": 7,
        "wrong": 0,
        "timeout": 7,
    }
    for name in ("reference", "blank", "partly", "wrong", "timeout"):
        for place, ending in (("autograded", "ipynb"), ("feedback", "html")):
            assert (made.root / place / name / SLUG / f"exercises.{ending}").is_file()
        assert autograde.Journal(made.root).read(SLUG, name) is not None
    again = made.grade()
    assert (again.graded, again.current) == ([], 5)


def test_feedback_says_what_was_expected_and_came_and_hides_the_test(tmp_path: Path) -> None:
    """The page of a wrong answer holds the message of the hidden test and none of its lines; nbgrader writes the same."""
    made = open_class(tmp_path, ["wrong"])
    made.grade()
    page = made.root / "feedback" / "wrong" / SLUG / "exercises.html"
    ours = page.read_text(encoding="utf-8")
    shown = re.sub(r"<[^>]*>", "", ours)
    (message,) = re.findall(r"AssertionError: 40 requests.*?\n\n", unescape(shown), re.DOTALL)
    assert max(map(len, message.splitlines())) <= 96, "the page is no wider"
    text = " ".join(shown.split())
    assert "never cap it at 1" in text, "the message of the hidden test"
    assert "utilisation(10, 0.05)" in text, "the visible test"
    assert "utilisation(40, 0.05)" not in text, "the hidden test"
    assert "HIDDEN" not in text
    nbgrader(made.root, "generate_feedback", SLUG, "--force")
    assert str(BeautifulSoup(ours, "html.parser")) == page.read_text(encoding="utf-8")


def test_a_hidden_line_that_an_error_repeats_is_gone_before_the_message_is_folded() -> None:
    """What is longer than a line of the page is not missed because it stands in two of them."""
    hidden = "assert total([1, 2, 3]) == 6 and total([]) == 0 and total([5]) == 5, 'add them all up, and start from 0'"
    source = f"### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
    said = nbformat.v4.new_output("error", ename="ValueError", evalue=f"found in a frame: {hidden}", traceback=[])
    cell = nbformat.v4.new_code_cell(source, outputs=[said])
    cell.metadata["nbgrader"] = {"grade": True, "solution": False, "grade_id": "total"}
    notebook, _ = HideTests().preprocess(nbformat.v4.new_notebook(cells=[cell]), {})
    told = " ".join(" ".join(notebook.cells[0].outputs[0].traceback).split())
    assert told.startswith("ValueError: found in a frame: ")
    assert hidden not in told


def test_a_new_version_of_a_submission_is_graded_again(tmp_path: Path) -> None:
    """What a learner hands in anew gets its own points; the others are left alone."""
    made = open_class(tmp_path, ["blank", "reference"])
    made.grade()
    source = made.source
    fill_in(made.root / "submitted" / "blank" / SLUG / "exercises.ipynb", learners(source)[0])
    summary = made.grade()
    assert summary.graded == [(SLUG, "blank")]
    assert grades(made.root)["blank"] == grades(made.root)["reference"]


def test_a_repaired_hidden_test_touches_its_own_points_only(tmp_path: Path) -> None:
    """The source changes in one test: all are run again, one grade each changes, manual points stay."""
    made = open_class(tmp_path, ["reference", "wrong"])
    made.grade()
    with book_of(made.root) as book:
        for name in ("ch90_fixture_e1_test", "ch90_fixture_e3"):
            grade = book.find_grade(name, "exercises", SLUG, "reference")
            grade.manual_score, grade.needs_manual_grade = 2.5, False
        book.db.commit()
    made.edit_source("answer == 42", "answer in (41, 42)")
    summary = made.grade()
    assert summary.changed == ["ch90_fixture_e4_test"]
    found = grades(made.root)
    assert found["wrong"]["ch90_fixture_e4_test"] == (1.0, False)
    assert found["wrong"]["ch90_fixture_e1_test"] == (0.0, False)
    with book_of(made.root) as book:
        kept = {name: book.find_grade(name, "exercises", SLUG, "reference") for name in found["reference"]}
        assert (kept["ch90_fixture_e1_test"].score, kept["ch90_fixture_e1_test"].needs_manual_grade) == (2.5, False)
        assert (kept["ch90_fixture_e3"].manual_score, kept["ch90_fixture_e3"].needs_manual_grade) == (2.5, False)


def test_an_unchanged_written_answer_is_worth_nothing_and_a_changed_one_waits(tmp_path: Path) -> None:
    """As under nbgrader: `No response.` or a person."""
    made = open_class(tmp_path, ["blank", "reference"])
    made.grade()
    found = grades(made.root)
    assert found["blank"]["ch90_fixture_e3"] == (0.0, False)
    assert found["reference"]["ch90_fixture_e3"] == (0.0, True)
    with book_of(made.root) as book:
        assert book.find_comment("ch90_fixture_e1", "exercises", SLUG, "blank").auto_comment == "No response."
        assert book.find_comment("ch90_fixture_e1", "exercises", SLUG, "reference").auto_comment is None


def test_two_runs_at_once_are_refused(tmp_path: Path) -> None:
    """There is one writer."""
    made = open_class(tmp_path, ["blank"])
    lock = autograde.Journal(made.root).lock()
    try:
        with pytest.raises(GradingError, match="Another `mlsd grade` is running"):
            made.grade()
    finally:
        lock.release()
    assert made.grade().graded


def test_an_assignment_that_nobody_handed_in_is_refused(tmp_path: Path) -> None:
    """The message names what there is."""
    made = open_class(tmp_path, ["blank"])
    with pytest.raises(GradingError, match="ch90_fixture"):
        autograde.grade(made.root, ["ch91"], autograde.pool_for())


def test_late_penalties_are_nbgraders(tmp_path: Path) -> None:
    """The plugin that the course's settings name is asked, as under `nbgrader autograde`."""
    made = open_class(tmp_path, ["reference"])
    (made.root / "submitted" / "reference" / SLUG / "timestamp.txt").write_text("2026-01-02 00:00:00 UTC")
    with (made.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    with book_of(made.root) as book:
        book.update_or_create_assignment(SLUG, duedate="2026-01-01 00:00:00 UTC")
    made.grade()
    with book_of(made.root) as book:
        notebook = book.find_submission_notebook("exercises", SLUG, "reference")
        assert (notebook.score, notebook.late_submission_penalty) == (8.0, 8.0)


def test_what_was_removed_from_autograded_is_written_again(tmp_path: Path) -> None:
    """Removing a folder there, nbgrader's way to ask for it anew, costs no run and no grade."""
    made: Class = open_class(tmp_path, ["reference"])
    made.grade()
    shutil.rmtree(made.root / "autograded" / "reference")
    summary = made.grade()
    assert (summary.graded, summary.finished) == ([], 1)
    notebook = json.loads((made.root / "autograded" / "reference" / SLUG / "exercises.ipynb").read_text())
    assert notebook["cells"]
