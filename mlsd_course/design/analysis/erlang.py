"""Erlang's two formulas by their recursion (Erlang 1917). Load is in erlangs: calls per second times seconds per call."""


def erlang_b(servers: int, offered_erlang: float) -> float:
    """The probability that all servers are busy where nothing queues (M/G/c/c)."""
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = offered_erlang * blocked / (server + offered_erlang * blocked)
    return blocked


def erlang_c(servers: int, offered_erlang: float) -> float:
    """The probability that a call waits in M/M/c; 1 where the offered load reaches the servers.

    >>> round(erlang_c(servers=2, offered_erlang=1.6), 3)
    0.711
    """
    if offered_erlang >= servers:
        return 1.0
    blocked = erlang_b(servers, offered_erlang)
    return blocked / (1 - offered_erlang / servers * (1 - blocked))
