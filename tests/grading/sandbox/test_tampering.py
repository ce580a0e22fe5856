"""What looks for tampering quickly looks as closely as what looks slowly."""

import gc
import types
from collections.abc import Iterator
from typing import Any

import pytest

from mlsd_course.grading.sandbox import dict_versions, tampering
from mlsd_course.grading.sandbox.dict_versions import DictVersions
from mlsd_course.grading.sandbox.tampering import TamperDetector


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """A module that tests rely on."""
    made = types.ModuleType("mlsd_course.relied_on")
    exec("class Kept:\n    def size(self): return 1\ndef mean(values): return 1", vars(made))
    made.Kept.__module__ = "mlsd_course.relied_on"
    monkeypatch.setitem(tampering.sys.modules, made.__name__, made)
    return made


@pytest.fixture
def frozen() -> Iterator[None]:
    """What there is is no longer looked at by the collector, as in the process that is forked."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.parametrize("known", [True, False], ids=["by-number", "by-value"])
def test_every_change_of_what_tests_rely_on_is_seen(
    known: bool, module: types.ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a module and in a class; what was added, or put back, is no change."""
    if not known:
        monkeypatch.setattr(dict_versions, "_known", lambda: False)
    detector = TamperDetector([module.__name__], {})
    mean, size = module.mean, module.Kept.size
    assert not list(detector._changed())  # noqa: SLF001 what is tested, without a report
    module.other = len
    assert not list(detector._changed())  # noqa: SLF001 what is tested, without a report
    module.mean = module.Kept.size = lambda *_: 2
    assert set(detector._changed()) == {"changed mlsd_course.relied_on.mean", "changed Kept.size"}  # noqa: SLF001 what is tested, without a report
    module.mean, module.Kept.size = mean, size
    assert not list(detector._changed())  # noqa: SLF001 what is tested, without a report
    del module.mean
    assert list(detector._changed()) == ["changed mlsd_course.relied_on.mean"]  # noqa: SLF001 what is tested, without a report


@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize("hide", [lambda: None, gc.freeze, gc.unfreeze, gc.disable], ids=["", "froze", "thawed", "off"])
def test_a_new_type_is_found_whatever_the_collector_was_told(hide: Any) -> None:
    """A learner may ask the collector to forget objects; then all types are gone through."""
    detector = TamperDetector([], {})
    detector.begin()
    before = set(detector._new_types())  # noqa: SLF001 what is tested, without a report
    made = type("Liar", (), {"__eq__": lambda self, other: True})
    metaclass = type("Meta", (type,), {"__eq__": lambda self, other: True, "__hash__": type.__hash__})
    strange = metaclass("Strange", (int,), {})
    try:
        hide()
        found = [id(each) for each in detector._new_types() if id(each) not in set(map(id, before))]  # noqa: SLF001 what is tested, without a report
        assert {id(made), id(metaclass), id(strange)} <= set(found)
    finally:
        gc.enable()


def test_stamps_tell_which_dictionary_changed() -> None:
    """By its place; a change that was accepted is none."""
    first, second = {"a": 1}, type("Some", (), {})
    stamps = DictVersions([first, vars(second)])
    if stamps._places is None:  # noqa: SLF001 None where the interpreter has no version tags
        pytest.skip("this Python has no such numbers")
    assert stamps.changed() == []
    second.b = 2  # type: ignore[attr-defined]
    assert stamps.changed() == [1]
    first["a"] = 2
    assert stamps.changed() == [0, 1]
    stamps.accept(1)
    assert stamps.changed() == [0]
