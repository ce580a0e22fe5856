"""The fork server: the first process in the sandbox. It imports once, then forks; it runs no learner's code itself.

It forks a child for each worker. The child has all imports; it forks a runner for each notebook, and waits for its end.
"""

import contextlib
import gc
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mlsd_course.grading.sandbox import namespaces
from mlsd_course.grading.sandbox.messages import Channel, Closed
from mlsd_course.grading.sandbox.runner import run_notebook
from mlsd_course.grading.sandbox.shell import Shell, new_formatter, new_shell
from mlsd_course.grading.sandbox.tampering import TamperDetector

_LOOK_S = 0.05  # seconds between two measurements of memory
_warmed: list[Any] = []


def main(descriptor: int) -> None:
    """Serve the client at the other end of the socket `descriptor`: import, then fork a child for each worker."""
    control = Channel(socket.socket(fileno=descriptor))
    gc.disable()  # imports leave no garbage, and looking for it takes a tenth of their time
    with contextlib.suppress(Closed):
        start = control.receive()
        closed = bool(start["closed"])
        if closed:
            Path(os.environ["HOME"]).mkdir(exist_ok=True)
        _import(start["expected"])
        shell, formatter = new_shell(), new_formatter()
        wanted = control.receive()
        failed, names = _import(wanted["imports"])

        def new_detector() -> TamperDetector:
            return TamperDetector(wanted["modules"], {name: names[name] for name in wanted["given"] if name in names})

        detector = new_detector()
        gc.freeze()  # so that a collection in a fork touches, and copies, none of this
        gc.enable()
        control.send({"op": "ready", "failed": failed})
        while True:
            message = control.receive()
            _, sockets, *_ = socket.recv_fds(control.socket, 1, 1)
            if os.fork() == 0:
                control.close()
                try:
                    with contextlib.suppress(Closed):
                        _serve(
                            Channel(socket.socket(fileno=sockets[0])),
                            closed,
                            message["worker"],
                            shell,
                            detector,
                            new_detector,
                            formatter,
                        )
                finally:
                    os._exit(0)
            os.close(sockets[0])


def _serve(
    control: Channel,
    closed: bool,
    worker_number: int,
    shell: Shell,
    detector: TamperDetector,
    new_detector: Callable[[], TamperDetector],
    formatter: Any,
) -> None:
    """Fork a runner for each notebook of the worker at the other end."""
    caches: list[str] = []
    while True:
        message = control.receive()
        if message["op"] != "start":
            continue  # a kill that came after the notebook had ended
        _, sockets, *_ = socket.recv_fds(control.socket, 1, 2)
        if message["warm"] and _warm():
            detector = new_detector()
            gc.collect()
            gc.freeze()
            caches = _caches() if closed else []

        folder = "/tmp" if closed else tempfile.mkdtemp(prefix="mlsd-")

        def body(
            limits: dict[str, Any] = message["limits"],
            sockets: list[int] = sockets,
            detector: TamperDetector = detector,
            places: list[str] = caches,
            folder: str = folder,
        ) -> None:
            namespaces.limit(limits["memory_mb"], limits["processes"], limits["file_mb"], limits["notebook_s"] + 5)
            os.chdir(folder)
            for place in places:
                os.makedirs(place, exist_ok=True)  # numba goes on writing there
            if not closed:
                os.environ["MLSD_WORKSPACE"] = str(Path("workspace").absolute())
            run_notebook(sockets, shell, detector, formatter, limits)

        pid = namespaces.run_in_namespaces(body, worker_number, message["limits"]["file_mb"]) if closed else _fork(body)
        for each in sockets:
            os.close(each)
        ended = _attend(pid, control, message["limits"]["memory_mb"])
        if not closed:
            shutil.rmtree(folder, ignore_errors=True)
        control.send(ended)


def _warm() -> bool:
    """Compile the simulator once for all later notebooks. Return False where it is compiled already, or not imported."""
    fast = sys.modules.get("mlsd_course.sim.queueing.backends")
    if fast is None or fast in _warmed:
        return False
    _warmed.append(fast)
    with contextlib.suppress(Exception):  # then each does it for itself
        _take_compiled(Path(str(fast.__file__)).parent)
        fast.warm_up()
    return True


def _caches() -> list[str]:
    return [place for place, *_ in os.walk(os.environ["NUMBA_CACHE_DIR"])]


def _take_compiled(folder: Path) -> None:
    """Copy the files that numba has compiled on this machine into its cache in the sandbox."""
    if cache := os.environ.get("NUMBA_CACHE_DIR"):
        from numba.core.caching import _CacheLocator

        target = Path(cache, _CacheLocator.get_suitable_cache_subpath(str(folder / "kernels.py")))
        target.mkdir(parents=True, exist_ok=True)
        for path in (folder / "__pycache__").glob("*.nb[ic]"):
            shutil.copy(path, target)


def _import(statements: list[str]) -> tuple[list[str], dict[str, Any]]:
    names: dict[str, Any] = {}
    failed = []
    for statement in statements:
        try:
            exec(compile(statement, "<imports>", "exec"), names)
        except Exception as error:  # the cells will say it again
            failed.append(f"{statement}: {type(error).__name__}: {error}")
    return failed, names


def _fork(body: Any) -> int:
    """Fork, without a sandbox, into a process group of its own."""
    pid = os.fork()
    if pid == 0:
        try:
            os.setsid()
            body()
        finally:
            os._exit(122)
    return pid


def _attend(pid: int, control: Channel, memory_mb: int) -> dict[str, Any]:
    """Wait for the end of `pid`. Kill it when the worker asks, or when it uses more memory than it may."""
    base, peak, why = _anonymous_kb(os.getpid()), 0.0, ""
    waiting: list[Any] = [control.socket]
    ended = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
    if ended is not None:
        waiting.append(ended)
    while True:
        gone, status, usage = os.wait4(pid, os.WNOHANG)
        if gone:
            break
        ready = select.select(waiting, [], [], _LOOK_S)[0]
        if control.socket in ready:
            control.receive()
            _kill(pid)
        elif not ready:
            used_mb = _used_mb(base)
            peak = max(peak, used_mb)
            if used_mb > memory_mb and not why:
                why = "memory"
                _kill(pid)
    if ended is not None:
        os.close(ended)
    cpu_s = usage.ru_utime + usage.ru_stime
    code = 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    return {"op": "ended", "code": code, "why": why, "peak_mb": peak, "cpu_s": cpu_s}


def _kill(pid: int) -> None:
    """Kill the first process of the namespaces, and with it all others; without namespaces, its group."""
    for kill in (os.kill, os.killpg):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def _parents() -> list[tuple[int, int]]:
    parents = []
    for name in os.listdir("/proc") if os.path.isdir("/proc") else []:
        if name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                text = Path(f"/proc/{name}/stat").read_text(errors="replace")
                parents.append((int(name), int(text.rpartition(")")[2].split()[1])))
    return parents


def _used_mb(base_kb: int) -> float:
    """Return the memory of all processes below this one, beyond what each has from its imports."""
    me, total_kb, below = os.getpid(), 0, {os.getpid()}
    parents = _parents()
    while more := {pid for pid, parent in parents if parent in below} - below:
        below |= more
    for pid in below - {me}:
        total_kb += max(0, _anonymous_kb(pid) - base_kb)
    return total_kb / 1024


def _anonymous_kb(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith(("RssAnon", "RssShmem")))
    return 0


if __name__ == "__main__":
    main(int(sys.argv[1]))
