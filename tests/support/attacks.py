"""What broken and hostile submissions do, as tables: a name, what is handed in, and how it must end.

Each starts from the reference answers (8 automatic points: e1 3, e2 4, e4 1). `code` runs in a cell of its own before
the answers; `e1`, `e2`, `e4` replace an answer. `points` is what the gradebook must say, None where only the others
matter: then it ends with all points or a named error. `says` must be in what the run reports of that submission, "" where it must report nothing.
"""

import json
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlsd_course.grading import autograde
from tests.support.grades import SLUG

Json = dict[str, Any]
RIGHT = 8
CHEAT_EQ = "class Yes:\n    def __eq__(self, other): return True\n    def __format__(self, how): return 'yes'\n"
WRONG = "def utilisation(rate_per_s, service_s):\n    return -1\n"


@dataclass(frozen=True)
class Attack:
    """One submission whose cells attack."""

    name: str
    points: float | None
    says: str = ""
    code: str = ""
    e1: str = ""
    e2: str = ""
    e4: str = ""


# Each takes more than it may, or ends what it should not. What is left of the points is what other cells earn.
GREEDY = (
    Attack("endless-loop", 5, e1="while True:\n    pass"),
    Attack("endless-sleep", 5, e1="import time\ntime.sleep(1000)"),
    Attack(
        "loop-ignores-the-alarm",
        0,
        "did not stop",
        "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass",
    ),
    Attack(
        "loop-catches-everything",
        0,
        "did not stop",
        "import time\nwhile True:\n    try: time.sleep(1)\n    except BaseException: pass",
    ),
    Attack("regular-expression-of-a-year", 8, "", "import re\nre.match('(a+)+$', 'a' * 60 + 'b')"),
    Attack("loop-in-a-test", 5, e1="def utilisation(rate_per_s, service_s):\n    while True: pass"),
    Attack("leaves-by-os-exit", 0, "ended itself (exit code 0)", "import os\nos._exit(0)"),
    Attack(
        "leaves-in-a-test",
        0,
        "ended itself (exit code 9)",
        e1="import os\ndef utilisation(rate_per_s, service_s):\n    os._exit(9)",
    ),
    Attack("kills-itself", 0, "killed", "import os\nos.kill(os.getpid(), 9)"),
    Attack("aborts", 0, "abort", "import os\nos.abort()"),
    Attack("crashes-python", 0, "segmentation fault", "import ctypes\nctypes.string_at(0)"),
    Attack("system-exit", 8, "", "raise SystemExit(1)"),
    Attack("exit-and-quit", 8, "", "exit()\nquit()"),
    Attack("fork-bomb", None, None, "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"),
    Attack("memory-bomb", 8, "", "held = []\nwhile True: held.append(bytearray(20_000_000))"),
    Attack(
        "memory-bomb-of-many",
        None,
        None,
        "import os, time\nfor _ in range(12):\n    if os.fork() == 0:\n        held = bytearray(b'x' * 100_000_000)\n        time.sleep(60)\ntime.sleep(60)",
    ),
    Attack(
        "thread-bomb",
        0,
        "threads",
        "import threading, time\nfor _ in range(10000): threading.Thread(target=time.sleep, args=(50,), daemon=True).start()",
        e2="waits_ms = [1.0, 2.0, 3.0]",
    ),
    Attack("endless-output", 8, "", "while True: print('x' * 10_000)"),
    Attack("endless-output-below-python", 8, "", "import os\nwhile True: os.write(1, b'x' * 10_000)"),
    Attack("endless-errors-below-python", 8, "", "import os\nwhile True: os.write(2, b'x' * 10_000)"),
    Attack("one-huge-line", 8, "", "print('x' * 100_000_000)"),
    Attack(
        "widget-flood",
        8,
        "",
        "from IPython.display import display, HTML\nfor n in range(20_000): display(HTML('<script>alert(1)</script>' * 50))",
    ),
    Attack("deep-recursion", 8, "", "def f(): return f()\nf()"),
    Attack("huge-file", 8, "", "open('big', 'wb').write(bytes(300_000_000))"),
    Attack("fills-the-disk", 8, "", "for n in range(100): open(f'/tmp/big{n}', 'wb').write(bytes(15_000_000))"),
    Attack("hundred-thousand-files", 8, "", "for n in range(100_000): open(f'/tmp/f{n}', 'w').close()"),
    Attack("endless-repr", 8, "", "class R:\n    def __repr__(self):\n        while True: pass\nR()"),
    Attack(
        "raises-its-own-kind", 8, "", "class Odd(BaseException):\n    def __str__(self): raise ValueError\nraise Odd"
    ),
    Attack("asks-for-input", 8, "", "input('who?')"),
)

# Each lets something run on, or changes its surroundings; all of it is gone afterwards, and the points stand.
LEAVING = (
    Attack("daemon-process", 8, "", "import subprocess\nsubprocess.Popen(['sleep', '86421'], start_new_session=True)"),
    Attack(
        "double-fork",
        8,
        "",
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: time.sleep(86422)\n    os._exit(0)",
    ),
    Attack("forked-copy-runs-on", 8, "", "import os\nos.fork()"),
    Attack(
        "daemon-thread",
        8,
        "threads",
        "import threading, time\nthreading.Thread(target=lambda: [time.sleep(.01) for _ in iter(int, 1)], daemon=True).start()",
    ),
    Attack(
        "thread-that-waits", 8, "threads", "import threading\nthreading.Thread(target=threading.Event().wait).start()"
    ),
    Attack(
        "pool-left-open",
        8,
        None,
        "from concurrent.futures import ProcessPoolExecutor\npool = ProcessPoolExecutor(2)\npool.submit(abs, 1).result()",
    ),
    Attack(
        "task-left-open",
        8,
        "",
        "import asyncio\nasync def f(): await asyncio.sleep(1000)\ntask = asyncio.ensure_future(f(), loop=asyncio.new_event_loop())",
    ),
    Attack("top-level-await", 8, "", "import asyncio\nawait asyncio.sleep(0)"),
    Attack(
        "changes-the-clock",
        8,
        "",
        "import time\ntime.time = time.monotonic = time.perf_counter = lambda: 0\ntime.sleep = lambda s: None",
    ),
    Attack("own-alarm", 8, "", "import signal\nsignal.alarm(1)"),
    Attack("changes-directory", 8, "", "import os\nos.chdir('/')"),
    Attack("closes-stdout", 8, "", "import sys\nsys.stdout.close()\nsys.stdout = sys.stderr = None"),
    Attack("closes-descriptors-1-and-2", 8, "", "import os\nos.close(1); os.close(2)"),
    Attack("shell-escape", 8, "", "!rm -rf / --no-preserve-root ~ . 2>/dev/null\n!sleep 86423 &"),
    Attack("magics", 8, "", "%time 1 + 1\n%timeit -n1 -r1 1\n%env\n%pwd"),
    Attack("cell-magic", 8, None, "%%bash\necho hi"),
    Attack("unknown-magic", 8, "", "%nosuchmagic"),
    Attack("prompt-hooks", 8, "", "get_ipython().events.register('pre_run_cell', lambda *a: 1 / 0)"),
    Attack("raises-limits", 8, "", "import resource\nresource.setrlimit(resource.RLIMIT_NPROC, (10**6, 10**6))"),
    Attack(
        "kills-others",
        8,
        "",
        "import os\nfor pid in range(1, 500):\n    if pid != os.getpid():\n        try: os.kill(pid, 9)\n        except OSError: pass",
    ),
    Attack(
        "writes-to-the-system",
        8,
        "",
        "import sys\nfor place in ('/usr/x', '/etc/passwd', '/x', '/dev/x', sys.prefix + '/x'):\n    try: open(place, 'w'); print('WROTE', place)\n    except OSError: pass",
    ),
    Attack(
        "makes-a-namespace",
        8,
        "",
        "!unshare -U true && echo SAW a namespace\n!unshare -Urm mount -t tmpfs x /tmp && echo SAW a mount",
    ),
    Attack(
        "zip-path-traversal",
        8,
        "",
        "import zipfile\nwith zipfile.ZipFile('z.zip', 'w') as z: z.writestr('../../../../../../x/evil', 'x')\nimport shutil\nshutil.unpack_archive('z.zip', '.')\nopen('../../../x', 'w')",
    ),
)

# Each reads what it must not; it finds nothing, says so, and its answers count.
_LOOK = "import os, glob\nhits = []\nfor place in PLACES:\n    try: hits += [os.path.exists(place) and 'SAW ' + place] if os.path.isdir(place) else [open(place, errors='replace').read()]\n    except OSError: pass\nprint(hits)"
SPYING = (
    Attack(
        "reads-the-course",
        8,
        "",
        "PLACES = ['{root}', '{root}/gradebook.db', '{root}/source/ch90_fixture/exercises.py', '{root}/nbgrader_config.py']\n"
        + _LOOK,
    ),
    Attack(
        "reads-others",
        8,
        "",
        "PLACES = ['{root}/submitted', '{root}/submitted/honest-a/ch90_fixture/secret.txt', '{root}/autograded']\n"
        + _LOOK,
    ),
    Attack(
        "reads-environments",
        8,
        "",
        "PLACES = [f'/proc/{p}/environ' for p in ['self', *range(1, 50)]] + [f'/proc/{p}/root{root}' for p in range(1, 50)]\n"
        + _LOOK
        + "\nprint(dict(os.environ))",
    ),
    Attack(
        "reads-home",
        8,
        "",
        "PLACES = ['/root/.ssh', '/home', os.path.expanduser('~/.bashrc')] if (os := __import__('os')) else []\n"
        + _LOOK,
    ),
    Attack(
        "searches-the-disk",
        8,
        "",
        "import os\nfor place, _, names in os.walk('/'):\n    if place.startswith(('/proc', '/usr', '/sys')): _.clear()\n    for name in names:\n        if 'site-packages' not in place and 'mlsd_course' not in place and name in ('gradebook.db', 'nbgrader_config.py') or 'ch90' in place: print('SAW', place, name)",
    ),
    Attack(
        "reads-in-and-out",
        8,
        "",
        e4="answer = 42\nprint(In, Out, list(globals()), get_ipython().history_manager.input_hist_raw)",
    ),
    Attack("reads-the-next-test", 8, "", "import sys\nprint([m for m in sys.modules if 'grading' in m])"),
    Attack(
        "calls-home",
        8,
        "",
        "import socket\nfor host in ('127.0.0.1', '10.0.0.1', '1.1.1.1'):\n    try: socket.create_connection((host, {port}), timeout=.2); print('SAW', host)\n    except OSError: pass",
    ),
    Attack(
        "asks-the-name-server",
        8,
        "",
        "import socket\ntry: print('SAW', socket.gethostbyname('example.org'))\nexcept OSError: pass",
    ),
    Attack(
        "tells-the-secret-of-a-test",
        None,
        "read the frames",
        e1="import sys\ndef utilisation(rate_per_s, service_s):\n    global seen\n    seen = sys._getframe(1).f_code.co_consts\n    return rate_per_s * service_s",
        e4="answer = 42\nprint(seen)",
    ),
)

# Each makes a wrong answer look right. The points are those of the answer.
CHEATING = (
    Attack(
        "equal-to-everything",
        5,
        "compares in its own way",
        e1=CHEAT_EQ + "def utilisation(rate_per_s, service_s): return Yes()",
    ),
    Attack(
        "a-float-that-lies",
        5,
        "compares in its own way",
        e1="class Lie(float):\n    def __eq__(self, other): return True\n    __hash__ = None\ndef utilisation(rate_per_s, service_s): return Lie(1)",
    ),
    Attack(
        "a-type-made-by-hand",
        5,
        "compares in its own way",
        e1="Lie = type('float', (float,), {'__eq__': lambda a, b: True})\nLie.__module__ = 'builtins'\ndef utilisation(rate_per_s, service_s): return Lie(1)",
    ),
    Attack("own-mean", 6, "replaced mean", e2="waits_ms = [1.0, 1.0, 1.0]\nmean = lambda values: 2.0"),
    Attack("own-len", 6, "has a len of its own", e2="waits_ms = [2.0]\nlen = lambda values: 3"),
    Attack(
        "builtin-len",
        3,
        "changed the builtin len",
        e2="import builtins\nwaits_ms = [2.0]\nbuiltins.len = lambda values: 3",
    ),
    Attack(
        "patched-statistics", 8, "changed statistics.mean", "import statistics\nstatistics.mean = lambda values: 2.0"
    ),
    Attack("patched-numpy", 8, "changed numpy.mean", "import numpy\nnumpy.mean = lambda values: 2.0"),
    Attack(
        "patched-helper-package",
        8,
        "changed mlsd_course",
        "import mlsd_course.errors as errors\nerrors.CourseError = type('CourseError', (Exception,), {})",
    ),
    Attack(
        "patched-class-of-the-package",
        8,
        "changed CourseError._sentence",
        "from mlsd_course.errors import CourseError\nCourseError._sentence = lambda self: 'fine'",
    ),
    Attack(
        "replaced-module",
        8,
        "replaced the module statistics",
        "import sys, types\nsys.modules['statistics'] = types.ModuleType('statistics')",
    ),
    Attack(
        "import-hook",
        8,
        "how modules are found",
        "import sys\nsys.meta_path.insert(0, type('F', (), {'find_spec': staticmethod(lambda *a: None)}))",
    ),
    Attack("removes-builtins", None, "changed the builtin", "import builtins\ndel builtins.len"),
    Attack(
        "own-assertion-error",
        5,
        "changed the builtin AssertionError",
        "import builtins\nbuiltins.AssertionError = type('Fine', (Exception,), {})",
        e1=WRONG,
    ),
    Attack(
        "silences-errors",
        5,
        "",
        "import sys\nsys.excepthook = lambda *a: None\nget_ipython()._showtraceback = get_ipython().showtraceback = lambda *a, **k: None",
        e1=WRONG,
    ),
    Attack("raises-in-the-test", 5, "", e1="def utilisation(rate_per_s, service_s): raise SystemExit(0)"),
    Attack("stops-the-test-by-interrupt", 5, "", e1="def utilisation(rate_per_s, service_s): raise KeyboardInterrupt"),
    Attack(
        "writes-to-stderr",
        5,
        "",
        e1="import sys\ndef utilisation(rate_per_s, service_s):\n    print('hm', file=sys.stderr)\n    return rate_per_s * service_s",
    ),
    Attack(
        "a-hundred-points",
        4,
        "replaced mean",
        e2="waits_ms = [1.0, 1.0, 1.0]\nclass M:\n    def __eq__(self, o): return 100\nmean = lambda v: M()",
    ),
    Attack(
        "points-that-are-no-number",
        4,
        "replaced mean",
        e2="waits_ms = [1.0, 1.0, 1.0]\nclass M:\n    def __eq__(self, o): return float('nan')\nmean = lambda v: M()",
    ),
    Attack(
        "less-than-nothing",
        4,
        "replaced mean",
        e2="waits_ms = [1.0, 1.0, 1.0]\nclass M:\n    def __eq__(self, o): return -9\nmean = lambda v: M()",
    ),
    Attack("nan-as-an-answer", 5, "", e1="def utilisation(rate_per_s, service_s): return float('nan')"),
    Attack(
        "own-formatter",
        6,
        "",
        "get_ipython().display_formatter.formatters['text/plain'].for_type(float, lambda o, p, c: p.text('4'))\nget_ipython().display_formatter.formatters['text/plain'].for_type(int, lambda o, p, c: p.text('4'))",
        e2="waits_ms = [1.0, 1.0, 1.0]",
    ),
    Attack("clears-the-names", 0, "", e4="globals().clear()", e1=WRONG, e2="waits_ms = []"),
)

# Each reaches for the judge. What is tested after that gives no points and waits for a person.
TAMPERING = (
    Attack("reads-frames", 0, "read the frames", "import sys\nsys._getframe(1)"),
    Attack("reads-frames-by-inspect", 0, "read the frames", "import inspect\ninspect.stack()"),
    Attack(
        "reads-frames-by-traceback",
        0,
        "read the frames",
        "try: 1 / 0\nexcept ZeroDivisionError as e: e.__traceback__.tb_frame.f_back",
    ),
    Attack("reads-frames-by-generator", 0, "read the frames", "g = (g.gi_frame.f_back for _ in [1])\nnext(g)"),
    Attack(
        "reads-frames-in-a-test",
        0,
        "read the frames",
        e1="import sys\ndef utilisation(rate_per_s, service_s):\n    sys._getframe(1).f_globals\n    return rate_per_s * service_s",
    ),
    Attack("reads-all-objects", 0, "searched all objects", "import gc\ngc.get_objects()"),
    Attack("reads-referrers", 0, "searched who holds", "import gc\ngc.get_referrers(print)"),
    Attack("reaches-for-memory", 0, "raw memory", "import ctypes\nctypes.CDLL(None).getpid()"),
    Attack("opens-its-memory", 0, "raw memory", "open('/proc/self/mem', 'r+b')"),
    Attack("traces", 0, "traced", "import sys\nsys.settrace(lambda *a: None)"),
    Attack("profiles", 0, "traced", "import sys\nsys.setprofile(lambda *a: None)"),
    Attack("listens", 0, "listened", "import sys\nsys.addaudithook(lambda *a: None)"),
    Attack(
        "rewrites-a-function",
        0,
        "rewrote a function",
        "import statistics\nstatistics.mean.__code__ = (lambda data: 2.0).__code__",
    ),
    Attack(
        "writes-byte-code", 0, "byte code", "f = lambda: 1\nf.__code__.replace(co_filename='/usr/lib/python3/x.py')"
    ),
    Attack(
        "hides-its-name",
        0,
        "hid the name",
        "import sys\nexec(compile('import sys; sys._getframe(1)', sys.prefix + '/lib/x.py', 'exec'))",
    ),
    Attack(
        "forges-a-report",
        0,
        "judge's socket",
        "import os, json, struct\nbody = json.dumps({'nonce': '0', 'outputs': [], 'seconds': 0}).encode()\nfor fd in range(3, 200):\n    try: os.write(fd, struct.pack('!I', len(body)) + body)\n    except OSError: pass",
    ),
    Attack(
        "writes-garbage-to-the-judge",
        0,
        "judge's socket",
        "import os\nfor fd in range(3, 200):\n    try: os.write(fd, b'\\xff' * 100)\n    except OSError: pass",
    ),
    Attack("closes-all-descriptors", 0, "ended itself", "import os\nos.closerange(3, 1000)"),
)
ATTACKS = (*GREEDY, *LEAVING, *SPYING, *CHEATING, *TAMPERING)


@dataclass(frozen=True)
class Broken:
    """One submission whose files are not what they should be: `make` gets the folder and the notebook as JSON."""

    name: str
    points: float
    says: str
    make: Callable[[Path, Json], Json | bytes | None]


def cell(notebook: Json, grade_id: str) -> Json:
    """Return the cell of a grade id."""
    return next(each for each in notebook["cells"] if each["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)


def _marks(name: str, /, **changes: Any) -> Callable[[Path, Json], Json]:
    def make(_: Path, notebook: Json) -> Json:
        cell(notebook, name)["metadata"]["nbgrader"].update(changes)
        return notebook

    return make


def _cells(change: Callable[[list[Json]], list[Json]]) -> Callable[[Path, Json], Json]:
    def make(_: Path, notebook: Json) -> Json:
        return {**notebook, "cells": change(notebook["cells"])}

    return make


def _text(change: Callable[[str], bytes]) -> Callable[[Path, Json], bytes]:
    return lambda _, notebook: change(json.dumps(notebook, ensure_ascii=False))


def _without(*grade_ids: str) -> Callable[[Path, Json], Json]:
    return _cells(
        lambda cells: [each for each in cells if each["metadata"].get("nbgrader", {}).get("grade_id") not in grade_ids]
    )


def _edited(source: str) -> Callable[[Path, Json], Json]:
    def make(_: Path, notebook: Json) -> Json:
        cell(notebook, "ch90_fixture_e1_test")["source"] = source
        cell(notebook, "ch90_fixture_e1")["source"] = WRONG
        return notebook

    return make


def _retyped(grade_id: str, kind: str) -> Callable[[Path, Json], Json]:
    def make(_: Path, notebook: Json) -> Json:
        each = cell(notebook, grade_id)
        each["cell_type"] = kind
        each.pop("outputs", None)
        each.pop("execution_count", None)
        return notebook

    return make


def _linked(target: str) -> Callable[[Path, Json], None]:
    def make(folder: Path, _: Json) -> None:
        (folder / "exercises.ipynb").unlink()
        (folder / "exercises.ipynb").symlink_to(folder / target)

    return make


def _beside(name: str, make_it: Callable[[Path], None]) -> Callable[[Path, Json], Json]:
    def make(folder: Path, notebook: Json) -> Json:
        make_it(folder / name)
        return notebook

    return make


def _folder(folder: Path, _: Json) -> None:
    (folder / "exercises.ipynb").unlink()
    (folder / "exercises.ipynb").mkdir()


def _removed(folder: Path, _: Json) -> None:
    (folder / "exercises.ipynb").unlink()


def _pipe(folder: Path, _: Json) -> None:
    (folder / "exercises.ipynb").unlink()
    os.mkfifo(folder / "exercises.ipynb")


def _elsewhere(folder: Path, _: Json) -> None:
    other = folder.with_name("elsewhere")
    folder.rename(other)
    folder.symlink_to(other)


def _unreadable(path: Path) -> None:
    path.write_bytes(b"x")
    path.chmod(stat.S_IWUSR)


BROKEN = (
    Broken("deleted-test", RIGHT, "deleted cell", _without("ch90_fixture_e1_test")),
    Broken("deleted-answer", 5, "deleted cell", _without("ch90_fixture_e1")),
    Broken("deleted-answer-and-test", 5, "deleted cell", _without("ch90_fixture_e1", "ch90_fixture_e1_test")),
    Broken("deleted-written-answer", RIGHT, "deleted cell", _without("ch90_fixture_e3")),
    Broken("deleted-all", 0, "deleted cell", _cells(lambda cells: [])),
    Broken("duplicated-test", RIGHT, "duplicate cell", _cells(lambda cells: [*cells, cells[3]])),
    Broken("duplicated-all", RIGHT, "duplicate cell", _cells(lambda cells: cells * 2)),
    Broken("hundred-times-the-same", RIGHT, "duplicate cell", _cells(lambda cells: cells * 20)),
    Broken("reordered", 0, "", _cells(lambda cells: cells[::-1])),
    Broken("answer-retyped", RIGHT, "retyped cell", _retyped("ch90_fixture_e1", "markdown")),
    Broken("test-retyped", RIGHT, "retyped cell", _retyped("ch90_fixture_e1_test", "raw")),
    Broken("unknown-type", 5, "deleted cell", _retyped("ch90_fixture_e1", "nonsense")),
    Broken("edited-test", 5, "edited locked cell", _edited("pass")),
    Broken("emptied-test", 5, "edited locked cell", _edited("")),
    Broken("a-thousand-points", RIGHT, "", _marks("ch90_fixture_e1_test", points=1000)),
    Broken("negative-points", RIGHT, "", _marks("ch90_fixture_e1_test", points=-1)),
    Broken("ungraded-test", RIGHT, "", _marks("ch90_fixture_e1_test", grade=False, locked=False)),
    Broken("test-as-solution", RIGHT, "", _marks("ch90_fixture_e1_test", solution=True)),
    Broken("answer-as-test", RIGHT, "", _marks("ch90_fixture_e1", grade=True, solution=False, points=99)),
    Broken("wrong-schema", RIGHT, "", _marks("ch90_fixture_e1_test", schema_version=99)),
    Broken("wrong-checksum", RIGHT, "", _marks("ch90_fixture_e3", checksum="0")),
    Broken("renamed-test", RIGHT, "unknown cell", _marks("ch90_fixture_e1_test", grade_id="other")),
    Broken("renamed-answer", RIGHT, "unknown cell", _marks("ch90_fixture_e1", grade_id="../../etc")),
    Broken("grade-id-of-another-kind", RIGHT, "deleted cell", _marks("ch90_fixture_e1_test", grade_id=["a"])),
    Broken(
        "metadata-of-another-kind",
        RIGHT,
        "deleted cell",
        _cells(lambda cells: [{**each, "metadata": [1]} if number == 3 else each for number, each in enumerate(cells)]),
    ),
    Broken(
        "no-metadata",
        RIGHT,
        "deleted cell",
        _cells(
            lambda cells: [
                {key: value for key, value in each.items() if key != "metadata"} if number == 3 else each
                for number, each in enumerate(cells)
            ]
        ),
    ),
    Broken("cells-that-are-none", RIGHT, "", _cells(lambda cells: [None, 1, "x", [], *cells])),
    Broken(
        "source-of-another-kind",
        RIGHT,
        "",
        _cells(lambda cells: [{"cell_type": "code", "source": 5, "metadata": {}}, *cells]),
    ),
    Broken(
        "wrong-kernel",
        RIGHT,
        "",
        lambda _, notebook: {
            **notebook,
            "metadata": {"kernelspec": {"name": "julia", "display_name": "J", "language": "julia"}},
        },
    ),
    Broken("old-format", 0, "no list of cells", lambda _, notebook: {"nbformat": 2, "metadata": {}}),
    Broken("no-cells", 0, "no list of cells", lambda _, notebook: {**notebook, "cells": None}),
    Broken("too-many-cells", 0, "cells", _cells(lambda cells: cells * 300)),
    Broken("truncated", 0, "no JSON", _text(lambda text: text[: len(text) // 2].encode())),
    Broken("empty-file", 0, "no JSON", _text(lambda text: b"")),
    Broken("a-list", 0, "no notebook", _text(lambda text: b"[1, 2]")),
    Broken("binary", 0, "UTF-8", _text(lambda text: bytes(range(128, 256)) * 100)),
    Broken("nested-deeply", 0, "nested too deeply", _text(lambda text: b"[" * 200_000)),
    Broken("utf-16", RIGHT, "", _text(lambda text: text.encode("utf-16"))),
    Broken("byte-order-mark", RIGHT, "", _text(lambda text: text.encode("utf-8-sig"))),
    Broken("latin-1", 0, "UTF-8", _text(lambda text: text.replace("Three", "Dreißig").encode("latin-1"))),
    Broken(
        "windows-line-ends",
        RIGHT,
        "",
        _text(lambda text: json.dumps(json.loads(text), indent=1).replace("\n", "\r\n").encode()),
    ),
    Broken(
        "nan-in-json", RIGHT, "", _text(lambda text: text.replace('"nbformat": 4', '"x": NaN, "nbformat": 4').encode())
    ),
    Broken(
        "half-letters",
        RIGHT,
        "",
        _cells(lambda cells: [{"cell_type": "code", "source": "x = '\ud800'", "metadata": {}}, *cells]),
    ),
    Broken("huge-notebook", 0, "MB", _text(lambda text: text.encode() + b" " * 21_000_000)),
    Broken("notebook-is-a-link", 0, "link", _linked("../../../gradebook.db")),
    Broken("notebook-links-to-a-neighbour", 0, "link", _linked("../../honest-a/ch90_fixture/exercises.ipynb")),
    Broken("notebook-is-a-folder", 0, "no file", _folder),
    Broken("notebook-is-a-pipe", 0, "no file", _pipe),
    Broken("folder-is-a-link", 0, "link to somewhere else", _elsewhere),
    Broken("missing-notebook", 0, "", _removed),
    Broken("link-beside", RIGHT, "link or a device", _beside("data.csv", lambda path: path.symlink_to("/etc/passwd"))),
    Broken(
        "huge-file-beside",
        RIGHT,
        "too large",
        _beside(
            "data.bin", lambda path: os.truncate(path, 3_000_000_000) if path.write_bytes(b"") is not None else None
        ),
    ),
    Broken("pipe-beside", RIGHT, "link or a device", _beside("pipe", lambda path: os.mkfifo(path))),
    Broken("odd-names-beside", RIGHT, "", _beside("; rm -rf 'x' \n ü.txt", lambda path: path.write_text("x") and None)),
    Broken(
        "bad-timestamp",
        RIGHT,
        "timestamp",
        _beside("timestamp.txt", lambda path: path.write_bytes(b"\xff\x00 yesterday") and None),
    ),
    Broken(
        "module-beside-shadows-the-library",
        RIGHT,
        "",
        _beside("statistics.py", lambda path: path.write_text("mean = lambda v: 2.0") and None),
    ),
)
ODD_NAMES = ("with space", "ümlaut-学生", "quote'\"s", "-dash", "semi;colon", "a" * 120, "50%+[x]*", "dot.dot..", "😀")


LIMITS = autograde.Limits(cell_s=1, grace_s=1, notebook_s=8, memory_mb=400, processes=40, output_kb=64)


def attack_with(root: Path, attack: Attack, port: int) -> None:
    """Put the attack into the submission of its name."""
    path = root / "submitted" / attack.name / SLUG / "exercises.ipynb"
    notebook = json.loads(path.read_text())
    given = {"ch90_fixture_e1": attack.e1, "ch90_fixture_e2": attack.e2, "ch90_fixture_e4": attack.e4}
    for each in notebook["cells"]:
        if source := given.get(each["metadata"].get("nbgrader", {}).get("grade_id", "")):
            each["source"] = source
    if attack.code:
        code = attack.code.replace("{root}", str(root)).replace("{port}", str(port))
        cell = {
            "cell_type": "code",
            "id": "attack",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": code,
        }
        notebook["cells"].insert(2, cell)
    path.write_text(json.dumps(notebook))


def break_with(folder: Path, broken: Broken) -> None:
    """Break the submission in `folder`."""
    path = folder / "exercises.ipynb"
    made = broken.make(folder, json.loads(path.read_text()))
    if isinstance(made, bytes):
        path.write_bytes(made)
    elif made is not None:
        path.write_text(json.dumps(made))
