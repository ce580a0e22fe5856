"""Reference outputs as they are kept: what every run repeats, and nothing else."""

import re
from collections.abc import Iterator

from nbformat import NotebookNode

from mlsd_course.grading.authoring.loaded_source import Fault

RAN = 1  # for every cell: a running count would change the cells after a new one; nbval wants some number
TIMING, IGNORED = "timing", "nbval-ignore-output"
_UNCOMPARED_MIMES = (
    "application/vnd.jupyter.widget-view+json",
    "image/png",
    "image/jpeg",
)  # nbval compares none of them
# Patterns that differ from run to run or from machine to machine, and how a message calls them.
_UNREPEATABLE = {
    r"\b0x[0-9a-f]{7,}\b": "a memory address",
    r"\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b": "a random id",
}


def tag_timed_cells(notebook: NotebookNode) -> None:
    """Give every `timing` cell the tag by which nbval leaves its outputs alone."""
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if TIMING in tags and IGNORED not in tags:
            cell.metadata["tags"] = [*tags, IGNORED]


def normalise(notebook: NotebookNode) -> None:
    """Drop, in place, what differs from run to run: counts, times, model ids, pictures, paths in tracebacks."""
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type != "code":
            continue
        timed = TIMING in cell.metadata.get("tags", [])
        cell.outputs = [] if timed else _kept(cell.outputs)
        cell.execution_count = RAN if cell.outputs else None


def unrepeatable(cell: NotebookNode, machine_folders: list[str]) -> Iterator[Fault]:
    """Yield what in a cell's outputs another run would not repeat; `machine_folders`: folders that only this machine has."""
    remedy = 'Print what the reader needs, or tag the cell: tags=["timing"]'
    for output in cell.get("outputs", []):
        if output.output_type == "stream" and output.name == "stderr":
            yield (
                f"it writes to stderr: {output.text.strip().splitlines()[-1][:160]}",
                'Silence the cause, or tag the cell: tags=["timing"]',
            )
            continue
        for text in _texts(output):
            for pattern, what in _UNREPEATABLE.items():
                if match := re.search(pattern, text):
                    yield f"its output holds {what}, {match.group()}", remedy
            for folder in machine_folders:
                if folder in text:
                    yield f"its output holds a folder of this machine, {folder}", remedy


def _kept(outputs: list[NotebookNode]) -> list[NotebookNode]:
    kept: list[NotebookNode] = []
    for output in outputs:
        if output.output_type == "stream":
            if kept and kept[-1].output_type == "stream" and kept[-1].name == output.name:
                kept[-1].text += output.text  # the kernel cuts a stream where it likes
            else:
                kept.append(output)
        elif output.output_type == "error":
            output.traceback = [f"{output.ename}: {output.evalue}"]
            kept.append(output)
        else:
            for mime in _UNCOMPARED_MIMES:
                output.data.pop(mime, None)
            output.metadata = NotebookNode()
            if output.output_type == "execute_result":
                output.execution_count = RAN
            if output.data:
                kept.append(output)
    return kept


def _texts(output: NotebookNode) -> Iterator[str]:
    if output.output_type == "stream":
        yield output.text
    elif output.output_type == "error":
        yield output.evalue
    else:
        yield from (value for value in output.data.values() if isinstance(value, str))
