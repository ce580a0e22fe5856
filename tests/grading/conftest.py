"""What tests of grading share: a chapter's exercises judged, graded by the engine and graded by nbgrader, each once."""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

import pytest

from mlsd_course import grading
from mlsd_course.grading import autograde
from mlsd_course.grading.answers.judge import NotebookScore
from tests.support.course import FIXTURE
from tests.support.crowd import crowd_of, for_the_judge
from tests.support.learners import Learner
from tests.support.nbgrader_course import course, hand_in, nbgrader
from tests.support.shared import shared_folder

Judged = Callable[[grading.Source], Mapping[str, NotebookScore]]
Graded = Callable[[grading.Source], Path]
ALLOWED_S = 120  # nothing here is judged by the clock: a slow machine takes its time
LOOP_S = 5  # how long an endless loop, which only the fixture has, is waited for


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """The quick judge's verdict on each of a chapter's crowd, by name."""

    def verdicts(source: grading.Source) -> dict[str, NotebookScore]:
        crowd = crowd_of(source).learners

        def fill(folder: Path) -> None:
            given = [for_the_judge(source, learner) for learner in crowd]
            found = grading.judge_all(source.notebook(), given, timeout_s=ALLOWED_S)
            (folder / "verdicts.json").write_text(json.dumps([asdict(each) for each in found]), encoding="utf-8")

        folder = shared_folder(tmp_path_factory, f"judged-{source.slug}", fill)
        kept = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
        return {learner.name: NotebookScore(**each) for learner, each in zip(crowd, kept, strict=True)}

    return verdicts


@pytest.fixture(scope="session")
def graded_by_engine(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """A course in which `mlsd grade` has graded a chapter's whole crowd."""

    def graded(source: grading.Source) -> Path:
        def fill(folder: Path) -> None:
            root = course(source.root, source.slug, folder)
            if (released := source.root / "release" / source.slug).is_dir():
                shutil.copytree(released, root / "release" / source.slug)
            hand_in(root, source.slug, crowd_of(source).learners)
            limits = autograde.Limits(cell_s=_cell_s(source))
            autograde.grade(root, [source.slug], autograde.pool_for(), limits=limits, feedback=False)

        return shared_folder(tmp_path_factory, f"engine-{source.slug}", fill) / "course"

    return graded


@pytest.fixture(scope="session")
def graded_by_nbgrader(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """A course in which plain `nbgrader autograde` has graded the crowd that `before_nbgrader` names; it takes seconds for each."""

    def graded(source: grading.Source) -> Path:
        def fill(folder: Path) -> None:
            root = course(source.root, source.slug, folder)
            built = root if source.root == FIXTURE else source.root
            shutil.copytree(built / "release" / source.slug, folder / "as_built")
            nbgrader(root, "generate_assignment", source.slug, "--force")
            hand_in(root, source.slug, before_nbgrader(source))
            limit = f"--Execute.timeout={_cell_s(source)}"
            nbgrader(root, "autograde", source.slug, "--notebook=exercises", limit)

        return shared_folder(tmp_path_factory, f"nbgrader-{source.slug}", fill) / "course"

    return graded


def before_nbgrader(source: grading.Source) -> list[Learner]:
    """Return the whole crowd of the fixture, and of a chapter the reference, the blank notebook and the mistakes."""
    crowd = crowd_of(source).learners
    return [each for each in crowd if source.root == FIXTURE or each.name in ("reference", "blank", "wrong")]


def _cell_s(source: grading.Source) -> int:
    return LOOP_S if source.root == FIXTURE else ALLOWED_S
