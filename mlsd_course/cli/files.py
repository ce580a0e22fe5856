"""Files that are written where the user says."""

from pathlib import Path

from mlsd_course.cli.say import tell
from mlsd_course.errors import GradingError


def write(path: Path, text: str) -> None:
    """Write a file and say so beside the output; GradingError where that cannot be."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError as error:
        raise GradingError(
            f"{path} cannot be written ({error.strerror})", remedy="Name a file in a folder of your own"
        ) from error
    tell(f"Written: {path}", beside=True)
