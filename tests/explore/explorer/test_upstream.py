"""What plotly, jupyter_server and tornado must keep: names that are no part of their documented interfaces."""

from typing import Any

import plotly.graph_objects as go
import pytest
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from tornado.websocket import WebSocketHandler

from mlsd_course.explore import Axis, Line
from mlsd_course.explore.explorer.chart import CONFIG, chart
from mlsd_course.explore.notebook.websocket import PromptConnection


def test_plotly_keeps_the_browser_part_of_its_widget() -> None:
    """`FigureWidget._esm` is plotly's own module, which our module loads as `bundle` and which exports a `render`."""
    figure = chart((Line("line", "line"),), None, Axis("x", 0, 1), Axis("y", 0, 1))
    assert figure.bundle == str(go.FigureWidget._esm)  # noqa: SLF001 plotly keeps its browser part there; test_upstream names it
    assert len(figure.bundle) > 1_000_000
    assert "render" in figure.bundle
    assert figure.trait_metadata("_esm", "sync")
    assert figure._esm != figure.bundle  # noqa: SLF001 plotly keeps its browser part there; test_upstream names it


def test_plotly_keeps_the_configuration_of_its_widget() -> None:
    """`FigureWidget._config` is a dictionary that goes to the browser, so that no toolbar covers the chart."""
    figure = chart((Line("line", "line"),), None, Axis("x", 0, 1), Axis("y", 0, 1))
    assert figure.trait_metadata("_config", "sync")
    assert figure.get_state("_config")["_config"].items() >= CONFIG.items()


def test_the_server_keeps_the_connection_that_it_lets_us_replace(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server takes the class by name; a connection has `connect` and a `websocket_handler` with `set_nodelay`."""
    assert ServerApp.kernel_websocket_connection_class.klass in ZMQChannelsWebsocketConnection.__mro__
    calls: list[Any] = []
    monkeypatch.setattr(WebSocketHandler, "set_nodelay", lambda handler, value: calls.append(value), raising=True)
    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", lambda connection: calls.append("connect"))
    connection = PromptConnection.__new__(PromptConnection)
    connection.websocket_handler = KernelWebsocketHandler.__new__(KernelWebsocketHandler)
    connection.connect()
    assert calls == [True, "connect"]
