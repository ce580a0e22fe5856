"""`Graph`: requests walk through an architecture in virtual time, queue, fail, time out, retry and fall back.

What the closed-form roll-up leaves out is in here: load that retries add, work that goes on after its caller has given
up, and the order in which requests meet. What stays out: correlation between components other than through queues.
"""

import random
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from functools import partial
from math import exp
from typing import Any, Self

from mlsd_course.design import Architecture, Component, Flow, ResponseTime, Traffic
from mlsd_course.design.analysis.availability import component_availability
from mlsd_course.design.analysis.load import entry_shares, loads
from mlsd_course.design.analysis.roll_up import grouped
from mlsd_course.errors import CourseError, ParameterError
from mlsd_course.systems.service_graph.clock import Clock, Process, Signal
from mlsd_course.systems.service_graph.day import GraphDay, run_day
from mlsd_course.systems.service_graph.trace import Progress, RequestTrace, Span

Call = Callable[[], object]


class Node:
    """One component: slots that calls hold, a queue in order of arrival, and something that says how long a call takes."""

    def __init__(self, part: Component, rng: random.Random, load_per_s: float) -> None:
        self.part, self.rng = part, rng
        self.real: Call | None = None
        self.free = None if part.capacity_per_s is None else part.slots * part.replicas
        mean = part.response.mean_ms if part.response else 0.0
        held_ms = part.slots / part.capacity_per_s * 1000 if part.capacity_per_s else 0.0
        self.fixed_ms, self.stretch = (held_ms, 0.0) if mean == 0 else (0.0, held_ms / mean)
        up = component_availability(part, load_per_s)
        self.availability = 1.0 if up is None else up
        self.queue: deque[Signal] = deque()
        self.calls = 0

    def stand_in(self, call: Call) -> None:
        """Make a real call at each visit; it holds its slot for exactly as long as it takes."""
        self.real, self.fixed_ms, self.stretch = call, 0.0, 1.0

    def draw_ms(self) -> float:
        """The time that one call takes when nobody waits."""
        response = self.part.response
        if response is None:
            return 0.0
        if response.samples_ms:
            return self.rng.choice(response.samples_ms)
        middle = response.p50_ms or 0.0
        return middle * exp(self.rng.gauss(0.0, response.spread)) if response.spread else middle

    def release(self, _: Any) -> None:
        """Give the slot to the next in the queue, or keep it free."""
        if self.queue:
            self.queue.popleft().fire()
        elif self.free is not None:
            self.free += 1

    def work(self) -> tuple[float, bool]:
        """Do one call: its time in ms, and whether it worked. A real one is made, and timed, here."""
        if self.real is None:
            return self.draw_ms(), True
        begin = time.perf_counter()
        try:
            self.real()
        except (CourseError, OSError):
            return (time.perf_counter() - begin) * 1000, False
        return (time.perf_counter() - begin) * 1000, True


class Graph:
    """An architecture that runs. `seed` fixes every draw; two graphs with one seed see the same day.

    `swap` is the one setting that turns a simulated box into a real one: any callable, for instance
    `lambda: service.predict(row)` of a `mlsd_course.systems.online.Service`.
    """

    def __init__(self, architecture: Architecture, seed: int = 0) -> None:
        if not architecture.entries:
            raise ParameterError(
                "The architecture has no entry",
                allowed="an api, a frontend or a serving part that nothing calls",
                remedy="Add the component that users' requests come in at",
            )
        self.architecture, self.seed = architecture, seed
        self._real: dict[str, Call] = {}

    def swap(self, name: str, call: Call | None) -> Self:
        """Put a real call in the place of a component; None puts the simulated one back.

        The call is made once per visit; the time it takes on this machine is the time that the visit takes in virtual
        time, and an OSError or a CourseError is a failed visit. Calls are made one at a time: queueing stays simulated.
        """
        if name not in self.architecture.by_name:
            raise ParameterError(
                "Component to swap", given=name, allowed=", ".join(self.architecture.by_name), remedy="Name one of them"
            )
        if call is None:
            self._real.pop(name, None)
        else:
            self._real[name] = call
        return self

    def ask(self, seed: int | None = None, down: frozenset[str] | set[str] = frozenset()) -> RequestTrace:
        """Send one request through an idle system; `down` lists components that answer nothing."""
        traces = self.run(1, 1.0, seed=self.seed if seed is None else seed, down=dict.fromkeys(down, 1.0))
        return traces[0]

    def run(
        self,
        requests: int,
        per_s: float,
        *,
        seed: int | None = None,
        down: Mapping[str, float] | None = None,
        calls: Counter[str] | None = None,
    ) -> list[RequestTrace]:
        """Send `requests` at Poisson times of `per_s` and return their traces, in order of arrival.

        down: the probability per request that a component answers nothing, on top of its own availability. calls: a counter that
        is given the number of visits of each component.
        """
        if requests < 1 or not per_s > 0:
            raise ParameterError(
                "requests, per_s",
                given=(requests, per_s),
                allowed="at least 1 request, a rate above 0",
                remedy="Send 1,000 requests at 10 a second, say",
            )
        run = _Run(self.architecture, self._real, random.Random(self.seed if seed is None else seed), per_s, down or {})
        traces = run.all(requests, per_s)
        if calls is not None:
            calls.update({node.part.name: node.calls for node in run.nodes.values()})
        return traces

    def day(self, traffic: Traffic, requests: int = 6_000) -> GraphDay:
        """Run a sample of a day: `requests` of it, spread over its slots as the traffic is."""
        return run_day(self, traffic, requests)

    def measured(self, name: str, calls: int = 100) -> ResponseTime:
        """Time a swapped component alone, and return its samples: what the closed form can use instead of a guess."""
        if name not in self._real:
            raise ParameterError(
                "Nothing real stands here", given=name, allowed=", ".join(self._real), remedy="swap() it first"
            )
        samples = []
        for _ in range(calls):
            begin = time.perf_counter()
            self._real[name]()
            samples.append((time.perf_counter() - begin) * 1000)
        return ResponseTime(samples_ms=tuple(samples))


class _Run:
    """One run: fresh nodes, a clock, and the random source that it was given."""

    def __init__(
        self,
        architecture: Architecture,
        real: Mapping[str, Call],
        rng: random.Random,
        per_s: float,
        down: Mapping[str, float],
    ) -> None:
        self.architecture, self.rng, self.down = architecture, rng, down
        load = loads(architecture, per_s)
        self.nodes = {part.name: Node(part, rng, load[part.name]) for part in architecture.components}
        for name, call in real.items():
            self.nodes[name].stand_in(call)
        self.groups = {name: grouped(architecture.calls_of[name]) for name in self.nodes}
        self.clock = Clock()

    def all(self, requests: int, per_s: float) -> list[RequestTrace]:
        """Send them all and run until the last one is done."""
        shares = entry_shares(self.architecture)
        traces: list[RequestTrace | None] = [None] * requests
        at_ms = 0.0
        for position in range(requests):
            entry = self.rng.choices(list(shares), list(shares.values()))[0] if len(shares) > 1 else next(iter(shares))
            self.clock.after(at_ms, partial(self._begin, entry, position, traces))
            at_ms += self.rng.expovariate(per_s / 1000)
        self.clock.run()
        return [trace for trace in traces if trace is not None]

    def _begin(self, entry: str, position: int, traces: list[RequestTrace | None], _: Any) -> None:
        self.clock.start(self._request(entry, position, traces))

    def _request(self, entry: str, position: int, traces: list[RequestTrace | None]) -> Process:
        begin, progress = self.clock.now_ms, Progress({}, [], [])
        ok = yield from self._visit(entry, progress)
        traces[position] = RequestTrace(
            entry, begin, self.clock.now_ms, ok, tuple(progress.spans), tuple(progress.fallbacks)
        )

    def _visit(self, name: str, progress: Progress) -> Process:
        node, span = self.nodes[name], Span(name, self.clock.now_ms)
        progress.spans.append(span)
        node.calls += 1
        if not self._is_up(node, progress):
            span.ok = False
            return False
        if node.free is not None:
            if node.free == 0:
                turn = Signal()
                node.queue.append(turn)
                yield turn
            else:
                node.free -= 1
            span.wait_ms = self.clock.now_ms - span.start_ms
        span.work_ms, span.ok = node.work()
        if node.free is not None:
            self.clock.after(node.fixed_ms + span.work_ms * node.stretch, node.release)
        yield span.work_ms
        ok = span.ok
        if ok:
            for together in self.groups[name]:
                ok = (yield from self._together(together, progress)) and ok
        return ok

    def _is_up(self, node: Node, progress: Progress) -> bool:
        name = node.part.name
        if name not in progress.up:
            probability = node.availability * (1 - self.down.get(name, 0.0))
            progress.up[name] = probability >= 1 or self.rng.random() < probability
        return progress.up[name]

    def _together(self, flows: list[Flow], progress: Progress) -> Process:
        started = [
            self.clock.start(self._call(flow, progress))
            for flow in flows
            if flow.share >= 1 or self.rng.random() < flow.share
            for _ in range(flow.calls)
        ]
        ok = True
        for ended in started:
            ok = (yield ended) and ok
        return ok

    def _call(self, flow: Flow, progress: Progress) -> Process:
        for _ in range(flow.retries + 1):
            ended = self.clock.start(self._visit(flow.target, progress))
            in_time = True
            if flow.timeout_ms is None:
                yield ended
            else:
                in_time = yield self.clock.first(ended, flow.timeout_ms)
            if in_time and ended.value:
                return True
        if not flow.fallback:
            return False
        progress.fallbacks.append(flow.name)
        if flow.fallback in self.nodes and flow.source not in self.architecture.called_from(flow.fallback):
            return (yield from self._visit(flow.fallback, progress))
        return True
