"""A class of forty, fifteen of them hostile or broken: graded, fed back and exported, and every score is the right one."""

import csv
import sys
from pathlib import Path

import pytest

from mlsd_course.grading import autograde
from tests.support.attacks import ATTACKS, BROKEN, LIMITS, RIGHT, Broken, attack_with, break_with
from tests.support.grades import SLUG, grades, open_class
from tests.support.learners import fill_in, learners
from tests.support.nbgrader_course import nbgrader

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only on Linux, where there are sandboxes"),
]
HONEST = {"reference": RIGHT, "blank": 0, "partly": 7, "wrong": 0}
HOSTILE = (
    *("endless-loop", "leaves-by-os-exit", "kills-itself", "crashes-python", "memory-bomb", "endless-output"),
    *("huge-file", "daemon-process", "forked-copy-runs-on", "changes-the-clock"),
)
CLASS, WORST = 40, 15


def test_a_class_of_forty_is_graded_fed_back_and_exported(tmp_path: Path) -> None:
    """The run reaches its end; gradebook and export say the same of each, and each has a page."""
    made = open_class(tmp_path, [])
    crowd = [learner for learner in learners(made.source) if learner.name in HONEST]
    due: dict[str, float] = {}
    for number in range(CLASS - WORST):
        learner = crowd[number % len(crowd)]
        due[f"learner{number:02}"] = HONEST[learner.name]
        fill_in(made.submit(f"learner{number:02}"), learner)
    worst = [attack for attack in ATTACKS if attack.name in HOSTILE]
    worst += BROKEN[: WORST - len(worst)]
    for each in worst:
        assert each.points is not None
        due[each.name] = each.points
        fill_in(made.submit(each.name), crowd[0])
        if isinstance(each, Broken):
            break_with(made.root / "submitted" / each.name / SLUG, each)
        else:
            attack_with(made.root, each, 9)
    assert len(due) == CLASS

    summary = made.grade(limits=LIMITS)

    assert len(summary.graded) == CLASS
    assert {name: sum(points for points, _ in each.values()) for name, each in grades(made.root).items()} == due
    for name in due:
        assert (made.root / "feedback" / name / SLUG / "exercises.html").stat().st_size > 10_000
        assert autograde.Journal(made.root).read(SLUG, name).feedback_written, "its page would be written again"
    nbgrader(made.root, "export")
    with (made.root / "grades.csv").open(encoding="utf-8") as file:
        exported = {row["student_id"]: float(row["raw_score"]) for row in csv.DictReader(file) if row["raw_score"]}
    assert exported == due
