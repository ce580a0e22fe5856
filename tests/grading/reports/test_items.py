"""Item analysis against values worked out by hand, and over a class from gradebook and answer files."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from mlsd_course.cli.items import _csv
from mlsd_course.cli.main import app
from mlsd_course.errors import GradingError
from mlsd_course.exam.answer_sheet import FILE, write_sheet
from mlsd_course.exam.library import library
from mlsd_course.explore.quiz.item_chart import item_chart, item_page, item_view
from mlsd_course.grading import item_analysis
from mlsd_course.grading.course import Course
from mlsd_course.grading.reports.item_statistics import difficulty, item_rest, item_total, reliability
from mlsd_course.grading.reports.items import analysed
from mlsd_course.quiz import Bank, load, render
from tests.support.mastery_answers import PAPER, handed_in, right_answers
from tests.support.mastery_course import hand_in
from tests.support.paths import REPOSITORY

# About nbgrader's own code.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

# Four learners, three items: totals 3, 2, 1, 0. By hand: mean 1.5, variance of the total 1.25.
STAIRS = np.array([[1.0, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])


def test_by_hand() -> None:
    """p; point-biserial (M1 - M0) / s * sqrt(pq); the same with the rest; KR-20 = 3/2 * (1 - 0.625 / 1.25)."""
    assert difficulty(STAIRS).tolist() == [0.75, 0.5, 0.25]
    assert item_total(STAIRS) == pytest.approx([0.7746, 0.8944, 0.7746], abs=1e-4)
    assert item_rest(STAIRS) == pytest.approx([0.5222, 0.7071, 0.5222], abs=1e-4)
    assert reliability(STAIRS) == pytest.approx(0.75)


def test_alpha_of_partial_points_by_hand() -> None:
    """Two items with scores 0, 1/2, 1 and 0, 1, 1/2: item variances 1/6 each, total 0, 1.5, 1.5 with variance 1/2."""
    scores = np.array([[0, 0], [0.5, 1], [1, 0.5]])
    assert reliability(scores) == pytest.approx(2 * (1 - (1 / 3) / 0.5))


def test_what_does_not_vary_has_no_correlation() -> None:
    """Everybody right, one learner, one item, all totals equal: none of it is a number, and nothing warns."""
    assert item_rest(np.array([[1.0, 1], [1, 0]])) == [None, None]
    assert item_total(np.ones((1, 3))) == [None, None, None]
    assert reliability(np.ones((3, 1))) is None
    assert reliability(np.ones((3, 2))) is None
    assert reliability(np.array([[1.0, 0], [0, 1]])) is None


def test_rounding_is_no_variation() -> None:
    """Totals and rests that are equal but for the last bit of their sums have no correlation and no reliability."""
    tenths = np.array([[0.1, 0.7], [0.2, 0.6], [0.3, 0.5]])
    assert len(set(tenths.sum(axis=1))) > 1, "these sums would show nothing"
    assert item_total(tenths) == [None, None]
    assert reliability(tenths) is None
    assert item_rest(np.column_stack([tenths, [0.0, 1, 0]]))[2] is None


def test_remarks_say_what_to_look_at() -> None:
    """A key that is wrong shows as an item that the best get wrong."""
    backwards = np.hstack([STAIRS, 1 - STAIRS[:, :1]])
    rows = analysed("ch90", ["a", "b", "c", "d"], backwards).items
    assert "check its key" in rows[3].remark
    easy = np.hstack([STAIRS, np.ones((4, 1)), np.zeros((4, 1))])
    remarks = [row.remark for row in analysed("ch90", list("abcde"), easy).items]
    assert remarks[:3] == ["", "", ""]
    assert "nearly everybody" in remarks[3]
    assert "is it taught?" in remarks[4]


def test_who_chose_what_did_how_on_the_other_items() -> None:
    """By hand: the first item was right for three, who have 2, 1 and 0 of the other two; the fourth has none."""
    (first, *_) = analysed("ch90", list("abc"), STAIRS, choices={"a": ["right", "right", "right", "trap"]}).items
    assert [(one.what, one.learners, one.mean_rest) for one in first.chosen] == [("right", 3, 0.5), ("trap", 1, 0.0)]


@pytest.fixture(scope="module")
def bank() -> Bank:
    """Return the bank with its keys."""
    return load(REPOSITORY / "quizzes" / "mastery_check.yaml")


@pytest.fixture
def graded_class(six_learners: Path, tmp_path: Path) -> Path:
    """Return a course root of the test's own: the six learners'."""
    return Path(shutil.copytree(six_learners, tmp_path / "class")) / "notebooks"


@pytest.fixture(scope="module")
def six_learners(tmp_path_factory: pytest.TempPathFactory, bank: Bank) -> Path:
    """Return a folder with a course of six learners in a gradebook and their answer files; no notebook is run."""
    folder = tmp_path_factory.mktemp("class")
    root = folder / "notebooks"
    (root / "release" / "mastery_check").mkdir(parents=True)
    (folder / "quizzes").mkdir()
    (folder / "quizzes" / "mastery_check.yaml").write_bytes(
        (REPOSITORY / "quizzes" / "mastery_check.yaml").read_bytes()
    )
    shutil.copy(REPOSITORY / "notebooks" / "nbgrader_config.py", root)
    assert Course(root).config  # finds nbgrader's helper programs
    cells = [f"mastery_check_{item.name}_test" for item in PAPER.items]
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "mlsd") as book:
        book.add_assignment("mastery_check")
        book.add_notebook("exercises", "mastery_check")
        for cell in cells:
            book.add_grade_cell(cell, "exercises", "mastery_check", max_score=1, cell_type="code")
        for number in range(6):
            learner, missed = f"learner{number}", cells[:number]
            book.add_student(learner)
            book.add_submission("mastery_check", learner)
            for cell in cells:
                grade = book.find_grade(cell, "exercises", "mastery_check", learner)
                grade.auto_score, grade.needs_manual_grade = float(cell not in missed), False
            book.db.commit()
            hand_in(root, learner)
            seed = 500 if number in (0, 1) else 500 + number
            answers = right_answers(bank, seed)
            if number:
                answers["first_step"] = wrong_first_step(bank, seed)
            write_sheet(root / "submitted" / learner / "mastery_check" / FILE, handed_in(answers, seed))
    (root / "submitted" / "learner5" / "mastery_check" / FILE).write_text("{}")
    return folder


def wrong_first_step(bank: Bank, seed: int) -> str:
    """Return the letter of the option that takes the model for the system."""
    question = render(bank.items[0], PAPER.items[0].asked(seed, 1).variant, library)
    return next(
        letter for letter, told in question.key.by_letter.items() if told.misconception == "The model is the system"
    )


def test_a_class_from_gradebook_and_answer_files(graded_class: Path) -> None:
    """Difficulties as in the gradebook, what was chosen by its misconception, one seed in two files, a spoilt file."""
    analysis = item_analysis("mastery_check", graded_class)
    assert [round(row.difficulty * 6) for row in analysis.items] == [1, 2, 3, 4, 5, 6, 6, 6]
    assert analysis.passed == 2
    first = {chosen.what: chosen.learners for chosen in analysis.items[0].chosen}
    assert first == {"The model is the system": 4, "(right)": 1, "(no answer)": 1}
    assert analysis.same_seed == (("learner0", "learner1"),)
    assert list(analysis.unreadable) == ["learner5"]
    assert analysis.sentence.startswith("6 learners, mean score 69%; reliability (alpha) is 0.")


def test_table_csv_and_plot_by_command(graded_class: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an instructor types."""
    monkeypatch.setenv("COLUMNS", "200")
    options = [
        "--course",
        str(graded_class),
        "--csv",
        str(tmp_path / "items.csv"),
        "--plot",
        str(tmp_path / "items.html"),
    ]
    done = CliRunner().invoke(app, ["items", "mastery_check", *options])
    assert done.exit_code == 0, done.output
    assert "first_step" in done.output
    assert "1 first_step: 4 × The model is the system" in done.output
    assert "learner0, learner1 handed in answers to the same paper" in done.output
    lines = (tmp_path / "items.csv").read_text("utf-8").splitlines()
    assert lines[0].startswith("item,learners,difficulty")
    assert len(lines) > 9
    assert "share of learners who have it right" in (tmp_path / "items.html").read_text("utf-8")


def test_points_that_a_person_set_instead_count_and_the_item_stays(graded_class: Path) -> None:
    """One overridden mark neither drops the item for the whole class nor the learner; what a person marks is left out."""
    with Gradebook(f"sqlite:///{graded_class / 'gradebook.db'}", "mlsd") as book:
        first = f"mastery_check_{PAPER.items[0].name}_test"
        book.find_grade(first, "exercises", "mastery_check", "learner5").manual_score = 1
        book.db.commit()
    analysis = item_analysis("mastery_check", graded_class)
    assert [round(row.difficulty * 6) for row in analysis.items] == [2, 2, 3, 4, 5, 6, 6, 6]
    with Gradebook(f"sqlite:///{graded_class / 'gradebook.db'}", "mlsd") as book:
        grade = book.find_grade(first, "exercises", "mastery_check", "learner5")
        grade.auto_score, grade.manual_score = None, 1
        book.db.commit()
    assert len(item_analysis("mastery_check", graded_class).items) == 7


def test_what_learners_wrote_steers_no_terminal_and_no_spreadsheet(
    graded_class: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sealed file with escape codes for its edition; an item whose name is a formula."""
    sheet = handed_in({}, 7)
    sheet.edition = "\x1b[2J\x1b]0;gone\x07"
    write_sheet(graded_class / "submitted" / "learner4" / "mastery_check" / FILE, sheet)
    done = CliRunner().invoke(app, ["items", "--course", str(graded_class)])
    assert "learner4: mastery_answers.json belongs to another edition" in done.output
    assert "\x1b" not in done.output
    made = _csv(analysed("ch90", ["=1+1", "b", "c"], STAIRS))
    assert made.splitlines()[1].startswith("'=1+1,")


def test_a_gradebook_that_is_none_is_said(tmp_path: Path) -> None:
    """In a sentence, as by every other report."""
    (tmp_path / "gradebook.db").write_text("no database at all, but long enough to be looked at", encoding="utf-8")
    with pytest.raises(GradingError, match=r"gradebook\.db cannot be read"):
        item_analysis("mastery_check", tmp_path)


def test_nothing_to_analyse_is_said(graded_class: Path, tmp_path: Path) -> None:
    """No gradebook, no such assignment, one learner."""
    with pytest.raises(GradingError, match="There is no gradebook"):
        item_analysis("mastery_check", tmp_path)
    with pytest.raises(GradingError, match="Allowed: mastery_check"):
        item_analysis("ch99", graded_class)
    with Gradebook(f"sqlite:///{graded_class / 'gradebook.db'}", "mlsd") as book:
        for number in range(1, 6):
            book.remove_submission("mastery_check", f"learner{number}")
    with pytest.raises(GradingError, match=r"graded for 1 learner\(s\)"):
        item_analysis("mastery_check", graded_class)


def test_the_plot_holds_what_the_table_holds(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each item with a correlation is a numbered point; the sentence names those below the line."""
    monkeypatch.setenv("MLSD_HEADLESS", "1")
    scores = np.hstack([STAIRS, 1 - STAIRS[:, :1], np.ones((4, 1))])
    analysis = analysed("ch90", list("abcde"), scores)
    view = item_view(analysis)
    assert list(view.curves["items"].text) == ["1", "2", "3", "4"]
    assert [row[0] for row in view.rows] == ["1 a", "2 b", "3 c", "4 d", "5 e"]
    assert view.rows[4][2:] == ("–", "–")
    assert "below the line: " in view.sentence
    item_chart(analysis)
    assert "1 a" in capsys.readouterr().out
    assert "<html>" in item_page(SimpleNamespace(items=analysis.items, sentence="x"))
