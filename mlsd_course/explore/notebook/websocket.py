"""The kernel's web socket without Nagle's algorithm, for the Jupyter server that `mlsd lab` starts."""

from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Sends each message at once.

    A kernel answers a moved slider with several small messages. By default TCP holds back the second until the browser
    has acknowledged the first, which it delays by up to 40 ms. Switched on by
    `--ServerApp.kernel_websocket_connection_class=mlsd_course.explore.notebook.websocket.PromptConnection`.
    """

    def connect(self) -> Any:
        """Open the connection, with TCP_NODELAY set."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()
