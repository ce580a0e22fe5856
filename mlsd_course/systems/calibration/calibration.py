"""`Calibration`: what this machine can do, each figure with its spread; and typical values for who has none."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from mlsd_course.errors import ParameterError
from mlsd_course.systems.calibration.measured import MeasuredValue
from mlsd_course.tables import markdown_table, text_table

HEAD = ("figure", "median (middle half)")


@dataclass(frozen=True, repr=False)
class Calibration:
    """One machine at one moment; one thread, one connection, one open file.

    predict_ms: by batch size, a boosted model of 150 small trees. tcp_us, http_us: 64 bytes to another process and back.
    json_…, binary_…: 256 rows of 24 numbers. measured: False where the values are typical ones. at: UTC, ISO 8601.
    """

    predict_ms: Mapping[int, MeasuredValue]
    gflop_per_s: MeasuredValue
    memory_gb_per_s: MeasuredValue
    write_mb_per_s: MeasuredValue
    read_mb_per_s: MeasuredValue
    fsync_ms: MeasuredValue
    tcp_us: MeasuredValue
    http_us: MeasuredValue
    json_encode_us: MeasuredValue
    json_decode_us: MeasuredValue
    binary_encode_us: MeasuredValue
    binary_decode_us: MeasuredValue
    json_bytes: MeasuredValue
    binary_bytes: MeasuredValue
    cores: int
    measured: bool = True
    at: str = ""

    @property
    def row_ms(self) -> float:
        """What one more row adds to a large batch: the slope between the smallest and the largest batch."""
        small, large = min(self.predict_ms), max(self.predict_ms)
        if small == large:
            return 0.0
        return max(0.0, (self.predict_ms[large].median - self.predict_ms[small].median) / (large - small))

    @property
    def call_ms(self) -> float:
        """What a call costs before the first row."""
        small = min(self.predict_ms)
        return max(0.0, self.predict_ms[small].median - small * self.row_ms)

    def rows_per_s(self, batch: int = 1) -> float:
        """Rows a second of one core that predicts in batches of a measured size."""
        if batch not in self.predict_ms:
            sizes = ", ".join(map(str, self.predict_ms))
            raise ParameterError("batch", given=batch, allowed=sizes, remedy="Choose one of the measured sizes")
        return 1000 * batch / self.predict_ms[batch].median

    @property
    def ridge_flop_per_byte(self) -> float:
        """Operations a byte from which on arithmetic, and no longer memory, is what a core waits for."""
        return self.gflop_per_s.median / self.memory_gb_per_s.median

    def to_data(self) -> dict[str, Any]:
        """Return plain values for the record."""
        return {**asdict(self), "predict_ms": {str(size): asdict(one) for size, one in self.predict_ms.items()}}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` wrote; KeyError, TypeError or ValueError where it is something else."""
        names = {field.name for field in fields(cls)}
        plain: dict[str, Any] = {name: data[name] for name in ("cores", "measured", "at")}
        figures: dict[str, Any] = {name: MeasuredValue(**data[name]) for name in names - {*plain, "predict_ms"}}
        predict = {int(size): MeasuredValue(**one) for size, one in data["predict_ms"].items()}
        if not predict:
            raise ValueError("no batch was measured")
        return cls(predict_ms=dict(sorted(predict.items())), **figures, **plain)

    def sentence(self) -> str:
        """Where the figures come from and the three that matter first."""
        source = (
            f"Measured on this machine, {self.at[:16].replace('T', ' ')} UTC" if self.measured else TYPICAL_SENTENCE
        )
        small, large = min(self.predict_ms), max(self.predict_ms)
        return (
            f"{source}: one core predicts {self.rows_per_s(small):,.0f} rows/s one by one and "
            f"{self.rows_per_s(large):,.0f} in batches of {large:,}; HTTP there and back takes {self.http_us.median:,.0f} µs."
        )

    def rows(self) -> list[tuple[str, str]]:
        """The figures as table rows."""
        some = [size for size in (1, 32, 1024) if size in self.predict_ms]
        return [
            *((f"predict, batch of {size:,}", str(self.predict_ms[size])) for size in some),
            ("arithmetic, one core", str(self.gflop_per_s)),
            ("memory, one core", str(self.memory_gb_per_s)),
            ("disk, long write", str(self.write_mb_per_s)),
            ("disk, long read", str(self.read_mb_per_s)),
            ("disk, small safe write", str(self.fsync_ms)),
            ("loopback, TCP", str(self.tcp_us)),
            ("loopback, HTTP", str(self.http_us)),
            ("JSON: write · read", f"{self.json_encode_us} · {self.json_decode_us}"),
            ("binary: write · read", f"{self.binary_encode_us} · {self.binary_decode_us}"),
            ("size: JSON · binary", f"{self.json_bytes.median:.1f} · {self.binary_bytes.median:.1f} bytes a number"),
        ]

    def __repr__(self) -> str:
        return self.sentence() + "\n" + text_table(HEAD, self.rows())

    def _repr_markdown_(self) -> str:
        return self.sentence() + "\n\n" + markdown_table(HEAD, self.rows())


TYPICAL_SENTENCE = "Typical values, not yours (run calibrate() to measure)"


def _typical(value: float, unit: str) -> MeasuredValue:
    return MeasuredValue(value, value, value, unit)


TYPICAL = Calibration(
    predict_ms={2**power: _typical(round(0.6 + 0.008 * 2**power, 2), "ms") for power in range(11)},
    gflop_per_s=_typical(50, "GFLOP/s"),
    memory_gb_per_s=_typical(20, "GB/s"),
    write_mb_per_s=_typical(500, "MB/s"),
    read_mb_per_s=_typical(1_000, "MB/s"),
    fsync_ms=_typical(2, "ms"),
    tcp_us=_typical(30, "µs"),
    http_us=_typical(300, "µs"),
    json_encode_us=_typical(5_000, "µs"),
    json_decode_us=_typical(1_500, "µs"),
    binary_encode_us=_typical(5, "µs"),
    binary_decode_us=_typical(5, "µs"),
    json_bytes=_typical(21, "bytes a number"),
    binary_bytes=_typical(8, "bytes a number"),
    cores=2,
    measured=False,
)
"""Rounded by us from small virtual machines: right within a factor of ten, which is what they are for. Two cores assumed."""
