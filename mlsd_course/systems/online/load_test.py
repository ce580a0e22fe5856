"""Load on a service, from a process of its own: open loop (the schedule leads) and closed loop (the answers lead)."""

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlsd_course.errors import ParameterError, ServiceError
from mlsd_course.sim import Poisson
from mlsd_course.systems.online.measurement import Measurement

Rows = Sequence[Sequence[float]] | NDArray[np.float64]


def poisson_times_s(rate_per_s: float, seconds: float, seed: int = 0) -> NDArray[np.float64]:
    """Return the times, in seconds from 0, at which a Poisson stream sends during `seconds`."""
    _positive("seconds", seconds)
    stream = Poisson(rate_per_s)
    rng = np.random.default_rng(seed)
    requests = int(rate_per_s * seconds + 10 * (rate_per_s * seconds) ** 0.5 + 10)
    times = stream.times_ms(requests, rng) / 1000
    return times[times < seconds]


def open_loop(
    url: str,
    times_s: ArrayLike,
    rows: Rows,
    *,
    timeout_s: float = 5.0,
    retries: int = 0,
    retry_budget: float = 1.0,
    send_deadline: bool = False,
) -> Measurement:
    """Send one request at each of `times_s` whatever the service does, and return the Measurement.

    times_s: seconds from the start, ascending. rows: feature rows, used in turn. timeout_s: counted from the intended time
    of sending. retries: further attempts after 503, 504 or a lost connection, as long as all retries so far stay below
    `retry_budget` times the requests sent. send_deadline: tell the service when the client gives up.

    Latency counts from the *intended* time of sending, so a request that had to wait because the generator or the service
    was busy is not forgiven (Tene 2013, "coordinated omission"). Raises ParameterError, and ServiceError when the generator
    fails. Blocks; works inside a notebook.
    """
    times = np.asarray(times_s, dtype=float)
    if times.ndim != 1 or len(times) == 0 or (np.diff(times) < 0).any() or not np.isfinite(times).all() or times[0] < 0:
        raise ParameterError(
            "times_s",
            given=f"{times.shape} values",
            allowed="ascending seconds from 0, at least one",
            remedy="Make them with poisson_times_s(rate_per_s, seconds)",
        )
    if not (isinstance(retries, int) and retries >= 0 and 0 <= retry_budget < np.inf):
        raise ParameterError(
            "retries, retry_budget",
            given=(retries, retry_budget),
            allowed="a whole number of at least 0, and a share of at least 0",
            remedy="Leave them out for no retries",
        )
    job = {
        "times_s": times.tolist(),
        "retries": retries,
        "retry_budget": retry_budget,
        "send_deadline": send_deadline,
    }
    return _generate("open", url, rows, timeout_s, job, seconds=float(times[-1]))


def closed_loop(url: str, rows: Rows, *, users: int, seconds: float, timeout_s: float = 5.0) -> Measurement:
    """Let `users` send, wait for the answer, send again, for `seconds`: the naive twin of `open_loop`.

    Nobody sends while the service stands still, so the worst moments are hardly sampled, and the load adapts to the service.
    """
    if not (isinstance(users, int | np.integer) and users >= 1):
        raise ParameterError("users", given=users, allowed="a whole number of at least 1", remedy="Begin with 1")
    _positive("seconds", seconds)
    return _generate("closed", url, rows, timeout_s, {"users": int(users), "seconds": seconds}, seconds=seconds)


def _generate(loop: str, url: str, rows: Rows, timeout_s: float, job: dict[str, Any], seconds: float) -> Measurement:
    table = np.atleast_2d(np.asarray(rows, dtype=float))
    if table.size == 0:
        raise ParameterError(
            "rows", given=table.shape, allowed="at least one row of features", remedy="Make rows with data.features"
        )
    _positive("timeout_s", timeout_s)
    job |= {"loop": loop, "url": url, "rows": table.tolist(), "timeout_s": timeout_s}
    try:
        run = subprocess.run(
            [sys.executable, "-m", "mlsd_course.systems.online.load_generator"],
            input=json.dumps(job),
            capture_output=True,
            encoding="utf-8",
            timeout=seconds + timeout_s + 60,
        )
    except subprocess.TimeoutExpired as error:
        raise ServiceError(
            "The load generator did not come to an end",
            given=f"{error.timeout:g} s",
            remedy="Send less, or for less time",
        ) from error
    if run.returncode:
        raise ServiceError("The load generator failed", remedy="Its last lines:\n  " + run.stderr[-1500:])
    return Measurement.read(json.loads(run.stdout), loop)


def _positive(name: str, value: float) -> None:
    if not 0 < value < np.inf:
        raise ParameterError(name, given=value, allowed="a number above 0", remedy="Write 5 for five seconds")
