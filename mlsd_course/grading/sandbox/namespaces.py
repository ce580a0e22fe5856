"""Forks a process into new Linux namespaces: it sees only its own processes and files, has limits, and no privileges.

There are two processes. The first one in the new namespaces mounts file systems and waits for all others, which die with
it. The second one, the runner, gives up all privileges and runs the cells, in a user namespace in which no further one can
be made. Where grading runs as root, each worker has a user of its own. The module can be imported on every system.
"""

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable

VISIBLE_PATHS = (
    "MLSD_VISIBLE_PATHS"  # variable: paths under /tmp that stay in sight, as Python or the course lies there
)
FIRST_USER_ID = 65200  # no system hands out this user and the next ones; a worker adds its number
_NEW_MOUNTS, _NEW_UTS, _NEW_IPC, _NEW_USER, _NEW_PID = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000
_NOSUID, _NODEV, _NOEXEC, _BIND = 2, 4, 8, 4096 | 16384  # with the mounts below it
_PR_SET_DEATH_SIGNAL, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS, _PR_CAPBSET_DROP = 1, 4, 38, 24
_LAST_CAPABILITY = 63
_CLONE = {"x86_64": 56, "aarch64": 220, "riscv64": 220}  # the system call's number

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]


class NamespaceError(OSError):
    """A step that the kernel refused."""


def run_in_namespaces(body: Callable[[], None], worker_number: int, file_mb: int) -> int:
    """Fork; run `body` in new namespaces; return the id of the first process in them, which ends as the last one.

    Its exit code is the runner's, or 128 + signal.
    """
    root, user, group = os.geteuid() == 0, os.geteuid(), os.getegid()
    pid = _fork_into(_NEW_MOUNTS | _NEW_IPC | _NEW_PID | (0 if root else _NEW_USER))
    if pid:
        return pid
    try:
        die_with_parent()
        if not root:
            _map_itself(user, group)
        _mount(file_mb)
        os._exit(_reap(_start_runner(body, worker_number)))
    except BaseException as error:
        os.write(2, f"namespaces: {error}\n".encode())
        os._exit(121)


def limit(memory_mb: int, processes: int, file_mb: int, cpu_s: float) -> None:
    """Set the limits of this process and all that it starts. Memory is counted beyond what is there now."""
    mb = 1 << 20
    now = _data_mb() if sys.platform.startswith("linux") else 0
    wanted = {
        "RLIMIT_DATA": (now + memory_mb) * mb,
        "RLIMIT_NPROC": processes,
        "RLIMIT_FSIZE": file_mb * mb,
        "RLIMIT_CPU": int(cpu_s) + 1,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": 512,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
    }
    for name, value in wanted.items():
        if (which := getattr(resource, name, None)) is not None:
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(which, (value, value))
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")


def _fork_into(namespaces: int) -> int:
    """Fork with the child in new namespaces, in one step where its number is known: a fork of much memory takes its time."""
    number = _CLONE.get(os.uname().machine)
    if number is None:
        return _fork_twice(namespaces)
    own = ctypes.PyDLL(None, use_errno=True)  # keeps Python's lock, as `os.fork` does
    own.syscall.restype = ctypes.c_long
    ctypes.pythonapi.PyOS_BeforeFork()
    pid = int(own.syscall(*map(ctypes.c_long, (number, namespaces | signal.SIGCHLD, 0, 0, 0, 0))))
    if pid == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
        return 0
    error = ctypes.get_errno()
    ctypes.pythonapi.PyOS_AfterFork_Parent()
    if pid < 0:
        raise NamespaceError(error, f"clone: {os.strerror(error)}")
    return pid


def _fork_twice(namespaces: int) -> int:
    """Do the same with a process between, which makes the namespaces and ends as the child does."""
    between = os.fork()
    if between:
        return between
    try:
        die_with_parent()
        _call("unshare", _libc().unshare(namespaces))
        if (pid := os.fork()) == 0:
            return 0
        os._exit(_exit_code(os.waitpid(pid, 0)[1]))
    except BaseException as error:
        os.write(2, f"namespaces: {error}\n".encode())
        os._exit(120)


def _map_itself(user: int, group: int) -> None:
    for name, line in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(line)


def _mount(file_mb: int) -> None:
    """Mount a /tmp, a /dev/shm and a /proc that only these namespaces see."""
    size = f"size={4 * file_mb}m,nr_inodes=20000,mode=0777".encode()
    visible = [(path, os.open(path, os.O_PATH)) for path in os.environ.get(VISIBLE_PATHS, "").split(os.pathsep) if path]
    for place in (b"/tmp", b"/dev/shm"):
        _call("mount", _libc().mount(b"tmpfs", place, b"tmpfs", _NOSUID | _NODEV, size))
    for path, descriptor in visible:
        _show_again(path, descriptor)
    _call("mount", _libc().mount(b"proc", b"/proc", b"proc", _NOSUID | _NODEV | _NOEXEC, None))


def _show_again(path: str, descriptor: int) -> None:
    """Put what `descriptor` was opened on back to `path`, which a new mount has covered; read-only as it was."""
    os.makedirs(path, exist_ok=True)
    held = f"/proc/self/fd/{descriptor}".encode()
    _call("mount", _libc().mount(held, path.encode(), None, _BIND, None))
    os.close(descriptor)


def _start_runner(body: Callable[[], None], worker_number: int) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            give_up_rights(worker_number)
            body()
            os._exit(0)
        except BaseException as error:
            os.write(2, f"namespaces: {type(error).__name__}: {error}\n".encode())
            os._exit(122)
    return pid


def give_up_rights(worker_number: int) -> None:
    """Become a user without rights, for good."""
    if os.geteuid() == 0:
        user = FIRST_USER_ID + worker_number
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        _libc().prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)  # else /proc/self belongs to root
        _call("unshare", _libc().unshare(_NEW_USER))
        _map_itself(user, user)
    with open("/proc/sys/user/max_user_namespaces", "w") as file:
        file.write("0")  # of this namespace: no other can be made in it, so no other file system be mounted
    libc = _libc()
    _call("prctl", libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    for capability in range(_LAST_CAPABILITY):
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    _call("capset", libc.capset(header, (ctypes.c_uint32 * 6)()))


def _reap(runner: int) -> int:
    """Wait for the runner, and for orphans meanwhile; return its exit code. All others die when this process does."""
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == runner:
            return _exit_code(status)


def _exit_code(status: int) -> int:
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def die_with_parent() -> None:
    """Let the kernel end this process when the thread that has forked it ends."""
    _libc().prctl(_PR_SET_DEATH_SIGNAL, 9, 0, 0, 0)


def _data_mb() -> int:
    with open("/proc/self/status") as file:
        return next((int(line.split()[1]) // 1024 for line in file if line.startswith("VmData")), 0)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(name: str, result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise NamespaceError(number, f"{name}: {os.strerror(number)}")


def _first_parts() -> set[str]:
    """Return the names in /tmp that lead to what stays in sight."""
    return {path.split("/")[2] for path in os.environ.get(VISIBLE_PATHS, "").split(os.pathsep) if path}


def _try() -> None:
    """For `bubblewrap.obstacle`: make namespaces once, and check that they are private."""

    def body() -> None:
        if [name for name in os.listdir("/proc") if name.isdigit()] != ["1", "2"] or set(
            os.listdir("/tmp")
        ) - _first_parts():
            raise NamespaceError("the namespaces are not private: other processes or files are in sight")

    _, status = os.waitpid(run_in_namespaces(body, 0, 1), 0)
    sys.exit(_exit_code(status))


if __name__ == "__main__":
    _try()
