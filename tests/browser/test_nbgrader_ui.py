"""nbgrader inside JupyterLab: an instructor's Formgrader on the course root, a learner's Validate button."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page

from mlsd_course import grading
from tests.support import lab
from tests.support.course import FIXTURE, copy_of
from tests.support.learners import fill_in, learners

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SLUG = "ch90_fixture"


@pytest.fixture(scope="module")
def course_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[lab.Lab]:
    """JupyterLab on a course root, as `mlsd lab --course` starts it, with one hand-in of a reference solution."""
    folder = tmp_path_factory.mktemp("course")
    root = copy_of(FIXTURE, folder / "course")
    grading.build(root=root)
    source = next(source for source in grading.sources(root) if source.path.stem == "exercises")
    for learner in learners(source)[:3]:
        desk = root / "desk" / learner.name
        desk.mkdir(parents=True)
        (desk / "exercises.ipynb").write_bytes(source.release.read_bytes())
        fill_in(desk / "exercises.ipynb", learner)
    with lab.jupyterlab(folder / "server", root=root) as running:
        yield running


def formgrader(page: Page) -> FrameLocator:
    """Open Formgrader from the menu; return its page."""
    page.get_by_role("menuitem", name="Nbgrader", exact=True).click()
    page.get_by_text("Formgrader", exact=True).last.click()
    return page.frame_locator("iframe")


def test_formgrader_lists_and_generates_an_assignment(chrome: Browser, course_lab: lab.Lab, tmp_path: Path) -> None:
    """The assignment of a chapter is there, and its student version is made by a click."""
    release = course_lab.root / "release" / SLUG / "exercises.ipynb"
    before = release.read_bytes()
    with lab.opened(chrome, course_lab, f"source/{SLUG}/exercises.ipynb") as notebook:
        manage = formgrader(notebook.page)
        row = manage.locator("tr", has_text=SLUG)
        row.wait_for()
        release.unlink()
        row.locator("td.assign a").click()
        manage.get_by_text("Successfully created", exact=False).first.wait_for()
        notebook.screenshot(tmp_path / "formgrader.png")
        assert release.read_bytes() == before
        assert notebook.unexpected_errors() == []


@pytest.mark.parametrize(
    ("learner", "says"),
    [("reference", "Success! Your notebook passes all the tests."), ("blank", "The following cell failed")],
)
def test_validate_tells_a_learner_where_they_stand(
    chrome: Browser, course_lab: lab.Lab, tmp_path: Path, learner: str, says: str
) -> None:
    """The button in the notebook's toolbar runs the visible tests and shows the result."""
    with lab.opened(chrome, course_lab, f"desk/{learner}/exercises.ipynb") as notebook:
        notebook.page.locator(".validate-button").first.click()
        dialog = notebook.page.locator(".jp-Dialog")
        dialog.get_by_text(says, exact=False).first.wait_for()
        notebook.screenshot(tmp_path / f"validate-{learner}.png")
        assert notebook.unexpected_errors() == []


def test_a_source_opens_as_a_notebook(chrome: Browser, course_lab: lab.Lab, tmp_path: Path) -> None:
    """An author runs the percent-format text in JupyterLab: right click, Open With, Notebook."""
    with lab.opened(chrome, course_lab, f"source/{SLUG}/exercises.ipynb") as notebook:
        page = notebook.page
        page.keyboard.press("Control+b")
        page.locator(".jp-DirListing-item", has_text="lesson.py").click(button="right")
        page.get_by_text("Open With", exact=True).hover()
        page.get_by_role("menuitem", name="Notebook", exact=True).click()
        shown = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        shown.locator(".jp-Cell", has_text="perf_counter").wait_for()
        with contextlib.suppress(lab.Error):  # the text names no kernel: `opened` answers, or this does
            page.locator(".jp-Dialog").get_by_role("button", name="Select Kernel").click(timeout=10_000)
        shown.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for()
        notebook.run_all()
        assert shown.locator(".jp-OutputArea-output table", has_text="rate_per_s").count() == 1
        notebook.screenshot(tmp_path / "source.png")
        assert notebook.unexpected_errors() == []
