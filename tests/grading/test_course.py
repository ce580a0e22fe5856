"""A course's settings: executed once a run, copied for whoever changes them, and SQLite or a sentence."""

from pathlib import Path

import pytest

from mlsd_course.errors import GradingError
from mlsd_course.grading import autograde
from mlsd_course.grading.course import DATABASE, SETTINGS, Course
from tests.support.grades import SLUG, open_class


def test_a_run_executes_the_settings_file_once(tmp_path: Path) -> None:
    """Points, pages and late penalties of a run all use the settings that were read at its start."""
    made = open_class(tmp_path, ["blank"])
    (made.root / SETTINGS).open("a", encoding="utf-8").write(
        "\nfrom pathlib import Path as _Path\n_Path(__file__).with_name('executions.txt').open('a').write('x')\n"
    )
    summary = made.grade()
    assert summary.graded == [(SLUG, "blank")]
    assert (made.root / "feedback" / "blank" / SLUG / "exercises.html").is_file()
    assert (made.root / "executions.txt").read_text() == "x"


def test_what_a_caller_changes_in_the_settings_is_changed_for_nobody_else(tmp_path: Path) -> None:
    """Each reading is a copy."""
    (tmp_path / SETTINGS).write_text("c = get_config()\nc.Execute.timeout = 60\n")
    course = Course(tmp_path)
    course.config.Execute.timeout = 1
    assert course.config.Execute.timeout == 60


def test_a_course_without_settings_has_a_gradebook_beside_its_folders(tmp_path: Path) -> None:
    """The name is nbgrader's own default."""
    course = Course(tmp_path)
    assert (course.db_url, course.id) == (f"sqlite:///{tmp_path.resolve() / DATABASE}", "default_course")
    assert not course.has_own_db_url


@pytest.mark.parametrize("url", ["postgresql://me@desk/grades", "mysql+pymysql://me@desk/grades"])
def test_a_database_other_than_sqlite_is_refused_with_a_sentence(tmp_path: Path, url: str) -> None:
    """It names the kind of database, what is allowed, and the line to change; no password of the address is shown."""
    (tmp_path / SETTINGS).write_text(f"c = get_config()\nc.CourseDirectory.db_url = '{url}'\n")
    with pytest.raises(GradingError, match=r"Allowed: a SQLite database.*db_url") as refused:
        _ = Course(tmp_path).db_url
    assert url.partition(":")[0] in str(refused.value)
    assert "me@desk" not in str(refused.value)


def test_grading_refuses_a_database_other_than_sqlite_before_it_runs_anything(tmp_path: Path) -> None:
    """Nothing of a submission has run, and no file was written for it."""
    made = open_class(tmp_path, ["blank"])
    with (made.root / SETTINGS).open("a", encoding="utf-8") as file:
        file.write("\nc.CourseDirectory.db_url = 'postgresql://me@desk/grades'\n")
    with pytest.raises(GradingError, match="'postgresql' database"):
        made.grade()
    assert not (made.root / "autograded").exists()
    assert autograde.Journal(made.root).records(SLUG) == []


def test_a_sqlite_database_elsewhere_is_used(tmp_path: Path) -> None:
    """The settings' own address holds."""
    made = open_class(tmp_path, ["blank"])
    (made.root / DATABASE).unlink()
    url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    with (made.root / SETTINGS).open("a", encoding="utf-8") as file:
        file.write(f"\nc.CourseDirectory.db_url = {url!r}\n")
    made.grade(feedback=False)
    assert (tmp_path / "elsewhere.db").is_file()
    assert not (made.root / DATABASE).exists()
