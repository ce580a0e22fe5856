"""The contract of every graded exercise, which a new chapter passes by existing."""

from pathlib import Path

import pytest

from mlsd_course import grading
from mlsd_course.grading.answers.answer import unknown
from tests.support.course import FIXTURE, NOTEBOOKS, chapters, exercises, name_of

pytestmark = pytest.mark.slow
HELPFUL_LETTERS = 30


@pytest.mark.parametrize("source", exercises(), ids=name_of)
def test_reference_scores_all_blank_nothing_right_all_and_wrong_less_with_a_sentence(source: grading.Source) -> None:
    """Whoever wrote the tests of an exercise is tested by answers that a learner could give."""
    notebook, given = source.notebook(), grading.answers(source)
    submissions = [{}, grading.blank(notebook), *({answer.grade_id: answer.code} for answer in given)]
    reference, blank, *others = grading.judge_all(notebook, submissions, timeout_s=120)
    assert (reference.total, reference.messages, reference.errors) == (reference.best, {}, [])
    assert blank.total == 0
    assert blank.finished, "A blank notebook must run to its end"
    for answer, verdict in zip(given, others, strict=True):
        assert verdict.finished, answer.name
        if answer.right:
            assert (verdict.total, verdict.messages) == (reference.total, {}), f"A right answer fails: {answer.name}"
        else:
            assert verdict.total < reference.total, f"A wrong answer passes: {answer.name}"
            message = next((text for text in verdict.messages.values() if answer.says in text), "")
            assert message, f"{answer.name}: none says {answer.says!r}: {dict(verdict.messages)}"
            assert len(message) > HELPFUL_LETTERS, f"{answer.name}: {message!r} helps nobody"


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
