"""The course under plain `nbgrader`: from the sources to the points in its gradebook, for every chapter."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from course import FIXTURE, NOTEBOOKS, chapters, copy_of, exercises, name_of
from learners import ENDLESS, Learner, fill_in, learners, whole
from nbgrader.utils import get_username

from mlsd_course import grading

pytestmark = pytest.mark.slow
CELL_TIMEOUT_S = 15
SLUG = "ch90_fixture"


def nbgrader(root: Path, *arguments: str) -> str:
    """Run `nbgrader` in `root` as a person would; return what it says."""
    own = {"JUPYTER_CONFIG_DIR": str(root / ".jupyter")}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=root, env={**os.environ, **own}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"nbgrader {' '.join(arguments)}\n{done.stdout[-2000:]}\n{done.stderr[-6000:]}"
    return done.stdout + done.stderr


def course(origin: Path, slug: str, folder: Path) -> Path:
    """Build one chapter of the course at `origin` into a course of its own with a local exchange."""
    root = copy_of(origin, folder / "course")
    for other in (root / "source").iterdir():
        if other.is_dir() and other.name != slug:
            shutil.rmtree(other)
    for built in (origin / "source" / slug).glob("*.ipynb"):
        shutil.copy(built, root / "source" / slug)
    if not list((root / "source" / slug).glob("*.ipynb")):
        grading.build(root=root)
    exchange = folder / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"\nc.Execute.timeout = {CELL_TIMEOUT_S}\nc.Exchange.root = {str(exchange)!r}\n")
        file.write(f"c.Exchange.cache = {str(folder / 'cache')!r}\n")
    return root


def hand_in(root: Path, slug: str, given: list[Learner]) -> None:
    """Put each learner's filled-in release where `nbgrader collect` puts it: the way without an exchange."""
    for learner in given:
        folder = root / "submitted" / learner.name / slug
        shutil.copytree(root / "release" / slug, folder)
        fill_in(folder / "exercises.ipynb", learner)


def scores(root: Path) -> dict[str, dict[str, tuple[float, bool]]]:
    """Return points and whether a person must look, by learner and grade id, out of the gradebook."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "mlsd") as book:
        return {
            submission.student.id: {
                grade.name: (grade.auto_score or 0.0, grade.needs_manual_grade)
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in book.find_assignment(next(iter(book.assignments)).name).submissions
        }


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
