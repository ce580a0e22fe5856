"""Numbers as a person reads them: a duration, a rate, money, a size."""

from math import inf

DAY_S = 86_400
DAYS_PER_MONTH = 30
MONTH_S = DAY_S * DAYS_PER_MONTH


def duration(seconds: float) -> str:
    """A duration in the unit that suits it: 43 ms, 12 s, 25 min, 11.1 h, 6.3 days."""
    if seconds == inf:
        return "without end"
    for limit, unit, size in ((1.0, "ms", 1e-3), (120.0, "s", 1.0), (7200.0, "min", 60.0), (2 * DAY_S, "h", 3600.0)):
        if seconds < limit:
            return f"{figure(seconds / size)} {unit}"
    return f"{figure(seconds / DAY_S)} days"


def milliseconds(value_ms: float) -> str:
    """A latency, always in ms below 10 s."""
    return f"{figure(value_ms)} ms" if value_ms < 10_000 else duration(value_ms / 1000)


def rate(per_s: float) -> str:
    """A rate per second."""
    return f"{figure(per_s)}/s"


def money(usd: float) -> str:
    """Dollars without cents above 10."""
    return f"${usd:,.2f}" if 0 < usd < 10 else f"${usd:,.0f}"


def size(gigabytes: float) -> str:
    """Bytes in powers of ten: kB, MB, GB, TB, PB."""
    for limit, unit, step in ((1e-3, "kB", 1e-6), (1.0, "MB", 1e-3), (1e3, "GB", 1.0), (1e6, "TB", 1e3)):
        if gigabytes < limit:
            return f"{figure(gigabytes / step)} {unit}"
    return f"{figure(gigabytes / 1e6)} PB"


def percent(part: float) -> str:
    """A share in per cent; above 99 % with up to ten decimals, so that no nine is lost."""
    if 1 - 5e-7 < part < 1:
        return f"{100 * part:.10f}".rstrip("0").rstrip(".") + " %"
    if 0.99 < part <= 1:
        return f"{100 * part:.{6 if part < 0.9999 else 4}f}".rstrip("0").rstrip(".") + " %"
    return f"{figure(100 * part)} %"


def figure(value: float) -> str:
    """Three significant digits; from 100 on a whole number with its thousands separated. For values of at least 0."""
    if value == inf:
        return "unbounded"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def signed_figure(value: float) -> str:
    """A figure that may be negative.

    >>> signed_figure(-5000), signed_figure(0.25)
    ('-5,000', '0.25')
    """
    return ("-" if value < 0 else "") + figure(abs(value))
