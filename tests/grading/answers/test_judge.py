"""The quick judge scores what nbgrader scores (the loop test compares them), and cannot be stopped by a submission."""

from pathlib import Path

import pytest

from mlsd_course import grading
from mlsd_course.errors import GradingError, NotebookError
from mlsd_course.grading.answers.answer import unknown
from tests.support.course import FIXTURE

E1, E2, E3, E4 = (f"ch90_fixture_e{number}" for number in (1, 2, 3, 4))
SOURCE = next(source for source in grading.sources(FIXTURE) if source.path.stem == "exercises")


def test_reference_blank_and_partial_points() -> None:
    """The reference gets all, the blank nothing, a test that ends in a number that number."""
    notebook = SOURCE.notebook()
    given = [
        {},
        grading.blank(notebook),
        {E2: "waits_ms = [2.0]"},
        {E2: "waits_ms = [1.0]"},
        {E2: "waits_ms = [1, 1, 1]"},
    ]
    verdicts = grading.judge_all(notebook, given)
    assert [verdict.total for verdict in verdicts] == [8, 0, 6, 4, 6]
    assert all(verdict.finished for verdict in verdicts)
    assert verdicts[0].scores[E3] is None
    assert verdicts[1].scores[E3] == 0


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("answer = ", "SyntaxError"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("import sys\nprint('oops', file=sys.stderr)\nanswer = 42", "oops"),
        ("class Odd(BaseException): pass\nraise Odd('no')", "Odd: no"),
    ],
)
def test_an_answer_that_fails_costs_its_points_only(code: str, message: str) -> None:
    """Whatever a cell raises, the others are scored."""
    verdict = grading.judge(SOURCE.notebook(), {E4: code})
    assert message in verdict.messages[E4]
    assert verdict.total >= 7
    assert verdict.finished


@pytest.mark.parametrize("code", ["while True: pass", "import os\nos._exit(0)", "import time\ntime.sleep(60)"])
def test_a_submission_that_never_ends_keeps_what_it_has_earned(code: str) -> None:
    """Its process is stopped; the cells before count, the others get a message."""
    verdict = grading.judge(SOURCE.notebook(), {E2: code}, timeout_s=2)
    assert not verdict.finished
    assert verdict.total == 3
    assert verdict.messages[f"{E4}_test"] == "It did not finish in time."


def test_submissions_do_not_see_each_other() -> None:
    """Each runs in a process of its own, after the same imports."""
    spoiling = "import statistics\nstatistics.mean = lambda values: 0\nwaits_ms = [1.0, 2.0, 3.0]"
    verdicts = grading.judge_all(SOURCE.notebook(), [{E2: spoiling + "\nmean = statistics.mean"}, {}])
    assert [verdict.total for verdict in verdicts] == [6, 8]


def test_a_replacement_for_no_solution_is_refused() -> None:
    """A misspelt grade id would test nothing."""
    with pytest.raises(GradingError, match="ch90_fixture_e9"):
        grading.judge(SOURCE.notebook(), {"ch90_fixture_e9": "x = 1"})


def test_answers_are_read_with_name_cell_and_message() -> None:
    """The file beside the source holds alternatives and wrong answers."""
    found = {answer.name: answer for answer in grading.answers(SOURCE)}
    assert found["The same in two steps"].right
    assert found["Caps it"].says == "never cap it at 1"
    assert found["Caps it"].code.startswith("def utilisation")
    assert unknown(grading.sources(FIXTURE)) == []


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("# %%", "has no name"),
        ("# %% Nameless cell", "names no cell"),
        ('# %% A grade_id="b" says=""', "must say what"),
    ],
)
def test_a_broken_answer_is_refused(tmp_path: Path, head: str, expected: str) -> None:
    """The message names the file and shows the form."""
    path = tmp_path / "exercises.py"
    path.write_text(SOURCE.text(), encoding="utf-8")
    path.with_name("answers.py").write_text(f"{head}\nx = 1\n", encoding="utf-8")
    with pytest.raises(NotebookError, match=expected):
        grading.answers(grading.Source(path, path.parents[1]))
