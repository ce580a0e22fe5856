"""The order of tests for workers that share the processor: what takes long starts first, and what belongs together stays so.

xdist gives each of two workers one half of the list, and lets who has finished steal from the end of the other's. So the
long ones are dealt out to the heads of the two halves, and the many quick ones fill the tails.
"""

from collections.abc import Iterable

import pytest

# Seconds on one core, of what takes more than ten; the rest counts as nothing. `make report` shows when this is out of date.
SECONDS = {
    "ch01_system_thinking": 35,
    "ch02_requirements": 35,
    "ch03_constraints": 65,
    "ch04_architecture": 45,
    "ch05_strategy": 65,
    "ch07_online": 105,
    "ch90_fixture": 80,
    "mastery_check": 35,
    "tests/adversarial/test_adversarial.py": 40,
    "tests/grading/autograde/test_mastery_graded.py": 45,
    "tests/grading/autograde/test_crash.py": 35,
    "tests/notebooks/test_nbval.py": 20,
    "tests/systems/online/test_load.py": 40,
    "tests/systems/online/test_service.py": 40,
}
# Files whose tests ask for one of their parameters' results, or for the fixture's: they share these, chapter by chapter.
BY_CHAPTER = ("test_exercises.py", "test_grade.py", "test_nbgrader_loop.py", "test_lessons.py")
BY_PLACE = ("test_explorers.py",)


def balanced(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Return the tests in the order in which two workers end together."""
    clumps: dict[str, list[pytest.Item]] = {}
    for item in items:
        clumps.setdefault(clump_of(item), []).append(item)
    heads: tuple[list[pytest.Item], ...] = ([], [])
    loads = [0.0, 0.0]
    for name in sorted((name for name in clumps if name in SECONDS), key=lambda name: -SECONDS[name]):
        least = loads.index(min(loads))
        heads[least].extend(clumps[name])
        loads[least] += SECONDS[name]
    for name in (name for name in clumps if name not in SECONDS):
        min(heads, key=len).extend(clumps[name])
    return [*heads[0], *heads[1]]


def clump_of(item: pytest.Item) -> str:
    """Return what the test must not be torn from: its chapter, its explorer, its file."""
    path, given = item.location[0].replace("\\", "/"), getattr(getattr(item, "callspec", None), "params", {})
    if path.endswith(BY_PLACE) and "place" in given:
        return f"{path} {given['place']}"
    if path.endswith(BY_CHAPTER):
        of = given.get("slug") or getattr(given.get("source"), "slug", "")
        shared = {"graded_by_engine", "graded_by_nbgrader", "judged"} & set(getattr(item, "fixturenames", ()))
        return of or ("ch90_fixture" if shared else path)
    return path
