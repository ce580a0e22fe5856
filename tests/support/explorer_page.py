"""One explorer on an open page, as a person with a keyboard meets it."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, TimeoutError

from mlsd_course.explore import Explorer

CHART = """(node) => {
  const plot = node.querySelector('.js-plotly-plot') || node.querySelector('.mlsd-chart');
  return [...plot.querySelectorAll('.scatterlayer path, .scatterlayer text, .barlayer path')]
    .map((mark) => `${mark.getAttribute('d') || mark.textContent} ${mark.getAttribute('transform') || ''}`).join('|');
}"""

SEEN = f"""(node) => [({CHART})(node), ...['table tbody', '.mlsd-sentence'].map((part) => node.querySelector(part).innerText)]"""
STANDS_STILL = f"""(node) => {{
  const [chart, ...words] = ({SEEN})(node);
  const idle = document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle';
  const look = idle ? [chart, ...words].join() : null;
  node.looks = look !== null && node.looks[0] === look ? [...node.looks, look] : [look];
  return look !== null && node.looks.length >= 5;
}}"""


@dataclass(frozen=True)
class ExplorerPage:
    """One `.mlsd-explorer` and what can be done with it by keyboard."""

    page: Page
    root: Locator

    def unlock(self) -> None:
        """Go on without a prediction where one is asked, by keyboard, and wait for the chart."""
        skip = self.root.get_by_role("button", name="Go on without one")
        chart = self.root.locator(".mlsd-chart .main-svg")
        self._wait_for(skip.or_(chart).first)
        if skip.count():
            skip.focus()
            self.page.keyboard.press("Enter")
        chart.first.wait_for()
        self.page.wait_for_function(CHART, arg=self.root.element_handle())
        self.settle()

    def _wait_for(self, part: Locator, seconds: int = 120) -> None:
        """Wait until a part is in sight: widgets above that come late make room for themselves and push it out again."""
        for _ in range(seconds // 5):
            try:
                self.root.scroll_into_view_if_needed(timeout=5_000)
                part.wait_for(timeout=5_000)
                return
            except TimeoutError:
                continue
        part.wait_for()

    def open_more(self) -> None:
        """Unfold the controls that are not in sight, by keyboard."""
        summary = self.root.locator("summary")
        if summary.count() and not self.root.locator("details[open]").count():
            summary.focus()
            self.page.keyboard.press("Enter")

    def controls(self) -> list[str]:
        """Return the names of all controls, the learner's own line left out."""
        names = self.root.locator(".mlsd-control").evaluate_all("(nodes) => nodes.map((node) => node.dataset.name)")
        return [name for name in names if name != "mine"]

    def field(self, name: str) -> Locator:
        """Return the input of a control."""
        return self.root.locator(f".mlsd-control[data-name='{name}'] :is(input, select)")

    def press_preset(self, label: str) -> None:
        """Focus a preset's button and press Enter."""
        self.root.get_by_role("button", name=label, exact=True).focus()
        self.page.keyboard.press("Enter")
        self.settle()

    def move(self, name: str, key: str) -> None:
        """Focus a control and press a key that changes it."""
        field = self.field(name)
        field.focus()
        self.page.keyboard.press("Space" if field.get_attribute("type") == "checkbox" else key)
        self.settle()

    def seen(self) -> tuple[str, str, str]:
        """Return figure (paths and labels as drawn), table and sentence."""
        figure, table, sentence = self.root.evaluate(SEEN)
        return figure, table, sentence

    def settle(self) -> None:
        """Wait until the kernel has nothing to do, and chart, table and sentence have stood still for a moment."""
        self.root.evaluate("(node) => { node.looks = []; }")
        self.page.wait_for_function(STANDS_STILL, arg=self.root.element_handle(), polling=50)

    def overflow(self) -> list[str]:
        """Return the parts whose content is wider than their box or sticks out of the explorer: clipped words."""
        return self.root.evaluate(
            """(root) => {
              const edge = root.getBoundingClientRect().right + 1;
              return [...root.querySelectorAll('p, label, button, th, td, small, select, table, .main-svg')]
                .filter((node) => node.getClientRects().length)
                .filter((node) => node.getBoundingClientRect().right > edge
                  || (node.scrollWidth > node.clientWidth + 2 && getComputedStyle(node).overflowX !== 'visible'
                      && !['svg', 'SELECT'].includes(node.tagName)))
                .map((node) => `${node.tagName}: ${node.textContent.slice(0, 40)}`);
            }"""
        )

    def low_contrast(self, least: float = 4.5) -> list[str]:
        """Return visible texts whose contrast with what is behind them is below `least` to 1."""
        return self.root.evaluate(_CONTRAST, least)


def starts(explorer: Explorer, name: str) -> list[str]:
    """Return the presets from which a control of that name matters, Reset first."""
    matters = explorer.control(name).matters
    states = [("Reset", explorer.defaults), *((p.label, explorer.values(p)) for p in explorer.presets)]
    return [label for label, values in states if matters is None or matters(values)]


def moves_all(shown: ExplorerPage, explorer: Explorer, name: str) -> bool:
    """Move a control both ways from each state where it matters until figure, table and sentence have all changed."""
    for label in starts(explorer, name):
        for key in ("ArrowRight", "ArrowLeft", "End"):
            shown.press_preset(label)
            before = shown.seen()
            shown.move(name, key)
            if all(new != old for new, old in zip(shown.seen(), before, strict=True)):
                return True
    return False


_CONTRAST = """(root, least) => {
  const parse = (text) => { const n = text.match(/[\\d.]+/g)?.map(Number) ?? [0, 0, 0, 0]; return [n[0], n[1], n[2], n[3] ?? 1]; };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3]));
  const light = (rgb) => { const [r, g, b] = rgb.map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (node) => { for (let n = node; n; n = n.parentElement) { const c = parse(getComputedStyle(n).backgroundColor); if (c[3] > 0.9) return c.slice(0, 3); }
    return [255, 255, 255]; };
  const bad = [];
  for (const node of root.querySelectorAll('p, span, label, output, button, th, td, small, summary, select, svg text')) {
    if (!node.getClientRects().length || !node.textContent.trim()) continue;
    const style = getComputedStyle(node);
    const ink = parse(node.tagName === 'text' ? style.fill : style.color);
    for (let n = node; n && n !== root; n = n.parentElement) ink[3] *= Number(getComputedStyle(n).opacity);
    const paper = behind(node);
    const [a, b] = [light(over(ink, paper)), light(paper)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < least) bad.push(`${ratio.toFixed(2)} ${node.tagName} ${node.textContent.trim().slice(0, 30)}`);
  }
  return bad;
}"""
