"""A handle on the service: start its process, ask it, stop it."""

import http.client
import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType
from typing import Any, Self

from mlsd_course import errors
from mlsd_course.errors import ServiceError
from mlsd_course.systems.online.server import HOST, MARK
from mlsd_course.systems.online.settings import Settings

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class Service:
    """A model behind HTTP on 127.0.0.1, in a process of its own; `with Service(path) as service:` stops it at the end.

    model_path and settings: see `Settings`. start_timeout_s: how long the process may take to be ready.

    Raises ParameterError for settings out of range; `start` raises PortInUse, MissingExtra, or ServiceError with the last
    lines that the process wrote. The process also ends when the one that started it does.
    """

    _process: "subprocess.Popen[str] | None" = None

    def __init__(self, model_path: str | Path, *, start_timeout_s: float = 60.0, **settings: Any) -> None:
        self.settings = Settings(model_path=str(model_path), **settings)
        self.start_timeout_s = start_timeout_s
        self.port = 0
        self._lines: deque[str] = deque(maxlen=30)

    def start(self) -> Self:
        """Start the process and wait until it answers."""
        if self._process is not None:
            return self
        threads = dict.fromkeys(_THREADS, str(self.settings.threads_per_call))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mlsd_course.systems.online.server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, **threads, "PYTHONUTF8": "1"},
            # Interrupting a notebook signals the kernel's whole process group: the service is to go on.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        messages: Queue[dict[str, Any] | None] = Queue()
        self._reader = threading.Thread(target=self._read, args=(self._process, messages), daemon=True)
        self._reader.start()
        try:
            with suppress(BrokenPipeError):  # a process that has ended already says why itself
                self._process.stdin.write(json.dumps(asdict(self.settings)) + "\n")  # type: ignore[union-attr]
                self._process.stdin.flush()  # type: ignore[union-attr]
            self.port = self._ready(messages)
            self.get("/healthz")
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop the process; stopping twice is fine."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(OSError):
            process.stdin.close()  # type: ignore[union-attr]
        try:
            process.wait(timeout=8)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._reader.join(timeout=5)
        process.stdout.close()  # type: ignore[union-attr]

    @property
    def url(self) -> str:
        """Address of the service, without a path."""
        if self._process is None:
            raise ServiceError("The service is not running", remedy="Call start(), or use it in a `with` block")
        return f"http://{HOST}:{self.port}"

    def predict(self, row: Sequence[float], timeout_s: float = 10.0) -> float:
        """Ask for one row over HTTP; return the probability."""
        return float(self._ask("POST", "/predict", {"row": list(map(float, row))}, timeout_s)["probability"])

    def get(self, path: str) -> dict[str, Any]:
        """Return the JSON answer to GET `path`."""
        return self._ask("GET", path, None, 10.0)

    def time_calls(self, rows: Sequence[Sequence[float]], repeats: int = 30) -> list[float]:
        """Time `repeats` calls of the model on all of `rows`, inside the process; return them in ms."""
        table = [list(map(float, row)) for row in rows]
        return list(self._ask("POST", "/time", {"rows": table, "repeats": repeats}, 60.0)["call_ms"])

    def stats(self) -> dict[str, Any]:
        """Requests, answered, overloaded, expired, model calls, rows per call, and processor seconds since the start."""
        return self.get("/stats")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __del__(self) -> None:
        self.stop()

    def _ask(self, method: str, path: str, body: object, timeout_s: float) -> dict[str, Any]:
        self.url  # noqa: B018 - says so when the service is not running
        connection = http.client.HTTPConnection(HOST, self.port, timeout=timeout_s)
        try:
            headers = {"Content-Type": "application/json"}
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8")
        except (OSError, http.client.HTTPException) as error:
            raise ServiceError(f"The service does not answer ({error})", remedy=self._remedy()) from error
        finally:
            connection.close()
        if answer.status != 200:
            raise ServiceError(
                f"The service answered {answer.status}",
                given=text[:300],
                remedy="Look at what was sent; the answer says what is wrong with it",
            )
        return json.loads(text)

    def _ready(self, messages: "Queue[dict[str, Any] | None]") -> int:
        try:
            message = messages.get(timeout=self.start_timeout_s)
        except Empty:
            raise ServiceError(
                f"The service was not ready after {self.start_timeout_s:g} s", remedy=self._remedy()
            ) from None
        if message is None:
            raise ServiceError("The service ended before it was ready", remedy=self._remedy())
        if "error" in message:
            raise getattr(errors, message["error"])(**message["parts"])
        return int(message["port"])

    def _read(self, process: "subprocess.Popen[str]", messages: "Queue[dict[str, Any] | None]") -> None:
        for line in process.stdout:  # type: ignore[union-attr]
            if line.startswith(MARK):
                messages.put(json.loads(line.removeprefix(MARK)))
            else:
                self._lines.append(line.rstrip())
        messages.put(None)

    def _remedy(self) -> str:
        return "Its last lines:\n  " + "\n  ".join(self._lines or ["(none)"])
