"""The processor: a model's call by batch size, and the two roofs of the roofline, arithmetic and memory traffic."""

from collections.abc import Callable
from typing import Any

from mlsd_course.systems.calibration.measured import MeasuredValue, times_s

BATCHES = tuple(2**power for power in range(11))
COLUMNS = 24
_SIDE = 384
_COPIED_BYTES = 64_000_000


def predict_ms(
    predict: Callable[[Any], object] | None = None, rows: Any = None, seconds: float = 0.12
) -> dict[int, MeasuredValue]:
    """Return ms of one call by batch size, on one thread.

    predict: takes rows, by default `small_model`'s. rows: at least 1,024 rows for it, by default random numbers.
    """
    import numpy as np
    from threadpoolctl import threadpool_limits

    if predict is None:
        predict = small_model().predict_proba
    if rows is None:
        rows = np.random.default_rng(0).normal(size=(BATCHES[-1], COLUMNS))
    with threadpool_limits(1):
        return {
            size: MeasuredValue.of([1000 * t for t in times_s(lambda part=rows[:size]: predict(part), seconds)], "ms")  # type: ignore[misc]
            for size in BATCHES
        }


def small_model() -> Any:
    """Return a boosted classifier of the size of the course's model of late arrivals, learned from made-up rows."""
    import numpy as np
    from sklearn.ensemble import HistGradientBoostingClassifier

    rng = np.random.default_rng(0)
    rows = rng.normal(size=(4_000, COLUMNS))
    late = rows[:, :4].sum(axis=1) + rng.normal(size=len(rows)) > 1
    return HistGradientBoostingClassifier(
        max_iter=150, learning_rate=0.06, max_leaf_nodes=15, early_stopping=False, random_state=0
    ).fit(rows, late)


def gflop_per_s(seconds: float = 0.4) -> MeasuredValue:
    """Return 10^9 floating-point operations a second of one thread: a product of two matrices in 32 bits."""
    import numpy as np
    from threadpoolctl import threadpool_limits

    matrix = np.random.default_rng(0).normal(size=(_SIDE, _SIDE)).astype(np.float32)
    out = np.empty_like(matrix)
    with threadpool_limits(1):
        taken = times_s(lambda: np.matmul(matrix, matrix, out=out), seconds)
    return MeasuredValue.of([2 * _SIDE**3 / t / 1e9 for t in taken], "GFLOP/s")


def memory_gb_per_s(seconds: float = 0.4) -> MeasuredValue:
    """Return GB/s between memory and one core: a copy of 64 MB, each byte read once and written once."""
    import numpy as np

    source = np.random.default_rng(0).random(_COPIED_BYTES // 8)  # untouched zeros would all be one page
    target = np.ones_like(source)
    return MeasuredValue.of(
        [2 * source.nbytes / t / 1e9 for t in times_s(lambda: np.copyto(target, source), seconds)], "GB/s"
    )
