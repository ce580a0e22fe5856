"""The client of the fork server: starts it in its sandbox, and gets a forked child from it for each worker."""

import ast
import contextlib
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterable
from typing import Any

from mlsd_course.errors import GradingError
from mlsd_course.grading.sandbox.bubblewrap import Sandbox
from mlsd_course.grading.sandbox.job import Job
from mlsd_course.grading.sandbox.messages import Channel, Closed, Disturbed, Silent

START_S, END_S = 120, 2.5


class ForkServer:
    """A running fork server. The constructor starts it, so that it imports while this process goes on. Safe for threads."""

    def __init__(self, sandbox: Sandbox, expected: Iterable[str] = ()) -> None:
        self.sandbox = sandbox
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process runs
        self._lock = threading.Lock()
        self._key: Any = None
        self._process: subprocess.Popen[bytes] | None = None
        self._control: Channel | None = None
        self._start(expected)

    def connect(self, job: Job, number: int) -> Channel:
        """Return the socket of a fork, for the worker `number`, that has the imports of `job`; GradingError if none starts."""
        key = (job.imports, job.given)
        with self._lock:
            if self._control is None or (self._key is not None and self._key != key):
                self._stop()
                self._start(())
            ours, theirs = socket.socketpair()
            try:
                assert self._control is not None
                if self._key is None:
                    self._control.send(
                        {
                            "op": "import",
                            "imports": job.imports,
                            "given": job.given,
                            "modules": _modules(job.imports),
                        }
                    )
                    self._control.receive(START_S)
                    self._key = key
                with theirs:
                    self._control.send({"op": "worker", "worker": number})
                    socket.send_fds(self._control.socket, [b"."], [theirs.fileno()])
            except (Closed, Silent, Disturbed, OSError):
                raise self.broken("did not start") from None
            return Channel(ours)

    def broken(self, what: str) -> GradingError:
        """Stop the fork server; return the error for a sandbox that failed, with the last lines of its log."""
        self._stop()
        self._log.seek(0)
        log = self._log.read().decode(errors="replace").strip()[-600:]
        return GradingError(f"The sandbox {what}: {log or 'it says nothing'}", remedy="Run `mlsd doctor`")

    def close(self) -> None:
        """End the process and all that it has started."""
        with self._lock:
            self._stop()

    def _start(self, expected: Iterable[str]) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                self.sandbox.command(str(theirs.fileno())),
                pass_fds=[theirs.fileno()],
                env=self.sandbox.environment(),
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
            )
        self._control, self._key = Channel(ours), None
        with contextlib.suppress(Closed):  # then `connect` raises it
            self._control.send({"closed": self.sandbox.closed, "expected": list(expected)})

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            try:
                self._process.wait(END_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = self._control = self._key = None


def _modules(imports: tuple[str, ...]) -> list[str]:
    names = set()
    for statement in imports:
        with contextlib.suppress(SyntaxError):
            for node in ast.walk(ast.parse(statement)):
                if isinstance(node, ast.Import):
                    names |= {alias.name for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    names.add(node.module)
    return sorted(names)
