"""The course under plain `nbgrader`: from the sources to the points in its gradebook, for every chapter."""

import csv
import sys
from pathlib import Path

import pytest
from nbgrader.utils import get_username

from mlsd_course import grading
from tests.support.course import FIXTURE, NOTEBOOKS, chapters, exercises, name_of
from tests.support.learners import ENDLESS, Learner, fill_in, learners, whole
from tests.support.nbgrader_course import course, hand_in, nbgrader, scores

pytestmark = pytest.mark.slow
SLUG = "ch90_fixture"


def expected(source: grading.Source, learner: Learner) -> dict[str, tuple[float, bool]]:
    """Return what the quick judge says; a loop without end costs its own tests only, as nbgrader interrupts it."""
    given = whole(source, learner)
    given = {name: "raise TimeoutError" if text == ENDLESS else text for name, text in given.items()}
    verdict = grading.judge(source.notebook(), given, timeout_s=120)
    return {name: (score or 0.0, score is None) for name, score in verdict.scores.items()}


@pytest.mark.parametrize("source", exercises(), ids=name_of)
def test_every_learner_gets_the_points_of_their_answers(source: grading.Source, tmp_path: Path) -> None:
    """Reference, blank, half, mistakes and an endless loop: nbgrader's gradebook says what the judge says, its release what we built.

    In a chapter nobody waits for an endless loop, and the half that is right is part of the mistakes.
    """
    root = course(source.root, source.slug, tmp_path)
    crowd = [one for one in learners(source) if source.root == FIXTURE or one.name in ("reference", "blank", "wrong")]
    generates_what_we_built(root if source.root == FIXTURE else source.root, root, source.slug)
    hand_in(root, source.slug, crowd)
    nbgrader(root, "autograde", source.slug, "--notebook=exercises")
    found = scores(root)
    assert found == {learner.name: expected(source, learner) for learner in crowd}
    totals = {name: sum(points for points, _ in graded.values()) for name, graded in found.items()}
    assert totals.pop("blank") == 0
    assert totals.pop("reference") > max(totals.values())


@pytest.mark.parametrize(
    "slug", [slug for slug in chapters(NOTEBOOKS) if slug not in {each.slug for each in exercises()}]
)
def test_a_chapter_without_exercises_is_generated_as_we_built_it(slug: str, tmp_path: Path) -> None:
    """The test above sees to the others."""
    generates_what_we_built(NOTEBOOKS, course(NOTEBOOKS, slug, tmp_path), slug)


def generates_what_we_built(ours: Path, made: Path, slug: str) -> None:
    """Let plain `generate_assignment` work in `made`: it gives the bytes of our build, and copies no source and no answer."""
    want = {path.name: path.read_bytes() for path in (ours / "release" / slug).iterdir()}
    nbgrader(made, "generate_assignment", slug, "--force")
    assert {path.name: path.read_bytes() for path in (made / "release" / slug).iterdir()} == want


@pytest.mark.skipif(sys.platform == "win32", reason="only on systems with nbgrader's exchange: Linux, macOS")
def test_the_whole_way_through_the_exchange(tmp_path: Path) -> None:
    """Generate, release, fetch, submit, collect, autograde, feedback, export: as two people at two desks."""
    root = course(FIXTURE, SLUG, tmp_path)
    source = next(source for source in grading.sources(root) if source.path.stem == "exercises")
    me = get_username()  # the exchange goes by the account that a file belongs to
    ada = Learner(me, learners(source)[2].given)
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
    assert scores(root)[me] == expected(source, ada)
    nbgrader(root, "generate_feedback", SLUG)
    page = (root / "feedback" / me / SLUG / "exercises.html").read_text(encoding="utf-8")
    assert "never cap it at 1" not in page, "Feedback shows a hidden test"
    nbgrader(root, "release_feedback", SLUG)
    nbgrader(desk, "fetch_feedback", SLUG)
    assert list((desk / SLUG / "feedback").rglob("exercises.html"))
    nbgrader(root, "export")
    with (root / "grades.csv").open(encoding="utf-8") as file:
        rows = {(row["student_id"], row["assignment"]): row for row in csv.DictReader(file)}
    assert float(rows[me, SLUG]["score"]) == sum(points for points, _ in expected(source, ada).values())
    assert float(rows[me, SLUG]["max_score"]) == 13
