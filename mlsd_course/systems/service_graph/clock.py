"""Virtual time in milliseconds: what happens next. Processes are generators that yield a delay or a signal."""

from collections.abc import Callable, Generator
from heapq import heappop, heappush
from itertools import count
from typing import Any

from mlsd_course.errors import ServiceError

Process = Generator["float | Signal", Any, Any]


class Signal:
    """Something that happens once; processes that wait for it go on with its value."""

    __slots__ = ("fired", "value", "waiting")

    def __init__(self) -> None:
        self.fired, self.value = False, None
        self.waiting: list[Callable[[Any], None]] = []

    def fire(self, value: Any = None) -> None:
        """Let everything that waits go on with the value. Raises ServiceError at a second firing."""
        if self.fired:
            raise ServiceError(
                "A signal fired twice",
                given=value,
                allowed="one firing a signal",
                remedy="Make a new Signal, or ask `fired` first",
            )
        self.fired, self.value = True, value
        waiting, self.waiting = self.waiting, []
        for go_on in waiting:
            go_on(value)

    def then(self, go_on: Callable[[Any], None]) -> None:
        """Call `go_on` with the value, at once where the signal has fired."""
        if self.fired:
            go_on(self.value)
        else:
            self.waiting.append(go_on)


class Clock:
    """Runs what is due in order of time; what is due at the same time, in the order in which it was scheduled."""

    def __init__(self) -> None:
        self.now_ms = 0.0
        self._due: list[tuple[float, int, Callable[[Any], None]]] = []
        self._scheduled = count()

    def after(self, delay_ms: float, do: Callable[[Any], None]) -> None:
        """Call `do(None)` after a delay."""
        heappush(self._due, (self.now_ms + delay_ms, next(self._scheduled), do))

    def start(self, process: Process) -> Signal:
        """Run a process from now on; the signal fires with what the process returns."""
        ended = Signal()

        def step(value: Any) -> None:
            try:
                awaited = process.send(value)
            except StopIteration as end:
                ended.fire(end.value)
            else:
                if isinstance(awaited, Signal):
                    awaited.then(step)
                else:
                    self.after(awaited, step)

        step(None)
        return ended

    def first(self, signal: Signal, delay_ms: float) -> Signal:
        """A signal that fires with True when `signal` does, or with False after the delay, whichever is first."""
        either = Signal()

        def fire(in_time: bool) -> None:
            if not either.fired:
                either.fire(in_time)

        signal.then(lambda _: fire(True))
        if not either.fired:
            self.after(delay_ms, lambda _: fire(False))
        return either

    def run(self) -> None:
        """Go on until nothing is due."""
        while self._due:
            self.now_ms, _, do = heappop(self._due)
            do(None)
