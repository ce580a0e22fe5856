"""Tables as Markdown and as plain text; the two hold the same cells."""

import re
from collections.abc import Iterable, Sequence

_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def notebook_text(text: str) -> str:
    """Text for a notebook's Markdown: JupyterLab would read what stands between two dollar signs as a formula.

    Two backslashes are needed: its Markdown takes one away, and its MathJax the other. What would be read as an HTML tag
    is shown as it was written.
    """
    return _TAG.sub("&lt;", text.replace("$", "\\\\$"))


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; pipes, line breaks, dollar signs and tags in cells are made harmless."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(cell: object) -> str:
    return notebook_text(str(cell)).replace("|", "\\|").replace("\n", "<br>")


def text_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The same table in columns of spaces."""
    lines = [[str(cell).replace("\n", " ") for cell in line] for line in (head, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
