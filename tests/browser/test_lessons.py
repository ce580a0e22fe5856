"""Every released lesson in real JupyterLab, as a new learner meets it."""

import shutil

import pytest
from playwright.sync_api import Browser

from mlsd_course.explore import EXPLORERS
from tests.support import lab
from tests.support.explorer_page import ExplorerPage, moves_all
from tests.support.paths import NOTEBOOKS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
RELEASE = NOTEBOOKS / "release"
LESSONS = sorted(path.parent.name for path in RELEASE.glob("*/lesson.ipynb"))


@pytest.mark.parametrize("slug", LESSONS)
def test_a_lesson_runs_and_its_explorers_move(chrome: Browser, light_lab: lab.Lab, slug: str) -> None:
    """Run all gives no error; each control of each explorer moves figure, table and sentence; the console stays clean."""
    shutil.copytree(RELEASE / slug, light_lab.root / slug, dirs_exist_ok=True)
    titles = {explorer.title: explorer for explorer in EXPLORERS.values()}
    with lab.opened(chrome, light_lab, f"{slug}/lesson.ipynb") as notebook:
        notebook.run_all(timeout_s=300)
        assert notebook.cell_errors() == []
        cells = notebook.page.locator(".jp-Notebook .jp-Cell").count()
        for place in range(notebook.explorers().count()):
            shown = ExplorerPage(notebook.page, notebook.explorers().nth(place))
            shown.root.scroll_into_view_if_needed()  # JupyterLab does not render cells that are out of sight
            explorer = titles[str(shown.root.locator(".mlsd-title").text_content())]
            shown.unlock()
            shown.open_more()
            still = [control for control in shown.controls() if not moves_all(shown, explorer, control)]
            assert still == [], f"{explorer.name}: moved by keyboard without effect: {still}"
            command_mode = notebook.page.locator(".jp-Notebook.jp-mod-commandMode")
            assert command_mode.count() == 1, "the explorer's keys went to JupyterLab"
        assert notebook.page.locator(".jp-Notebook .jp-Cell").count() == cells
        assert notebook.unexpected_errors() == []
