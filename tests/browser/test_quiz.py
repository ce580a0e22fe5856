"""Quizzes in real JupyterLab: practice by keyboard only; the mastery check taken, failed, retaken and graded."""

import contextlib
import functools
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Locator, expect

from mlsd_course.exam.answer_sheet import FILE, Sheet, read_sheet
from mlsd_course.exam.library import library
from mlsd_course.quiz import Key, keys_of, load, read_paper
from tests.support import lab, mastery_course
from tests.support.banks import EXAMPLE
from tests.support.paths import REPOSITORY

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAPER = read_paper()
LABELS = "(node) => [...node.querySelectorAll('button, input')].filter((n) => !(n.labels?.length || n.ariaLabel || n.textContent)).length"


def shown(quiz: Locator, text: str) -> None:
    """Wait until the quiz says `text`."""
    quiz.get_by_text(text).first.wait_for()


def test_practice_by_keyboard_and_kept_over_a_restart(chrome: Browser, light_lab: lab.Lab, tmp_path: Path) -> None:
    """Letters choose, Enter answers and goes on; a restarted kernel and a second tab show the same; each control has a name."""
    forget(light_lab)
    lab.write_notebook(light_lab.root / "practice.ipynb", example(tmp_path))
    with lab.opened(chrome, light_lab, "practice.ipynb") as notebook:
        notebook.run_all()
        page, quiz = notebook.page, notebook.page.locator(".mlsd-quiz")
        shown(quiz, "1 of 5 · Current: 0/5")
        assert quiz.get_by_role("radiogroup").count() == 1
        assert quiz.evaluate(LABELS) == 0
        quiz.get_by_role("radio").first.focus()
        page.keyboard.press("b")
        page.keyboard.press("Enter")
        shown(quiz, "Right.")
        shown(quiz, "1 of 5 · Current: 1/5")
        page.keyboard.press("Enter")
        shown(quiz, "2 of 5 · Current: 1/5")
        page.keyboard.type("fast")
        page.keyboard.press("Enter")
        quiz.get_by_role("alert").filter(has_text="A number is expected in ms").wait_for()
        page.keyboard.press("Control+a")
        page.keyboard.type("0.025 s")
        page.keyboard.press("Enter")
        shown(quiz, "This is the mean")
        assert quiz.get_by_role("status").get_by_text("Reread: ch90_example/lesson").count() == 1
        page.keyboard.press("Enter")
        shown(quiz, "3 of 5")
        page.keyboard.press("a")
        page.keyboard.press("c")
        page.keyboard.press("Enter")
        shown(quiz, "3 of 5 · Current: 2/5")
        page.keyboard.press("Enter")
        shown(quiz, "4 of 5")
        for line in ("Count latencies", "Count latencies", "Add the buckets"):  # from a, b, c to c, b, a
            quiz.get_by_role("button", name=f"Move up: {line}").press("Enter")
        quiz.get_by_role("button", name="Check").press("Enter")
        shown(quiz, "4 of 5 · Current: 3/5")
        assert notebook.unexpected_errors() == []
    with lab.opened(chrome, light_lab, "practice.ipynb") as notebook:
        notebook.run_all()
        quiz = notebook.page.locator(".mlsd-quiz")
        shown(quiz, "5 of 5 · Current: 3/5")
        assert quiz.get_by_role("button", name="Question 2: not right yet").count() == 1


def test_two_tabs_of_one_quiz_keep_one_answer_each(chrome: Browser, light_lab: lab.Lab, tmp_path: Path) -> None:
    """What a second kernel answers while the first page is open is shown there, and is not asked or counted again."""
    forget(light_lab)
    cells = example(tmp_path)
    for name in ("first", "second"):
        lab.write_notebook(light_lab.root / f"{name}.ipynb", cells)
    with lab.opened(chrome, light_lab, "first.ipynb") as first, lab.opened(chrome, light_lab, "second.ipynb") as second:
        tabs = [tab.page.locator(".mlsd-quiz") for tab in (first, second)]
        for tab, quiz in zip((first, second), tabs, strict=True):
            tab.run_all()
            shown(quiz, "1 of 5 · Current: 0/5")
        answer_first(tabs[1], "b")
        shown(tabs[1], "1 of 5 · Current: 1/5")
        answer_first(tabs[0], "a")  # too late, and wrong: the answer of the other tab stands
        shown(tabs[0], "1 of 5 · Current: 1/5")
        shown(tabs[0], "Right.")
        assert [event["data"]["given"] for event in events(light_lab) if event["kind"] == "answer"] == ["b"]
        assert first.unexpected_errors() + second.unexpected_errors() == []


def test_the_mastery_check_is_taken_failed_retaken_graded_and_shown(
    chrome: Browser, light_lab: lab.Lab, tmp_path: Path
) -> None:
    """From the released notebook to nbgrader's gradebook; the start page follows; no key is in the page or the files."""
    forget(light_lab)
    course = mastery_course.course(tmp_path)
    folder = light_lab.root / "mastery_check"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(course / "release" / "mastery_check", folder)
    lab.write_notebook(light_lab.root / "home.ipynb", ["from mlsd_course.explore import home", "home()"])
    with (
        lab.opened(chrome, light_lab, "home.ipynb") as start,
        lab.opened(chrome, light_lab, "mastery_check/exercises.ipynb") as notebook,
    ):
        home = start.page.locator(".mlsd-home")
        row = home.locator("tr", has_text="Mastery check")
        start.run_all()
        shown(home, "Not handed in yet.")
        fail_then_pass(notebook, folder, lambda: shown(home, "Not passed yet; last 5 of 8 right, 1 attempt."))
        shown(home, "Passed; last 7 of 8 right, 2 attempts.")
        expect(row.locator("td").first).to_have_text("● Done")
        notebook.save()
        assert start.unexpected_errors() + notebook.unexpected_errors() == []
    passed = [event["data"]["passed"] for event in events(light_lab) if event["key"] == "mastery_check.result"]
    assert passed == [False, True]
    assert no_key_in((folder / "exercises.ipynb").read_text("utf-8"), folder)
    mastery_course.hand_in(course, "ada", folder)
    mastery_course.nbgrader(course, "autograde", "mastery_check", "--notebook=exercises")
    assert mastery_course.scores(course) == {"ada": 7}


def fail_then_pass(notebook: lab.Notebook, folder: Path, failed: Callable[[], None]) -> None:
    """Take the check with three wrong answers, `failed` looks; take it again, over a reload, with one."""
    page, quiz = notebook.page, notebook.page.locator(".mlsd-quiz")
    run_to_the_questions(notebook)
    shown(quiz, "1 of 8 · Current: 0/8")
    answer_all(quiz, folder, lambda key, number: wrong(key) if number < 3 else right(key))
    assert no_key_in(page.content() + (folder / FILE).read_text("utf-8"), folder)
    quiz.get_by_role("button", name="Hand in").click()
    shown(quiz, "5 of 8 right. Not passed: 7 are needed.")
    failed()
    quiz.get_by_role("button", name="Question 2: not right").click()
    shown(quiz, "Reread: mastery_check/lesson")
    quiz.get_by_role("button", name="Question 8: right").click()
    quiz.get_by_role("button", name="To the end").click()
    quiz.get_by_role("button", name="Retake with other numbers").click()
    shown(quiz, "Mastery check, attempt 2")
    answer_all(quiz, folder, lambda key, number: right(key), stop=4)
    notebook.reload()
    shown(quiz, "4 of 8 · Current: 4/8")
    quiz.get_by_role("button", name="Next question").click()
    answer_all(quiz, folder, lambda key, number: right(key) if number < 7 else wrong(key), start=4)
    quiz.get_by_role("button", name="Hand in").click()
    shown(quiz, "7 of 8 right. Passed.")


def test_a_class_without_the_bank_finds_no_key(
    chrome: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers are counted and not judged; page, notebook, answer file and record hold nothing of a key, before and after."""
    monkeypatch.setenv("MLSD_COURSE", str(tmp_path / "no clone"))
    course = mastery_course.course(tmp_path)
    with lab.jupyterlab(tmp_path / "lab", root=course / "release") as running:  # its kernels know of no bank
        folder = running.root / "mastery_check"
        with lab.opened(chrome, running, "mastery_check/exercises.ipynb") as notebook:
            run_to_the_questions(notebook)
            quiz = notebook.page.locator(".mlsd-quiz")
            shown(quiz, "1 of 8 · Answered: 0/8")
            answer_all(quiz, folder, lambda key, number: right(key) if number else wrong(key))
            pages = [notebook.page.content()]
            quiz.get_by_role("button", name="Hand in").click()
            shown(quiz, "the mark comes with its feedback")
            pages.append(notebook.page.content())
            notebook.save()
            assert notebook.unexpected_errors() == []
        files = [path for place in (folder, running.workspace) for path in place.rglob("*") if path.is_file()]
        texts = pages + [path.read_text("utf-8") for path in files]
        assert all(no_key_in(text, folder) for text in texts)


def forget(running: lab.Lab) -> None:
    """Remove what is on record from other tests."""
    (running.workspace / "record" / "events.jsonl").unlink(missing_ok=True)


def example(course: Path) -> list[str]:
    """Make a course of one small bank; return the cells that show it."""
    for folder in ("notebooks", "quizzes"):
        (course / folder).mkdir()
    (course / "quizzes" / "ch90_example.yaml").write_text(EXAMPLE, encoding="utf-8")
    first = f"import os\nos.environ['MLSD_COURSE'] = {str(course)!r}\nfrom mlsd_course.explore import self_check"
    return [first, "self_check('ch90_example')"]


def answer_first(quiz: Locator, letter: str) -> None:
    """Answer the question in view."""
    quiz.locator(f"input[value={letter}]").check()
    quiz.get_by_role("button", name="Check").click()


def events(running: lab.Lab) -> list[dict[str, Any]]:
    """Return what is on record."""
    return [
        json.loads(line) for line in (running.workspace / "record" / "events.jsonl").read_text("utf-8").splitlines()
    ]


def run_to_the_questions(notebook: lab.Notebook) -> None:
    """Run the cells down to the widget, as a learner does; again where JupyterLab passes the command over."""
    cell = notebook.page.locator(".jp-Notebook-cell").nth(3)
    for _ in range(4):
        cell.click()
        notebook.page.get_by_role("menuitem", name="Run", exact=True).click()
        notebook.page.get_by_text("Run All Above Selected Cell", exact=True).click()
        cell.locator(".jp-InputArea-editor").click()
        notebook.page.keyboard.press("Shift+Enter")
        with contextlib.suppress(Error):
            return notebook.page.locator(".mlsd-quiz").wait_for(timeout=20_000)


def answer_all(quiz: Locator, folder: Path, value: Callable[[Key, int], str], start: int = 0, stop: int = 8) -> None:
    """Answer the questions from `start` to `stop` and go on after each but the last of a part."""
    for number in range(start, stop):
        shown(quiz, f"{number + 1} of 8")
        given = value(key(folder, number), number)
        if PAPER.items[number].variants[0].kind == "numeric":
            quiz.get_by_role("textbox").fill(given)
        else:
            for letter in given:
                quiz.locator(f"input[value={letter}]").check()
        quiz.get_by_role("button", name="Answer (final)").click()
        shown(quiz, "Kept.")
        if number + 1 < stop or stop == 8:
            quiz.get_by_role("button", name="To the end" if number == 7 else "Next question").click()


def key(folder: Path, number: int) -> Key:
    """Return the key of a question of the attempt in view."""
    item, kept = PAPER.items[number], sheet(folder)
    variant = item.asked(kept.seed, len(kept.attempts)).variant
    return keys()[item.name][variant]


@functools.cache
def keys() -> dict[str, tuple[Key, ...]]:
    """Return every key of the check."""
    return keys_of(load(REPOSITORY / "quizzes" / "mastery_check.yaml"), library)


def sheet(folder: Path) -> Sheet:
    """Return the answer file."""
    found = read_sheet(folder / FILE, PAPER.edition)
    assert found
    return found


def right(found: Key) -> str:
    """Return the right answer."""
    return found.letters or f"{found.number:.4g}"


def wrong(found: Key) -> str:
    """Return a wrong one."""
    return "1" if not found.letters else "b" if found.letters == "a" else "a"


def no_key_in(text: str, folder: Path) -> bool:
    """Tell whether none of the keys' words and numbers is in `text`."""
    every = [found for variants in keys().values() for found in variants]
    secret = [told.because for found in every for told in (*found.by_letter.values(), found.right, found.otherwise)]
    numbers = [key(folder, number).shown for number in range(8)]
    return not any(words in text for words in [*secret, *numbers] if words)
