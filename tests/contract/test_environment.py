"""The two ways to set up the course stay in step, and what is locked installs from wheels on every system."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from itertools import chain, product
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import canonicalize_name, parse_wheel_filename

from tests.support.paths import REPOSITORY

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = {
    (package["name"], package["version"]): package
    for package in tomllib.loads((REPOSITORY / "uv.lock").read_text(encoding="utf-8"))["package"]
}
OWN = (PROJECT["name"], PROJECT["version"])
PYTHONS = ((3, 11), (3, 12), (3, 13))
_GLIBC = [f"manylinux_2_{minor}" for minor in range(34, 4, -1)] + ["manylinux2014", "manylinux2010", "manylinux1"]
SYSTEMS = {
    "linux x86_64": ("linux", "Linux", "posix", "x86_64", [f"{name}_x86_64" for name in _GLIBC]),
    "linux aarch64": ("linux", "Linux", "posix", "aarch64", [f"{name}_aarch64" for name in _GLIBC]),
    "macos arm64": ("darwin", "Darwin", "posix", "arm64", list(mac_platforms((14, 0), "arm64"))),
    "windows": ("win32", "Windows", "nt", "AMD64", ["win_amd64"]),
}


def test_conda_brings_only_what_pip_cannot():
    """The packages have one home, pyproject.toml: environment.yml has Python, pip and system tools, and installs that."""
    environment = yaml.safe_load((REPOSITORY / "environment.yml").read_text(encoding="utf-8"))
    *conda, pip = environment["dependencies"]
    assert [name.split()[0] for name in conda] == ["python", "pip", "git", "make"]
    assert conda[0].split(maxsplit=1)[1] == PROJECT["requires-python"]
    (own,) = pip["pip"]
    extras = set(own.partition("[")[2].rstrip("]").split(","))
    assert own.startswith("--editable .[")
    assert extras == set(PROJECT["optional-dependencies"]), "environment.yml and pyproject.toml name other extras"


@pytest.mark.parametrize(("system", "python"), [*product(SYSTEMS, PYTHONS)], ids=str)
def test_everything_locked_has_a_wheel(system: str, python: tuple[int, int]) -> None:
    """On Linux, macOS and Windows, Python 3.11 to 3.13, no compiler is needed: core and all extras come as wheels."""
    tags = _tags(system, python)
    missing = [f"{name} {version}" for name, version in _needed(system, python) if not _has_wheel(name, version, tags)]
    assert missing == []


def test_a_package_without_a_wheel_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check is not blind: a lock whose NumPy is for Windows only fails on Linux."""
    key = next(key for key in LOCK if key[0] == "numpy")
    windows = [wheel for wheel in LOCK[key]["wheels"] if "win_amd64" in wheel["url"]]
    monkeypatch.setitem(LOCK, key, {**LOCK[key], "wheels": windows})
    assert not _has_wheel(*key, _tags("linux x86_64", (3, 12)))


def test_every_third_party_import_is_declared() -> None:
    """What a module imports, at its top or inside a function, is named in pyproject.toml and not left to other packages."""
    assert _undeclared(REPOSITORY / "mlsd_course") == []


def test_an_undeclared_import_would_be_seen(tmp_path: Path) -> None:
    """The check is not blind: an installed package that only another one needs is found, also inside a function."""
    text = "import os\nimport numpy\n\n\ndef f():\n    from jinja2.sandbox import SandboxedEnvironment\n"
    (tmp_path / "module.py").write_text(text, encoding="utf-8")
    assert _undeclared(tmp_path) == ["module.py: jinja2"]


def _undeclared(folder: Path) -> list[str]:
    """Return the imports that belong to no declared distribution, as `file: package`."""
    requirements = chain(PROJECT["dependencies"], *PROJECT["optional-dependencies"].values())
    declared = {canonicalize_name(Requirement(text).name) for text in requirements}
    distributions = packages_distributions()  # sklearn -> scikit-learn
    return [
        f"{path.relative_to(folder).as_posix()}: {name}"
        for path in sorted(folder.rglob("*.py"))
        for name in sorted(set(_imported(path)) - {*sys.stdlib_module_names, "mlsd_course"})
        if not declared & {canonicalize_name(each) for each in distributions.get(name, [name])}
    ]


def _imported(path: Path) -> Iterator[str]:
    """Yield the top-level package of every import of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield str(node.module).split(".")[0]


def _tags(system: str, python: tuple[int, int]) -> set[Tag]:
    platforms = SYSTEMS[system][4]
    interpreter = f"cp{python[0]}{python[1]}"
    return {*cpython_tags(python, platforms=platforms), *compatible_tags(python, interpreter, platforms)}


def _has_wheel(name: str, version: str, tags: set[Tag]) -> bool:
    files = [wheel["url"].rsplit("/", 1)[1] for wheel in LOCK[name, version].get("wheels", [])]
    return any(tags & parse_wheel_filename(file)[3] for file in files)


def _needed(system: str, python: tuple[int, int]) -> list[tuple[str, str]]:
    """Return what uv would install there, with all extras: the lock's graph as far as its markers let one walk."""
    sys_platform, platform_system, os_name, machine, _ = SYSTEMS[system]
    there = {
        "sys_platform": sys_platform,
        "platform_system": platform_system,
        "os_name": os_name,
        "platform_machine": machine,
        "python_version": f"{python[0]}.{python[1]}",
        "python_full_version": f"{python[0]}.{python[1]}.9",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
    }
    seen: set[tuple[tuple[str, str], str]] = set()
    waiting = [(OWN, ""), *((OWN, extra) for extra in PROJECT["optional-dependencies"])]
    while waiting:
        key, extra = waiting.pop()
        if (key, extra) in seen:
            continue
        seen.add((key, extra))
        package = LOCK[key]
        asked = package.get("optional-dependencies", {}).get(extra, []) if extra else package.get("dependencies", [])
        for need in asked:
            if "marker" in need and not Marker(need["marker"]).evaluate(there):
                continue
            found = [other for other in LOCK if other[0] == need["name"] and need.get("version", other[1]) == other[1]]
            for other in found:
                waiting += [(other, ""), *((other, more) for more in need.get("extra", []))]
    return sorted({key for key, _ in seen} - {OWN})
