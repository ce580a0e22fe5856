"""The process that sends: `python -m mlsd_course.systems.online.load_generator`, the job on stdin, every request's fate on stdout."""

import asyncio
import gc
import itertools
import json
import os
import select
import selectors
import sys
import time
from typing import Any

import aiohttp

from mlsd_course.systems.online.open_files import many_connections
from mlsd_course.systems.online.settings import DEADLINE_HEADER

LOST, TIMED_OUT = 0, -1
"""Stand in the place of the HTTP status: no connection or no answer; the client gave up."""
_RETRIED = (LOST, 503, 504)
_SPIN_S = 0.016 if os.name == "nt" else 0.0  # how much too long a sleep may take there
_HEAD_START_S = 0.1


class _FineSelector(selectors.DefaultSelector):
    """Sleeps to the microsecond: epoll alone rounds up to whole milliseconds, as long as a model call."""

    def select(self, timeout: float | None = None) -> Any:
        if hasattr(self, "fileno") and (timeout is None or timeout > 0):
            select.select([self.fileno()], [], [], timeout)
            timeout = 0
        return super().select(timeout)


class Client:
    """Sends requests and writes down what became of each; times are in seconds from the common start."""

    def __init__(self, session: aiohttp.ClientSession, job: dict[str, Any]) -> None:
        self.session, self.job = session, job
        self.bodies = [json.dumps({"row": row}).encode() for row in job["rows"]]
        self.fates: list[list[float]] = []
        self.sent = self.retried = 0
        self.start = time.perf_counter() + _HEAD_START_S
        self.start_unix_s = time.time() + _HEAD_START_S

    def now(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self.start

    async def until(self, moment: float) -> None:
        """Sleep until `moment`."""
        while (left := moment - self.now()) > 0:
            await asyncio.sleep(left - _SPIN_S if left > _SPIN_S else 0)

    async def request(self, index: int, intended: float) -> None:
        """Send one request, with retries, and write down its fate."""
        late = self.now() - intended
        deadline = intended + self.job["timeout_s"]
        self.sent += 1
        attempts, status = 1, await self._attempt(index, deadline)
        while status in _RETRIED and attempts <= self.job.get("retries", 0) and self._may_retry():
            attempts, status = attempts + 1, await self._attempt(index, deadline)
        self.fates.append([intended, late, self.now() - intended, status, attempts])

    def _may_retry(self) -> bool:
        allowed = self.retried < self.job["retry_budget"] * self.sent
        self.retried += allowed
        return allowed

    async def _attempt(self, index: int, deadline: float) -> int:
        headers = {"Content-Type": "application/json"}
        if self.job.get("send_deadline"):
            headers[DEADLINE_HEADER] = repr(self.start_unix_s + deadline)
        try:
            async with asyncio.timeout(max(0.0, deadline - self.now())):
                body = self.bodies[index % len(self.bodies)]
                async with self.session.post(self.job["url"] + "/predict", data=body, headers=headers) as answer:
                    await answer.read()
                    return answer.status
        except TimeoutError:
            return TIMED_OUT
        except (aiohttp.ClientError, OSError):
            return LOST


async def open_loop(client: Client) -> None:
    """Send at the times of the schedule, whatever has been answered by then."""
    tasks = set()
    for index, intended in enumerate(client.job["times_s"]):
        await client.until(intended)
        task = asyncio.create_task(client.request(index, intended))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)


async def closed_loop(client: Client) -> None:
    """Send, wait for the answer, send again."""
    turns = itertools.count()

    async def user() -> None:
        while (now := client.now()) < client.job["seconds"]:
            await client.request(next(turns), now)

    await client.until(0.0)
    await asyncio.gather(*(user() for _ in range(client.job["users"])))


async def run(job: dict[str, Any]) -> dict[str, Any]:
    """Do the job; return the fates of all requests in order of their intended time."""
    connections = aiohttp.TCPConnector(limit=0, keepalive_timeout=300)
    async with aiohttp.ClientSession(connector=connections, timeout=aiohttp.ClientTimeout(total=None)) as session:
        await _warm_up(session, job)
        client = Client(session, job)
        before = time.process_time()
        await (open_loop if job["loop"] == "open" else closed_loop)(client)
        return {"fates": sorted(client.fates), "seconds": client.now(), "cpu_s": time.process_time() - before}


async def _warm_up(session: aiohttp.ClientSession, job: dict[str, Any]) -> None:
    for _ in range(8):
        try:
            async with asyncio.timeout(job["timeout_s"]), session.get(job["url"] + "/healthz") as answer:
                await answer.read()
        except (TimeoutError, aiohttp.ClientError):
            return


def _loop() -> asyncio.AbstractEventLoop:
    # On Windows a selector holds 512 sockets at most, and its sleep is no finer: the system's own loop has no such limit.
    return asyncio.new_event_loop() if os.name == "nt" else asyncio.SelectorEventLoop(_FineSelector())


def main() -> None:
    """Read the job, run it, write the fates."""
    job = json.loads(sys.stdin.read())
    many_connections()
    gc.freeze()
    with asyncio.Runner(loop_factory=_loop) as runner:
        json.dump(runner.run(run(job)), sys.stdout)


if __name__ == "__main__":
    main()
