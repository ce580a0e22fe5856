"""The table of chapters in the README follows from the notebooks."""

import shutil
from pathlib import Path

from mlsd_course import grading
from tests.support.course import FIXTURE

MARKED = "# The course\n\n<!-- chapters, by `mlsd build` -->\n<!-- end of chapters -->\n\nMore.\n"


def test_a_build_writes_the_table_and_stale_names_an_old_one(tmp_path: Path) -> None:
    """Title, minutes and number of graded tasks of each chapter; the text around it stays."""
    root, readme = tmp_path / "notebooks", tmp_path / "README.md"
    shutil.copytree(FIXTURE / "source", root / "source")
    readme.write_text(MARKED, encoding="utf-8")
    grading.build(root=root)
    text = readme.read_text(encoding="utf-8")
    assert "| [90 Fixture](notebooks/release/ch90_fixture/lesson.ipynb) | 5 | 3 |" in text
    assert text.startswith("# The course\n")
    assert text.endswith("\n\nMore.\n")
    assert grading.stale(root=root) == []
    readme.write_text(text.replace("90 Fixture", "91 Fixture"), encoding="utf-8")
    assert [fault for fault in grading.stale(root=root) if "README.md" in fault]


def test_a_readme_that_asks_for_no_table_is_left_alone(tmp_path: Path) -> None:
    """A course of somebody else's keeps its README."""
    root, readme = tmp_path / "notebooks", tmp_path / "README.md"
    shutil.copytree(FIXTURE / "source", root / "source")
    readme.write_text("Mine.\n", encoding="utf-8")
    grading.build(root=root)
    assert readme.read_text(encoding="utf-8") == "Mine.\n"
