"""Take the pictures of the documentation from the released notebooks: `make pictures`."""

import shutil
import tempfile
from pathlib import Path

from tests.support import lab
from tests.support.explorer_page import ExplorerPage
from tests.support.paths import REPOSITORY

DOCS = REPOSITORY / "docs"
EXPLORER, PRESET = "ch07_online", "Same load, 8 servers"


def main() -> None:
    """Run chapter 07's lesson as a learner does, and take its explorer with the learner's own measurement on it."""
    with lab.browser() as chrome, lab.jupyterlab(Path(tempfile.mkdtemp(prefix="mlsd-pictures-"))) as running:
        shutil.copytree(REPOSITORY / "notebooks" / "release" / EXPLORER, running.root / EXPLORER)
        with lab.opened(chrome, running, f"{EXPLORER}/lesson.ipynb", height=900) as notebook:
            notebook.run_all(timeout_s=300)
            shown = ExplorerPage(notebook.page, notebook.explorers().first)
            shown.unlock()
            shown.press_preset(PRESET)
            notebook.page.keyboard.press("Escape")
            shown.root.evaluate("(node) => node.scrollIntoView({block: 'end'})")
            shown.settle()
            print(notebook.screenshot(DOCS / "explorer.png"))


if __name__ == "__main__":
    main()
