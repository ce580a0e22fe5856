"""The pages for whoever comes next name places that exist."""

import importlib.util
import re
from pathlib import Path

import pytest

from mlsd_course.exam.library import MODULES
from tests.support.paths import REPOSITORY

PAGES = (
    "docs/map.md",
    "docs/instructor.md",
    "CONTRIBUTING.md",
    "DESIGN.md",
    "README.md",
    "SECURITY.md",
    "quizzes/README.md",
)
PACKAGE = REPOSITORY / "mlsd_course"

# Written by programs, never in git: nbgrader's folders, the learner's, the environment's.
MADE = (
    "submitted/",
    "autograded/",
    "feedback/",
    "workspace/",
    ".venv",
    ".uv",
    "notebooks/.mlsd/",
    "NEWS.md",
    "/tmp",
    "/dev/shm",
)

# The example of docs/map.md: the places of a chapter that is not written yet. Take off what exists.
PLANNED = re.compile(r"ch12_observability|systems/observability|sim/drift\.py|test_drift|alert_thresholds")

# A module or something in it, or a path below the package or the tests, wherever it stands in a text.
NAMED = re.compile(r"\bmlsd_course(?:\.[A-Za-z_]\w*)+|\b(?:mlsd_course|tests)(?:/[\w-]+)+\.(?:py|yaml|json)\b")


@pytest.mark.parametrize("page", PAGES)
def test_every_place_that_a_page_names_exists(page: str) -> None:
    """Paths, links and modules in the pages for people lead somewhere, so that a moved file takes its mentions along."""
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    wrong = [place for place in places(text) if not _exists(place, REPOSITORY / page)]
    assert not wrong, f"{page} names what is not there; correct the page or the path: {wrong}"


@pytest.mark.parametrize("folder", ["mlsd_course", "benchmarks", "notebooks/source", "quizzes", "changelog.d"])
def test_code_and_texts_name_only_modules_and_files_that_exist(folder: str) -> None:
    """Names of modules in strings, comments and docstrings move along with the files: no tool for renaming finds them."""
    files = [
        path for path in (REPOSITORY / folder).rglob("*") if path.suffix in {".py", ".pyi", ".md", ".yaml", ".json"}
    ]
    names = {name for path in files for name in NAMED.findall(path.read_text(encoding="utf-8"))}
    wrong = sorted(name for name in names if not _exists(name.removesuffix("."), REPOSITORY / folder))
    assert not wrong, f"Named under {folder}, and not there: {wrong}"


def test_a_place_that_is_gone_is_noticed() -> None:
    """A path, a link, a module or a folder that does not exist is found; templates and what programs write are not."""
    text = (
        "`mlsd_course/sim/gone.py`, `sim/gone.py`, [here](gone.md#part), `mlsd_course.sim.gone`, `gone/`, "
        "`sim/canary.py`, `mlsd_course/sim/<law>.py`, `quizzes/<slug>.yaml`, `autograded/`, `mlsd_course.sim.canary`, "
        "`mlsd_course.sim.simulate`, `n / (1 − ρ)`, `sim/`"
    )
    wrong = [place for place in places(text) if not _exists(place, REPOSITORY / "README.md")]
    assert wrong == ["mlsd_course/sim/gone.py", "sim/gone.py", "gone/", "mlsd_course.sim.gone", "gone.md"]


def test_the_planned_places_of_the_example_are_still_to_come() -> None:
    """As soon as chapter 12 is written, its places are checked like all others."""
    text = (REPOSITORY / "docs" / "map.md").read_text(encoding="utf-8")
    planned = [place for place in places(text) if PLANNED.search(place)]
    there = [place for place in planned if (REPOSITORY / place).exists()]
    assert len(planned) > 5
    assert not there, f"These exist now; take them off PLANNED: {there}"


def test_the_glossary_is_sorted_and_explains_each_word_once() -> None:
    """A reader finds a word by its first letters; each has a sentence and a place."""
    text = (REPOSITORY / "docs" / "map.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in text.partition("## Glossary")[2].splitlines() if line.startswith("| ")][1:]
    words = [row[0].removeprefix("| ") for row in rows]
    assert words == sorted(set(words), key=str.casefold)
    assert all(len(row) == 3 and row[1].endswith(".") and "`" in row[2] for row in rows)


def test_the_quiz_page_names_every_module_that_a_key_may_call() -> None:
    """The table in quizzes/README.md is the list in mlsd_course/exam/library.py."""
    text = (REPOSITORY / "quizzes" / "README.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"`(\w+)\.<name>\(…\)` \| `([\w.]+)`", text)) == MODULES


def places(text: str) -> list[str]:
    """Return the paths, modules and link targets that a page in Markdown names."""
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    quoted = re.findall(r"`([^`\s]+)`", prose)
    paths = [word for word in quoted if "/" in word or re.search(r"\w\.(py|md|yaml|toml)$", word)]
    modules = [word for word in quoted if re.fullmatch(r"mlsd_course(\.\w+)+", word)]
    links = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", prose)]
    return [*paths, *modules, *(link for link in links if link and "://" not in link)]


def _exists(place: str, page: Path) -> bool:
    if "<" in place or "…" in place or "://" in place or place.startswith(MADE) or PLANNED.search(place):
        return True
    if place.startswith("mlsd_course."):
        return _is_importable(place)
    folders = (REPOSITORY, page.parent, PACKAGE, REPOSITORY / "notebooks")
    return any(list(folder.glob(place.rstrip("/"))) for folder in folders)


def _is_importable(name: str) -> bool:
    """Tell whether a module, or something in a module, has this name."""
    parts = name.split(".")
    count = next(count for count in range(len(parts), 0, -1) if _is_module(".".join(parts[:count])))
    if count == len(parts):
        return True
    value = importlib.import_module(".".join(parts[:count]))
    for part in parts[count:]:
        value = getattr(value, part, None)
    return value is not None


def _is_module(name: str) -> bool:
    """Tell whether there is a module of this name, without running it."""
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:  # what is before the last dot is no package
        return False
