"""Every Python process with this folder on its path reaches no network but loopback. See `offline.py`."""

import sys

_LOCAL = ("", "localhost", "0.0.0.0", "::", "::1")


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):  # else a path
        host = arguments[1][0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else str(host or "")
    if name not in _LOCAL and not name.startswith("127."):
        raise OSError(f"The network is closed while notebooks run; {event} asked for {name}")


sys.addaudithook(_refuse)
