"""A class in which every submission but two is broken or hostile, graded in one run: the tables are in `attacks.py`."""

import json
import os
import shutil
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mlsd_course.grading import autograde
from tests.support.attacks import ATTACKS, BROKEN, LIMITS, ODD_NAMES, RIGHT, Attack, Broken, attack_with, break_with
from tests.support.grades import SLUG, Class, Grades, grades, open_class
from tests.support.learners import fill_in, learners

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only on Linux, where there are sandboxes"),
]
HONEST = ("honest-a", "honest-z")
SECRET = "a-secret-of-the-instructor"
OF_ANOTHER = "what-another-learner-wrote"


@dataclass
class Graded:
    """The class after its run."""

    made: Class
    summary: autograde.Summary
    grades: Grades
    port: int
    called: list[Any]

    def points(self, name: str) -> float:
        """Return the automatic points."""
        return sum(points for points, _ in self.grades[name].values())

    def said(self, name: str) -> str:
        """Return what the run reports of a submission."""
        return " ".join(self.summary.refused.get(name, []) + self.summary.findings.get(name, []))

    def outputs(self, name: str, tests: bool = False) -> str:
        """Return what the cells of a submission have shown, those of tests left out."""
        notebook = json.loads((self.made.root / "autograded" / name / SLUG / "exercises.ipynb").read_text())
        shown = [
            each.get("outputs", [])
            for each in notebook["cells"]
            if tests or not each["metadata"].get("nbgrader", {}).get("grade_id", "").endswith("_test")
        ]
        return json.dumps(shown, ensure_ascii=False)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    """Build the course, hand in every attack, grade all in one run."""
    made = open_class(tmp_path_factory.mktemp("class"), [])
    libraries = "import numpy\n\nfrom mlsd_course.errors import CourseError"
    made.edit_source("from statistics import mean", f"from statistics import mean\n\n{libraries}")
    reference = learners(made.source)[0]
    server = socket.create_server(("127.0.0.1", 0))
    called: list[Any] = []
    threading.Thread(target=_listen, args=(server, called), daemon=True).start()
    port = server.getsockname()[1]
    for name in (*HONEST, *ODD_NAMES, *(attack.name for attack in ATTACKS), *(broken.name for broken in BROKEN)):
        fill_in(made.submit(name), reference)
    for name in HONEST:
        (made.root / "submitted" / name / SLUG / "secret.txt").write_text(OF_ANOTHER)
    for attack in ATTACKS:
        attack_with(made.root, attack, port)
    for broken in BROKEN:
        break_with(made.root / "submitted" / broken.name / SLUG, broken)
    _unspeakable(made.root)
    before = os.environ.get("MLSD_TEST_SECRET")
    os.environ["MLSD_TEST_SECRET"] = SECRET
    try:
        summary = made.grade(limits=LIMITS)
    finally:
        if before is None:
            del os.environ["MLSD_TEST_SECRET"]
    yield Graded(made, summary, grades(made.root), port, called)
    server.close()


def _listen(server: socket.socket, called: list[Any]) -> None:
    while True:
        try:
            called.append(server.accept())
        except OSError:
            return


def _unspeakable(root: Path) -> None:
    """A folder whose name is no text."""
    shutil.copytree(root / "submitted" / HONEST[0], root / "submitted" / os.fsdecode(b"\xff\xfe"))


def test_there_are_enough_cases() -> None:
    """At least sixty, each with a name of its own."""
    names = [each.name for each in (*ATTACKS, *BROKEN)]
    assert len(names) == len(set(names)) >= 60


def test_all_others_are_graded(graded: Graded) -> None:
    """Whoever handed in is in the gradebook, the honest ones with all their points and nothing to look at."""
    handed_in = {path.name for path in (graded.made.root / "submitted").iterdir()}
    assert handed_in - set(graded.grades) == {os.fsdecode(b"\xff\xfe")}
    for name in HONEST:
        assert (graded.points(name), graded.said(name)) == (RIGHT, "")


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_a_hostile_submission_ends_in_the_right_points_or_a_named_error(graded: Graded, attack: Attack) -> None:
    """The tables say which."""
    said = graded.said(attack.name)
    shown = f"{said}\n{graded.outputs(attack.name, tests=True)[:3000]}"
    if attack.points is not None:
        assert graded.points(attack.name) == attack.points, shown
    else:  # which of its processes the system ends first is chance
        assert graded.points(attack.name) == RIGHT or said, shown
        assert 0 <= graded.points(attack.name) <= RIGHT, shown
    if attack.says is not None:
        assert attack.says in said if attack.says else not said, shown


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_a_broken_submission_ends_in_the_right_points_or_a_named_error(graded: Graded, broken: Broken) -> None:
    """The tables say which."""
    said = graded.said(broken.name)
    assert graded.points(broken.name) == broken.points, said
    assert broken.says in said, said


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_learner_with_an_odd_name_is_graded(graded: Graded, name: str) -> None:
    """Points, notebook and feedback."""
    assert (graded.points(name), graded.said(name)) == (RIGHT, "")
    assert (graded.made.root / "feedback" / name / SLUG / "exercises.html").is_file()


def test_a_name_that_is_no_text_is_reported(graded: Graded) -> None:
    """No gradebook could hold it."""
    assert any("no text" in " ".join(said) for said in graded.summary.refused.values())


@pytest.mark.parametrize("name", [attack.name for attack in ATTACKS])
def test_nothing_leaks(graded: Graded, name: str) -> None:
    """No output holds a secret, another learner's text, a hidden test, or a place that was seen; none is large."""
    shown = graded.outputs(name)
    for secret in (SECRET, OF_ANOTHER, "utilisation(40", "overload must show", "SAW ", "WROTE", "BEGIN HIDDEN"):
        if (name, secret) != ("tells-the-secret-of-a-test", "overload must show"):
            assert secret not in shown, name
    assert len(graded.outputs(name, tests=True)) < 400_000


def test_nobody_was_called(graded: Graded) -> None:
    """A server on this machine's loopback address heard nothing."""
    assert graded.called == []


def test_nothing_runs_on(graded: Graded) -> None:
    """What submissions have started died with them."""
    left = [path for path in Path("/proc").glob("[0-9]*/cmdline") if b"sleep\x008642" in _read(path)]
    assert left == []


def test_nothing_was_written_outside(graded: Graded) -> None:
    """Neither in the course nor on the system."""
    root = graded.made.root
    kept = {
        "source",
        "release",
        "submitted",
        "autograded",
        "feedback",
        "gradebook.db",
        "nbgrader_config.py",
        ".mlsd",
        ".build",
    }
    assert {path.name for path in root.iterdir()} <= kept
    assert not any(Path(place).exists() for place in ("/x", "/usr/x", "/dev/x", "/x/evil"))


def test_scripts_of_learners_do_not_reach_the_browser(graded: Graded) -> None:
    """Outputs that a browser would run are left out."""
    assert "text/html" not in graded.outputs("widget-flood", tests=True)


def test_a_second_run_has_nothing_to_do(graded: Graded) -> None:
    """Every one of them is settled."""
    again = graded.made.grade(limits=LIMITS)
    assert again.graded == []
    assert again.finished == 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
