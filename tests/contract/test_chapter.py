"""The recipe for a chapter (docs/map.md) as a test: a chapter that has a lesson has all its other parts."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from mlsd_course import grading
from tests.support.course import chapters
from tests.support.paths import NOTEBOOKS, REPOSITORY

CHEAP_ANSWERS = 3

# What a chapter may lack, and why.
EXCEPTIONS = {
    "ch00_start": {
        "explorer": "The start page shows the machine and the learner's own ledger; it teaches no trade-off.",
        "outline row": "It shows how the course is used; no line of the outline is about that.",
    },
    "mastery_check": {
        "explorer": "An examination asks and shows nothing.",
        "checks": "Its tests mark a sheet of answers: mlsd_course/exam/.",
        "outline row": "It asks about the lines that the chapters teach.",
        "cheap answers": "Its eight answers are letters and numbers; there is no code that could be written cheaply.",
    },
}

# Chapters whose exercises have fewer than three cheap answers. Take a chapter off the list when it has them; add none.
WITHOUT_CHEAP_ANSWERS = {
    "ch01_system_thinking",
    "ch02_requirements",
    "ch03_constraints",
    "ch04_architecture",
    "ch05_strategy",
    "ch07_online",
}


@pytest.mark.parametrize("slug", chapters(NOTEBOOKS))
def test_a_chapter_has_all_its_parts(slug: str) -> None:
    """What the recipe names is there, unless the table of exceptions says why not."""
    lacking = {part: where for part, where in missing(REPOSITORY, slug).items() if part not in EXCEPTIONS.get(slug, {})}
    assert not lacking, f"{slug} lacks parts that docs/map.md asks for: {lacking}"


@pytest.mark.parametrize("slug", EXCEPTIONS)
def test_an_exception_is_still_needed(slug: str) -> None:
    """The table of exceptions names only chapters that exist and parts that they lack."""
    exceptions = EXCEPTIONS[slug].keys() - {"cheap answers"}
    assert exceptions <= missing(REPOSITORY, slug).keys()


def test_every_part_of_a_chapter_is_missed(tmp_path: Path) -> None:
    """A lesson with exercises and nothing else lacks every part, and each is named with its place."""
    folder = tmp_path / "notebooks" / "source" / "ch90_example"
    folder.mkdir(parents=True)
    (folder / "exercises.py").touch()
    (tmp_path / "tests" / "contract").mkdir(parents=True)
    (tmp_path / "tests" / "contract" / "outline.yaml").write_text("patterns: {}", encoding="utf-8")
    assert missing(tmp_path, "ch90_example") == {
        "bank": "quizzes/ch90_example.yaml",
        "explorer": "mlsd_course/explore/explorers/ch90_example.py",
        "checks": "mlsd_course/checks/ch90_example/__init__.py",
        "answers": "notebooks/source/ch90_example/answers.py",
        "outline row": "tests/contract/outline.yaml: ch90_example/…",
    }
    (folder / "exercises.py").unlink()
    assert not {"checks", "answers"} & missing(tmp_path, "ch90_example").keys()


@pytest.mark.parametrize("source", grading.sources(NOTEBOOKS), ids=lambda source: source.name)
def test_an_exercise_has_three_cheap_answers(source: grading.Source) -> None:
    """Each exercise in code is tried with three answers that want its points without the work (`cheap=true`)."""
    short = short_of_cheap_answers(source)
    if source.slug in WITHOUT_CHEAP_ANSWERS or "cheap answers" in EXCEPTIONS.get(source.slug, {}):
        return
    assert not short, f"{source.slug}/answers.py: at least {CHEAP_ANSWERS} answers with cheap=true each, not {short}"


@pytest.mark.parametrize("slug", sorted(WITHOUT_CHEAP_ANSWERS))
def test_a_chapter_without_cheap_answers_is_still_without_them(slug: str) -> None:
    """The list of chapters that lack cheap answers holds none that has them."""
    assert any(short_of_cheap_answers(source) for source in grading.sources(NOTEBOOKS, [slug])), f"Take {slug} off"


def missing(repository: Path, slug: str) -> dict[str, str]:
    """Return the parts that the chapter `slug` lacks, each with the place where the recipe puts it."""
    source = f"notebooks/source/{slug}"
    parts = {
        "bank": f"quizzes/{slug}.yaml",
        "explorer": f"mlsd_course/explore/explorers/{slug}.py",
    }
    if (repository / source / "exercises.py").exists():
        parts["checks"] = f"mlsd_course/checks/{slug}/__init__.py"
        parts["answers"] = f"{source}/answers.py"
    lacking = {part: place for part, place in parts.items() if not (repository / place).exists()}
    outline = "tests/contract/outline.yaml"
    if slug not in _chapters_of_outline(repository / outline):
        lacking["outline row"] = f"{outline}: {slug}/…"
    return lacking


def short_of_cheap_answers(source: grading.Source) -> dict[str, int]:
    """Return the exercises of a source, by grade id, that have too few cheap answers, and how many they have."""
    cells = [cell for cell in source.notebook().cells if cell.cell_type == "code"]
    exercises = {cell.metadata["nbgrader"]["grade_id"] for cell in cells if _is_solution(cell.metadata)}
    counts = Counter(answer.grade_id for answer in grading.answers(source) if answer.cheap)
    return {grade_id: counts[grade_id] for grade_id in sorted(exercises) if counts[grade_id] < CHEAP_ANSWERS}


def _is_solution(metadata: dict[str, dict[str, object]]) -> bool:
    return bool(metadata.get("nbgrader", {}).get("solution"))


def _chapters_of_outline(path: Path) -> set[str]:
    """Return the chapters that a row of the outline names."""
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    rows = [row for lines in table.values() for row in lines.values()]
    return {str(text).partition("/")[0] for row in rows for text in row.values()}
