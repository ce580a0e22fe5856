"""Which names a cell leaves behind and which it takes from cells before it, read from its text."""

import ast
import symtable
from collections.abc import Iterable, Iterator

_NEVER = (10**9, 0)
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def binds(text: str) -> set[str]:
    """Return the names that a cell leaves behind."""
    return {name for table in _scopes(text) for name in _bound_in(table)}


def _bound_in(table: symtable.SymbolTable) -> Iterable[str]:
    outer = table.get_type() == "module"
    for symbol in table.get_symbols():
        if (symbol.is_assigned() or symbol.is_imported()) and (outer or symbol.is_declared_global()):
            yield symbol.get_name()


def reads(text: str) -> set[str]:
    """Return the names that a cell looks up before it has bound them itself."""
    looked_up = {
        symbol.get_name()
        for table in _scopes(text)
        for symbol in table.get_symbols()
        if symbol.is_referenced() and (symbol.is_global() or table.get_type() == "module")
    }
    if not looked_up:
        return set()
    bound = dict(sorted(_bindings(ast.parse(text)), reverse=True))
    loads = [
        node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    ]
    early = {node.id for node in loads if (node.lineno, node.col_offset) < bound.get(node.id, _NEVER)}
    return looked_up & early


def _bindings(node: ast.AST) -> Iterator[tuple[str, tuple[int, int]]]:
    """Return the names that the cell itself, outside of its functions, binds, and from which line and column on they are."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _NAMED):
            yield child.name, (child.lineno, child.col_offset)
            continue
        if isinstance(child, _SCOPES):
            continue
        if isinstance(child, ast.alias):
            yield (child.asname or child.name).partition(".")[0], (child.lineno, child.col_offset)
        late = isinstance(child, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.NamedExpr)  # the value comes first
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            yield child.id, (child.lineno, child.col_offset)
        for name, place in _bindings(child):
            yield name, (child.end_lineno, child.end_col_offset) if late else place


def _scopes(text: str) -> Iterator[symtable.SymbolTable]:
    """Return the scopes of a cell, outermost first; none where it is no Python."""
    try:
        waiting = [symtable.symtable(text, "<cell>", "exec")]
    except (SyntaxError, ValueError):
        return
    while waiting:
        table = waiting.pop(0)
        waiting += table.get_children()
        yield table
