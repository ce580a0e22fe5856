"""The tamper detector: finds what a learner's code changed of what tests rely on, and can undo it.

A test first runs in the process as the learner left it, as under nbgrader. Where the detector finds a change, a fork of that
process undoes it and runs the test again; points count only if both runs agree. Code that reads the tests or the judge
(frames, the garbage collector's lists, raw memory) cannot be undone: it raises an alarm on a socket of its own.
"""

import builtins
import contextlib
import os
import sys
import threading
import types
from collections.abc import Callable, Iterable
from gc import get_objects
from itertools import chain, compress, repeat
from operator import is_
from typing import Any

from mlsd_course.grading.sandbox.dict_versions import DictVersions

_ALWAYS = ("math", "statistics", "operator", "json", "random", "numpy", "numpy.testing", "numpy.linalg", "pandas")
_COMPARES = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__")
_HOOKS = ("__array_function__", "__array_ufunc__", "__instancecheck__", "__subclasscheck__")
# Events by which code reads or rewrites what is not its own; see the audit events table of Python.
_ALARMS = {
    "sys._getframe": "read the frames of the judge",
    "sys._current_frames": "read the frames of the judge",
    "gc.get_objects": "searched all objects of the process",
    "gc.get_referrers": "searched who holds an object",
    "gc.get_referents": "searched what an object holds",
    "sys.addaudithook": "listened to the judge",
    "sys.settrace": "traced the judge",
    "sys.setprofile": "traced the judge",
    "code.__new__": "wrote byte code",
    "ctypes.dlopen": "reached for raw memory",
    "ctypes.dlsym": "reached for raw memory",
    "ctypes.string_at": "reached for raw memory",
    "ctypes.addressof": "reached for raw memory",
    "ctypes.cdata": "reached for raw memory",
}
# Modules that do such things for whoever calls them.
_HANDS = {
    "read the frames of the judge": ("inspect", "traceback"),
    "reached for raw memory": ("ctypes", "IPython.core.interactiveshell"),  # the latter has the `open` of cells
}

_BUILTINS = vars(builtins)
_MANY = 50_000  # objects from which on looking at all types is quicker than looking at all new objects


class TamperDetector:
    """The modules, classes, builtins and types of the process as they were before the learner's code ran."""

    def __init__(self, modules: Iterable[str], expected: dict[str, Any]) -> None:
        course = {name for name in sys.modules if name.startswith("mlsd_course.")}
        names = {*_ALWAYS, *modules, *(name for name in course if not name.startswith("mlsd_course.grading"))}
        self.modules = {name: sys.modules[name] for name in names if name in sys.modules}
        self.builtins = dict(vars(builtins))
        self._theirs = dict(self.builtins)
        self.attributes = {name: _plain(vars(module)) for name, module in self.modules.items()}
        classes = {
            value
            for name, kept in self.attributes.items()
            for value in kept.values()
            if isinstance(value, type) and name.startswith(("mlsd_course.", "pandas"))
        }
        bases = {base for each in classes for base in each.__mro__ if base.__module__ != "builtins"}
        self.classes = {each: _plain(vars(each)) for each in bases}
        kept = chain(self.attributes.items(), ((each.__name__, values) for each, values in self.classes.items()))
        live = [*map(vars, self.modules.values()), *map(vars, self.classes)]
        self._places = [(name, values, now) for (name, values), now in zip(kept, live, strict=True)]
        self._versions = DictVersions(live)
        self._first: list[Any] | None = None  # the oldest of the objects that may be the learner's
        self.types = [object, *_all_types()]  # held, so that no new one gets an old one's id
        self._known = frozenset(map(id, self.types))
        self.expected = dict(expected)  # names that the instructor's cells bind
        self.finders = list(sys.meta_path)
        self.threads = threading.active_count()

    def begin(self) -> None:
        """Start to treat new objects as the learner's. Call it after `gc.freeze`, which hides all older objects."""
        self._first = []

    def remember(self, names: Iterable[str], namespace: dict[str, Any]) -> None:
        """Keep what an instructor's cell has bound."""
        self.expected.update({name: namespace[name] for name in names if name in namespace})

    def take_builtins(self) -> None:
        """Put the original builtins back after a cell, and keep the learner's. Calls no builtin itself."""
        self._theirs = _BUILTINS.copy()
        _BUILTINS.update(self.builtins)

    def give_builtins(self) -> None:
        """Put the builtins before a cell as the earlier cell left them."""
        _BUILTINS.update(self._theirs)
        for name in self.builtins:
            if name not in self._theirs:
                del _BUILTINS[name]

    def suspicions(self, namespace: dict[str, Any], used: frozenset[str]) -> list[str]:
        """Return what looks wrong before a test that uses the names `used`."""
        return [*self._changed(), *self._shadowed(namespace, used), *self._odd_types(), *self._running()]

    def put_back(self, namespace: dict[str, Any], used: frozenset[str]) -> None:
        """Undo all changes that `suspicions` reports. Called in a fork."""
        self._theirs = self.builtins
        sys.modules.update(self.modules)
        for name, kept in self.attributes.items():
            vars(self.modules[name]).update(kept)
        for each, kept in self.classes.items():
            for attribute, value in kept.items():
                if vars(each).get(attribute) is not value:
                    with contextlib.suppress(Exception):
                        type.__setattr__(each, attribute, value)
        for name in used & namespace.keys():
            if name in self.expected:
                namespace[name] = self.expected[name]
            elif name in self.builtins and callable(namespace[name]):
                del namespace[name]
        learners = self._new_types()
        for each in learners:
            _make_honest(each, frozenset(learners))
        sys.settrace(None)
        sys.setprofile(None)
        sys.meta_path[:] = self.finders

    def _changed(self) -> Iterable[str]:
        now = self._theirs
        yield from (f"changed the builtin {name}" for name in _other(self.builtins, now))
        for name, module in self.modules.items():
            if sys.modules.get(name) is not module:
                yield f"replaced the module {name}"
        for number in self._versions.changed():
            name, kept, values = self._places[number]
            if other := list(_other(kept, values)):
                yield from (f"changed {name}.{key}" for key in other)
            else:
                self._versions.accept(number)  # something was added, such as a module below it
        if sys.gettrace() is not None or sys.getprofile() is not None:
            yield "traces the process"
        if list(sys.meta_path) != self.finders:
            yield "changed how modules are found"

    def _shadowed(self, namespace: dict[str, Any], used: frozenset[str]) -> Iterable[str]:
        for name in sorted(used & namespace.keys()):
            if name in self.expected:
                if namespace[name] is not self.expected[name]:
                    yield f"replaced {name}, which the instructor's cells define"
            elif name in self.builtins and callable(namespace[name]):
                yield f"has a {name} of its own"

    def _new_types(self) -> list[type]:
        """Return the types that were made since, from the new objects alone where none of these can have been hidden."""
        objects = get_objects() if self._first is not None else []  # without what was frozen
        if len(objects) > _MANY or not any(map(is_, objects, repeat(self._first))):  # a learner may freeze, too
            return self._new_below()
        new_types = compress(objects, map(issubclass, map(type, objects), repeat(type)))
        return [each for each in new_types if id(each) not in self._known]

    def _new_below(self) -> list[type]:
        """Return the same by going through all types."""
        known = self._known
        new_types = [each for each in _below(self.types) if id(each) not in known]
        seen = set(map(id, new_types))
        for new in new_types:  # grows: what is below the new ones
            below: list[type] = type.__subclasses__(new)
            more = [each for each in below if id(each) not in known and id(each) not in seen]
            seen.update(map(id, more))
            new_types += more
        return list({id(each): each for each in new_types}.values())

    def _odd_types(self) -> Iterable[str]:
        for each in self._new_types():
            made = vars(each)
            for name in (*_COMPARES, *_HOOKS):
                function = made.get(name)
                if _is_learners_function(function):
                    yield f"compares in its own way: {each.__name__}.{name}"
                    break

    def _running(self) -> Iterable[str]:
        if threading.active_count() > self.threads:
            yield "left threads running"


def audit(raise_alarm: Callable[[str], None]) -> None:
    """Install an audit hook that raises an alarm when a learner's code reaches for the judge. It cannot be removed."""
    getframe = sys._getframe  # noqa: SLF001 what inspect.currentframe calls, without a replaceable name
    busy = False

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal busy
        if busy:
            return
        what = _ALARMS.get(event, "")
        if (
            not what
            and event == "object.__getattr__"
            and arguments[1] in ("tb_frame", "gi_frame", "cr_frame", "ag_frame")
        ):
            what = "read the frames of the judge"
        elif (
            not what
            and event == "object.__setattr__"
            and arguments[1] in ("__code__", "__defaults__", "__kwdefaults__")
        ):
            what = "rewrote a function"
        elif not what and event == "open" and isinstance(arguments[0], str) and arguments[0].endswith("/mem"):
            what = "reached for raw memory"
        elif not what and event == "compile" and isinstance(arguments[1], str) and not _is_learners(arguments[1]):
            what = "hid the name of its code"
        if not what:
            return
        busy = True
        try:
            frame: Any = getframe(1)
            for _ in range(4):
                if frame is not None and frame.f_globals.get("__name__") in _HANDS.get(what, ()):
                    frame = frame.f_back
            if frame is not None and _is_learners(frame.f_code.co_filename):
                raise_alarm(what)
        finally:
            busy = False

    sys.addaudithook(hook)


def _is_learners(filename: str) -> bool:
    """Tell whether code of this file is the learner's: a cell, or a file that belongs neither to Python nor the course."""
    return not filename.startswith((*_TRUSTED, "<frozen", "<test", "<__array_function__"))


def _trusted() -> tuple[str, ...]:
    """Return where Python, its packages and the course's package are; what is imported from elsewhere is the learner's."""
    package = __file__.rpartition("/grading/")[0] or __file__.rpartition("\\grading\\")[0]
    own = {os.path.dirname(package), os.getcwd(), ""}
    return tuple({sys.prefix, sys.base_prefix, package, *(path for path in sys.path if path not in own)})


_TRUSTED = _trusted()


def _is_learners_function(function: Any) -> bool:
    """The same for a function; what a library's data class has generated is the library's."""
    if not isinstance(function, types.FunctionType) or not _is_learners(function.__code__.co_filename):
        return False
    module = sys.modules.get(str(function.__globals__.get("__name__")))
    origin = getattr(getattr(module, "__spec__", None), "origin", None) or ""
    library = module is not None and vars(module) is function.__globals__ and str(origin).startswith(_TRUSTED)
    return not (library and function.__code__.co_filename == "<string>")


def _plain(values: Any) -> dict[str, Any]:
    return {name: value for name, value in dict(values).items() if callable(value)}


def _other(kept: dict[str, Any], now: Any) -> Iterable[str]:
    """Return the names whose values are other ones now. Compares nothing but identity, fast."""
    if all(map(is_, map(now.get, kept), kept.values())):
        return ()
    return [name for name, value in kept.items() if now.get(name) is not value]


def _below(types: list[type]) -> Iterable[type]:
    return chain.from_iterable(map(type.__subclasses__, types))


def _all_types() -> list[type]:
    all_types, seen, queue = [], {id(object)}, [object]
    while queue:
        for each in type.__subclasses__(queue.pop()):
            if id(each) not in seen:
                seen.add(id(each))
                all_types.append(each)
                queue.append(each)
    return all_types


def _make_honest(each: type, learners: frozenset[type]) -> None:
    """Let objects of a learner's type compare only with each other, and take no part in NumPy's array functions."""
    made = vars(each)
    for name in _COMPARES:
        own = made.get(name)
        if _is_learners_function(own):
            with contextlib.suppress(Exception):
                type.__setattr__(each, name, _among(own, learners))
    for name in _HOOKS:
        if name in made:
            with contextlib.suppress(Exception):
                type.__delattr__(each, name)


def _among(own: Any, learners: frozenset[type]) -> Any:
    def compare(self: Any, other: Any) -> Any:
        return own(self, other) if type(other) in learners else NotImplemented

    return compare
