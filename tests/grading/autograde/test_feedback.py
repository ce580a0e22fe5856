"""What nbconvert must keep for the feedback pages: an upgrade that does not goes red here, with the name to look at."""

from pathlib import Path

from nbconvert.exporters import HTMLExporter

from tests.support.grades import SLUG, open_class


def test_every_page_goes_through_hide_tests_also_where_the_settings_forget_it(tmp_path: Path) -> None:
    """`register_preprocessor` must take a step that was made with `parent`, and return it."""
    made = open_class(tmp_path, ["wrong"])
    with (made.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write("\nc.GenerateFeedback.preprocessors = [GetGrades]\n")
    made.grade()
    page = (made.root / "feedback" / "wrong" / SLUG / "exercises.html").read_text(encoding="utf-8")
    assert "HIDDEN TESTS" not in page


def test_nbconvert_still_has_what_the_page_is_made_with() -> None:
    """`feedback._pages` repeats `HTMLExporter.from_notebook_node` without its second reading of the page."""
    for name in ("_init_resources", "_nb_metadata", "register_filter", "from_notebook_node"):
        assert hasattr(HTMLExporter(), name), f"nbconvert's HTMLExporter has no {name}: see feedback._pages"
