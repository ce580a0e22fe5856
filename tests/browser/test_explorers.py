"""Explorers in real JupyterLab: by keyboard, in both themes, at two widths, with a clean console."""

from pathlib import Path

import lab
import pytest
from explorer_page import ExplorerPage, moves_all
from playwright.sync_api import Browser

from mlsd_course.explore import EXPLORERS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NAMES = list(EXPLORERS)
FITS = "(n) => n.scrollWidth <= n.clientWidth + 1 && n.scrollHeight <= n.clientHeight + 1"


def notebook_of(running: lab.Lab, name: str) -> str:
    """Write a notebook that shows one explorer; return its path under the lab's root."""
    lab.write_notebook(running.root / f"{name}.ipynb", ["from mlsd_course import explore", f"explore.show({name!r})"])
    return f"{name}.ipynb"


@pytest.mark.parametrize("name", ["ch07_online"])  # test_lessons moves those of every lesson
def test_every_control_by_keyboard(chrome: Browser, light_lab: lab.Lab, name: str) -> None:
    """Arrow keys on each control change figure, table and sentence; presets are pressed; the console stays clean."""
    explorer = EXPLORERS[name]
    with lab.opened(chrome, light_lab, notebook_of(light_lab, name)) as notebook:
        notebook.run_all()
        assert notebook.cell_errors() == []
        shown = ExplorerPage(notebook.page, notebook.explorers().first)
        shown.unlock()
        shown.open_more()
        assert set(shown.controls()) == {control.name for control in explorer.controls}
        still = [control for control in shown.controls() if not moves_all(shown, explorer, control)]
        assert still == [], f"moved by keyboard without effect: {still}"
        command_mode = notebook.page.locator(".jp-Notebook.jp-mod-commandMode")
        assert command_mode.count() == 1, "the explorer's keys went to JupyterLab"
        assert command_mode.locator(".jp-Cell").count() == 2
        assert notebook.unexpected_errors() == []


@pytest.mark.parametrize("name", NAMES)
def test_the_latest_value_wins(chrome: Browser, light_lab: lab.Lab, name: str) -> None:
    """A key held down ends on the sentence of the last stop, however many stops were passed on the way."""
    explorer = EXPLORERS[name]
    control = explorer.in_sight[0]
    with lab.opened(chrome, light_lab, notebook_of(light_lab, name)) as notebook:
        notebook.run_all()
        shown = ExplorerPage(notebook.page, notebook.explorers().first)
        shown.unlock()
        shown.press_preset("Reset")
        shown.field(control.name).focus()
        here = control.index(control.default)
        steps = min(25, max(here, len(control.stops) - 1 - here))
        key, end = ("ArrowRight", here + steps) if here + steps < len(control.stops) else ("ArrowLeft", here - steps)
        for _ in range(steps):
            notebook.page.keyboard.press(key)
        expected = explorer.at(**{control.name: control.stops[end]}).sentence
        shown.root.locator(".mlsd-sentence").filter(has_text=expected).wait_for(timeout=10_000)


def test_run_again_and_reload(chrome: Browser, light_lab: lab.Lab) -> None:
    """Running the cell again leaves no widget behind; a reloaded page shows the explorer as it was left."""
    count = "import ipywidgets; print('alive', len(ipywidgets.widgets.widget._instances))"
    explorer = EXPLORERS[NAMES[0]]
    cells = ["from mlsd_course import explore", f"explore.show({explorer.name!r})", count]
    lab.write_notebook(light_lab.root / "again.ipynb", cells)
    with lab.opened(chrome, light_lab, "again.ipynb") as notebook:
        alive = []
        for _ in range(3):
            notebook.run_all()
            shown = ExplorerPage(notebook.page, notebook.explorers().first)
            shown.unlock()
            alive.append(notebook.page.get_by_text("alive ", exact=False).last.inner_text())
        assert alive[1] == alive[2], alive
        shown.press_preset(explorer.presets[0].label)
        before = shown.seen()
        notebook.reload()
        shown = ExplorerPage(notebook.page, notebook.explorers().first)
        shown.unlock()
        shown.settle()
        assert shown.seen()[1:] == before[1:]
        assert shown.seen()[0].count("|") == before[0].count("|"), "a line of the chart is missing"
        assert notebook.unexpected_errors() == []


@pytest.mark.parametrize("name", NAMES)
def test_tab_reaches_everything(chrome: Browser, light_lab: lab.Lab, name: str) -> None:
    """Tab walks through presets, controls and the fold; each stop has a name for a screen reader and a visible focus."""
    with lab.opened(chrome, light_lab, notebook_of(light_lab, name)) as notebook:
        notebook.run_all()
        shown = ExplorerPage(notebook.page, notebook.explorers().first)
        shown.unlock()
        shown.open_more()
        wanted = shown.root.locator("button, input, select, summary").count()
        shown.root.locator("button").first.focus()
        reached = []
        for _ in range(wanted):
            reached.append(
                notebook.page.evaluate(
                    "() => { const n = document.activeElement;"
                    " const ring = getComputedStyle(n).outlineStyle !== 'none';"
                    " const name = n.getAttribute('aria-label') || n.labels?.[0]?.textContent || n.textContent;"
                    " return [Boolean(n.closest('.mlsd-explorer')), name.trim(), ring]; }"
                )
            )
            notebook.page.keyboard.press("Tab")
        assert len(reached) == wanted
        assert all(inside and called for inside, called, _ in reached), reached
        assert all(ring for _, _, ring in reached[1:]), reached


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_can_be_read(chrome: Browser, request: pytest.FixtureRequest, tmp_path: Path, name: str, theme: str) -> None:
    """In both themes and at both widths: a chart with marks, texts at 4.5:1, nothing cut off, no scroll bar of its own."""
    running: lab.Lab = request.getfixturevalue(f"{theme}_lab")
    with lab.opened(chrome, running, notebook_of(running, name), width=1280, theme=theme) as notebook:
        notebook.run_all()
        shown = ExplorerPage(notebook.page, notebook.explorers().first)
        shown.unlock()
        shown.open_more()
        for width in (1280, 1000):
            notebook.page.set_viewport_size({"width": width, "height": 800})
            notebook.page.wait_for_timeout(1000)
            notebook.screenshot(tmp_path / f"{name}-{theme}-{width}.png", shown.root)
            assert shown.seen()[0], "the chart is empty"
            assert shown.low_contrast() == []
            assert shown.overflow() == []
            assert shown.root.evaluate(FITS), f"a scroll bar of its own at {width} px"
        assert notebook.unexpected_errors() == []
