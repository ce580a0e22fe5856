"""What an instructor is told of a class: numbers, causes, files for Canvas and Moodle, and what is said of bad input."""

import csv
import io
import json
import re
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mlsd_course.cli.main import app
from mlsd_course.errors import GradingError
from mlsd_course.grading.course import Course
from mlsd_course.grading.reports import apply, export, late_policy, overviews, roster, web_page
from mlsd_course.grading.reports.causes import Failure, folded, grouped
from mlsd_course.grading.reports.overview import bins
from tests.support.small_class import DUE, NAME, NOTEBOOK, STUB, Work, book_of, small_class

RIGHT = "def total(values):\n    return sum(values)"
SAID = (("AssertionError", "total([1, 2]) is 3.5. Expected 3."), ("", ""))
CLASS = [
    Work("ada", RIGHT, RIGHT, (4, 6)),
    Work("bob", RIGHT, RIGHT, (0, 6), (("AssertionError", "total([1, 2]) is 4. Expected 3."), ("", ""))),
    Work("cyd", RIGHT, RIGHT, (0, 6), SAID, late=timedelta(hours=30)),
    Work(
        "dan", "total = 3", STUB, (0, 0), (("TypeError", "'int' object is not callable"), ("NotImplementedError", ""))
    ),
    Work(
        "eve", STUB, STUB, (0, 0), (("NotImplementedError", ""), ("NotImplementedError", "")), late=timedelta(hours=-30)
    ),
]


def read(text: str) -> list[list[str]]:
    """Return the rows of a CSV."""
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize(
    "same",
    [
        ("answer is 41. Expected 42.", "answer is -3.5e-2. Expected 42."),
        ("name 'foo' is not defined", "name 'my_bar' is not defined"),
        ("rates are [1, 2.0, 3]. Expected three.", "rates are []. Expected three.", "rates are [0.5]. Expected three."),
        ("utilisation() takes 1 positional argument", "mean(x) takes 2 positional argument"),
        ("<f at 0x7f3a> is no number", "<f at 0xdead> is no number"),
        ("/tmp/a/b.py:3: FutureWarning: old", "/tmp/c/d.py:77: FutureWarning: old"),
        ("busy 5% of the time", "busy 1,250.75 % of the time", "busy nan of the time"),
    ],
)
def test_messages_that_differ_in_numbers_and_names_are_one(same: tuple[str, ...]) -> None:
    """What differs from learner to learner is folded away."""
    assert len({folded(message) for message in same}) == 1


def test_messages_that_say_different_things_stay_apart() -> None:
    """Words are kept."""
    assert folded("x is 3. Expected 4: round up.") != folded("x is 3. Expected 4: round down.")


def test_causes_are_counted_and_shown_by_their_usual_message() -> None:
    """The most frequent first; kind and message both count."""
    told = ["x is 2. Expected 4.", "x is 3. Expected 4.", "x is 3. Expected 4."]
    failures = [Failure(f"s{number}", "AssertionError", message) for number, message in enumerate(told)]
    first, second = grouped([*failures, Failure("s9", "timeout", "KeyboardInterrupt.")])
    assert (first.count, first.example, first.students) == (3, "x is 3. Expected 4.", ("s0", "s1", "s2"))
    assert (second.count, second.kind) == (1, "timeout")


def test_bins_hold_everybody_once() -> None:
    """A tenth is [low, high); full points and extra credit are in the last."""
    made = bins([0, 0.05, 0.1, 0.3, 0.95, 1.0, 1.2])
    assert [each.learners for each in made] == [2, 1, 0, 1, 0, 0, 0, 0, 0, 3]
    assert (made[0].low, made[-1].high) == (0, 100)


def test_the_overview_counts_by_hand(tmp_path: Path) -> None:
    """Ten points: 10, 6, 6, 0, 0. One failed e1 otherwise than two others; who left a stub is blank."""
    (seen,) = overviews(small_class(tmp_path, CLASS))
    assert (seen.enrolled, len(seen.handed), seen.maximum) == (5, 5, 10)
    assert (seen.mean, seen.median) == (pytest.approx(0.44), pytest.approx(0.6))
    first, second = seen.exercises
    assert (first.name, first.full, first.blank, first.failed, first.mean) == ("e1_test", 1, 1, 3, pytest.approx(0.2))
    assert (second.full, second.blank, second.failed) == (3, 2, 0)
    assert [(cause.count, cause.kind, cause.students) for cause in first.causes] == [
        (2, "AssertionError", ("bob", "cyd")),
        (1, "TypeError", ("dan",)),
    ]
    assert second.causes == ()
    assert (seen.times.late, seen.times.median_hours_before, seen.times.last_day) == (1, 2.0, 3)
    assert (seen.times.median_run_s, first.median_s) == (1.5, 0.25)
    assert seen.notes == ()


def test_without_records_the_autograded_notebooks_tell_the_causes(tmp_path: Path) -> None:
    """As after `nbgrader autograde`: the same causes and blanks, no run times, and a note."""
    with_records = overviews(small_class(tmp_path / "one", CLASS))[0]
    bare = [Work(**{**vars(work), "record": False}) for work in CLASS]
    without = overviews(small_class(tmp_path / "two", bare))[0]
    assert [line.causes for line in without.exercises] == [line.causes for line in with_records.exercises]
    assert [line.blank for line in without.exercises] == [1, 2]
    assert without.times.median_run_s is None
    assert "no records" in without.notes[0]


@pytest.mark.parametrize("damage", ["{", "[]", '{"assignment": 1}', '{"assignment": "a", "student": "b", "key": "c", "notebooks": {"exercises": {"marks": 3}}}'])  # fmt: skip
def test_a_damaged_record_is_named_with_the_remedy(tmp_path: Path, damage: str) -> None:
    """The report goes on with that learner's notebook."""
    root = small_class(tmp_path, CLASS)
    (root / ".mlsd" / "grading" / NAME / "bob.json").write_text(damage, encoding="utf-8")
    (seen,) = overviews(root)
    assert seen.exercises[0].causes[0].students == ("bob", "cyd")
    assert seen.notes == (
        "No readable record of bob: their causes come from the autograded notebooks. "
        f"Write it anew: mlsd grade {NAME} --force --student bob.",
    )


def test_a_damaged_notebook_is_named(tmp_path: Path) -> None:
    """Everything else is still counted."""
    root = small_class(tmp_path, CLASS)
    (root / "autograded" / "bob" / NAME / f"{NOTEBOOK}.ipynb").write_text("{", encoding="utf-8")
    (seen,) = overviews(root)
    assert seen.exercises[0].failed == 3
    assert f"No autograded notebook of bob can be read: run mlsd grade {NAME} again." in seen.notes


def test_the_page_is_whole_and_runs_nothing(tmp_path: Path) -> None:
    """Text of learners is text; no address, no script; each table has a caption and heads of rows and columns."""
    evil = "<script>alert(1)</script>"
    answer = f"# {evil}\ndef total(values):\n    found = 0\n    for value in values:\n        found += value\n    return found"
    said = (("AssertionError", evil), ("", ""))
    page = web_page(
        overviews(small_class(tmp_path, [*CLASS, *(Work(who, answer, said=said) for who in ("<i>gus", "hal"))]))
    )
    assert "<script" not in page
    assert "<i>" not in page
    assert page.count("&lt;script&gt;") == 3, "the message and both answers"
    assert not re.search(r"https?:|src=|href=|url\(|@import", page)
    assert "prefers-color-scheme: dark" in page
    assert page.count("<table") == page.count("<caption>") > 3
    for each in ('<html lang="en">', "<main>", 'scope="row"', 'scope="col"', "hints where to look, not verdicts"):
        assert each in page


def test_canvas_gets_its_columns_and_the_row_of_points(tmp_path: Path) -> None:
    """Names as lists sort them, the number in Canvas as ID, the login; who handed in nothing has no row."""
    root = small_class(tmp_path, CLASS[:2])
    name_them(root, ada=("Lovelace", "Ada", "ada@x.org", "1815"), zoe=("Zed", "Zoe", "", ""))
    made = export(root, [NAME], "canvas", headings={NAME: "Fixture (4711)"})
    assert read(made.text) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Fixture (4711)"],
        ["    Points Possible", "", "", "", "", "10"],
        ["Lovelace, Ada", "1815", "", "ada", "", "10"],
        ["bob", "", "", "bob", "", "6"],
    ]
    assert made.notes == ()
    zero = read(export(root, [NAME], "canvas", zero=True).text)
    assert zero[-1] == ["Zed, Zoe", "", "", "zoe", "", "0"]


def test_a_name_that_is_a_formula_becomes_text(tmp_path: Path) -> None:
    """In every file, every cell."""
    root = small_class(
        tmp_path, [Work("ada", points=(4, 6)), Work("@bob", points=(0, 0), said=(("E", "=1+1"), ("", "")))]
    )
    name_them(root, ada=('=HYPERLINK("http://x","y")', "+1", "-2@x.org", "\t=3"))
    for form in ("csv", "canvas", "moodle"):
        cells = [cell for row in read(export(root, [NAME], form).text) for cell in row]
        assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "\t"))]
        assert any(cell.startswith("'=HYPERLINK") or "'+1" in cell for cell in cells)


def test_moodle_gets_grade_and_feedback_and_only_complete_columns(tmp_path: Path) -> None:
    """An empty identifying cell would give the grade to the learner before: so e-mail is left out unless all have one."""
    root = small_class(tmp_path, CLASS[:2])
    name_them(root, ada=("Lovelace", "Ada", "ada@x.org", ""))
    head, first, second = read(export(root, [NAME], "moodle").text)
    assert head == ["Full name", "Username", NAME, f"{NAME} (Feedback)"]
    assert first == ["Ada Lovelace", "ada", "10", ""]
    assert second == ["bob", "bob", "6", "e1_test: 0 of 4. total([1, 2]) is 4. Expected 3."]
    name_them(root, bob=("", "", "bob@x.org", ""))
    assert read(export(root, [NAME], "moodle").text)[0][:3] == ["Full name", "Username", "Email address"]


def test_what_learners_code_said_is_text_in_moodle(tmp_path: Path) -> None:
    """Moodle shows feedback as HTML, to the learner and to whoever marks."""
    said = (("E", "<script>alert(1)</script> & more"), ("", ""))
    root = small_class(tmp_path, [Work("ada", points=(0, 6), said=said)])
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in export(root, [NAME], "moodle").text
    assert "<script" not in export(root, [NAME], "moodle").text


def test_moodles_worksheet_is_filled_in(tmp_path: Path) -> None:
    """Its own rows and identifiers stay; a learner is found by e-mail; who is not in it is named."""
    root = small_class(tmp_path / "c", CLASS[:3])
    name_them(root, ada=("Lovelace", "Ada", "ada@x.org", ""), bob=("", "", "bob@x.org", ""))
    head = "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Last modified (grade),Feedback comments"
    rows = [
        "Participant 7,Bob B,bob@x.org,Submitted,,10.00,-,",
        "Participant 9,Ada Lovelace,ADA@x.org,Submitted,,10.00,-,",
    ]
    rows.append("Participant 3,Zoe Z,zoe@x.org,No submission,,20.00,-,")
    path = tmp_path / "worksheet.csv"
    path.write_text("\ufeff" + "\n".join([head, *rows]), encoding="utf-8")
    made = export(root, [NAME], "moodle", known=roster(path))
    found = read(made.text)
    assert found[0] == head.split(",")
    assert [(row[0], row[4]) for row in found[1:]] == [
        ("Participant 7", "6"),
        ("Participant 9", "10"),
        ("Participant 3", ""),
    ]
    assert found[1][7].startswith("e1_test: 0 of 4.")
    assert made.notes == (
        "No row of their own in the roster, so left out of it or without its ids: cyd.",
        "Moodle's maximum is 20.00: set it to 10, or grades mean something else.",
    )


def test_canvas_ids_come_from_its_own_export(tmp_path: Path) -> None:
    """The row is found by login."""
    root = small_class(tmp_path / "c", CLASS[:1])
    path = tmp_path / "canvas.csv"
    path.write_text('Student,ID,SIS User ID,SIS Login ID,Section\n"Lovelace, Ada",77,S1,ada,Mon\n', encoding="utf-8")
    found = read(export(root, [NAME], "canvas", known=roster(path)).text)
    assert found[-1] == ["Lovelace, Ada", "77", "S1", "ada", "Mon", "10"]


def test_a_row_that_fits_two_learners_is_given_to_neither(tmp_path: Path) -> None:
    """Two of the same name, one of them not in the worksheet: nobody gets the other's grade, and both are named."""
    root = small_class(tmp_path / "c", CLASS[:2])
    name_them(root, ada=("Lovelace", "Ada", "ada@x.org", ""), bob=("Lovelace", "Ada", "bob@x.org", ""))
    path = tmp_path / "worksheet.csv"
    path.write_text(
        "Identifier,Full name,Email address,Grade\nParticipant 9,Ada Lovelace,ada@x.org,\n", encoding="utf-8"
    )
    made = export(root, [NAME], "moodle", known=roster(path))
    assert read(made.text)[1][:4] == ["Participant 9", "Ada Lovelace", "ada@x.org", ""]
    assert "ada, bob" in made.notes[0]
    path.write_text("Student,ID,SIS User ID,SIS Login ID,Section\nAda Lovelace,77,S1,,Mon\n", encoding="utf-8")
    made = export(root, [NAME], "canvas", known=roster(path))
    assert [row[1] for row in read(made.text)[2:]] == ["", ""]


def test_csv_begins_with_nbgraders_own_columns(tmp_path: Path) -> None:
    """Programs that read `nbgrader export` read it, too."""
    head, *rows = read(export(small_class(tmp_path, CLASS), [], "csv").text)
    assert head[:11] == ["assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score", "late_submission_penalty", "score", "max_score"]  # fmt: skip
    assert head[11:] == ["hours_late", "needs_manual_grade"]
    late = next(row for row in rows if row[3] == "cyd")
    assert late[1:3] == ["2026-03-01 18:00:00", "2026-03-03 00:00:00"]
    assert late[7:] == ["6.0", "0.0", "6.0", "10.0", "30.0", "0"]


def test_bad_input_is_one_sentence_with_its_remedy(tmp_path: Path) -> None:
    """No gradebook, a broken one, an unknown assignment, an empty one, a roster that is none."""
    with pytest.raises(GradingError, match=r"There is no gradebook .*Grade first: mlsd grade"):
        overviews(tmp_path)
    assert not (tmp_path / "gradebook.db").exists(), "a report makes no gradebook"
    (tmp_path / "gradebook.db").write_text("no database, but long enough to be looked at as one" * 20, encoding="utf-8")
    with pytest.raises(GradingError, match=r"cannot be read .*Put back a copy"):
        overviews(tmp_path)
    root = small_class(tmp_path / "course", CLASS[:1])
    with pytest.raises(GradingError, match=rf"got 'ch99'\. Allowed: {NAME}\. Grade it first"):
        overviews(root, ["ch99"])
    with pytest.raises(GradingError, match="Nothing is graded"):
        overviews(small_class(tmp_path / "empty", []))
    (tmp_path / "roster.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(GradingError, match="no column Student or Identifier"):
        roster(tmp_path / "roster.csv")
    (tmp_path / "roster.csv").write_bytes(b"Student\n\xff\xfe")
    with pytest.raises(GradingError, match="cannot be read"):
        roster(tmp_path / "roster.csv")


def test_the_command_line(tmp_path: Path) -> None:
    """Table, page and file; grades alone on stdout; what is said of them beside it."""
    root = small_class(
        tmp_path / "course", [*CLASS, Work("gus", RIGHT, RIGHT, (0, 6), (("E", "\x1b[2Jgone"), ("", "")))]
    )
    shown = mlsd(root, NAME)
    assert "6 of 6 learners handed in" in shown.stdout
    assert "e1_test, 2 × AssertionError" in shown.stdout
    assert "\x1b" not in shown.stdout
    late = mlsd(root, NAME, "--late", "50% a day", "--format", "canvas", "--heading", "Fixture (1)")
    assert [row[-1] for row in read(late.stdout)] == ["Fixture (1)", "10", "10", "6", "0", "0", "0", "6"]
    assert "lose 50 % of the points earned for each day begun" in late.stderr
    mlsd(root, NAME, "--format", "html", "--to", str(tmp_path / "r.html"))
    assert (tmp_path / "r.html").read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    "wrong",
    [("--late", "often"), ("--format", "html"), ("--heading", "x (1)"), ("--to", "x.csv"), ("--roster", "x.csv"), ()],
)
def test_options_that_do_not_go_together_are_refused(tmp_path: Path, wrong: tuple[str, ...]) -> None:
    """Each with what to do; nothing is written."""
    with pytest.raises(GradingError, match=r"\. .+\.$"):
        mlsd(tmp_path, *wrong)
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_ends_with_exit_code_two(tmp_path: Path) -> None:
    """One sentence, no traceback."""
    command = [sys.executable, "-m", "mlsd_course.cli", "report", "--course", str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert (said.returncode, said.stderr.count("\n")) == (2, 1)
    assert "There is no gradebook" in said.stderr


def mlsd(root: Path, *arguments: str) -> Any:
    """Run `mlsd report` on a course in this process; raise what it raises."""
    return CliRunner().invoke(app, ["report", "--course", str(root), *arguments], catch_exceptions=False)


def name_them(root: Path, **known: tuple[str, str, str, str]) -> None:
    """Enter last name, first name, e-mail and number in the LMS."""
    with book_of(root) as book:
        for learner, (last, first, email, number) in known.items():
            names = {"last_name": last, "first_name": first, "email": email, "lms_user_id": number}
            book.update_or_create_student(learner, **names)


@pytest.mark.slow
def test_records_of_the_engine_are_what_a_report_reads(tmp_path: Path) -> None:
    """A graded class: the hidden test is among the causes by its message alone; a policy of nbgrader_config.py holds."""
    from tests.support.grades import open_class

    made = open_class(tmp_path, ["reference", "blank", "wrong"])
    with (made.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(
            'c.AssignLatePenalties.plugin_class = "mlsd_course.grading.reports.penalties.LatePolicyPlugin"\n'
            'c.LatePolicyPlugin.policy = "25% a day"\n'
        )
    assert Course(made.root).config
    with book_of(made.root) as book:
        book.add_assignment(NAME, duedate=DUE)
    stamp = made.root / "submitted" / "reference" / NAME / "timestamp.txt"
    stamp.write_text("2026-03-01 20:00:00 UTC", encoding="utf-8")
    made.grade(feedback=False)
    (seen,) = overviews(made.root)
    lines = {line.name: line for line in seen.exercises}
    assert list(lines) == ["ch90_fixture_e1_test", "ch90_fixture_e2_test", "ch90_fixture_e3", "ch90_fixture_e4_test"]
    first = lines["ch90_fixture_e1_test"]
    assert (first.full, first.blank, first.failed) == (1, 1, 1)
    assert "never cap it at 1" in first.causes[0].example
    assert json.dumps(first.causes[0].example).count("HIDDEN") == 0
    assert lines["ch90_fixture_e3"].waits == 2
    assert seen.times.median_run_s is not None
    assert {each.learner.id: (each.raw, each.score) for each in seen.handed if each.raw} == {"reference": (8, 6)}
    assert apply(made.root, NAME, late_policy("25% a day")).changed == 0


@pytest.mark.parametrize("text", ["_" * 9000, "[" * 9000, "(" * 9000, "#,  " * 3000, "1" * 9000, "a(" * 4000, "' " * 5000, "/a" * 5000, "…" * 9000, "\n" * 9000])  # fmt: skip
def test_no_message_takes_long_to_fold(text: str) -> None:
    """A learner's code writes the messages, and may want to hold up the report."""
    started = time.process_time()
    folded(text)
    assert time.process_time() - started < 1
