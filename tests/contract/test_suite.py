"""How the suite itself works: minutes by part and chapter add up, workers get equal halves, what is shared is made once."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.balance import SECONDS, balanced, clump_of
from tests.support.minutes import report
from tests.support.shared import shared_folder

CASES = """<testsuites><testsuite>
<testcase classname="tests.grading.test_x" name="test_a[ch07_online/exercises.py]" time="120">
<properties><property name="slow" value=""/></properties></testcase>
<testcase classname="tests.sim.test_y" name="test_b" time="60"/>
</testsuite></testsuites>"""


def test_minutes_are_told_by_part_and_by_chapter(tmp_path: Path) -> None:
    """The wall's and the tests' own, slow and quick apart; a chapter above its limit is marked; what did not run is a dash."""
    (tmp_path / "tests.xml").write_text(CASES)
    (tmp_path / "tests.began").write_text("1000")
    (tmp_path / "tests.ended").write_text("1090")
    rows = [line.split() for line in report(tmp_path).splitlines()]
    assert ["tests", "1.5", "3.0"] in rows
    assert ["quick", "1.0"] in rows
    assert ["slow", "2.0"] in rows
    assert ["nbval", "-", "-"] in rows
    assert ["all", "1.5", "3.0"] in rows
    assert ["ch07", "2.0", "more", "than", "1.5"] in rows
    assert ["no", "chapter", "1.0"] in rows


def item(path: str, **params: object) -> SimpleNamespace:
    """A test as far as the order looks at it."""
    return SimpleNamespace(location=(path, 0, ""), callspec=SimpleNamespace(params=params), fixturenames=())


def test_two_workers_get_equal_halves_and_nothing_is_torn_apart() -> None:
    """The heavy ones lead both halves, about as many seconds in each; every test is there once, and clumps stay whole."""
    slugs = [name for name in SECONDS if not name.startswith("tests/")]
    heavy = [item("tests/grading/answers/test_exercises.py", slug=slug) for slug in slugs for _ in range(3)]
    heavy += [item(name) for name in SECONDS if name.startswith("tests/") for _ in range(5)]
    light = [item(f"tests/sim/test_{number}.py") for number in range(50) for _ in range(7)]
    order = balanced([*light, *heavy])
    assert sorted(map(id, order)) == sorted(map(id, [*light, *heavy]))
    names = [clump_of(each) for each in order]
    assert all(
        names[at] != name for name in set(names) for at in range(names.index(name) + names.count(name), len(names))
    )
    middle = len(order) // 2
    halves = [sum(SECONDS.get(name, 0) for name in set(half)) for half in (names[:middle], names[middle:])]
    assert max(halves) - min(halves) < max(SECONDS.values()) / 2
    assert names[0] in SECONDS


def test_a_shared_folder_is_filled_once_and_again_only_after_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker of the same run finds what the first has made; half of something is never found."""
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    first, second = (SimpleNamespace(getbasetemp=lambda name=name: tmp_path / name) for name in ("gw0", "gw1"))
    filled = []

    def fill(folder: Path) -> None:
        (folder / "half").touch()
        filled.append(folder)
        if len(filled) == 1:
            raise ValueError("no luck")
        (folder / "half").rename(folder / "all")

    with pytest.raises(ValueError, match="no luck"):
        shared_folder(first, "x", fill)
    made = shared_folder(first, "x", fill)
    assert [path.name for path in made.iterdir()] == ["all"]
    assert shared_folder(second, "x", fill) == made
    assert len(filled) == 2
