"""The built notebooks: current, small, and compared by nbval, which runs them again, in most of what they show."""

import importlib.util
import sys

import pytest

from mlsd_course import grading
from mlsd_course.grading.authoring.release import LIMIT_BYTES
from mlsd_course.learner import chapters
from tests.support.paths import NOTEBOOKS

SOURCES = grading.sources(NOTEBOOKS)
NAMES = [source.name for source in SOURCES]
LEAST_SHARE = 0.6


def test_everything_built_follows_from_its_source() -> None:
    """References have the cells of their sources, student versions are made from them, nothing else lies there."""
    assert grading.stale(root=NOTEBOOKS) == []


def test_every_chapter_opens_with_its_title_and_its_minutes() -> None:
    """The dashboard and `mlsd status` read both from the first cells: `# 07 Online serving`, `50 min`."""
    assert [chapter.slug for chapter in chapters(NOTEBOOKS / "release") if chapter.title == chapter.slug] == []
    assert [chapter.slug for chapter in chapters(NOTEBOOKS / "release") if not chapter.minutes] == []


@pytest.mark.parametrize("source", SOURCES, ids=NAMES)
def test_no_notebook_is_large(source: grading.Source) -> None:
    """Git and the reader's browser are spared."""
    for path in (source.reference, source.release):
        assert path.stat().st_size <= LIMIT_BYTES


@pytest.mark.parametrize("source", SOURCES, ids=NAMES)
def test_nbval_compares_most_of_what_is_shown(source: grading.Source) -> None:
    """At least 60 % of the code cells with outputs are deterministic."""
    seen, shown = _conftest().compared(source.reference)
    assert seen >= LEAST_SHARE * shown, f"{seen} of {shown} code cells with outputs"


def _conftest() -> object:
    """Return the module that counts for nbval's summary."""
    if "notebooks_conftest" not in sys.modules:
        spec = importlib.util.spec_from_file_location("notebooks_conftest", NOTEBOOKS / "conftest.py")
        assert spec
        assert spec.loader
        module = sys.modules["notebooks_conftest"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules["notebooks_conftest"]
