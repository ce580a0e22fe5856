"""`ledger` shows the learner's predictions beside their outcomes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlsd_course.explore.explorer.readout import text_form
from mlsd_course.explore.ledger.pictures import TITLE, empty, pictures
from mlsd_course.explore.notebook.display import put
from mlsd_course.explore.notebook.follow import follow
from mlsd_course.headless import headless

if TYPE_CHECKING:
    from mlsd_course.learner import Ledger

HEADLESS = "Prediction ledger: predicted against actual, confidence against outcome. Run this cell in JupyterLab."


def ledger() -> None:
    """Show all your predictions whose outcome is known. The figures follow what you do in other notebooks.

    While headless, show one fixed sentence.
    """
    if headless():
        put(HEADLESS)
        return
    from mlsd_course.explore.ledger.live import LiveLedger
    from mlsd_course.explore.state import RecordSource

    live = LiveLedger(RecordSource())
    put(text(live.book, live.source.trouble), live.box)
    follow(live)


def text(book: "Ledger", trouble: Sequence[str] = ()) -> str:
    """Return the ledger in lines of text."""
    drawn = [text_form(one.title, one.view, one.columns) for one in pictures(book)]
    return "\n".join([*trouble, *(drawn or [f"{TITLE}. {empty(book)}"])])
