"""Formgrader on what `mlsd grade` has written: a class with honest, broken and hostile submissions, marked by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support import lab
from tests.support.grades import SLUG, Class, book_of, open_class
from tests.support.learners import fill_in, learners

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SCRIPT = "<script>document.title = 'taken'</script><img src=x onerror=\"document.title = 'taken'\">"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Class, lab.Lab]]:
    """JupyterLab on a course that was graded."""
    folder = tmp_path_factory.mktemp("graded")
    made = open_class(folder, ["reference", "wrong", "timeout"])
    reference = learners(made.source)[0]
    hostile = made.submit("hostile")
    fill_in(hostile, reference)
    text = hostile.read_text(encoding="utf-8")
    hostile.write_text(text.replace("Now the mean wait.", SCRIPT.replace('"', '\\"')), encoding="utf-8")
    made.submit("broken").write_text("{", encoding="utf-8")
    made.grade()
    with lab.jupyterlab(folder / "server", root=made.root) as running:
        yield made, running


def test_formgrader_shows_the_points_and_takes_a_mark(
    chrome: Browser, graded: tuple[Class, lab.Lab], tmp_path: Path
) -> None:
    """The table of submissions has all five; a written answer gets points by hand, which grading again keeps."""
    made, running = graded
    page = chrome.new_page()
    page.goto(f"{running.url}/lab?token={running.token}")  # gives the cookie that Formgrader's own requests need
    page.goto(f"{running.url}/formgrader/gradebook/{SLUG}/exercises")
    page.locator("tbody tr").nth(4).wait_for(timeout=lab.PATIENCE_S * 1000)
    page.screenshot(path=tmp_path / "gradebook.png")
    with book_of(made.root) as book:
        ids = {
            name: book.find_submission_notebook("exercises", SLUG, name).id
            for name in ("reference", "hostile", "broken", "timeout")
        }
    for name in ("hostile", "broken", "timeout"):
        page.goto(f"{running.url}/formgrader/submissions/{ids[name]}")
        page.locator(".score").first.wait_for(timeout=lab.PATIENCE_S * 1000)
        page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
        assert page.title() != "taken", "nothing of a learner runs in the instructor's browser"
        if name == "broken":
            assert "This notebook was not graded" in page.content()
    page.goto(f"{running.url}/formgrader/submissions/{ids['reference']}")
    box = page.locator(".score").nth(2)
    box.wait_for(timeout=lab.PATIENCE_S * 1000)
    page.wait_for_load_state("networkidle")
    box.fill("4")
    with page.expect_response(lambda response: "/api/grade/" in response.url and response.request.method == "PUT"):
        box.press("Tab")
    page.screenshot(path=tmp_path / "reference.png", full_page=True)
    page.close()
    made.grade(force=True)
    with book_of(made.root) as book:
        assert book.find_grade("ch90_fixture_e3", "exercises", SLUG, "reference").manual_score == 4
        assert book.find_submission("ch90_fixture", "reference").score == 12
