"""The learner's answers to an exam, as a file in the assignment's folder, which is handed in with the notebook.

The seal shows that the file is as the course wrote it: it finds damage and editing by hand, not a forger who reads this
code. A forger still needs the right answers; two learners with one seed are found by the item analysis.
"""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from mlsd_course.errors import GradingError
from mlsd_course.files import replace_file

FILE = "mastery_answers.json"
LIMIT_BYTES = 200_000
_AGAIN = "Open the check and take it again: it keeps this file aside"


@dataclass
class Attempt:
    """One go at the paper: answers by the question's name; times in UTC, `handed_in` "" while it is open."""

    started: str
    answers: dict[str, str | float] = field(default_factory=dict)
    handed_in: str = ""


@dataclass
class Sheet:
    """One learner's attempts. The seed and the number of the attempt decide which variants are asked."""

    edition: str
    seed: int
    attempts: list[Attempt] = field(default_factory=list)

    def last_handed_in(self) -> int:
        """Return the number (from 1) of the attempt that counts; 0 where none was handed in."""
        done = [number for number, attempt in enumerate(self.attempts, 1) if attempt.handed_in]
        return done[-1] if done else 0


def write_sheet(path: Path, sheet: Sheet) -> None:
    """Replace the file as a whole, sealed; GradingError where the folder cannot be written."""
    made = asdict(sheet)
    text = json.dumps({**made, "seal": _seal(made)}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    try:
        replace_file(path, text.encode("utf-8"))
    except OSError as error:
        raise GradingError(
            f"{path} cannot be written ({error.strerror}): your answer is not kept",
            remedy="Open the notebook from a folder that you may write to, on a disk with space left",
        ) from error


def read_sheet(path: Path, edition: str) -> Sheet | None:
    """Return the answers, None where there is no file. GradingError with the reason why a file does not count."""
    if not path.exists() and not path.is_symlink():
        return None
    try:
        if path.is_symlink() or not path.is_file():
            raise ValueError("it is no plain file")
        if path.stat().st_size > LIMIT_BYTES:
            raise ValueError(f"it is larger than {LIMIT_BYTES // 1000} kB")
        made = json.loads(path.read_bytes().decode("utf-8"))
        seal = made.pop("seal")
        sheet = _sheet(made)
        sealed = isinstance(seal, str) and hmac.compare_digest(seal.encode(), _seal(made).encode())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        said = str(error) if type(error) is ValueError else "it is damaged, or was not written by the course"
        raise GradingError(f"{path.name} cannot be read: {said}", remedy=_AGAIN) from None
    if not sealed:
        raise GradingError(
            f"{path.name} was changed after the course wrote it: its seal does not fit",
            remedy=f"{_AGAIN}. Never edit it",
        )
    if sheet.edition != edition:
        raise GradingError(
            f"{path.name} belongs to another edition of the check ({sheet.edition}, here {edition})", remedy=_AGAIN
        )
    return sheet


def _sheet(made: dict[str, Any]) -> Sheet:
    attempts = [Attempt(**attempt) for attempt in made["attempts"]]
    sheet = Sheet(made["edition"], made["seed"], attempts)
    texts = [sheet.edition, *(text for attempt in attempts for text in (attempt.started, attempt.handed_in))]
    answers = [answer for attempt in attempts for pair in attempt.answers.items() for answer in pair]
    whole = (
        not isinstance(sheet.seed, bool)
        and isinstance(sheet.seed, int)
        and set(made) == {"edition", "seed", "attempts"}
    )
    if not whole or not attempts or not all(isinstance(text, str) for text in texts):
        raise TypeError
    if not all(isinstance(answer, str | int | float) for answer in answers):
        raise TypeError
    return sheet


def _seal(made: dict[str, Any]) -> str:
    """Return the seal of what is in the file; NaN and infinity, which JSON has not, are refused."""
    text = json.dumps(made, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hmac.new(str(made["edition"]).encode(), text.encode("utf-8"), hashlib.sha256).hexdigest()
