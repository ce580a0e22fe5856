"""`home`: where the learner is, what comes next, what is due, and their record to keep or to delete."""

from typing import TYPE_CHECKING, Any

from mlsd_course.explore.notebook.display import put
from mlsd_course.explore.notebook.follow import follow
from mlsd_course.headless import headless

if TYPE_CHECKING:
    import ipywidgets

HEADLESS = "Your home: status, minutes, points, mastery, due reviews and predictions. Run this cell in JupyterLab to see yours."


def home() -> None:
    """Show where you are in the course and what comes next. The page follows what you do in other notebooks.

    While headless, show one fixed sentence.
    """
    if headless():
        put(HEADLESS)
        return
    from mlsd_course.explore.home import view
    from mlsd_course.explore.state import RecordSource

    source = RecordSource()
    words = view.text(source.home(), source.trouble)
    put(words, _box(source))


def _box(source: Any) -> "ipywidgets.VBox":
    """Return the page, with room below it for the questions under review."""
    import ipywidgets

    from mlsd_course.explore.home.widget import HomePage

    page = HomePage(source)
    box = ipywidgets.VBox([page])

    def review() -> None:
        from mlsd_course.explore.quiz.review import Reviews
        from mlsd_course.explore.quiz.widget import Quiz

        before = box.children[1:]
        box.children = (page, Quiz(Reviews()))
        for old in before:
            old.close()

    page.review = review
    follow(page)
    return box
