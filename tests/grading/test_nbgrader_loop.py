"""The course under plain `nbgrader`: from the sources to the points in its gradebook, for every chapter."""

import csv
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from nbgrader.utils import get_username

from mlsd_course import grading
from mlsd_course.grading.answers.judge import NotebookScore
from tests.support.course import FIXTURE, NOTEBOOKS, chapters, exercises, name_of
from tests.support.learners import Learner, fill_in, learners
from tests.support.nbgrader_course import course, nbgrader, scores

pytestmark = pytest.mark.slow
SLUG = "ch90_fixture"
Judged = Callable[[grading.Source], Mapping[str, NotebookScore]]


@pytest.mark.parametrize("source", exercises(), ids=name_of)
def test_every_learner_gets_the_points_of_their_answers(
    source: grading.Source, graded_by_nbgrader: Callable[[grading.Source], Path], judged: Judged
) -> None:
    """Reference, blank, half, mistakes and an endless loop: nbgrader's gradebook says what the judge says, its release what we built.

    In a chapter nobody waits for an endless loop, and the half that is right is part of the mistakes.
    """
    root = graded_by_nbgrader(source)
    assert files_in(root / "release" / source.slug) == files_in(root.parent / "as_built")
    found, verdicts = scores(root), judged(source)
    assert {"reference", "blank", "wrong"} <= set(found)
    assert found == {name: as_in_the_gradebook(verdicts[name]) for name in found}
    simulated = {learner.name for learner in learners(source)}
    totals = {name: sum(points for points, _ in graded.values()) for name, graded in found.items() if name in simulated}
    assert totals.pop("blank") == 0
    assert totals.pop("reference") > max(totals.values())


def as_in_the_gradebook(verdict: NotebookScore) -> dict[str, tuple[float, bool]]:
    """Return points and whether a person must look."""
    return {name: (score or 0.0, score is None) for name, score in verdict.scores.items()}


@pytest.mark.parametrize(
    "slug", [slug for slug in chapters(NOTEBOOKS) if slug not in {each.slug for each in exercises()}]
)
def test_a_chapter_without_exercises_is_generated_as_we_built_it(slug: str, tmp_path: Path) -> None:
    """Plain `generate_assignment` gives the bytes of our build, and copies no source and no answer; the test above sees to the others."""
    made = course(NOTEBOOKS, slug, tmp_path)
    nbgrader(made, "generate_assignment", slug, "--force", command=True)
    assert files_in(made / "release" / slug) == files_in(NOTEBOOKS / "release" / slug)


def files_in(folder: Path) -> dict[str, bytes]:
    """Return the bytes of each file."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.skipif(sys.platform == "win32", reason="only on systems with nbgrader's exchange: Linux, macOS")
def test_the_whole_way_through_the_exchange(tmp_path: Path, judged: Judged) -> None:
    """Generate, release, fetch, submit, collect, autograde, feedback, export: as two people at two desks."""
    root = course(FIXTURE, SLUG, tmp_path)
    source = next(source for source in grading.sources(root) if source.path.stem == "exercises")
    me = get_username()  # the exchange goes by the account that a file belongs to
    ada = Learner(me, learners(source)[2].given)
    expected = as_in_the_gradebook(judged(next(each for each in exercises() if each.slug == SLUG))["partly"])
    nbgrader(root, "generate_assignment", SLUG, "--force")
    nbgrader(root, "release_assignment", SLUG)
    desk = tmp_path / "desk"
    desk.mkdir()
    (desk / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.course_id = 'mlsd'\nc.Exchange.root = {str(tmp_path / 'exchange')!r}\n"
        f"c.Exchange.cache = {str(tmp_path / 'adas-cache')!r}\n",
        encoding="utf-8",
    )
    nbgrader(desk, "fetch_assignment", SLUG)
    assert sorted(path.name for path in (desk / SLUG).iterdir()) == ["exercises.ipynb", "lesson.ipynb"]
    fill_in(desk / SLUG / "exercises.ipynb", ada)
    nbgrader(desk, "submit", SLUG)
    nbgrader(root, "collect", SLUG)
    nbgrader(root, "autograde", SLUG)
    assert scores(root)[me] == expected
    nbgrader(root, "generate_feedback", SLUG)
    page = (root / "feedback" / me / SLUG / "exercises.html").read_text(encoding="utf-8")
    assert "never cap it at 1" not in page, "Feedback shows a hidden test"
    nbgrader(root, "release_feedback", SLUG)
    nbgrader(desk, "fetch_feedback", SLUG)
    assert list((desk / SLUG / "feedback").rglob("exercises.html"))
    nbgrader(root, "export")
    with (root / "grades.csv").open(encoding="utf-8") as file:
        rows = {(row["student_id"], row["assignment"]): row for row in csv.DictReader(file)}
    assert float(rows[me, SLUG]["score"]) == sum(points for points, _ in expected.values())
    assert float(rows[me, SLUG]["max_score"]) == 13
