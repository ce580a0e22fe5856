"""Explorers in real JupyterLab: by keyboard, in both themes, at two widths, with a clean console."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from mlsd_course.explore import EXPLORERS
from tests.support import lab
from tests.support.explorer_page import ExplorerPage

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NAMES = list(EXPLORERS)
LIGHT = [("light", name) for name in NAMES]
BOTH = [*LIGHT, *(("dark", name) for name in NAMES)]
# Code of more than a megabyte takes three seconds longer to load.
SLOW = """() => {
  window.held = 0;
  const given = URL.createObjectURL;
  URL.createObjectURL = (blob) => {
    if (blob.size < 1e6) return given.call(URL, blob);
    window.held += 1;
    return given.call(URL, new Blob(["await new Promise((go) => setTimeout(go, 3000));\\n", blob], {type: blob.type}));
  };
}"""
FILLS = """(n) => {
  const [plot, room] = [n.querySelector('.js-plotly-plot .main-svg'), n.querySelector('.js-plotly-plot')];
  return Math.abs(plot.getBoundingClientRect().width - room.getBoundingClientRect().width) < 2;
}"""
FITS = "(n) => n.scrollWidth <= n.clientWidth + 1 && n.scrollHeight <= n.clientHeight + 1"


def notebook_of(running: lab.Lab, name: str) -> str:
    """Write a notebook that shows one explorer; return its path under the lab's root."""
    lab.write_notebook(running.root / f"{name}.ipynb", ["from mlsd_course import explore", f"explore.show({name!r})"])
    return f"{name}.ipynb"


@dataclass
class Desk:
    """The explorer that lies open: the tests of one follow each other and open it once."""

    chrome: Browser
    request: pytest.FixtureRequest
    place: tuple[str, str] = ("", "")
    stack: ExitStack = field(default_factory=ExitStack)
    notebook: lab.Notebook = field(init=False)

    def open(self, place: tuple[str, str], *, anew: bool) -> tuple[lab.Notebook, ExplorerPage]:
        """Return the page of an explorer with all its controls in sight, as it was at the start."""
        if anew or place != self.place:
            self.close()
            theme, name = place
            running: lab.Lab = self.request.getfixturevalue(f"{theme}_lab")
            page = lab.opened(self.chrome, running, notebook_of(running, name), theme=theme)
            self.notebook, self.place = self.stack.enter_context(page), place
            self.notebook.run_all()
        shown = ExplorerPage(self.notebook.page, self.notebook.explorers().first)
        shown.unlock()
        shown.open_more()
        shown.press_preset("Reset")
        return self.notebook, shown

    def close(self) -> None:
        """Close what lies open."""
        self.stack.close()
        self.place = ("", "")


@pytest.fixture(scope="module")
def desk(chrome: Browser, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """One desk for all tests of this file."""
    made = Desk(chrome, request)
    yield made
    made.close()


@pytest.fixture
def on_desk(desk: Desk, place: tuple[str, str], request: pytest.FixtureRequest) -> tuple[lab.Notebook, ExplorerPage]:
    """The explorer named by `place` (theme and name); a test that is run once more opens it anew."""
    return desk.open(place, anew=getattr(request.node, "execution_count", 1) > 1)


of_each = pytest.mark.parametrize("place", LIGHT, ids="-".join, scope="module")
of_each_in_both_themes = pytest.mark.parametrize("place", BOTH, ids="-".join, scope="module")


def test_a_chart_that_loads_slowly_is_drawn_all_the_same(chrome: Browser, light_lab: lab.Lab) -> None:
    """anywidget waits two seconds for a widget's code; plotly's may take longer on a busy laptop, here three."""
    with lab.opened(chrome, light_lab, notebook_of(light_lab, NAMES[0])) as notebook:
        notebook.page.evaluate(SLOW)
        notebook.run_all()
        shown = ExplorerPage(notebook.page, notebook.explorers().first)
        shown.unlock()
        assert notebook.page.evaluate("window.held") >= 1, "nothing was slow"
        shown.settle()
        assert shown.seen()[0], "the chart is empty"
        assert notebook.unexpected_errors() == []


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


@of_each
def test_the_latest_value_wins(on_desk: tuple[lab.Notebook, ExplorerPage], place: tuple[str, str]) -> None:
    """A key held down ends on the sentence of the last stop, however many stops were passed on the way."""
    notebook, shown = on_desk
    explorer = EXPLORERS[place[1]]
    control = explorer.in_sight[0]
    shown.field(control.name).focus()
    here = control.index(control.default)
    steps = min(25, max(here, len(control.stops) - 1 - here))
    key, end = ("ArrowRight", here + steps) if here + steps < len(control.stops) else ("ArrowLeft", here - steps)
    for _ in range(steps):
        notebook.page.keyboard.press(key)
    expected = explorer.at(**{control.name: control.stops[end]}).sentence
    shown.root.locator(".mlsd-sentence").filter(has_text=expected).wait_for()


@of_each
def test_tab_reaches_everything(on_desk: tuple[lab.Notebook, ExplorerPage]) -> None:
    """Tab walks through presets, controls and the fold; each stop has a name for a screen reader and a visible focus."""
    notebook, shown = on_desk
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


@of_each_in_both_themes
def test_it_can_be_read(on_desk: tuple[lab.Notebook, ExplorerPage], place: tuple[str, str], tmp_path: Path) -> None:
    """In both themes and at both widths: a chart with marks, texts at 4.5:1, nothing cut off, no scroll bar of its own."""
    notebook, shown = on_desk
    for width in (1000, 1280):
        notebook.page.set_viewport_size({"width": width, "height": 800})
        notebook.page.wait_for_function(FILLS, arg=shown.root.element_handle())
        shown.settle()
        notebook.screenshot(tmp_path / f"{'-'.join(place)}-{width}.png", shown.root)
        assert shown.seen()[0], "the chart is empty"
        assert shown.low_contrast() == []
        assert shown.overflow() == []
        assert shown.root.evaluate(FITS), f"a scroll bar of its own at {width} px"
    assert notebook.unexpected_errors() == []
