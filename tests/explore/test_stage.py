"""What `show` and `chart` leave in a notebook that nobody runs: plain words."""

import pytest

from mlsd_course.errors import ParameterError
from mlsd_course.explore import Axis, Curve, Limit, Line, View, chart, show
from mlsd_course.explore.figure import still

LINES = (Line("sim", "Simulated"), Line("law", "Formula", "formula"))
VIEW = View(
    {"sim": Curve([0.5, 0.9], [46.0, 230.0])}, 100.0, (("50 %", "46 ms"), ("90 %", "230 ms")), "It grows.", False
)
X, Y = Axis("Load", 0, 1), Axis("p99", 10, 1000, log=True)


def test_a_chart_reads_as_title_sentence_and_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The static form has every number of the figure's table."""
    monkeypatch.setenv("MLSD_HEADLESS", "1")
    chart("p99 against load", VIEW, lines=LINES, x=X, y=Y, columns=("Load", "p99"), limit=Limit("Limit"))
    assert capsys.readouterr().out == "p99 against load\nIt grows.\nLoad     p99\n50 %   46 ms\n90 %  230 ms\n"


def test_a_still_chart_draws_what_it_was_given() -> None:
    """One trace a line and one for the limit; a line without points stays out of the legend; nothing random in it."""
    drawn = still(LINES, VIEW.curves, (Limit("Limit"), VIEW.limit), X, Y)
    assert [trace["name"] for trace in drawn["data"]] == ["Simulated", "Formula", "Limit"]
    assert drawn["data"][0]["y"] == [46.0, 230.0]
    assert drawn["data"][1]["showlegend"] is False
    assert drawn["data"][2]["y"] == [100.0, 100.0]
    assert drawn == still(LINES, VIEW.curves, (Limit("Limit"), VIEW.limit), X, Y)


def test_an_unknown_explorer_is_refused_with_the_known_names() -> None:
    """A typing error in the name gives the list to choose from."""
    with pytest.raises(ParameterError, match="ch07_online"):
        show("ch07_onlin")
