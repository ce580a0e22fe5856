"""A worker: runs one submission after the other. It sends each cell to a runner, and reads the report that comes back."""

import ast
import base64
import contextlib
import marshal
import secrets
import socket
import time
from functools import lru_cache
from typing import Any

from mlsd_course.errors import GradingError
from mlsd_course.grading.sandbox.bubblewrap import Sandbox
from mlsd_course.grading.sandbox.fork_server_client import ForkServer
from mlsd_course.grading.sandbox.job import (
    CellJob,
    CellResult,
    Job,
    JobResult,
    NotebookJob,
    NotebookResult,
    SubmissionFinding,
)
from mlsd_course.grading.sandbox.messages import Channel, Closed, Disturbed, Silent

END_S = 10
_LIMIT_TEXT = 2_000_000
_ENDS = {
    "memory": "It took more memory than it may ({memory_mb} MB beyond the imports)",
    152: "It took more processor time than it may ({notebook_s:g} s)",
    139: "It crashed Python (segmentation fault)",
    134: "It crashed Python (abort)",
    137: "Its process was killed, by itself or for want of memory",
}


class Worker:
    """Runs jobs one at a time. `number` is unique among the workers of this machine.

    turn: a lock or semaphore that is held while cells run. It is free while the worker waits for processes to end, which
    needs no processor.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        number: int = 0,
        fork_server: ForkServer | None = None,
        turn: contextlib.AbstractContextManager[Any] | None = None,
    ) -> None:
        self.number, self._turn = number, turn or contextlib.nullcontext()
        self._fork_server, self._owned = fork_server or ForkServer(sandbox), fork_server is None
        self._control: Channel | None = None
        self._key: Any = None
        self._warm = False  # whether submissions use what the fork compiles once for all

    def run(self, job: Job) -> JobResult:
        """Run `job`; GradingError only where the sandbox itself fails."""
        result = JobResult(job.assignment, job.student)
        for notebook_job in job.notebooks:
            result.notebooks.append(self._run_notebook(job, notebook_job))
        return result

    def close(self) -> None:
        """End the fork server's child and all that it has started."""
        self._leave()
        if self._owned:
            self._fork_server.close()

    def _leave(self) -> None:
        if self._control is not None:
            self._control.close()
        self._control = self._key = None

    def _ready(self, job: Job) -> Channel:
        """Return the socket of a fork with the imports of `job`."""
        key = (job.imports, job.given)
        if self._control is None or self._key != key:
            self._leave()
            self._control, self._key = self._fork_server.connect(job, self.number), key
        return self._control

    def _broken(self, what: str) -> GradingError:
        self._leave()
        return self._fork_server.broken(what)

    def _run_notebook(self, job: Job, notebook_job: NotebookJob) -> NotebookResult:
        notebook_result, control = NotebookResult(notebook_job.notebook), self._ready(job)
        mine, theirs = socket.socketpair()
        alarms, alarms_of_runner = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        with mine, alarms, self._turn:
            started = time.monotonic()
            with theirs, alarms_of_runner:
                control.send({"op": "start", "limits": job.limits.as_dict(), "warm": self._warm})
                socket.send_fds(control.socket, [b"."], [theirs.fileno(), alarms_of_runner.fileno()])
            channel = Channel(mine)
            try:
                files = {name: base64.b64encode(content).decode() for name, content in job.files.items()}
                channel.send({"op": "files", "files": files})
                for cell in notebook_job.cells:
                    left_s = job.limits.notebook_s - (time.monotonic() - started)
                    notebook_result.cells[cell.number] = _run_cell(
                        channel, cell, min(left_s, job.limits.cell_s + job.limits.grace_s)
                    )
                    notebook_result.findings += _tampering(alarms, cell)
                    self._warm = self._warm or notebook_result.cells[cell.number].compiles
            except Silent:
                notebook_result.ended = "It did not stop when its time was up"
            except (Disturbed, KeyError, TypeError, ValueError) as error:
                notebook_result.ended = "It wrote to the judge's socket, and nothing that it reports can be trusted"
                notebook_result.findings.append(
                    SubmissionFinding("forged report", f"What came is no report: {error}", voids=True)
                )
            except Closed:
                notebook_result.ended = "It ended itself"
            notebook_result.findings += _tampering(alarms, None)
        end = self._end(control)
        if end["code"] in (120, 121) and not notebook_result.cells:
            raise self._broken("could not be closed")
        if notebook_result.ended == "It ended itself" or end["why"]:
            reason = _ENDS.get(end["why"]) or _ENDS.get(end["code"]) or f"It ended itself (exit code {end['code']})"
            notebook_result.ended = reason.format(**job.limits.as_dict())
        notebook_result.seconds, notebook_result.peak_mb = time.monotonic() - started, float(end["peak_mb"])
        notebook_result.cpu_s = float(end["cpu_s"])
        return notebook_result

    def _end(self, control: Channel) -> dict[str, Any]:
        """Kill what still runs of the notebook; return how it ended."""
        try:
            with contextlib.suppress(Silent):
                return control.receive(0.5)
            control.send({"op": "kill"})
            return control.receive(END_S)
        except (Silent, Closed, Disturbed):
            raise self._broken("did not end what ran in it") from None


@lru_cache(maxsize=1000)
def compiled(cell: CellJob) -> dict[str, Any]:
    """Return a test as code objects: what ends in an expression gives its value. SyntaxError is the test's own."""
    source = cell.source
    if any(line.lstrip().startswith(("%", "!")) or line.rstrip().endswith("?") for line in source.splitlines()):
        from mlsd_course.grading.sandbox.shell import as_python

        source = as_python(source)
    name = f"<test {cell.name}>"
    tree = ast.parse(source, name)
    last = tree.body[-1] if tree.body else None
    value = isinstance(last, ast.Expr)
    whole = ast.Module(tree.body[:-1] if value else tree.body, [])
    flag = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    code = [compile(whole, name, "exec", flag), None]
    if isinstance(last, ast.Expr):
        quiet = source.rstrip().endswith(";")
        code[1] = compile(ast.Module([last], []), name, "exec", flag) if quiet else compile(
            ast.Expression(last.value), name, "eval", flag
        )  # fmt: skip
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return {"code": base64.b64encode(marshal.dumps(code)).decode(), "used": sorted(used)}


@lru_cache(maxsize=1000)
def bound(source: str) -> list[str]:
    """Return the names that a cell binds at its top."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    names: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names += [alias.asname or alias.name.split(".")[0] for alias in node.names]
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            names.append(node.name)
        elif isinstance(node, ast.Assign):
            names += [each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)]
    return names


def _run_cell(channel: Channel, cell: CellJob, timeout_s: float) -> CellResult:
    nonce = secrets.token_hex(16)
    message: dict[str, Any] = {"op": "cell", "nonce": nonce}
    if cell.test:
        try:
            message |= {"op": "test", **compiled(cell)}
        except SyntaxError as error:
            message_text = f"The test itself cannot be read: {error}"
            return CellResult(
                [{"output_type": "error", "ename": "SyntaxError", "evalue": message_text, "traceback": [message_text]}]
            )
    else:
        message |= {"source": cell.source, "binds": bound(cell.source) if cell.trusted else []}
    channel.send(message)
    report = channel.receive(max(0.1, timeout_s))
    if report.get("nonce") != nonce:
        raise Disturbed("a report that nobody asked for")
    cell_result = CellResult(clean(report["outputs"]), min(float(report["seconds"]), 1e6))
    cell_result.compiles = bool(report.get("compiles"))
    if second := report.get("second"):
        cell_result.doubts = [str(doubt)[:200] for doubt in list(second["doubts"])[:20]]
        cell_result.second = None if second["outputs"] is None else clean(second["outputs"])
    return cell_result


def clean(outputs: Any) -> list[dict[str, Any]]:
    """Return outputs as nbformat allows them; ValueError for what is none."""
    done: list[dict[str, Any]] = []
    for output in list(outputs)[:1000]:
        kind = output["output_type"]
        if kind == "stream":
            name = "stderr" if output["name"] == "stderr" else "stdout"
            done.append({"output_type": kind, "name": name, "text": _text(output["text"])})
        elif kind == "error":
            lines = [_text(line) for line in list(output["traceback"])[:100]]
            named = {"ename": _text(output["ename"]), "evalue": _text(output["evalue"])}
            done.append({"output_type": kind, **named, "traceback": lines})
        elif kind in ("execute_result", "display_data"):
            data = {_text(mime): _text(value) for mime, value in dict(output["data"]).items()}
            result: dict[str, Any] = {"output_type": kind, "data": data, "metadata": {}}
            if kind == "execute_result":
                result["execution_count"] = int(output["execution_count"])
            done.append(result)
        else:
            raise ValueError(f"an output of type {str(kind)[:40]}")
    return done


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("an output that is no text")
    return value[:_LIMIT_TEXT].encode("utf-8", "replace").decode("utf-8")


def _tampering(alarms: socket.socket, cell: CellJob | None) -> list[SubmissionFinding]:
    """Return what the alarm socket holds, each message once, as findings at `cell`."""
    messages = set()
    alarms.setblocking(False)
    with contextlib.suppress(BlockingIOError, OSError):
        while alarm := alarms.recv(200):
            messages.add(alarm.decode(errors="replace"))
    place = "" if cell is None else cell.name or f"cell {cell.number + 1}"
    return [SubmissionFinding("tampering", f"Its code {what}", place, voids=True) for what in sorted(messages)]
