"""Whether dictionaries are as they were, without looking at what is in them.

CPython gives a dictionary another number with each change of it (PEP 509; up to 3.13). Reading that number writes nothing;
comparing the values counts references, so that a fork would copy the page of each.
"""

import ctypes
import gc
import sys
import sysconfig
from collections.abc import Iterable
from typing import Any

_PLACE = 3 * ctypes.sizeof(ctypes.c_ssize_t)  # after the count, the type and the length


class DictVersions:
    """The numbers of `mappings`, which may be proxies of dictionaries, as of now."""

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
    """Tell whether this Python has the numbers where we look for them; tried, not believed."""
    if sys.implementation.name != "cpython" or not (3, 11) <= sys.version_info < (3, 14):
        return False
    if sysconfig.get_config_var("Py_GIL_DISABLED") or sysconfig.get_config_var("Py_DEBUG"):
        return False
    tried: dict[str, Any] = {"a": 1, "b": 2}
    number = ctypes.c_uint64.from_address(id(tried) + _PLACE)
    seen = [number.value]
    for change in (lambda: tried.update(a=2), lambda: tried.pop("b"), lambda: tried.update(c=3)):
        change()
        seen.append(number.value)
    still = number.value
    _ = tried["a"], list(tried.values())
    return len(set(seen)) == len(seen) and number.value == still
