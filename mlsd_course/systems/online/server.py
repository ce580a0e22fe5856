"""The process of the service: `python -m mlsd_course.systems.online.server`, settings on stdin, messages on stdout.

It ends when its stdin closes, so it never outlives the process that started it.
"""

import gc
import json
import os
import socket
import sys
import threading
import time

from mlsd_course.errors import CourseError, MissingExtra, PortInUse
from mlsd_course.systems.online.open_files import many_connections
from mlsd_course.systems.online.settings import Settings

MARK = "mlsd-service "
HOST = "127.0.0.1"


def main() -> None:
    """Serve until stdin closes."""
    settings = Settings(**json.loads(sys.stdin.readline()))
    try:
        _serve(settings)
    except CourseError as error:
        parts = ("tool", "extra") if isinstance(error, MissingExtra) else ("what", "given", "allowed", "remedy")
        _tell({"error": type(error).__name__, "parts": {part: getattr(error, part) for part in parts}})
        sys.exit(1)


def _serve(settings: Settings) -> None:
    import uvicorn

    from mlsd_course.systems.online.app import make_app
    from mlsd_course.systems.online.engine import make_engine

    many_connections()
    listener = _bind(settings.port)
    engine = make_engine(settings.model_path, settings.engine, settings.onnx_path, settings.threads_per_call)
    if engine.features is not None:
        for rows in (1, 1, 8, 32):
            engine([[0.0] * engine.features] * rows)  # the first calls import and allocate: nobody should wait for that
    server = uvicorn.Server(
        uvicorn.Config(
            make_app(settings, engine),
            log_level="warning",
            access_log=False,
            lifespan="on",
            backlog=4096,
            timeout_graceful_shutdown=1,
        )
    )
    if settings.freeze_heap:
        gc.collect()
        gc.freeze()
    threading.Thread(target=_until_stdin_closes, args=(server,), daemon=True).start()
    _tell({"port": listener.getsockname()[1]})
    server.run(sockets=[listener])


def _bind(port: int) -> socket.socket:
    # asyncio switches Nagle's algorithm off only on sockets that name their protocol: else every answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(4096)
        return listener
    except OSError as error:
        listener.close()
        raise PortInUse(
            "The port is taken", given=port, remedy="Leave port out: the operating system then chooses a free one"
        ) from error


def _until_stdin_closes(server: object) -> None:
    sys.stdin.read()
    server.should_exit = True  # type: ignore[attr-defined]
    time.sleep(5)
    os._exit(1)


def _tell(message: dict[str, object]) -> None:
    print(MARK + json.dumps(message), flush=True)


if __name__ == "__main__":
    main()
