"""`check_machine`: what the course needs of this machine, each need with its remedy."""

from typing import TYPE_CHECKING, Any

from mlsd_course.explore.notebook.display import put
from mlsd_course.headless import headless

if TYPE_CHECKING:
    from mlsd_course.learner import MachineFinding

HEADLESS = "Machine check: needs, what was found, what to do. Run this cell in JupyterLab, or: mlsd doctor"
COLUMNS = ("Need", "State", "Found", "What to do")
STATES = {"ok": "✓ ok", "optional": "○ optional", "problem": "✗ problem"}


def check_machine() -> None:
    """Show each need of the course on this machine, with a remedy where it is not met.

    While headless, show one fixed sentence.
    """
    if headless():
        put(HEADLESS)
        return
    from mlsd_course.explore.notebook.widgets import Readout
    from mlsd_course.learner import health
    from mlsd_course.tables import text_table

    state = findings_state(list(health()))
    readout = Readout(title="Machine check", columns=list(COLUMNS), now=state)
    readout.add_class("mlsd-texts")
    put(f"{state['sentence']}\n{text_table(COLUMNS, state['rows'])}", readout)


def findings_state(findings: "list[MachineFinding]") -> dict[str, Any]:
    """Return what the read-out shows: the sentence and a row for each finding, problems first."""
    order = list(STATES)[::-1]
    rows = sorted(findings, key=lambda finding: order.index(finding.state))
    problems, optional = (sum(one.state == state for one in findings) for state in ("problem", "optional"))
    more = f" {optional} optional thing(s) are missing; the course works without." if optional else ""
    return {
        "verdict": "✗ Not ready." if problems else "✓ Ready.",
        "sentence": (f"{problems} thing(s) to repair, see the last column." if problems else "All needs are met.")
        + more,
        "met": not problems,
        "rows": [[one.need.replace("`", ""), STATES[one.state], one.found, one.remedy] for one in rows],
    }
