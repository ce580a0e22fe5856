"""The order in which parts that lead to others are worked through."""

from collections.abc import Callable, Iterable


def targets_first(starts: Iterable[str], targets: Callable[[str], Iterable[str]]) -> list[str]:
    """Names that can be reached from `starts`, these included, each after all that it leads to; loops are cut.

    Depth first, without recursion: a chain may be longer than Python's stack.
    """
    done: dict[str, None] = {}
    seen: set[str] = set()
    for start in starts:
        stack = [(start, False)]
        while stack:
            name, leaving = stack.pop()
            if leaving:
                done[name] = None
            elif name not in seen:
                seen.add(name)
                stack.append((name, True))
                stack += [(target, False) for target in targets(name) if target not in seen]
    return list(done)
