"""Tells which dictionaries have changed, without reading their values.

CPython gives a dictionary a new version number at each change (PEP 509; up to Python 3.13). Reading the number writes
nothing. Comparing the values would change reference counts, so that a forked process would have to copy their memory pages.
"""

import ctypes
import gc
import sys
import sysconfig
from collections.abc import Iterable
from typing import Any

_PLACE = 3 * ctypes.sizeof(ctypes.c_ssize_t)  # after the count, the type and the length


class DictVersions:
    """The version numbers of `mappings` (dictionaries, or proxies of some) at the time this is made."""

    def __init__(self, mappings: Iterable[Any]) -> None:
        self._held = [each if type(each) is dict else gc.get_referents(each)[0] for each in mappings]
        known = _known() and all(type(each) is dict for each in self._held)
        self._places = [ctypes.c_uint64.from_address(id(each) + _PLACE) for each in self._held] if known else None
        self._then = self._now()

    def changed(self) -> list[int]:
        """Return which ones may have changed, by number; all where there is no way to know."""
        now = self._now()
        if self._places is None:
            return list(range(len(self._held)))
        if now == self._then:
            return []
        return [number for number, (one, other) in enumerate(zip(self._then, now, strict=True)) if one != other]

    def accept(self, number: int) -> None:
        """Take the dictionary `number` as it is now."""
        if self._places is not None:
            self._then[number] = self._places[number].value

    def _now(self) -> list[int]:
        return [each.value for each in self._places or ()]


def _known() -> bool:
    """Tell whether this Python has version numbers at the expected place in memory, by trying."""
    if sys.implementation.name != "cpython" or not (3, 11) <= sys.version_info < (3, 14):
        return False
    if sysconfig.get_config_var("Py_GIL_DISABLED") or sysconfig.get_config_var("Py_DEBUG"):
        return False
    sample: dict[str, Any] = {"a": 1, "b": 2}
    number = ctypes.c_uint64.from_address(id(sample) + _PLACE)
    seen = [number.value]
    for change in (lambda: sample.update(a=2), lambda: sample.pop("b"), lambda: sample.update(c=3)):
        change()
        seen.append(number.value)
    still = number.value
    _ = sample["a"], list(sample.values())
    return len(set(seen)) == len(seen) and number.value == still
