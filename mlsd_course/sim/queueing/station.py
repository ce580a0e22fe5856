"""What answers the requests: servers, a queue, batching, and what happens when there is too much."""

from dataclasses import dataclass

from mlsd_course.errors import ParameterError
from mlsd_course.parameters import count, not_negative, positive


@dataclass(frozen=True)
class Station:
    """`servers` equal servers behind one first-come-first-served queue.

    queue_limit: requests that may wait; the next one is turned away at once (None: no limit).
    shed_wait_ms: turn a request away at once when it would have to wait longer than this, as estimated from the queue's
        length and the mean cost of a request (None: never).
    max_batch, max_wait_ms: a free server takes up to `max_batch` waiting requests; when fewer wait, it holds on until the
        oldest has waited `max_wait_ms` (0: greedy, it takes what is there).
    timeout_ms: the client gives up after this long (None: never); the server does not know and does the work all the same,
        unless `drop_expired`.
    retries, backoff_ms: a client that was turned away or gave up tries again, after `backoff_ms` doubled each time.
    retry_budget: retries allowed as a share of first attempts, over the whole client fleet (None: no budget).
    usd_per_server_hour: price of one server.

    >>> from mlsd_course.sim import Exponential, Poisson, simulate
    >>> overload = simulate(Poisson(300), Exponential(5), Station(queue_limit=10))
    >>> f"{overload.dropped_share:.0%} turned away, p99 {overload.percentile_ms(99):.0f} ms"
    '35% turned away, p99 93 ms'
    """

    servers: int = 1
    queue_limit: int | None = None
    max_batch: int = 1
    max_wait_ms: float = 0.0
    timeout_ms: float | None = None
    drop_expired: bool = False
    retries: int = 0
    backoff_ms: float = 0.0
    retry_budget: float | None = None
    usd_per_server_hour: float = 0.10
    shed_wait_ms: float | None = None

    def __post_init__(self) -> None:
        count("servers", self.servers)
        count("max_batch", self.max_batch)
        count("retries", self.retries, least=0)
        not_negative("max_wait_ms", self.max_wait_ms)
        not_negative("backoff_ms", self.backoff_ms)
        not_negative("usd_per_server_hour", self.usd_per_server_hour)
        if self.queue_limit is not None:
            count("queue_limit", self.queue_limit, least=0)
        if self.shed_wait_ms is not None:
            not_negative("shed_wait_ms", self.shed_wait_ms)
        if self.timeout_ms is not None:
            positive("timeout_ms", self.timeout_ms)
        if self.retry_budget is not None:
            not_negative("retry_budget", self.retry_budget)
        if self.max_wait_ms > 0 and self.max_batch == 1:
            raise ParameterError(
                "max_wait_ms",
                given=self.max_wait_ms,
                allowed="0 when max_batch is 1",
                remedy="Set max_batch to 2 or more",
            )

    @property
    def loses_nothing(self) -> bool:
        """True where every request is answered in the end: no queue limit, no shedding, no timeout."""
        return self.queue_limit is None and self.shed_wait_ms is None and self.timeout_ms is None
