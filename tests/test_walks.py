"""Walks through a graph: what is reached, which cycle is found, and the order of work."""

import sys
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mlsd_course.walks import cycle, reachable, targets_first

NODES = range(6)
graphs = st.fixed_dictionaries({node: st.lists(st.sampled_from(NODES), unique=True) for node in NODES})


def closure(graph, start):
    """All that is reached from a node in one step or more, by repeated squaring: an independent count."""
    reached = {node: set(targets) for node, targets in graph.items()}
    for _ in NODES:
        for node in NODES:
            reached[node] = reached[node].union(*(reached[target] for target in reached[node]))
    return reached[start]


@given(graphs, st.lists(st.sampled_from(NODES)))
def test_reachable_is_the_closure(graph, starts):
    """Exactly the starts and what they lead to are reached, each once, the starts first."""
    nodes = reachable(starts, graph.__getitem__)
    assert set(nodes) == set(starts).union(*(closure(graph, start) for start in starts))
    assert len(nodes) == len(set(nodes))
    assert nodes[: len(set(starts))] == list(dict.fromkeys(starts))


@given(graphs)
def test_a_cycle_is_found_where_there_is_one(graph):
    """A cycle is returned where some node leads back to itself, each step of it an edge; else nothing is."""
    nodes = cycle(NODES, graph.__getitem__)
    assert bool(nodes) == any(node in closure(graph, node) for node in NODES)
    if nodes:
        assert nodes[0] == nodes[-1]
        assert len(set(nodes)) == len(nodes) - 1
        assert all(target in graph[node] for node, target in pairwise(nodes))


@given(graphs, st.lists(st.sampled_from(NODES), min_size=1))
def test_targets_come_first(graph, starts):
    """Every node comes after all that it leads to, except along an edge that closes a cycle."""
    order = targets_first(starts, graph.__getitem__)
    assert set(order) == set(reachable(starts, graph.__getitem__))
    position = {node: number for number, node in enumerate(order)}
    assert len(position) == len(order)
    for node in order:
        for target in graph[node]:
            assert position[target] < position[node] or node == target or node in closure(graph, target)


def test_a_chain_longer_than_the_stack():
    """A chain ten times as long as Python's stack is walked by all three."""
    length = 10 * sys.getrecursionlimit()
    nodes = range(length)

    def following(node):
        return [node + 1] if node + 1 < length else []

    assert reachable([0], following) == list(nodes)
    assert targets_first([0], following) == list(nodes)[::-1]
    assert cycle([0], following) == []
