"""Walks through a graph that is given by a function: from a node to the nodes it leads to.

None of them uses recursion, because a chain may be longer than Python's stack.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Node = TypeVar("Node")
Targets = Callable[[Node], Iterable[Node]]


def reachable(starts: Iterable[Node], targets: Targets[Node]) -> list[Node]:
    """The starts and all nodes that can be reached from them, each once, in the order in which the walk meets them.

    >>> reachable(["a"], {"a": "bc", "b": "d", "c": "", "d": "a"}.__getitem__)
    ['a', 'b', 'c', 'd']
    """
    met = dict.fromkeys(starts)
    waiting = list(met)
    while waiting:
        for target in targets(waiting.pop()):
            if target not in met:
                met[target] = None
                waiting.append(target)
    return list(met)


def cycle(starts: Iterable[Node], targets: Targets[Node]) -> list[Node]:
    """The first cycle that a depth-first walk from the starts closes, its first node again at the end; [] without one.

    >>> cycle("a", {"a": "b", "b": "c", "c": "b"}.__getitem__)
    ['b', 'c', 'b']
    """
    done: set[Node] = set()
    for start in starts:
        if start in done:
            continue
        path: dict[Node, Iterator[Node]] = {start: iter(targets(start))}
        while path:
            node, following = next(reversed(path.items()))
            target = next((target for target in following if target not in done), None)
            if target is None:
                done.add(node)
                del path[node]
            elif target in path:
                nodes = list(path)
                return [*nodes[nodes.index(target) :], target]
            else:
                path[target] = iter(targets(target))
    return []


def targets_first(starts: Iterable[Node], targets: Targets[Node]) -> list[Node]:
    """The starts and all nodes that can be reached from them, each after all nodes that it leads to; cycles are cut.

    >>> targets_first(["a"], {"a": "bc", "b": "c", "c": ""}.__getitem__)
    ['c', 'b', 'a']
    """
    done: dict[Node, None] = {}
    seen: set[Node] = set()
    for start in starts:
        stack = [(start, False)]
        while stack:
            node, leaving = stack.pop()
            if leaving:
                done[node] = None
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                stack += [(target, False) for target in targets(node) if target not in seen]
    return list(done)
