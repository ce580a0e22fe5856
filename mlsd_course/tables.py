"""Tables as Markdown and as plain text; the two hold the same cells."""

import re
from collections.abc import Iterable, Sequence

_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def notebook_text(text: str) -> str:
    """Return `text` so that JupyterLab's Markdown shows it as it was written.

    JupyterLab reads what stands between two dollar signs as a formula, so each gets two backslashes: its Markdown removes
    one, and its MathJax the other. The `<` of an HTML tag becomes `&lt;`.
    """
    return _TAG.sub("&lt;", text.replace("$", "\\\\$"))


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table. Pipes, line breaks, dollar signs and HTML tags in the cells are escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(cell: object) -> str:
    return notebook_text(str(cell)).replace("|", "\\|").replace("\n", "<br>")


def text_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The same table as plain text: columns padded with spaces, line breaks in the cells replaced by a space."""
    lines = [[str(cell).replace("\n", " ") for cell in line] for line in (head, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
