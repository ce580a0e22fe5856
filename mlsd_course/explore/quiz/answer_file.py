"""`AnswerFile`: the file in the assignment's folder that keeps the answers to the mastery check."""

import hashlib
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path

from mlsd_course.exam.answer_sheet import Sheet, read_sheet, write_sheet


class AnswerFile:
    """The answers' file of one assignment folder, for one edition of the paper."""

    def __init__(self, path: Path, edition: str) -> None:
        self.path, self.edition = path, edition

    def read(self) -> Sheet | None:
        """Return the answers, None where there is no file. GradingError with the reason why a file does not count."""
        return read_sheet(self.path, self.edition)

    def write(self, sheet: Sheet) -> None:
        """Replace the file; GradingError where the folder cannot be written."""
        write_sheet(self.path, sheet)

    def set_aside(self) -> None:
        """Rename the file to the first free name `<stem>.damaged-<number>.json`."""
        number = 1
        while (aside := self.path.with_name(f"{self.path.stem}.damaged-{number}.json")).exists():
            number += 1
        self.path.rename(aside)

    def lock(self) -> AbstractContextManager[None]:
        """Return a lock that one kernel at a time can hold.

        It lies in the system's folder for temporary files: beside the answers it would be handed in.
        """
        from mlsd_course.files import locked

        name = hashlib.sha256(str(self.path.resolve()).encode()).hexdigest()[:16]
        return locked(Path(tempfile.gettempdir()) / f"mlsd-answers-{name}.lock")
