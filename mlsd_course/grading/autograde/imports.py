"""What a course's notebooks import: done once, before any submission is run."""

import ast
import json
from collections.abc import Iterable
from pathlib import Path


def imports(cells: Iterable[tuple[str, bool]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return all import statements of the cells (source, whether it is a solution), and the names that others bind."""
    statements: dict[str, None] = {}
    given: dict[str, None] = {}
    for source, solution in cells:
        try:
            body = ast.parse(source).body
        except SyntaxError:
            continue
        for node in body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                statements[ast.unparse(node)] = None
                if not solution:
                    given |= {alias.asname or alias.name.split(".")[0]: None for alias in node.names}
    return tuple(statements), tuple(given)


def expected(root: Path, names: list[str] | None) -> tuple[str, ...]:
    """Return, quickly, what the first of the assignments will import, as far as its built notebooks tell; a guess."""
    folders = [root / "source" / name for name in names or sorted(_handed_in(root))[:1]]
    cells = []
    for path in folders[0].glob("*.ipynb") if folders else []:
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            found = [each for each in values["cells"] if each["cell_type"] == "code"]
            if any(each["metadata"].get("nbgrader", {}).get("grade") for each in found):
                cells += [("".join(each["source"]), False) for each in found]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
    return imports(cells)[0]


def _handed_in(root: Path) -> set[str]:
    return {folder.name for folder in (root / "submitted").glob("*/*") if folder.is_dir()}
