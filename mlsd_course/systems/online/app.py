"""The HTTP service: `POST /predict`, `GET /healthz`, `GET /stats`, and how requests meet the model."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from mlsd_course.systems.online.batcher import Expired, MicroBatcher, Overloaded
from mlsd_course.systems.online.engine import Engine
from mlsd_course.systems.online.settings import DEADLINE_HEADER, Settings


class Ask(BaseModel):
    """The body of a request: one row of features."""

    row: list[float]


class Batch(BaseModel):
    """Rows to time one call of the model on."""

    rows: list[list[float]]
    repeats: int = 30


class Policy(Protocol):
    """How a request meets the model."""

    async def submit(self, row: list[float], deadline: float) -> float:
        """Answer one row, or raise Overloaded or Expired."""
        ...

    async def run(self) -> None:
        """Work in the background until cancelled."""
        ...


class Naive:
    """One call per request, in the event loop: nothing else happens meanwhile, not even accepting requests."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def submit(self, row: list[float], deadline: float) -> float:
        """Answer one row at once."""
        if deadline < time.time():
            raise Expired
        return self.engine([row])[0]

    async def run(self) -> None:
        """Nothing to do."""


class Threads:
    """One call per request, in a pool of threads: what a plain `def` handler does."""

    def __init__(self, engine: Engine, workers: int, queue_limit: int | None) -> None:
        self.engine, self.workers, self.queue_limit = engine, workers, queue_limit
        self.inside = 0

    async def submit(self, row: list[float], deadline: float) -> float:
        """Answer one row when a thread is free."""
        if self.queue_limit is not None and self.inside >= self.queue_limit + self.workers:
            raise Overloaded
        self.inside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self.pool, self._one, row, deadline)
        finally:
            self.inside -= 1

    def _one(self, row: list[float], deadline: float) -> float:
        if deadline < time.time():
            raise Expired
        return self.engine([row])[0]

    async def run(self) -> None:
        """Keep the pool open."""
        with ThreadPoolExecutor(self.workers, "model") as self.pool:
            await asyncio.Event().wait()


def make_policy(settings: Settings, engine: Engine, stats: Counter[str]) -> Policy:
    """Return the policy that the settings name."""
    if settings.policy == "naive":
        return Naive(engine)
    if settings.policy == "threads":
        return Threads(engine, settings.workers, settings.queue_limit)

    async def predict(rows: list[list[float]]) -> list[float]:
        stats["calls"] += 1
        return await asyncio.to_thread(engine, rows)

    return MicroBatcher(predict, settings.max_batch, settings.max_wait_ms, settings.queue_limit)


def make_app(settings: Settings, engine: Engine) -> FastAPI:
    """Return the application."""
    stats: Counter[str] = Counter()
    policy = make_policy(settings, engine, stats)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(policy.run()), asyncio.create_task(_stalls(settings))]
        await asyncio.sleep(0)
        yield
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks)

    app = FastAPI(lifespan=lifespan, openapi_url=None)

    @app.post("/predict")
    async def predict(ask: Ask, request: Request) -> JSONResponse:
        stats["requests"] += 1
        try:
            deadline = float(request.headers.get(DEADLINE_HEADER, "inf"))
        except ValueError:
            return _problem(422, f"{DEADLINE_HEADER} must be seconds since 1970, such as {time.time():.3f}")
        if engine.features is not None and len(ask.row) != engine.features:
            return _problem(422, f"got {len(ask.row)} features; the model takes {engine.features}")
        try:
            probability = await policy.submit(ask.row, deadline)
        except (Overloaded, Expired) as error:
            return _refuse(error, settings, stats)
        stats["answered"] += 1
        return JSONResponse({"probability": probability, "source": "model"})

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/stats")
    async def get_stats() -> dict[str, Any]:
        calls = stats["calls"] or stats["answered"]
        return {
            **{key: stats[key] for key in ("requests", "answered", "overloaded", "expired")},
            "calls": calls,
            "rows_per_call": stats["answered"] / calls if calls else 0.0,
            "cpu_s": time.process_time(),
        }

    @app.post("/time")
    async def time_calls(batch: Batch) -> dict[str, list[float]]:
        return {"call_ms": [_time_call(engine, batch.rows) for _ in range(batch.repeats)]}

    return app


def _time_call(engine: Engine, rows: list[list[float]]) -> float:
    begin = time.perf_counter()
    engine(rows)
    return 1000 * (time.perf_counter() - begin)


def _refuse(error: Exception, settings: Settings, stats: Counter[str]) -> JSONResponse:
    kind = "overloaded" if isinstance(error, Overloaded) else "expired"
    stats[kind] += 1
    if settings.fallback is not None:
        return JSONResponse({"probability": settings.fallback, "source": "fallback"})
    return _problem(503, "the queue is full") if kind == "overloaded" else _problem(504, "the deadline has passed")


def _problem(status: int, detail: str) -> JSONResponse:
    return JSONResponse({"detail": detail}, status, {"Retry-After": "1"} if status == 503 else None)


async def _stalls(settings: Settings) -> None:
    while settings.stall_every_s and settings.stall_ms:
        await asyncio.sleep(settings.stall_every_s)
        time.sleep(settings.stall_ms / 1000)
