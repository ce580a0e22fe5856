"""What every registered explorer promises, checked over its widgets' state without a browser."""

import json
import random
import re
from typing import Any

import pytest

from mlsd_course.explore import EXPLORERS, Explorer
from mlsd_course.explore.explorer.description import IN_SIGHT
from mlsd_course.explore.explorer.live import Live
from tests.support.paths import NOTEBOOKS

pytestmark = pytest.mark.parametrize("explorer", EXPLORERS.values(), ids=EXPLORERS.keys())


@pytest.fixture(autouse=True)
def _in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLSD_HEADLESS", "1")


def from_browser(live: Live, state: dict[str, int]) -> None:
    """Change the controls as the browser does: through the widget's state, not through Python."""
    live.controls.set_state({"state": {**live.controls.state, **state}})


def picture(live: Live) -> str:
    """Return all points of the figure."""
    return json.dumps(
        [
            [list(map(str, trace[part] or ())) if trace[part] is not None else [] for part in ("x", "y")]
            for trace in live.panel.figure.data
        ]
    )


def seen(live: Live) -> tuple[str, list[Any], str]:
    """Return figure, table and sentence as they stand."""
    return picture(live), live.panel.readout.now["rows"], live.panel.readout.now["sentence"]


def places(explorer: Explorer) -> list[dict[str, Any]]:
    """Return the states to start from: the defaults, then every preset."""
    return [explorer.defaults, *map(explorer.values, explorer.presets)]


def test_no_more_than_three_controls_in_sight(explorer: Explorer) -> None:
    """At most three controls in sight; every control has a label, a help line and at least two stops."""
    assert 1 <= len(explorer.in_sight) <= IN_SIGHT
    for control in explorer.controls:
        assert control.label, control.name
        assert control.help, control.name
        assert len(control.stops) >= 2, control.name


def test_each_control_moves_figure_table_and_sentence(explorer: Explorer) -> None:
    """Each control changes figure, table and sentence where it says that it matters: from the start or a preset."""
    live = Live.of(explorer)
    for control in explorer.controls:
        moved = False
        for start in places(explorer):
            if control.matters and not control.matters(start):
                continue
            from_browser(live, {c.name: c.index(start[c.name]) for c in explorer.controls})
            before, here = seen(live), control.index(start[control.name])
            for index in (here + 1, here - 1, 0, len(control.stops) - 1):
                if 0 <= index < len(control.stops) and index != here:
                    from_browser(live, {control.name: index})
                    moved = all(new != old for new, old in zip(seen(live), before, strict=True))
                if moved:
                    break
            if moved:
                break
        assert moved, f"{control.name} moves nothing, neither from the start nor from a preset"


def test_a_success_and_a_failure_are_one_press_away(explorer: Explorer) -> None:
    """One preset keeps the limit and another breaks it."""
    verdicts = {explorer.at(**explorer.values(preset)).met for preset in explorer.presets}
    assert verdicts == {True, False}


def test_same_state_same_view(explorer: Explorer) -> None:
    """The compute function is pure: away and back again shows the same figure, table and sentence."""
    live = Live.of(explorer)
    before = seen(live)
    control = explorer.controls[0]
    here = live.controls.state[control.name]
    from_browser(live, {control.name: here - 1 if here else 1})
    assert seen(live) != before
    from_browser(live, {control.name: here})
    assert seen(live) == before


def test_every_stop_of_every_control_has_a_view(explorer: Explorer) -> None:
    """From the start and from each preset, first and last stop of each control give a table, a sentence and a limit."""
    for start in places(explorer):
        for control in explorer.controls:
            for stop in (control.stops[0], control.stops[-1]):
                view = explorer.at(**{**start, control.name: stop})
                assert view.sentence.endswith("."), view.sentence
                assert not re.search(r"\b(nan|None|inf)\b", str((*view.rows, view.sentence))), view.rows
                assert view.rows
                assert all(len(row) == len(explorer.columns) for row in view.rows)
                assert view.limit == view.limit, "the limit is a number"


def test_corners_have_a_view(explorer: Explorer) -> None:
    """All controls at their ends at once, on one side, on the other and mixed: nothing that can be set is refused."""
    draw = random.Random(explorer.name)
    for mix in ([0] * len(explorer.controls), [-1] * len(explorer.controls), *(
        [draw.choice((0, -1)) for _ in explorer.controls] for _ in range(4)
    )):  # fmt: skip
        view = explorer.at(**{c.name: c.stops[end] for c, end in zip(explorer.controls, mix, strict=True)})
        assert view.sentence.endswith("."), view.sentence
        assert not re.search(r"\b(nan|None|inf)\b", str((*view.rows, view.sentence))), view.rows


def test_curves_belong_to_declared_lines(explorer: Explorer) -> None:
    """Every curve that a view gives has a declared line, as many x as y, and something is drawn."""
    names = {line.name for line in explorer.lines}
    for start in places(explorer):
        curves = explorer.at(**start).curves
        assert set(curves) <= names
        assert all(len(curve.x) == len(curve.y) for curve in curves.values())
        assert any(len(curve.x) for curve in curves.values())


def test_reset_and_presets_are_full_states(explorer: Explorer) -> None:
    """Each preset names every control, so that pressing it always lands in the same state; Reset is the start."""
    live = Live.of(explorer)
    for preset in live.controls.presets:
        assert set(preset["state"]) == set(explorer.defaults)
    assert live.controls.presets[-1]["state"] == {c.name: c.index(c.default) for c in explorer.controls}


def test_locked_until_a_prediction(explorer: Explorer) -> None:
    """Where there is a lock, the chart is not on the page before the learner has answered or gone on without."""
    from mlsd_course.explore.prediction.prediction import given
    from mlsd_course.explore.session import start_session

    start_session()
    live = Live.of(explorer)
    if explorer.lock is None:
        assert live.open
        return
    assert not live.open
    assert live.panel.figure not in live.box.children
    live.gate.head._handle_custom_msg({"do": "skip"}, [])  # noqa: SLF001 ipywidgets calls it for a message from the browser
    assert live.open
    assert live.panel.figure in live.box.children
    answering = explorer.values(explorer.preset(explorer.lock.preset))
    assert {name: live.values[name] for name in answering} == answering
    assert given(explorer.lock.question) is not None


def test_plain_text_is_the_same_each_time(explorer: Explorer, capsys: pytest.CaptureFixture[str]) -> None:
    """Shown without a browser it is its title and its sentence, twice the same."""
    from mlsd_course.explore import show

    show(explorer.name)
    first = capsys.readouterr().out
    show(explorer)
    assert capsys.readouterr().out == first
    assert first.startswith(explorer.title)
    assert explorer.at().sentence in first


def test_compute_lives_below_the_widgets(explorer: Explorer) -> None:
    """The compute function is in `sim` or `design`, so that a notebook, a test and an explorer use the same one."""
    module = explorer.compute.__module__
    assert module.startswith(("mlsd_course.sim.", "mlsd_course.design.")), module


def test_its_chapter_shows_it(explorer: Explorer) -> None:
    """Each explorer stands in its chapter's lesson, where the browser test moves all its controls."""
    lesson = NOTEBOOKS / "source" / explorer.chapter / "lesson.py"
    assert f'show("{explorer.name}")' in lesson.read_text(encoding="utf-8")
