"""The bubblewrap sandbox in which submissions run: no network, a read-only system, and only the package of the course."""

import functools
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import mlsd_course
from mlsd_course.errors import GradingError
from mlsd_course.grading.sandbox import namespaces

FLAG = "--no-sandbox-i-trust-every-submission"
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store")
_SETTINGS = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "alternatives", "ssl/openssl.cnf", "mime.types")
# What a submission sees of the environment: nothing of the instructor's.
_ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "HOME": "/tmp/home",
    "IPYTHONDIR": "/tmp/home/.ipython",
    "MPLCONFIGDIR": "/tmp/home/.mpl",
    "MLSD_HEADLESS": "1",
    "MLSD_WORKSPACE": "/tmp/workspace",
    "NBGRADER_EXECUTION": "autograde",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "NUMBA_CACHE_DIR": "/tmp/numba",
    "OMP_NUM_THREADS": "1",  # threads do not survive the fork
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": "33554432",  # glibc: keep the memory of arrays for the next; each new page is a fault
    "MALLOC_TRIM_THRESHOLD_": "134217728",
    "MALLOC_TOP_PAD_": "4194304",
}

_INHERITED = (
    "PATH",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "PYTHONPATH",
    "HOME",
)  # where nothing is closed


@dataclass(frozen=True)
class Sandbox:
    """How the fork server is started: in bubblewrap (`closed`), or without a sandbox."""

    closed: bool = True

    def command(self, *arguments: str) -> list[str]:
        """Return the command that starts the fork server in the sandbox."""
        python = [sys.executable, "-P", "-X", "utf8", "-m", "mlsd_course.grading.sandbox.fork_server", *arguments]
        return [*_bubblewrap(), *python] if self.closed else python

    def environment(self) -> dict[str, str]:
        """Return the environment of the fork server."""
        own = dict(_ENVIRONMENT)
        if not self.closed:
            kept = {name: os.environ[name] for name in _INHERITED if name in os.environ}
            for name in ("PATH", "HOME", "IPYTHONDIR", "MPLCONFIGDIR", "MLSD_WORKSPACE", "NUMBA_CACHE_DIR"):
                own.pop(name)
            return {**own, **kept}
        own[namespaces.VISIBLE_PATHS] = os.pathsep.join(str(path) for path in _python() if path.is_relative_to("/tmp"))
        return {**own, "PYTHONPATH": os.pathsep.join(map(str, [_package().parent, *_added()]))}


@functools.cache
def obstacle() -> str:
    """Return why no sandbox can be had here, as a sentence; "" where one can."""
    if not sys.platform.startswith("linux"):
        return f"bubblewrap needs Linux, and this is {sys.platform}"
    if shutil.which("bwrap") is None:
        return "bubblewrap (`bwrap`) is not installed"
    tried = subprocess.run(
        [*_bubblewrap(), sys.executable, "-S", "-P", str(namespaces.__file__)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=Sandbox().environment(),
    )
    if tried.returncode:
        return f"this system does not allow it: {(tried.stderr or tried.stdout).strip()[-300:]}"
    return ""


def require() -> Sandbox:
    """Return a closed sandbox; GradingError with the reason and the ways out where none can be had."""
    if reason := obstacle():
        raise GradingError(
            f"Submissions are not run without a sandbox, and there is none: {reason}",
            remedy="Install bubblewrap (Debian, Ubuntu: apt-get install bubblewrap; Fedora: dnf install bubblewrap) and "
            "allow user namespaces; or grade in a Linux virtual machine or container; or, where you would run every "
            f"submission with your own hands, say {FLAG}",
        )
    return Sandbox(closed=True)


def _bubblewrap() -> list[str]:
    command = ["bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--die-with-parent"]
    command += ["--new-session", "--hostname", "grading"]
    if os.geteuid() == 0:  # root gives each submission another user; anybody else, another user namespace
        command += ["--cap-drop", "ALL"]
        for right in ("SYS_ADMIN", "SETUID", "SETGID", "KILL"):
            command += ["--cap-add", f"CAP_{right}"]
    else:
        command += ["--unshare-user"]
    for path in map(Path, _SYSTEM):
        if path.is_symlink():
            command += ["--symlink", os.readlink(path), str(path)]
        elif path.is_dir():
            command += ["--ro-bind", str(path), str(path)]
    for name in _SETTINGS:
        command += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    command += ["--tmpfs", "/tmp"]
    for path in _python():
        for parent in reversed(path.parents[:-1]):
            command += ["--dir", str(parent)]  # made readable; those that bwrap adds itself are its own
        command += ["--ro-bind", str(path), str(path)]
    command += ["--proc", "/proc", "--dev", "/dev", "--chdir", "/tmp"]
    return [*command, "--remount-ro", "/", "--remount-ro", "/dev", "--tmpfs", "/dev/shm"]


def _python() -> list[Path]:
    """Return what Python and its packages are made of, and the course's package; never the folder of the notebooks."""
    scheme = sysconfig.get_paths()
    package = _package()
    wanted = [sys.prefix, sys.base_prefix, sys.exec_prefix, scheme["purelib"], scheme["platlib"]]
    interpreter = Path(sys.executable)
    while interpreter.is_symlink():  # each link of the chain must be there
        wanted.append(str(interpreter.parents[1]))
        interpreter = interpreter.parent / os.readlink(interpreter)
    paths = [Path(path) for path in dict.fromkeys(wanted)] + _added()
    paths = [path for path in paths if path.is_dir() and not str(path).startswith("/usr")]
    if not any(package.is_relative_to(path) for path in paths):
        paths.append(package)
    return sorted(path for path in paths if not any(path != other and path.is_relative_to(other) for other in paths))


def _added() -> list[Path]:
    """Return what the instructor's PYTHONPATH adds, without the folder of the course."""
    paths = [Path(path).absolute() for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    return [path for path in paths if path.is_dir() and not _package().is_relative_to(path)]


def _package() -> Path:
    return Path(mlsd_course.__file__).resolve().parent
