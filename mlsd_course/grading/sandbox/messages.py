"""Messages between processes: a length, then JSON. What comes from a learner's process is read as data, never run."""

import json
import select
import socket
import struct
import time
from typing import Any

LIMIT_BYTES = 64_000_000
_HEAD = struct.Struct("!I")


class Disturbed(Exception):
    """The bytes received are no message: other code has written to the socket."""


class Silent(Exception):
    """No message came in time."""


class Closed(Exception):
    """The other end of the socket is closed."""


class Channel:
    """One end of a stream socket."""

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock

    def send(self, message: dict[str, Any]) -> None:
        """Send a message; Closed where nobody is there to read it."""
        body = json.dumps(message).encode()
        try:
            self.socket.sendall(_HEAD.pack(len(body)) + body)
        except OSError as error:
            raise Closed(str(error)) from error

    def receive(self, timeout_s: float | None = None) -> dict[str, Any]:
        """Return the next message; Silent after `timeout_s` seconds, Closed, or Disturbed for what is none."""
        end = None if timeout_s is None else time.monotonic() + timeout_s
        (size,) = _HEAD.unpack(self._exactly(_HEAD.size, end))
        if size > LIMIT_BYTES:
            raise Disturbed(f"a message of {size} bytes")
        try:
            message = json.loads(self._exactly(size, end))
        except (ValueError, RecursionError) as error:
            raise Disturbed(str(error)) from error
        if not isinstance(message, dict):
            raise Disturbed("no object")
        return message

    def close(self) -> None:
        """Close this end."""
        self.socket.close()

    def _exactly(self, size: int, end: float | None) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            if end is not None and not select.select([self.socket], [], [], max(0.0, end - time.monotonic()))[0]:
                raise Silent
            try:
                part = self.socket.recv(min(size - len(parts), 1 << 20))
            except OSError as error:
                raise Closed(str(error)) from error
            if not part:
                raise Closed("end of stream")
            parts += part
        return bytes(parts)
