"""The other end of the round trips: a process that answers over TCP and HTTP until its standard input closes.

Run with one argument, the bytes of an HTTP answer. Nobody imports it.
"""

import http.server
import socket
import sys
import threading

SIZE = int(sys.argv[1]) if len(sys.argv) > 1 else 64


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer SIZE bytes."""
        self.send_response(200)
        self.send_header("Content-Length", str(SIZE))
        self.end_headers()
        self.wfile.write(bytes(SIZE))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _echo(listener: socket.socket) -> None:
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while received := connection.recv(SIZE):
            connection.sendall(received)


def main() -> None:
    """Print both ports and serve."""
    listener = socket.create_server(("127.0.0.1", 0))
    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=_echo, args=(listener,), daemon=True).start()
    threading.Thread(target=web.serve_forever, daemon=True).start()
    print(listener.getsockname()[1], web.server_port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
