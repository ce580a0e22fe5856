"""The contract of every graded exercise, which a new chapter passes by existing."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from mlsd_course import grading
from mlsd_course.grading.answers.answer import unknown
from mlsd_course.grading.answers.judge import NotebookScore
from tests.support.course import FIXTURE, NOTEBOOKS, chapters, exercises, name_of
from tests.support.crowd import crowd_of, leaning, own_cells

pytestmark = pytest.mark.slow
HELPFUL_LETTERS = 30


@pytest.mark.parametrize("source", exercises(), ids=name_of)
def test_reference_scores_all_blank_nothing_right_all_and_wrong_less_with_a_sentence(
    source: grading.Source, judged: "Callable[[grading.Source], Mapping[str, NotebookScore]]"
) -> None:
    """Whoever wrote the tests of an exercise is tested by answers that a learner could give."""
    verdicts = judged(source)
    reference, blank = verdicts["reference"], verdicts["blank"]
    assert (reference.total, reference.messages, reference.errors) == (reference.best, {}, [])
    assert blank.total == 0
    assert blank.finished, "A blank notebook must run to its end"
    for answer, holder in crowd_of(source).holders:
        verdict = verdicts[holder]
        assert verdict.finished, answer.name
        if answer.right:
            assert (verdict.total, verdict.messages) == (reference.total, {}), f"A right answer fails: {answer.name}"
            continue
        own = own_cells(source, answer.grade_id)  # the learner who gives it may have erred elsewhere too
        assert points(verdict, own) < points(reference, own), f"A wrong answer passes: {answer.name}"
        said = [text for name, text in verdict.messages.items() if name in own]
        message = next((text for text in said if answer.says in text), "")
        assert message, f"{answer.name}: none says {answer.says!r}: {said}"
        assert len(message) > HELPFUL_LETTERS, f"{answer.name}: {message!r} helps nobody"


def points(verdict: NotebookScore, cells: set[str]) -> float:
    """Return the points of some cells that need no person."""
    return sum(verdict.scores.get(name) or 0.0 for name in cells)


@pytest.mark.parametrize(
    ("test", "leans"),
    [
        ("assert second == 1", False),
        ("assert first == 1", True),
        ("def check():\n    assert between == 1\ncheck()", True),
        ("first = 1\nassert first == 1", False),
        ("for first in [1]:\n    assert first == 1", False),
        ("first = first + 1", True),
        ("assert [first for first in [1]]", False),
    ],
)
def test_answers_share_a_run_only_where_no_task_uses_what_another_left(tmp_path: Path, test: str, leans: bool) -> None:
    """By a name, by a name computed from it in between; a name that a cell binds itself first is its own."""
    source = grading.Source(tmp_path / "ch91_x" / "exercises.py", tmp_path)
    source.path.parent.mkdir()
    cells = [
        '# %% nbgrader={"grade": false, "grade_id": "e1", "locked": false, "schema_version": 3, "solution": true}\nfirst = 1',
        "# %%\nbetween = first",
        '# %% nbgrader={"grade": false, "grade_id": "e2", "locked": false, "schema_version": 3, "solution": true}\nsecond = 1',
        '# %% nbgrader={"grade": true, "grade_id": "e2_test", "locked": true, "points": 1, "schema_version": 3, "solution": false}\n'
        + test,
    ]
    source.path.write_text("\n\n".join(cells), encoding="utf-8")
    assert bool(leaning(source)) == leans


@pytest.mark.parametrize("source", exercises(), ids=name_of)
def test_every_coded_answer_has_a_wrong_one(source: grading.Source) -> None:
    """Tests that were never seen to fail prove nothing."""
    marks = [cell.metadata.get("nbgrader", {}) for cell in source.notebook().cells if cell.cell_type == "code"]
    coded = {mark["grade_id"] for mark in marks if mark.get("solution")}
    missing = coded - {answer.grade_id for answer in grading.answers(source) if not answer.right}
    assert not missing, f"Add wrong answers for {sorted(missing)} to {source.slug}/answers.py"


@pytest.mark.parametrize(
    ("root", "slug"),
    [(root, slug) for root in (FIXTURE, NOTEBOOKS) for slug in chapters(root)],
    ids=lambda part: getattr(part, "name", part),
)
def test_answers_belong_to_cells(root: Path, slug: str) -> None:
    """A misspelt grade id in `answers.py` would be passed over."""
    assert unknown(grading.sources(root, [slug])) == []
