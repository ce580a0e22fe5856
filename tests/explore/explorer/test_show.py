"""What `show` and `chart` leave in a notebook that nobody runs: plain words."""

import pytest

from mlsd_course.errors import ParameterError
from mlsd_course.explore import Axis, Curve, Limit, Line, View, chart, show
from mlsd_course.explore.explorer.chart import still

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


def test_bars_hang_where_their_base_is() -> None:
    """Bars take a height and a base, stand over each other, and lose both where their curve is gone."""
    from mlsd_course.explore.explorer.chart import chart, redraw

    lines = (Line("work", "Work", "bars"), Line("wait", "Waiting", "bars2"), Line("rest", "Rest", "points"))
    x, y = Axis("", 0, 3), Axis("ms", 0, 10)
    figure = chart(lines, None, x, y)
    curves = {"work": Curve([1, 2], [3, 4], base=[0, 3]), "wait": Curve([1], [2], base=[3]), "rest": Curve([1], [1])}
    redraw(figure, lines, curves, None, x, y)
    assert figure.layout.barmode == "overlay"
    assert (list(figure.data[0].y), list(figure.data[0].base)) == ([3, 4], [0, 3])
    assert figure.data[1].marker.pattern.shape == "/"
    redraw(figure, lines, {"work": Curve([1], [5])}, None, x, y)
    assert (list(figure.data[0].y), figure.data[0].base) == ([5], None)
    assert list(figure.data[1].y) == []
