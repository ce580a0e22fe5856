"""How a component treats the personal data that it holds: what protection is missing, and whether storage ends in time."""

from mlsd_course.design.model.architecture import Component


def unprotected(part: Component) -> list[str]:
    """Which of encryption and authentication a holder of personal data lacks; empty for every other component."""
    if not part.personal_data:
        return []
    return [name for name in ("encrypted", "authenticated") if not getattr(part, name)]


def kept_too_long(part: Component, limit_days: float | None) -> bool:
    """True where a component stores personal data without an end, or for more days than the law's limit (None: no limit)."""
    if not part.personal_data or part.state != "durable":
        return False
    return part.retention_days is None or (limit_days is not None and part.retention_days > limit_days)
