"""The process behind `judge`: imports once, then runs every submission in a child of its own."""

import ast
import asyncio
import contextlib
import inspect
import io
import json
import linecache
import multiprocessing
import os
import sys
import tempfile
import time
import types
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

Report = dict[str, Any]


def main(job_path: str, reports_path: str) -> None:
    """Run the job at `job_path`; write the reports on each submission's cells, in the order of the submissions."""
    job = json.loads(Path(job_path).read_text(encoding="utf-8"))
    forks = "fork" in multiprocessing.get_all_start_methods() and sys.platform != "darwin"
    context = multiprocessing.get_context("fork" if forks else "spawn")
    if forks:
        _import_first(job["cells"])
    reports = [_supervised(context, job["cells"], submission, job["timeout_s"]) for submission in job["submissions"]]
    Path(reports_path).write_text(json.dumps(reports), encoding="utf-8")


def run_cells(cells: list[dict[str, Any]], replacements: dict[str, str], sink: "Connection[Any, Any]") -> None:
    """Run the code cells from top to bottom, an error in one notwithstanding; send a report after each."""
    main_module = types.ModuleType("__main__")
    main_module.__dict__.update(display=print, get_ipython=lambda: None)
    sys.modules["__main__"] = main_module  # what cells define can be pickled, as in a kernel
    folder = tempfile.mkdtemp(dir=os.environ["MLSD_WORKSPACE"])
    os.environ["MLSD_WORKSPACE"] = folder
    os.chdir(folder)
    loop = asyncio.new_event_loop()
    for number, cell in enumerate(cells):
        if cell["kind"] == "code":
            source = replacements.get(cell["name"], cell["source"])
            sink.send({"cell": number, **_run_cell(source, f"<cell {number + 1}>", main_module.__dict__, loop)})
    sink.close()


def _supervised(
    context: Any, cells: list[dict[str, Any]], replacements: dict[str, str], timeout_s: float
) -> list[Report]:
    """Run one submission; return the reports that came before its time was up or it died."""
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=run_cells, args=(cells, replacements, sender), daemon=False)
    child.start()
    sender.close()
    reports: list[Report] = []
    end = time.monotonic() + timeout_s
    with contextlib.suppress(EOFError):
        while receiver.poll(max(0.0, end - time.monotonic())):
            reports.append(receiver.recv())
    child.join(0.5)
    if child.is_alive():
        child.kill()
        child.join()
    return reports


def _run_cell(source: str, name: str, names: dict[str, Any], loop: asyncio.AbstractEventLoop) -> Report:
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)  # inspect.getsource finds it
    stderr = io.StringIO()
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(stderr):
            value = _evaluate(source, name, names, loop)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a learner's cell may raise anything, SystemExit too
        return {"error": f"{type(error).__name__}: {error}", "value": None}
    # nbgrader gives no points to a test that writes to stderr.
    return {"error": stderr.getvalue().strip()[-2000:], "value": value}


def _evaluate(source: str, name: str, names: dict[str, Any], loop: asyncio.AbstractEventLoop) -> float | None:
    """Run a cell; return the number that its last line is, if it is one."""
    tree, value = ast.parse(source, name), None
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        tree.body.pop()
    _run_code(tree, name, "exec", names, loop)
    if isinstance(last, ast.Expr):
        value = _run_code(ast.Expression(last.value), name, "eval", names, loop)
    with contextlib.suppress(ValueError):
        return float(repr(value))  # nbgrader, too, reads what is printed
    return None


def _run_code(tree: Any, name: str, mode: str, names: dict[str, Any], loop: asyncio.AbstractEventLoop) -> Any:
    code = compile(tree, name, mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    value = eval(code, names)
    if code.co_flags & inspect.CO_COROUTINE:
        return loop.run_until_complete(value)
    return value


def _import_first(cells: list[dict[str, Any]]) -> None:
    """Do the notebook's imports once, for all the children."""
    for cell in cells:
        if cell["kind"] != "code":
            continue
        with contextlib.suppress(SyntaxError):
            for statement in ast.parse(cell["source"]).body:
                if isinstance(statement, ast.Import | ast.ImportFrom):
                    module = ast.Module([statement], type_ignores=[])
                    with contextlib.suppress(
                        Exception
                    ):  # the submission will fail at this import, with its own message
                        exec(compile(module, "<imports>", "exec"), {})


if __name__ == "__main__":
    main(*sys.argv[1:])
