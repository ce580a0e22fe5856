"""`mlsd check`: the learner's own judgement is the class's, and the record keeps it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from traitlets.config.loader import PyFileConfigLoader

from mlsd_course.errors import GradingError
from mlsd_course.grading import autograde
from tests.support.grades import SLUG, Class, grades, open_class
from tests.support.learners import fill_in, learners
from tests.support.paths import REPOSITORY


@pytest.fixture(scope="module")
def a_class(tmp_path_factory: pytest.TempPathFactory) -> Class:
    """The simulated learners, graded."""
    made = open_class(tmp_path_factory.mktemp("class"), ["reference", "blank", "wrong"])
    made.grade()
    return made


@pytest.mark.parametrize("name", ["reference", "blank", "wrong"])
def test_it_gives_what_the_class_gets(a_class: Class, name: str, tmp_path: Path) -> None:
    """The same points for the same notebook, and nothing is written to it."""
    path = tmp_path / SLUG / "exercises.ipynb"
    path.parent.mkdir()
    path.write_bytes((a_class.root / "submitted" / name / SLUG / "exercises.ipynb").read_bytes())
    before = path.read_bytes()
    checked = autograde.check(SLUG, tmp_path, a_class.root, autograde.Limits(cell_s=2))
    assert {key: (mark.score or 0.0, mark.manual) for key, mark in checked.marks.items()} == grades(a_class.root)[name]
    assert path.read_bytes() == before
    if name == "wrong":
        assert "never cap it at 1" in checked.marks["ch90_fixture_e1_test"].message
        assert checked.best == 8


def test_the_command_shows_the_points_and_the_record_keeps_them(a_class: Class, tmp_path: Path) -> None:
    """`mlsd status` shows them, too."""
    course = tmp_path / "course"
    course.mkdir()
    (course / "notebooks").symlink_to(a_class.root)
    workspace = tmp_path / "workspace"
    (workspace / SLUG).mkdir(parents=True)
    notebook = workspace / SLUG / "exercises.ipynb"
    notebook.write_bytes((a_class.root / "release" / SLUG / "exercises.ipynb").read_bytes())
    fill_in(notebook, learners(a_class.source)[2])
    environment = {**os.environ, "MLSD_COURSE": str(course), "MLSD_WORKSPACE": str(workspace), "COLUMNS": "120"}
    said = _mlsd(environment, "check")
    assert "7 of 8 points" in said
    events = [json.loads(line) for line in (workspace / "record" / "events.jsonl").read_text().splitlines()]
    passed = {event["key"]: event["data"]["passed"] for event in events if event["kind"] == "check"}
    assert passed == {"ch90_fixture_e1_test": True, "ch90_fixture_e2_test": True, "ch90_fixture_e4_test": False}
    assert "7 of 8" in _mlsd(environment, "status")


def test_a_chapter_that_was_not_begun_is_named(a_class: Class, tmp_path: Path) -> None:
    """The message says how to begin."""
    with pytest.raises(GradingError, match="mlsd lab"):
        autograde.check(SLUG, tmp_path, a_class.root)


def test_an_unknown_chapter_is_answered_with_the_chapters(a_class: Class, tmp_path: Path) -> None:
    """Folders without notebooks, such as a tool's cache, are none of them."""
    (a_class.root / "source" / ".cache").mkdir(exist_ok=True)
    with pytest.raises(GradingError, match=rf"Allowed: {SLUG}\.$"):
        autograde.check("ch99", tmp_path, a_class.root)


def test_a_cell_has_the_same_time_under_validate_nbgrader_and_mlsd() -> None:
    """Three programs run a learner's cells; none gives up before the others."""
    for folder in (REPOSITORY / "notebooks", REPOSITORY / "mlsd_course" / "cli" / "jupyter" / "learner"):
        config = PyFileConfigLoader("nbgrader_config.py", str(folder)).load_config()
        assert config.Execute.timeout == autograde.Limits().cell_s, folder


def _mlsd(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "mlsd_course.cli", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr
