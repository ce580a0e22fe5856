"""IPython without a kernel: runs cells and keeps their outputs in the form of nbformat."""

import io
import os
import sys
import types
from contextlib import nullcontext
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

Output = dict[str, Any]
SHOWN = ("text/plain", "text/latex", "image/png", "image/jpeg")  # what cannot run in the instructor's browser


class Outputs:
    """The outputs of one cell, up to a limit; the rest is dropped."""

    def __init__(self, limit_kb: int = 256) -> None:
        self.kept: list[Output] = []
        self.left = limit_kb * 1024
        self.limit_kb = limit_kb

    def clear(self) -> None:
        """Start anew for the next cell."""
        self.kept, self.left = [], self.limit_kb * 1024

    def stream(self, name: str, text: str) -> None:
        """Add text of stdout or stderr."""
        if not (text := self._room(text)):
            return
        last = self.kept[-1] if self.kept else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"] += text
        else:
            self.kept.append({"output_type": "stream", "name": name, "text": text})

    def data(self, kind: str, data: dict[str, Any], count: int | None = None) -> None:
        """Add an `execute_result` or `display_data`; only forms that are safe to show."""
        shown = {mime: value for mime in SHOWN if isinstance(value := data.get(mime), str)}
        room = sum(map(len, shown.values()))
        if not shown or room > self.left or len(self.kept) > 500:
            self._room("x" * (room + self.left))
            return
        self.left -= room
        output: Output = {"output_type": kind, "data": shown, "metadata": {}}
        self.kept.append({**output, "execution_count": count} if kind == "execute_result" else output)

    def error(self, name: str, value: str, traceback: list[str]) -> None:
        """Add an error; there is always room for one."""
        lines = [line[:2000] for line in traceback[-40:]]
        self.kept.append({"output_type": "error", "ename": name[:200], "evalue": value[:4000], "traceback": lines})

    def _room(self, text: str) -> str:
        if self.left <= 0:
            return ""
        kept, self.left = text[: self.left], self.left - len(text)
        return kept if self.left > 0 else f"{kept}\n... Output truncated ...\n"


class Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of a cell."""

    encoding = "utf-8"

    def __init__(self, outputs: Outputs, name: str, descriptor: int) -> None:
        self._outputs, self.name, self._descriptor = outputs, name, descriptor

    def write(self, text: str) -> int:
        """Keep it."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._outputs.stream(self.name, text)
        return len(text)

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def fileno(self) -> int:
        """Return the descriptor that programs started by the cell write to."""
        return self._descriptor


class _Hook(DisplayHook):
    outputs: Outputs

    def write_output_prompt(self) -> None:
        """Show no `Out[1]:`."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        """Keep the result of a cell."""
        self.outputs.data("execute_result", format_dict, self.prompt_count)

    def finish_displayhook(self) -> None:
        """Print no newline."""
        self._is_active = False


class _Publisher(DisplayPublisher):
    outputs: Outputs

    def publish(self, data: Any, metadata: Any = None, **_: Any) -> None:  # type: ignore[override]
        """Keep what `display` shows."""
        self.outputs.data("display_data", data)

    def clear_output(self, wait: bool = False) -> None:
        """Forget what the cell has shown."""
        self.outputs.clear()


class Shell(InteractiveShell):
    """A shell whose outputs go to `outputs`."""

    outputs: Outputs
    system = InteractiveShell.system_raw  # what `!ls` writes goes to the caught descriptors

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        try:
            text = str(evalue)
        except BaseException:  # a learner's exception may fail in everything
            text = "(cannot be shown)"
        self.outputs.error(etype.__name__, text, [str(line) for line in stb])

    def _tee(self, channel: Any) -> Any:
        """Keep no second copy of the streams."""
        return nullcontext()

    def ask_exit(self) -> None:
        """`exit` in a cell ends nothing."""

    def enable_gui(self, gui: Any = None) -> None:
        """There is no screen."""


def new_shell() -> Shell:
    """Return a shell with an empty namespace, ready to be forked."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.xmode = "Plain"
    config.InteractiveShell.autoindent = False
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module  # what cells define can be pickled, as in a kernel
    outputs = Outputs()
    shell = Shell(config=config, user_module=module, displayhook_class=_Hook, display_pub_class=_Publisher)
    shell.outputs = outputs
    hook: Any = shell.displayhook
    publisher: Any = shell.display_pub
    hook.outputs = publisher.outputs = outputs
    setattr(InteractiveShell, "_instance", shell)  # noqa: B010 - so that get_ipython() and `display` find it
    setattr(Shell, "_instance", shell)  # noqa: B010
    shell.builtin_trap.__enter__()  # for good: tests run outside of `run_cell`
    shell.display_trap.__enter__()
    _warm(shell)
    return shell


def new_formatter() -> Any:
    """Return what writes the value of a test: not the shell's, to which a cell may add."""
    from IPython.core.formatters import DisplayFormatter

    formatter = DisplayFormatter()
    formatter.format(1.5)
    return formatter


def as_python(source: str) -> str:
    """Return a cell with IPython's magics as the Python that they stand for."""
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager().transform_cell(source)


def _warm(shell: Shell) -> None:
    """Run what is slow the first time."""
    shell.run_cell("1 / 0", store_history=False, silent=True)
    shell.run_cell("import os as _os\ndel _os\n1", store_history=False)
    shell.execution_count = 1
    for name in ("_", "__", "___", "_i", "_ii", "_iii", "_1"):
        if name in shell.user_ns:
            shell.user_ns[name] = ""
    shell.outputs.clear()


def catch_descriptors(limit_mb: int) -> tuple[int, int]:
    """Send descriptors 1 and 2 to files in memory; return these. Whatever programs write can be read there."""
    caught = []
    for descriptor in (1, 2):
        made = os.memfd_create(f"out{descriptor}") if hasattr(os, "memfd_create") else _unnamed()
        os.dup2(made, descriptor)
        caught.append(made)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    return caught[0], caught[1]


def drain(descriptor: int, limit: int) -> str:
    """Return what was written to a caught descriptor, at most `limit` bytes, and empty it."""
    size = os.lseek(descriptor, 0, os.SEEK_CUR)
    if size <= 0:
        return ""
    os.lseek(descriptor, 0, os.SEEK_SET)
    text = os.read(descriptor, min(size, limit)).decode("utf-8", errors="replace")
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return text


def _unnamed() -> int:
    import tempfile

    descriptor, path = tempfile.mkstemp()
    if os.name != "nt":
        os.unlink(path)
    return descriptor
