"""An explorer's widgets when its compute function refuses a state."""

from dataclasses import replace
from typing import Any

import pytest

from mlsd_course.errors import ParameterError
from mlsd_course.explore import Axis, Choice, Curve, Explorer, Limit, Line, Preset, View
from mlsd_course.explore.explorer.live import Live


def compute(size: int) -> int:
    """Refuse three."""
    if size == 3:
        raise ParameterError("size", given=size, allowed="1 or 2")
    return size


def view(size: int) -> View:
    """Return one point."""
    return View({"line": Curve([0, 1], [size, size])}, 2.0, ((str(size),),), f"It is {size}.", size < 2)


EXPLORER = Explorer(
    name="ch00_start",
    title="Sizes",
    question="Which size?",
    controls=(Choice("size", "Size", {1: "one", 2: "two", 3: "three"}, 1, help="The size."),),
    compute=compute,
    view=view,
    x=Axis("x", 0, 1),
    y=Axis("y", 0, 3),
    lines=(Line("line", "line"),),
    limit=Limit("limit"),
    columns=("size",),
    presets=(Preset("two", {"size": 2}),),
)


@pytest.fixture(autouse=True)
def _in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLSD_HEADLESS", "1")


def drawn(live: Live) -> list[Any]:
    """Return the points of the line as they are drawn."""
    return list(live.panel.figure.data[0].y)


def test_a_refused_state_says_why() -> None:
    """What cannot be computed empties figure and table and says why; the next state is shown as ever."""
    live = Live.of(EXPLORER)
    live.controls.set_state({"state": {"size": 2}})
    assert drawn(live) == []
    assert live.panel.readout.now["rows"] == []
    assert live.panel.readout.now["met"] is False
    assert "Allowed: 1 or 2" in live.panel.readout.now["sentence"]
    live.controls.set_state({"state": {"size": 1}})
    assert drawn(live) == [2, 2]
    assert live.panel.readout.now["sentence"] == "It is 2."


def test_only_refusals_are_told() -> None:
    """An error in the code is no refusal: it is raised."""

    def broken(size: int) -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Live.of(replace(EXPLORER, compute=broken))
