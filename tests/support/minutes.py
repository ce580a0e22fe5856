"""What the last `make test` has cost, by part and by chapter: `make report` prints it.

Each target of the Makefile leaves in .test-times when it began and ended, and pytest its times there as JUnit's XML.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

PARTS = ("lint", "types", "layers", "tests", "browser", "nbval")
CHAPTER_LIMIT_S = 90
_CHAPTER = re.compile(r"ch\d\d(?=_)|mastery_check")


def report(folder: Path) -> str:
    """Return two tables: minutes by part, on the wall and added up over the tests; the tests' minutes by chapter."""
    parts, chapters = Counter[str](), Counter[str]()
    for part in PARTS:
        for name, kind, seconds in _tests(folder / f"{part}.xml"):
            parts.update({part: seconds, f"{part}: {kind}": seconds})
            found = _CHAPTER.search(name)
            chapters[found[0] if found else "no chapter"] += seconds
    walls = {part: _wall_s(folder, part) for part in PARTS}
    lines = [f"{'part':<16}{'minutes':>9}{'added up over its tests':>26}"]
    for part in PARTS:
        lines.append(f"{part:<16}{_minutes(walls[part]):>9}{_minutes(parts[part]):>26}")
        if part == "tests":
            lines += [f"{'  ' + kind:<25}{_minutes(parts[f'tests: {kind}']):>26}" for kind in ("quick", "slow")]
    lines.append(f"{'all':<16}{_minutes(sum(walls.values())):>9}{_minutes(sum(chapters.values())):>26}")
    lines += ["", f"{'chapter':<25}{'added up over its tests':>26}"]
    for name, seconds in sorted(chapters.items()):
        over = "  more than 1.5" if seconds > CHAPTER_LIMIT_S and name != "no chapter" else ""
        lines.append(f"{name:<25}{_minutes(seconds):>26}{over}")
    return "\n".join(lines)


def _tests(path: Path) -> Iterator[tuple[str, str, float]]:
    """Yield each test's name, whether it is slow or quick, and its seconds, those of its fixtures included."""
    if not path.is_file():
        return
    for case in ElementTree.parse(path).iter("testcase"):
        slow = any(each.get("name") == "slow" for each in case.iter("property"))
        name = f"{case.get('classname')} {case.get('name')}"
        yield name, "slow" if slow else "quick", float(case.get("time") or 0)


def _wall_s(folder: Path, part: str) -> float:
    began, ended = folder / f"{part}.began", folder / f"{part}.ended"
    if not began.is_file() or not ended.is_file():
        return 0.0
    return max(0.0, float(ended.read_text()) - float(began.read_text()))  # below nought: it did not come to its end


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.1f}" if seconds else "-"


if __name__ == "__main__":
    sys.exit(print(report(Path(sys.argv[1]))))
