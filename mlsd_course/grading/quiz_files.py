"""The files that are derived from the question banks and their kinds; `mlsd build` writes them."""

from collections.abc import Iterator
from pathlib import Path

from mlsd_course.grading.builder import write
from mlsd_course.quiz import schema


def write_quiz_files(repository: Path = Path()) -> list[str]:
    """Write what is derived; return the names of the files that changed."""
    changed = []
    for path, text in _derived(repository):
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            write(path, text)
            changed.append(path.relative_to(repository).as_posix())
    return changed


def stale_quiz_files(repository: Path = Path()) -> list[str]:
    """Return a sentence for each derived file that is not what its source gives."""
    return [
        f"{path.relative_to(repository).as_posix()} is not current. Run `make notebooks`."
        for path, text in _derived(repository)
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def _derived(repository: Path) -> Iterator[tuple[Path, str]]:
    yield repository / "quizzes" / "schema.json", schema()
