"""A feature flag: which share of keys gets the new version, changed while everything runs."""

import hashlib
from dataclasses import dataclass

from mlsd_course.errors import ParameterError


def bucket(key: object, salt: str = "") -> float:
    """Return the place of a key from 0 up to (not including) 1: the same key, the same place, in any process.

    `salt` (the flag's name) shuffles: without it the same people would be the guinea pigs of every release.
    """
    digest = hashlib.sha256(f"{salt}:{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


@dataclass
class Flag:
    """On for a share of the keys. share: from 0 (off: the kill switch) to 1 (on for all); raising it keeps who is on."""

    name: str
    share: float = 0.0

    def __setattr__(self, field: str, value: object) -> None:
        if field == "share" and not (isinstance(value, int | float) and 0 <= value <= 1):
            raise ParameterError("share", given=value, allowed="a share from 0 to 1", remedy="0 is off, 1 is everybody")
        object.__setattr__(self, field, value)

    def on(self, key: object) -> bool:
        """Tell whether the flag is on for this key."""
        return bucket(key, self.name) < self.share
