"""The start page in real JupyterLab: it follows other notebooks, leads to them, reviews, exports and deletes."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import pytest
from playwright.sync_api import Browser, Locator, expect

from mlsd_course.learner import RecordEvent, course_root
from mlsd_course.quiz import load
from tests.support import lab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SLUG = "ch01_system_thinking"
HOME = ["from mlsd_course.explore import home", "home()"]
# When the words about the record last changed, by the browser's clock.
WATCH = """(node) => {
  window.changes = [];
  new MutationObserver(() => window.changes.push(Date.now())).observe(node, {childList: true, subtree: true});
}"""


def start(running: lab.Lab) -> str:
    """Put the start page's cell, and a chapter beside it, into the lab; return its path."""
    for folder, name in (("ch00_home", "home"), (SLUG, "lesson"), (SLUG, "exercises")):
        (running.root / folder).mkdir(exist_ok=True)
        cells = HOME if name == "home" else [f"print({name!r})"]
        lab.write_notebook(running.root / folder / f"{name}.ipynb", cells)
    (running.workspace / "record" / "events.jsonl").unlink(missing_ok=True)
    return "ch00_home/home.ipynb"


def test_the_page_follows_another_notebook_within_a_second(chrome: Browser, light_lab: lab.Lab) -> None:
    """A prediction committed in a second notebook is on the start page of the first, with nothing run there."""
    asked = [f"explore.predict('{SLUG}.p{n}', 'How many?', unit='ms', low=1, high=1000)" for n in range(1, 6)]
    lab.write_notebook(light_lab.root / "other.ipynb", ["from mlsd_course import explore", *asked])
    with lab.opened(chrome, light_lab, start(light_lab)) as first:
        first.run_all()
        shown = first.page.locator(".mlsd-home")
        shown.get_by_text("Next: Begin").wait_for()
        shown.locator("[data-part=record]").evaluate(WATCH)
        with lab.opened(chrome, light_lab, "other.ipynb") as second:
            second.run_all()
            first.page.wait_for_timeout(2500)  # the visit that running the cells has left
            waits_ms = []
            for number in range(5):
                field = second.page.locator(".mlsd-box input").first
                field.fill("100")
                before = first.page.evaluate("window.changes.length")
                field.press("Enter")
                first.page.wait_for_function(f"window.changes.length > {before}", timeout=10_000)
                kept = predictions(light_lab)
                assert len(kept) == number + 1
                saved_ms = 1000 * datetime.fromisoformat(kept[-1]["at"]).timestamp()
                waits_ms.append(first.page.evaluate(f"window.changes[{before}]") - saved_ms)
            assert median(waits_ms) < 1000, waits_ms
            row = shown.locator("tr", has_text="01 System thinking")
            expect(row.locator("td").last).to_have_text("5")
            expect(row.locator("td").first).to_have_text("◐ In progress")
        assert first.cell_errors() == []
        assert first.unexpected_errors() == []


def test_the_ledger_follows_another_notebook_within_a_second(chrome: Browser, light_lab: lab.Lab) -> None:
    """A prediction and its reveal in a second notebook are drawn in the first, with nothing run there."""
    asks = ["from mlsd_course import explore"]
    asks += [f"explore.predict('{SLUG}.p{n}', 'How many?', unit='ms', low=1, high=1000)" for n in (1, 2)]
    asks += [f"explore.reveal('{SLUG}.p{n}', 90.0, unit='ms')" for n in (1, 2)]
    start(light_lab)
    lab.write_notebook(light_lab.root / "ledger.ipynb", ["from mlsd_course.explore import ledger", "ledger()"])
    lab.write_notebook(light_lab.root / "other.ipynb", asks)
    with lab.opened(chrome, light_lab, "ledger.ipynb") as first:
        first.run_all()
        first.page.get_by_text("lands here once its outcome is shown").wait_for()
        with lab.opened(chrome, light_lab, "other.ipynb") as second:
            second.run_all()
            for number, value in enumerate(("100", "300"), 1):
                field = second.page.locator(".mlsd-box input").first
                field.fill(value)
                field.press("Enter")
                second.page.get_by_text("Actual: 90 ms").nth(number - 1).wait_for()
                first.page.locator(".mlsd-figure tbody tr").nth(number - 1).wait_for(
                    timeout=10_000 if number == 1 else 1500
                )
        figure = first.page.locator(".mlsd-figure").first
        figure.locator(".scatterlayer .trace.scatter").first.wait_for()
        expect(figure.locator(".mlsd-sentence")).to_contain_text("1 of 2 predictions came true")
        expect(figure.locator("tbody tr").last).to_contain_text("3.33x too high")
        assert first.cell_errors() == []
        assert first.unexpected_errors() == []


def test_links_reviews_export_and_deletion_by_keyboard(chrome: Browser, dark_lab: lab.Lab) -> None:
    """In the dark theme: a link opens the notebook in the same JupyterLab; a due question is answered; the rest follows."""
    path = start(dark_lab)
    missed(dark_lab)
    with lab.opened(chrome, dark_lab, path, theme="dark") as notebook:
        notebook.run_all()
        page, shown = notebook.page, notebook.page.locator(".mlsd-home")
        shown.get_by_text("2 questions that you missed are due.").wait_for()
        shown.get_by_role("button", name="Review now").focus()
        page.keyboard.press("Enter")
        quiz = page.locator(".mlsd-quiz")
        quiz.get_by_text("1 of 2 · Current: 0/2").wait_for()
        quiz.locator("input, .mlsd-order button").first.wait_for()
        answer(quiz)
        shown.get_by_text("1 question that you missed is due. 1 question later.").wait_for(timeout=10_000)
        with page.expect_download() as download:
            shown.get_by_role("button", name="Export as JSON").press("Enter")
        events = json.loads(Path(download.value.path()).read_text("utf-8"))
        assert [event["data"]["mode"] for event in events if event["kind"] == "answer"][-1] == "review"
        shown.get_by_text("in your browser's downloads").wait_for()
        shown.get_by_role("button", name="Delete it").press("Enter")
        shown.get_by_role("button", name="Keep them").wait_for()
        expect(shown.get_by_role("button", name="Keep them")).to_be_focused()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")
        shown.get_by_text("Your record is deleted (1 file(s)).").wait_for()
        shown.get_by_text("0 events in").wait_for()
        assert not (dark_lab.workspace / "record" / "events.jsonl").exists()
        unnamed = (
            "(node) => [...node.querySelectorAll('button, a')].filter((n) => !(n.ariaLabel || n.textContent)).length"
        )
        assert shown.evaluate(unnamed) == 0
        shown.get_by_role("link", name="01 System thinking: exercises").press("Enter")
        page.get_by_role("tab", name="exercises.ipynb").wait_for()
        assert page.locator(".jp-Dialog").count() == 0
        assert notebook.unexpected_errors() == []


def test_a_damaged_record_is_said_on_the_page(chrome: Browser, light_lab: lab.Lab) -> None:
    """A line edited by hand while the page is open: the sentence appears, the page goes on."""
    path = start(light_lab)
    missed(light_lab)
    with lab.opened(chrome, light_lab, path) as notebook:
        notebook.run_all()
        shown = notebook.page.locator(".mlsd-home")
        shown.get_by_text("2 events in").wait_for()
        with (light_lab.workspace / "record" / "events.jsonl").open("a", encoding="utf-8") as file:
            file.write('{"kind": "answer", "chap')
        shown.get_by_text("1 line(s) of your record could not be read").wait_for(timeout=10_000)
        shown.get_by_text("events.damaged-").first.wait_for()
        shown.get_by_text("2 events in").wait_for()
        shown.get_by_role("button", name="Delete it").click()
        shown.get_by_role("button", name="Delete all").click()
        expect(shown.get_by_text("could not be read")).to_have_count(0)
        assert notebook.unexpected_errors() == []


def predictions(running: lab.Lab) -> list[dict[str, str]]:
    """Return the predictions on record."""
    text = (running.workspace / "record" / "events.jsonl").read_text("utf-8")
    return [event for event in map(json.loads, text.splitlines()) if event["kind"] == "prediction"]


def missed(running: lab.Lab) -> None:
    """Write two wrong answers of two days ago, to questions with options."""
    items = load(course_root() / "quizzes" / f"{SLUG}.yaml").items
    keys = [item.id for item in items if item.kind == "single"][:2]
    then = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    data = {"correct": False, "given": "a", "variant": 0, "mode": "practice", "round": 1}
    folder = running.workspace / "record"
    folder.mkdir(parents=True, exist_ok=True)
    lines = "".join(RecordEvent("answer", SLUG, key, data, at=then).to_json() + "\n" for key in keys)
    folder.joinpath("events.jsonl").write_text(lines, encoding="utf-8")


def answer(quiz: Locator) -> None:
    """Choose the first option and check it; whether it is right does not matter."""
    quiz.locator("input").first.check()
    quiz.get_by_role("button", name="Check").press("Enter")
    quiz.locator(".mlsd-said strong").first.wait_for()
