"""The process that runs the cells of one notebook: they come over its socket, and a report on each goes back.

A test arrives only when it is to run. A report repeats the random number that came with its cell, so that code of earlier
cells cannot have forged it. Learners' code can reach all objects of this process; the tamper detector looks for that.
"""

import base64
import inspect
import json
import marshal
import os
import select
import signal
import socket
import sys
import time
import types
from pathlib import Path
from typing import Any

from mlsd_course.grading.sandbox.messages import Channel, Closed
from mlsd_course.grading.sandbox.shell import Output, Shell, Stream, catch_descriptors, drain
from mlsd_course.grading.sandbox.tampering import TamperDetector, audit

Message = dict[str, Any]


class Runner:
    """Runs cells in `shell`, and asks `detector` before each test whether a cell has changed what the test relies on."""

    def __init__(self, shell: Shell, detector: TamperDetector, formatter: Any, limits: Message) -> None:
        self.shell, self.detector, self.formatter, self.limits = shell, detector, formatter, limits
        shell.outputs.limit_kb = limits["output_kb"]
        self.descriptors = catch_descriptors(limits["file_mb"])
        self.streams = [Stream(shell.outputs, name, number + 1) for number, name in enumerate(("stdout", "stderr"))]

    def serve(self, channel: Channel) -> None:
        """Run the cells that come over `channel` until it is closed."""
        me, getpid, leave = os.getpid(), os.getpid, os._exit
        while True:
            try:
                message = channel.receive()
            except Closed:
                leave(0)
            if message["op"] == "files":
                lay_out(message["files"])
                continue
            report = self.report(message)
            if getpid() != me:
                leave(0)  # a copy that the cell has made of this process
            channel.send(report)

    def report(self, message: Message) -> Message:
        """Run one cell; return the report on it."""
        started = time.perf_counter()
        second = None
        if message["op"] == "test":
            code, used = marshal.loads(base64.b64decode(message["code"])), frozenset(message["used"])
            doubts = self.detector.suspicions(self.shell.user_ns, used)
            if doubts:
                second = {"doubts": doubts[:20], "outputs": self._second(code, used)}
            outputs = self._outputs_of(lambda: self._test(code))
        else:
            outputs = self._outputs_of(lambda: self.shell.run_cell(message["source"], store_history=True))
            if message["binds"]:
                self.detector.remember(message["binds"], self.shell.user_ns)
        seconds = time.perf_counter() - started
        report = {"nonce": message["nonce"], "outputs": outputs, "seconds": seconds, "second": second}
        return {**report, "compiles": True} if "numba" in sys.modules else report

    def _outputs_of(self, run: Any) -> list[Output]:
        """Run, and return what was shown; the cell is interrupted when its time is up."""
        outputs = self.shell.outputs
        outputs.clear()
        sys.stdout, sys.stderr = self.streams
        try:
            _limit_time(self.limits["cell_s"])
            try:
                self.detector.give_builtins()
                run()
            finally:
                self.detector.take_builtins()
                _limit_time(0)
        except BaseException as error:  # of the judge's own calls, or the alarm in their midst
            outputs.error(type(error).__name__, _text(error), [f"{type(error).__name__}: {_text(error)}"])
        for name, descriptor in zip(("stdout", "stderr"), self.descriptors, strict=True):
            if text := drain(descriptor, max(0, outputs.left)):
                outputs.stream(name, text)
        return list(outputs.kept)

    def _test(self, code: list[types.CodeType | None]) -> None:
        """Run a test as a cell would be run; nothing of it goes into In, Out or the history."""
        names = self.shell.user_ns
        try:
            whole, last = code
            if whole is not None:
                self._run(whole, names)
            if last is not None and (value := self._run(last, names)) is not None:
                data, _ = self.formatter.format(value)
                self.shell.outputs.data("execute_result", data, self.shell.execution_count)
        except BaseException as error:
            name, text = type(error).__name__, _text(error)
            line = _line(error)
            where = f" (line {line} of the test)" if line else ""
            self.shell.outputs.error(name, text, [f"{name}{where}: {text}"])

    def _run(self, code: types.CodeType, names: dict[str, Any]) -> Any:
        value = eval(code, names)
        return self.shell.loop_runner(value) if code.co_flags & inspect.CO_COROUTINE else value

    def _second(self, code: list[types.CodeType | None], used: frozenset[str]) -> list[Output] | None:
        """Run the test in a fork in which all suspicious changes are undone. Return its outputs, or None where it gives none."""
        if not hasattr(os, "fork"):
            return None
        reader, writer = os.pipe()
        try:
            pid = os.fork()
        except OSError:  # it has used up its processes
            return None
        if pid == 0:
            try:
                os.close(reader)
                self.detector.put_back(self.shell.user_ns, used)
                text = json.dumps(self._outputs_of(lambda: self._test(code))).encode()
                while text:
                    text = text[os.write(writer, text) :]
            finally:
                os._exit(0)
        os.close(writer)
        text = _read(reader, self.limits["cell_s"] + 1)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        try:
            outputs: list[Output] = json.loads(text)
        except ValueError:
            return None
        return outputs


def run_notebook(sockets: list[int], shell: Shell, detector: TamperDetector, formatter: Any, limits: Message) -> None:
    """Be the runner of one notebook: keep two sockets, forget the judge's modules, run the cells that come."""
    keep = [os.dup2(each, 100 + number, inheritable=False) for number, each in enumerate(sockets)]
    os.closerange(3, 100)
    os.closerange(102, 1024)
    messages, alarms = (socket.socket(fileno=each) for each in keep)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for folder in ("home", "workspace", "work"):
        Path(folder).mkdir(exist_ok=True)
    os.chdir("work")
    sys.path.insert(0, "")
    sys.argv = ["ipykernel_launcher.py"]
    for name in [name for name in sys.modules if name.startswith("mlsd_course.grading")]:
        del sys.modules[name]
    runner = Runner(shell, detector, formatter, limits)
    send = alarms.send
    leave = os._exit

    def raise_alarm(what: str) -> None:
        try:
            send(what.encode())
        except BlockingIOError:
            pass  # the socket is full: enough alarms are in it
        except OSError:
            leave(117)

    alarms.setblocking(False)
    detector.begin()
    audit(raise_alarm)
    runner.serve(Channel(messages))


def lay_out(files: dict[str, str]) -> None:
    """Write the submission's own files beside its notebook."""
    for name, content in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(content))


def _limit_time(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, _interrupt if seconds else signal.SIG_IGN)
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt("The time for one cell is up")


def _text(error: BaseException) -> str:
    try:
        return str(error)[:4000]
    except BaseException:
        return "(it cannot be shown)"


def _line(error: BaseException) -> int:
    """Return the line of the test on which it failed; 0 where that is not known."""
    line, traceback = 0, error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename.startswith("<test"):
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _read(reader: int, timeout_s: float) -> bytes:
    parts, end = bytearray(), time.monotonic() + timeout_s
    while select.select([reader], [], [], max(0.0, end - time.monotonic()))[0]:
        part = os.read(reader, 1 << 16)
        if not part or len(parts) > 10_000_000:
            break
        parts += part
    os.close(reader)
    return bytes(parts)
