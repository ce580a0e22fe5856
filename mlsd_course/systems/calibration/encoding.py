"""Numbers on their way: written as JSON text, and as the bytes that they are."""

import json

from mlsd_course.systems.calibration.measured import MeasuredValue, times_s

ROWS, COLUMNS = 256, 24


def encoding(seconds: float = 0.15) -> dict[str, MeasuredValue]:
    """Return time (µs) and size (bytes a number) of 256 rows of 24 numbers as JSON and as 64-bit binary."""
    import numpy as np

    table = np.random.default_rng(0).normal(size=(ROWS, COLUMNS))
    as_json, as_bytes = json.dumps(table.tolist()), table.tobytes()

    def timed(work: object) -> MeasuredValue:
        return MeasuredValue.of([1e6 * t for t in times_s(work, seconds)], "µs")  # type: ignore[arg-type]

    return {
        "json_encode_us": timed(lambda: json.dumps(table.tolist())),
        "json_decode_us": timed(lambda: np.array(json.loads(as_json))),
        "binary_encode_us": timed(table.tobytes),
        "binary_decode_us": timed(lambda: np.frombuffer(as_bytes).reshape(ROWS, COLUMNS).copy()),
        "json_bytes": MeasuredValue.of([len(as_json.encode()) / table.size], "bytes a number"),
        "binary_bytes": MeasuredValue.of([len(as_bytes) / table.size], "bytes a number"),
    }
