"""Numbers with units, as people type them: `230`, `0.23 s`, `1,200 req/s`, `5 %`.

A comma or a space stands between thousands only: `1,5` is refused, since it would be read as fifteen.
"""

import math
import re

_UNITS: dict[str, tuple[str, float]] = {
    **{name: ("time", factor) for name, factor in {
        "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "days": 86400.0,
    }.items()},
    **{name: ("bytes", factor) for name, factor in {
        "B": 1.0, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "PB": 1e15,
        "KiB": 2.0**10, "MiB": 2.0**20, "GiB": 2.0**30, "TiB": 2.0**40,
    }.items()},
    **{name: ("bits per second", factor) for name, factor in {
        "bit/s": 1.0, "kbit/s": 1e3, "Mbit/s": 1e6, "Gbit/s": 1e9, "Mbps": 1e6, "Gbps": 1e9,
    }.items()},
    **{name: ("bytes per second", factor) for name, factor in {
        "B/s": 1.0, "kB/s": 1e3, "MB/s": 1e6, "GB/s": 1e9,
    }.items()},
    **{name: ("rate", factor) for name, factor in {
        "/s": 1.0, "req/s": 1.0, "QPS": 1.0, "/min": 1 / 60, "/h": 1 / 3600, "/day": 1 / 86400,
    }.items()},
    **dict.fromkeys(("USD", "$"), ("money", 1.0)),
    "%": ("share", 0.01),
}  # fmt: skip
_SPELT = {
    "day": "days", "d": "days", "hours": "h", "hour": "h", "hr": "h", "minutes": "min", "minute": "min",
    "seconds": "s", "second": "s", "sec": "s", "percent": "%", "per cent": "%", "dollars": "USD", "dollar": "USD",
    "requests/s": "req/s", "qps": "QPS", "rps": "req/s", "per second": "/s",
}  # fmt: skip
_NUMBER = re.compile(
    r"\s*(\$?)\s*([+-]?(?:(?:\d{1,3}(?:[ ,]\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*([^\s\d,.].*?)?\s*"
)


def known(unit: str) -> bool:
    """Tell whether `unit` can be converted; others must be typed as asked, or left away."""
    return unit in _UNITS


def read_number(given: object, unit: str) -> float:
    """Return what was typed as a number in `unit`; ValueError says what cannot be read."""
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise ValueError(f"A number is expected, {given!r} is none")
    if isinstance(given, int | float):
        number = float(given) if abs(given) < 1e300 else math.inf
        return _finite(number, given)
    found = _NUMBER.fullmatch(given)
    if not found or len(given) > 60:
        comma = "; decimals have a point" if re.search(r"\d,\d", given) else ""
        raise ValueError(f"A number is expected{f' in {unit}' if unit else ''}, {given[:60]!r} is none{comma}")
    number = _finite(float(re.sub(r"[ ,]", "", found[2])), given)
    return number * _factor(_spelt(found[3] or found[1] or ""), unit)


def _factor(typed: str, unit: str) -> float:
    if not typed or typed == unit:
        return 1.0
    (kind, size), (wanted, base) = _UNITS.get(typed, ("", 1.0)), _UNITS.get(unit, ("its own", 1.0))
    if kind != wanted:
        raise ValueError(
            f"An answer in {unit} is expected, {typed!r} is something else"
            if unit
            else f"A number without a unit is expected; leave {typed!r} away"
        )
    return size / base


def _spelt(typed: str) -> str:
    return _SPELT.get(typed.lower(), typed)


def _finite(number: float, given: object) -> float:
    if not math.isfinite(number):
        raise ValueError(f"A finite number is expected, {given!r} is none")
    return number
