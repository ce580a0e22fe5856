"""The import graph of a package, read from its source: imports at the top, inside functions, for types only, and in stubs."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

Graph = Mapping[str, frozenset[str]]


def import_graph(root: Path) -> dict[str, frozenset[str]]:
    """Return which files of the package in the folder `root` each of its files imports, as paths such as `design/system.py`.

    A stub (`__init__.pyi`) counts as part of the module beside it: lazy_loader imports what it names. An import of
    a package is an import of its `__init__.py`. Parent packages that Python runs on the way are left out.
    """
    modules = {_module_name(path, root): path.relative_to(root).as_posix() for path in root.rglob("*.py")}
    graph: dict[str, frozenset[str]] = {}
    for name, file in modules.items():
        path = root / file
        sources = [source for source in (path, path.with_suffix(".pyi")) if source.exists()]
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        targets = {
            target
            for source in sources
            for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
            for target in _targets(node, package, modules)
        }
        graph[file] = frozenset(modules[target] for target in targets - {name})
    return graph


def cycles(graph: Graph) -> list[list[str]]:
    """Return one shortest cycle for each group of files that import each other in a circle: its files, the first one again last."""
    return [_shortest_cycle(graph, group) for group in _groups(graph) if len(group) > 1]


def _module_name(path: Path, root: Path) -> str:
    parts = path.relative_to(root.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _targets(node: ast.AST, package: str, modules: Mapping[str, str]) -> Iterator[str]:
    """Yield the modules of the package that the statement `node` imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in modules)
    elif isinstance(node, ast.ImportFrom):
        start = ".".join(package.split(".")[: len(package.split(".")) + 1 - node.level]) if node.level else ""
        origin = ".".join(part for part in (start, node.module) if part)
        for alias in node.names:
            submodule = f"{origin}.{alias.name}"
            if submodule in modules:
                yield submodule
            elif origin in modules:
                yield origin


def _reachable(graph: Graph, starts: Iterable[str]) -> set[str]:
    reached: set[str] = set()
    waiting = list(starts)
    while waiting:
        if (node := waiting.pop()) not in reached:
            reached.add(node)
            waiting += graph[node]
    return reached


def _groups(graph: Graph) -> list[set[str]]:
    """Return the groups of nodes of which each reaches every other one."""
    below = {node: _reachable(graph, graph[node]) for node in graph}
    groups: list[set[str]] = []
    for node in sorted(graph):
        if node in below[node] and not any(node in group for group in groups):
            groups.append({other for other in below[node] if node in below[other]})
    return groups


def _shortest_cycle(graph: Graph, group: set[str]) -> list[str]:
    return min((_shortest_way_back(graph, node, group) for node in sorted(group)), key=len)


def _shortest_way_back(graph: Graph, start: str, group: set[str]) -> list[str]:
    paths = [[start]]
    seen: set[str] = set()
    for path in paths:  # a queue: the shortest paths come first
        for target in sorted(graph[path[-1]] & group):
            if target == start:
                return [*path, start]
            if target not in seen:
                seen.add(target)
                paths.append([*path, target])
    raise ValueError(f"{start} is on no cycle.")
