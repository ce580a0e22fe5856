"""Erlang's two formulas by their recursion (Erlang 1917). Load is in erlangs: calls per second times seconds per call."""


def erlang_b(servers: int, offered: float) -> float:
    """The probability that all servers are busy where nothing queues (M/G/c/c)."""
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = offered * blocked / (server + offered * blocked)
    return blocked


def erlang_c(servers: int, offered: float) -> float:
    """The probability that a call waits in M/M/c; 1 where the offered load reaches the servers.

    >>> round(erlang_c(servers=2, offered=1.6), 3)
    0.711
    """
    if offered >= servers:
        return 1.0
    blocked = erlang_b(servers, offered)
    return blocked / (1 - offered / servers * (1 - blocked))
