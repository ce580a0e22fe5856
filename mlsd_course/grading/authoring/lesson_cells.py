"""What the notebooks teach, as the gates of questions need it: the cells of every source."""

from pathlib import Path

from mlsd_course.grading.authoring.source import sources
from mlsd_course.quiz import LessonCell, Lessons


def lessons(root: Path) -> Lessons:
    """Return the cells of every notebook under the course root `root`, by chapter and notebook."""
    return {
        (source.slug, source.path.stem): [
            LessonCell(cell.id, cell.source, cell.cell_type == "markdown") for cell in source.notebook().cells
        ]
        for source in sources(root)
    }
