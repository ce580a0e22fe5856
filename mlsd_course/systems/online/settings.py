"""What a service can be told: which model, how requests meet it, and what happens when there are too many."""

import math
from dataclasses import dataclass

from mlsd_course.errors import ParameterError, one_of

POLICIES = ("naive", "threads", "greedy", "windowed")
ENGINES = ("sklearn", "onnx")
DEADLINE_HEADER = "x-deadline-unix-s"
"""When the client stops waiting, in seconds since 1970; one machine, so one clock."""


@dataclass(frozen=True)
class Settings:
    """The settings of one service process.

    model_path: a joblib file of a scikit-learn model. engine: "sklearn", or "onnx" (extra `fast`), which reads `onnx_path`,
    or converts the model where there is none. port: 0 lets the operating system choose a free one.

    policy: "naive" calls the model for one row inside the event loop; "threads" does so in a pool of `workers` threads, as
    FastAPI does with a plain `def` handler; "greedy" takes all that wait, up to `max_batch`, in one call; "windowed" holds
    on until the batch is full or its oldest request has waited `max_wait_ms`.

    queue_limit: requests that may wait; the next one gets 503 and Retry-After. fallback: probability that is answered
    instead of 503 or 504 (None: no fallback). threads_per_call: BLAS and OpenMP threads of one model call.
    freeze_heap: keep Python's garbage collector from walking through all that was loaded at the start; without it a busy
    service stands still for about 0.1 s now and then.
    stall_every_s, stall_ms: the whole service stands still for `stall_ms` every `stall_every_s` (0: never), like a long
    garbage collection.
    """

    model_path: str
    policy: str = "naive"
    engine: str = "sklearn"
    onnx_path: str | None = None
    port: int = 0
    max_batch: int = 32
    max_wait_ms: float = 0.0
    queue_limit: int | None = None
    workers: int = 1
    threads_per_call: int = 1
    fallback: float | None = None
    freeze_heap: bool = True
    stall_every_s: float = 0.0
    stall_ms: float = 0.0

    def __post_init__(self) -> None:
        one_of("policy", self.policy, POLICIES)
        one_of("engine", self.engine, ENGINES)
        _whole("port", self.port, 0, 65535)
        _whole("max_batch", self.max_batch, 1, 4096)
        _whole("workers", self.workers, 1, 256)
        _whole("threads_per_call", self.threads_per_call, 1, 256)
        _within("max_wait_ms", self.max_wait_ms, 0, 10_000)
        _within("stall_every_s", self.stall_every_s, 0, 3600)
        _within("stall_ms", self.stall_ms, 0, 60_000)
        if self.fallback is not None:
            _within("fallback", self.fallback, 0, 1)
        if self.queue_limit is not None:
            _whole("queue_limit", self.queue_limit, 0, 1_000_000)
        self._fit_together()

    def _fit_together(self) -> None:
        if self.policy == "naive" and self.queue_limit is not None:
            raise ParameterError(
                "queue_limit",
                given=self.queue_limit,
                allowed="None with policy 'naive': its queue is the event loop, which nobody can count",
                remedy="Choose policy 'greedy', 'windowed' or 'threads'",
            )
        if (self.policy == "windowed") != (self.max_wait_ms > 0):
            raise ParameterError(
                "max_wait_ms",
                given=self.max_wait_ms,
                allowed="above 0 with policy 'windowed', 0 with all others",
                remedy="'greedy' is the batching policy that does not wait",
            )


def _within(name: str, value: float, low: float, high: float) -> None:
    if not (isinstance(value, int | float) and math.isfinite(value) and low <= value <= high):
        raise ParameterError(
            name, given=value, allowed=f"from {low:,} to {high:,}", remedy=f"Give {name} a number within these bounds"
        )


def _whole(name: str, value: int, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ParameterError(
            name, given=value, allowed=f"a whole number from {low:,} to {high:,}", remedy="Write int(…) around it"
        )
    _within(name, value, low, high)
