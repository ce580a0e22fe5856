"""Virtual time: what happens next, in milliseconds. Processes are generators that yield a delay or an event."""

from collections.abc import Callable, Generator
from heapq import heappop, heappush
from itertools import count
from typing import Any

Process = Generator["float | Event", Any, Any]


class Event:
    """Something that happens once; processes that wait for it go on with its value."""

    __slots__ = ("done", "value", "waiting")

    def __init__(self) -> None:
        self.done, self.value = False, None
        self.waiting: list[Callable[[Any], None]] = []

    def fire(self, value: Any = None) -> None:
        """Let everything that waits go on; a second firing is ignored."""
        if self.done:
            return
        self.done, self.value = True, value
        waiting, self.waiting = self.waiting, []
        for go_on in waiting:
            go_on(value)

    def then(self, go_on: Callable[[Any], None]) -> None:
        """Call `go_on` with the value, at once where the event has happened."""
        if self.done:
            go_on(self.value)
        else:
            self.waiting.append(go_on)


class Clock:
    """Runs what is due, in order of time and then of asking."""

    def __init__(self) -> None:
        self.now_ms = 0.0
        self._due: list[tuple[float, int, Callable[[Any], None]]] = []
        self._turn = count()

    def after(self, delay_ms: float, do: Callable[[Any], None]) -> None:
        """Call `do(None)` after a delay."""
        heappush(self._due, (self.now_ms + delay_ms, next(self._turn), do))

    def start(self, process: Process) -> Event:
        """Run a process from now on; the event fires with what it returns."""
        ended = Event()

        def step(value: Any) -> None:
            try:
                wanted = process.send(value)
            except StopIteration as end:
                ended.fire(end.value)
            else:
                if isinstance(wanted, Event):
                    wanted.then(step)
                else:
                    self.after(wanted, step)

        step(None)
        return ended

    def first(self, event: Event, delay_ms: float) -> Event:
        """An event that fires with True when `event` does, or with False after the delay, whichever is first."""
        won = Event()
        event.then(lambda _: won.fire(True))
        if not won.done:
            self.after(delay_ms, lambda _: won.fire(False))
        return won

    def run(self) -> None:
        """Go on until nothing is due."""
        while self._due:
            self.now_ms, _, do = heappop(self._due)
            do(None)
