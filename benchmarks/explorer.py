"""From key press to repainted figure, in real JupyterLab: median and p95 for every slider in sight of every explorer.

Real key presses on the slider; in the page, the time from the key event to the first frame after the chart's marks have
changed. Usage: python benchmarks/explorer.py [--moves 120] [--explorer NAME]
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "browser"))

from mlsd_course.explore import EXPLORERS, Explorer, Slider, View
from tests.support import lab
from tests.support.explorer_page import ExplorerPage

WATCH = """(root) => {
  const times = [];
  let pressed = null;
  root.addEventListener('keydown', (event) => { pressed = event.timeStamp; }, true);
  new MutationObserver((changes) => {
    if (pressed === null || !changes.some((c) => c.target.closest?.('.scatterlayer, .barlayer'))) return;
    const start = pressed;
    pressed = null;
    requestAnimationFrame(() => {
      const afterPaint = new MessageChannel();
      afterPaint.port1.onmessage = () => times.push(performance.now() - start);
      afterPaint.port2.postMessage(0);
    });
  }).observe(root.querySelector('.mlsd-chart'), { subtree: true, childList: true, attributes: true });
  root.mlsdTimes = times;
}"""


def measure(shown: ExplorerPage, explorer: Explorer, control: str, moves: int) -> list[float]:
    """Walk a slider up and down by `moves` arrow keys; return the time in ms of each that moves the chart."""
    shown.press_preset("Reset")
    field = shown.field(control)
    charts = [_chart(explorer.at(**{control: stop})) for stop in explorer.control(control).stops]
    moving = 0
    field.focus()
    shown.root.evaluate("(root) => { root.mlsdTimes.length = 0; }")
    stops = len(charts) - 1
    key, place = "ArrowRight", int(field.input_value())
    for move in range(moves):
        if place == stops or (move and place == 0):
            key = "ArrowLeft" if place == stops else "ArrowRight"
        before, place = place, place + (1 if key == "ArrowRight" else -1)
        moves_chart = charts[place] != charts[before]
        moving += moves_chart
        shown.page.keyboard.press(key)
        shown.page.wait_for_function(
            "([root, n]) => root.mlsdTimes.length >= n", arg=[shown.root.element_handle(), moving]
        )
        shown.page.wait_for_timeout(30 if moves_chart else 100)
    return shown.root.evaluate("(root) => root.mlsdTimes")


def _chart(view: View) -> object:
    return view.limit, {name: (list(curve.x), list(curve.y)) for name, curve in view.curves.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=120)
    parser.add_argument("--explorer", choices=list(EXPLORERS))
    given = parser.parse_args()
    print(f"{'explorer':<28}{'slider':<18}{'moves':>6}{'median ms':>11}{'p95 ms':>8}{'max ms':>8}")
    with tempfile.TemporaryDirectory() as folder, lab.jupyterlab(Path(folder)) as running, lab.browser() as chrome:
        for name in [given.explorer] if given.explorer else EXPLORERS:
            cells = ["from mlsd_course import explore", f"explore.show({name!r})"]
            lab.write_notebook(running.root / f"{name}.ipynb", cells)
            with lab.opened(chrome, running, f"{name}.ipynb") as notebook:
                notebook.run_all()
                shown = ExplorerPage(notebook.page, notebook.explorers().first)
                shown.unlock()
                shown.root.evaluate(WATCH)
                for control in EXPLORERS[name].in_sight:
                    if isinstance(control, Slider):
                        times = sorted(measure(shown, EXPLORERS[name], control.name, given.moves))
                        p95 = times[int(0.95 * (len(times) - 1))]
                        row = f"{statistics.median(times):>11.1f}{p95:>8.1f}{times[-1]:>8.1f}"
                        print(f"{name:<28}{control.name:<18}{len(times):>6}{row}", flush=True)


if __name__ == "__main__":
    main()
