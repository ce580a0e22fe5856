"""When something was. A record that somebody has edited may hold any text there."""

from datetime import UTC, datetime

_YEARS = range(2000, 2101)


def moment(at: str) -> datetime | None:
    """Return the time in UTC; without a zone it is taken as UTC; None for what is no time of this century."""
    try:
        then = datetime.fromisoformat(at)
        then = (then if then.tzinfo else then.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return then if then.year in _YEARS else None
