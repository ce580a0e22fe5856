"""A question to another process of this machine and back: bare TCP, and HTTP on a connection that stays open."""

import http.client
import socket
import subprocess
import sys

from mlsd_course.errors import ServiceError
from mlsd_course.systems.calibration.measured import MeasuredValue, times_s

SIZE = 64
_HOST = "127.0.0.1"


def round_trips(seconds: float = 0.4) -> dict[str, MeasuredValue]:
    """Return `tcp_us` and `http_us`, microseconds for 64 bytes there and back. Raises ServiceError where nobody answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "mlsd_course.systems.calibration.echo", str(SIZE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        ports = process.stdout.readline().split()  # type: ignore[union-attr]
        if len(ports) != 2:
            raise ServiceError("The process for the round trips did not start", remedy="Calibrate again")
        return {"tcp_us": _tcp(int(ports[0]), seconds), "http_us": _http(int(ports[1]), seconds)}
    except (OSError, http.client.HTTPException) as error:
        raise ServiceError(f"Nobody answers on {_HOST} ({error})", remedy="Allow connections to 127.0.0.1") from error
    finally:
        process.stdin.close()  # type: ignore[union-attr]
        try:
            process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()  # type: ignore[union-attr]


def _tcp(port: int, seconds: float) -> MeasuredValue:
    with socket.create_connection((_HOST, port), timeout=5) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def ask() -> None:
            connection.sendall(bytes(SIZE))
            left = SIZE
            while left:
                if not (received := connection.recv(left)):
                    raise ConnectionResetError("the line was closed")
                left -= len(received)

        return MeasuredValue.of([1e6 * t for t in times_s(ask, seconds, at_most=4_000)], "µs")


def _http(port: int, seconds: float) -> MeasuredValue:
    connection = http.client.HTTPConnection(_HOST, port, timeout=5)
    try:
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def ask() -> None:
            connection.request("GET", "/")
            connection.getresponse().read()

        return MeasuredValue.of([1e6 * t for t in times_s(ask, seconds)], "µs")
    finally:
        connection.close()
