"""A public name means one thing: what two packages export under one name is one object."""

import importlib
from collections import defaultdict
from types import ModuleType

from tests.support.paths import REPOSITORY


def test_no_public_name_means_two_things() -> None:
    """Two packages that export a name export the same object, so that a name says what is meant wherever it is read."""
    clashes = two_meanings([importlib.import_module(name) for name in _packages()])
    lines = (f"  {name}: {', '.join(origins)}" for name, origins in sorted(clashes.items()))
    assert not clashes, (
        f"{len(clashes)} public names mean several things; rename where fewer notebooks use it:\n" + "\n".join(lines)
    )


def test_what_is_exported_again_is_no_second_meaning() -> None:
    """A package may export what another one defines; a different object of the same name is named with both packages."""
    one, again, other = (ModuleType(name) for name in ("one", "again", "other"))
    for module, value in ((one, int), (again, int), (other, str)):
        module.__all__, module.Number = ["Number"], value  # type: ignore[attr-defined]
    assert two_meanings([one, again]) == {}
    assert two_meanings([one, again, other]) == {"Number": ["one and again", "other"]}


def two_meanings(packages: list[ModuleType]) -> dict[str, list[str]]:
    """Return each name that stands for several objects, with the packages that export each of them."""
    exports: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for package in packages:
        for name in package.__all__:
            exports[name][id(getattr(package, name))].append(package.__name__.removeprefix("mlsd_course."))
    return {
        name: [" and ".join(exporters) for exporters in by_object.values()]
        for name, by_object in exports.items()
        if len(by_object) > 1
    }


def _packages() -> list[str]:
    """Return the packages that say what is public."""
    files = (REPOSITORY / "mlsd_course").rglob("__init__.py")
    public = (file for file in files if "__all__" in file.read_text(encoding="utf-8"))
    return sorted(".".join(file.relative_to(REPOSITORY).parent.parts) for file in public)
